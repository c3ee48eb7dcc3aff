import type { Codec, OptionValues, Reader, ReadNeed } from '../../formats/codec.js'
import { decompress } from '../bytes/gunzip.js'
import { peek } from '../bytes/head.js'
import { jsonKeys } from '../bytes/json-keys.js'
import { type ByteSource, memorySource } from '../bytes/source.js'
import { CallcostError, FormatError } from '../errors.js'
import { openSource } from '../io/file-source.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../limits.js'
import type { Profile, ProfileSet } from '../model/profile.js'
import { type AttributionRules, DEFAULT_RULES } from '../model/sample-sink.js'
import { validate } from '../model/validate.js'
import { codecById, detectCodec, HEAD_BYTES } from './detect.js'
import { FaultLog, type InputProblem } from './fault-log.js'
import { type ProfileChoice, selectProfile } from './select.js'

/** What to read: a path, bytes in memory, or any source of bytes. */
export type Input = string | Uint8Array | ByteSource

export interface ReadOptions {
  /** Id of the format; without it the content decides. */
  readonly from?: string | undefined
  readonly limits?: Partial<Limits>
  /** `timeline` (default) keeps samples as recorded; the others let a reader fold them. */
  readonly need?: ReadNeed
  /** How samples that only have a moment (V8's) are weighed; `hold` and `attach` by default. */
  readonly rules?: AttributionRules
  /** Whatever would be repaired is an error. */
  readonly strict?: boolean
  /** Records that make no sense are left out and counted. */
  readonly lenient?: boolean
  /** Options of the format: `{ 'csv-table': 'edges' }`. */
  readonly options?: OptionValues
  /** Called with the bytes read so far, as stored, and how many there are (null for a pipe). */
  readonly onProgress?: (read: number, size: number | null) => void
}

/** An input that was read: its profiles, and what had to be mended or left out. */
export interface ReadResult {
  readonly name: string
  /** When the file was last modified, in milliseconds since 1970; null when there is no file. */
  readonly modifiedMs: number | null
  readonly codec: Codec
  readonly set: ProfileSet
  readonly problems: readonly InputProblem[]
}

/**
 * Reads one profile. Several threads or processes in a file are summed unless `profile` chooses one.
 * Throws {@link FormatError} when the input is not a profile, {@link CallcostError} when it cannot be opened.
 */
export async function readProfile(
  input: Input,
  options: ReadOptions & { readonly profile?: ProfileChoice | undefined } = {},
): Promise<Profile> {
  const { set } = await readProfileSet(input, options)
  return selectProfile(set, options.profile, options.rules).profile
}

/** Reads everything an input holds, its profiles apart, with what was noticed on the way. */
export async function readProfileSet(input: Input, options: ReadOptions = {}): Promise<ReadResult> {
  const source = await sourceOf(input)
  try {
    return await readSource(source, options)
  } catch (error) {
    if (error instanceof CallcostError && error.kind !== 'usage') error.source ??= source.name
    throw error
  }
}

async function readSource(source: ByteSource, options: ReadOptions): Promise<ReadResult> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const counted = options.onProgress === undefined ? source : withProgress(source, options.onProgress)
  const { head, source: whole } = await peek(await decompress(counted, limits), HEAD_BYTES)
  try {
    return await readWhole(source, whole, head, limits, options)
  } finally {
    // What is no profile is not read to its end, and must not stay open.
    await whole.close?.()
  }
}

async function readWhole(
  source: ByteSource,
  whole: ByteSource,
  head: Uint8Array,
  limits: Limits,
  options: ReadOptions,
): Promise<ReadResult> {
  const codec = options.from === undefined ? detectCodec(head, jsonKeys(head)) : codecById(options.from, 'reads')
  const faults = new FaultLog(limits, options)
  const read = await readerOf(codec)
  const set = await read(whole, {
    allocator: new Allocator(limits),
    need: options.need ?? 'timeline',
    rules: options.rules ?? DEFAULT_RULES,
    options: options.options ?? {},
    repair: (message, place) => faults.repair(message, place),
    fault: (message, place) => faults.fault(message, place),
  })
  return {
    name: source.name,
    modifiedMs: source.modifiedMs,
    codec,
    set: { ...set, profiles: set.profiles.map(validated) },
    problems: faults.problems,
  }
}

async function readerOf(codec: Codec): Promise<Reader> {
  if (codec.reads !== undefined) {
    const { read } = await codec.load()
    if (read !== undefined) return read
  }
  throw new FormatError(
    codec.advice === undefined ? `callcost writes ${codec.title} but does not read it` : `this is ${codec.title}`,
    {},
    { hint: codec.advice ?? 'callcost formats lists what it reads' },
  )
}

/** A profile that holds together, with what its numbers show noted. */
function validated(profile: Profile): Profile {
  const { errors, notes } = validate(profile)
  if (errors.length > 0) throw new FormatError(`the profile does not hold together: ${errors[0]}`)
  const known = new Set(profile.source.notes.map((note) => note.code))
  const added = notes.filter((note) => !known.has(note.code))
  if (added.length === 0) return profile
  return { ...profile, source: { ...profile.source, notes: [...profile.source.notes, ...added] } }
}

async function sourceOf(input: Input): Promise<ByteSource> {
  if (typeof input === 'string') return openSource(input)
  return input instanceof Uint8Array ? memorySource('<bytes>', input) : input
}

function withProgress(source: ByteSource, onProgress: NonNullable<ReadOptions['onProgress']>): ByteSource {
  return {
    ...source,
    async *chunks() {
      let read = 0
      for await (const chunk of source.chunks()) {
        read += chunk.length
        onProgress(read, source.size)
        yield chunk
      }
    },
  }
}
