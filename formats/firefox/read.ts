import { JsonScanner } from '../../src/bytes/json-scanner.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError } from '../../src/errors.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, Profile, ProfileSet, Source, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { StringInterner } from '../../src/model/strings.js'
import type { FunctionTable } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { Meta, Tables, Thread } from './document.js'
import { documentShape } from './document-shape.js'
import { type Quirks, StackResolver } from './stack-resolver.js'

/** The version of the processed form that was the latest when this was written. */
const LATEST_VERSION = 70

/** Python's sampling profiler: see {@link Quirks}. */
const TACHYON = 'Tachyon Sampling Profiler'

/** Milliseconds since 1970 are past this since 2001; Python writes a clock that starts with the machine. */
const EPOCH_MILLISECONDS = 1e12

const TIME: ValueType = { name: 'time', unit: 'milliseconds' }
const SAMPLES: ValueType = { name: 'samples', unit: 'count' }

/**
 * Reads a profile of the Firefox Profiler: `{ "meta": …, "shared": …, "threads": [...] }` with tables of columns
 * (processed), or with tables of rows and nested processes (raw). Each thread with samples becomes a profile.
 */
export async function readFirefox(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const strings = new StringInterner(context.allocator)
  const { shape, document } = documentShape(strings, context, () => scanner.place())
  const scanner: JsonScanner = new JsonScanner(shape, context.allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()

  const busy = document.threads.filter((thread) => thread.samples.column('stack') !== null)
  // A recording of nothing is one, too.
  const sampled = busy.length > 0 ? busy : document.threads
  if (sampled.length === 0) throw new FormatError('expected at least one thread', { path: 'threads' })
  const hasProcesses = sampled.some((thread) => thread.pid !== sampled[0]!.pid)
  const isTachyon = document.meta.importedFrom === TACHYON
  const quirks: Quirks = { hasFunctionLines: !isTachyon, hasBinaries: !isTachyon, columnShift: isTachyon ? 1 : 0 }
  const ofShared = new StackResolver(document.shared, document.shared, strings, quirks, context.allocator)
  const resolverOf = (tables: Tables): StackResolver =>
    tables.stacks.column('frame') === null && tables.strings.length === 0
      ? ofShared
      : new StackResolver(tables, document.shared, strings, quirks, context.allocator)

  const whole = { root: document.meta, hasProcesses }
  let active = 0
  let most = 0
  const profiles = sampled.map((thread, index) => {
    const profile = profileOf(thread, resolverOf(thread.tables), strings, whole, context)
    const { length } = profile.samples!
    if (length > most) {
      most = length
      active = index
    }
    return profile
  })
  return { profiles, active }
}

function profileOf(
  thread: Thread,
  resolver: StackResolver,
  strings: StringInterner,
  { root, hasProcesses }: { readonly root: Meta; readonly hasProcesses: boolean },
  context: ReadContext,
): Profile {
  const { meta, samples } = thread
  const stacks = samples.column('stack') ?? new Float64Array(0)
  const weights = sameLength(samples.column('weight'), stacks, 'weights')
  const times = timesOf(thread, stacks, context)
  const { valueTypes, factors } = valuesOf(thread.weightType, meta)
  const builder = new StackBuilder(
    context.allocator,
    { valueTypes, timeUnit: times === null ? null : 'milliseconds', inlining: true },
    new FunctionTableBuilder(context.allocator, strings),
  )
  resolver.begin(builder)
  const span = spanOf(times, meta)
  const values = new Float64Array(factors.length)
  let emptyCount = 0
  for (let sample = 0; sample < stacks.length; sample++) {
    let weight = weights === null ? 1 : weights[sample]!
    if (Number.isNaN(weight)) {
      context.repair('a sample without a weight counts as 0', { path: `samples.weight[${sample}]` })
      weight = 0
    }
    const stack = resolver.stack(stacks[sample]!)
    if (stack === -1) emptyCount++
    for (let value = 0; value < factors.length; value++) values[value] = weight * factors[value]!
    builder.sample(stack, values, times === null ? {} : { time: times[sample]! - span.start })
  }
  const finished = builder.finish(times === null ? null : span.end - span.start)
  const process = thread.process ?? thread.pid
  const name = thread.name === '' ? `thread ${thread.tid ?? ''}`.trim() : thread.name
  const { frames } = finished
  return makeProfile({
    name: hasProcesses && process !== null ? `${process}: ${name}` : name,
    process,
    thread: thread.name === '' ? thread.tid : thread.name,
    source: sourceOf(meta, root, span.start, [
      ...notesOf(meta, finished.functions, strings),
      ...(emptyCount === 0
        ? []
        : [{ code: 'empty-stacks', message: `samples without a stack: ${emptyCount}`, count: emptyCount }]),
    ]),
    valueTypes,
    strings,
    ...finished,
    frames: frames.inlined?.some((inlined) => inlined === 1) ? frames : { ...frames, inlined: null },
  })
}

/** What a weight of a sample means. The profiler shows a sample as one interval, whenever the next one came. */
function valuesOf(
  weightType: string,
  { interval }: Meta,
): { readonly valueTypes: readonly ValueType[]; readonly factors: readonly number[] } {
  if (weightType === 'tracing-ms') return { valueTypes: [TIME], factors: [1] }
  if (weightType === 'bytes') return { valueTypes: [{ name: 'space', unit: 'bytes' }], factors: [1] }
  if (weightType !== 'samples') return { valueTypes: [{ name: weightType, unit: 'none' }], factors: [1] }
  if (!(interval > 0)) return { valueTypes: [SAMPLES], factors: [1] }
  return { valueTypes: [TIME, SAMPLES], factors: [interval, 1] }
}

/** sample → milliseconds after the start of the process; null where the file has no times. */
function timesOf({ samples }: Thread, stacks: Float64Array, context: ReadContext): Float64Array | null {
  const given = sameLength(samples.column('time'), stacks, 'times')
  const deltas = given === null ? sameLength(samples.column('timeDeltas'), stacks, 'times') : null
  const column = given ?? deltas
  if (column === null) return null
  const times = context.allocator.float64(column.length)
  let time = 0
  for (let sample = 0; sample < column.length; sample++) {
    const value = column[sample]!
    if (Number.isNaN(value)) context.repair('a sample without a time is at that of the one before', {})
    else time = deltas === null ? value : time + value
    times[sample] = time
  }
  return times
}

/** From when to when was recorded, in milliseconds after the start of the process. */
function spanOf(times: Float64Array | null, meta: Meta): { readonly start: number; readonly end: number } {
  if (times === null || times.length === 0) return { start: 0, end: 0 }
  let first = times[0]!
  let last = first
  for (const time of times) {
    if (time < first) first = time
    if (time > last) last = time
  }
  const end = last + known(meta.interval, 0)
  return {
    start: Math.min(first, known(meta.profilingStartTime, first)),
    end: meta.profilingEndTime >= last ? meta.profilingEndTime : end,
  }
}

function known(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise
}

function sourceOf(meta: Meta, root: Meta, start: number, notes: readonly DataNote[]): Partial<Source> {
  const startedAt = meta.startTime + start
  const isKnown = Number.isFinite(startedAt)
  const details = new Map<string, string | number>()
  if (root.product !== null && root.product !== '') details.set('firefox.product', root.product)
  if (meta.processedVersion !== null) details.set('firefox.preprocessedProfileVersion', meta.processedVersion)
  else if (meta.version !== null) details.set('firefox.version', meta.version)
  return {
    format: 'firefox',
    producer: root.importedFrom ?? (root.product === 'Firefox' ? 'Firefox' : null),
    language: root.importedFrom === TACHYON ? 'python' : null,
    recordedAt: isKnown ? nanosecondsOf(startedAt) : null,
    clock: isKnown ? (startedAt > EPOCH_MILLISECONDS ? 'epoch' : 'monotonic') : null,
    method: 'sampled',
    intervalNs: meta.interval > 0 && Number.isFinite(meta.interval * 1e6) ? Math.round(meta.interval * 1e6) : null,
    details,
    notes,
  }
}

/** Milliseconds as nanoseconds; whole ones stay exact, which as doubles they would not since 1970. */
function nanosecondsOf(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6))
}

function notesOf(meta: Meta, functions: FunctionTable, strings: StringInterner): DataNote[] {
  const notes: DataNote[] = []
  let addresses = 0
  for (const name of functions.name) if (isAddress(strings.bytes(name))) addresses++
  if (addresses > 0) {
    notes.push({
      code: 'unsymbolicated',
      message: `${addresses} of ${functions.length} functions are addresses without a name`,
      count: addresses,
    })
  }
  const version = meta.processedVersion ?? 0
  if (version > LATEST_VERSION) {
    notes.push({
      code: 'newer-version',
      message: `the file has version ${version} of the format, the latest that we know is ${LATEST_VERSION}`,
      count: 1,
    })
  }
  return notes
}

/** `0x7f76b7ffc0e6` */
function isAddress(name: Uint8Array): boolean {
  if (name.length < 3 || name[0] !== 0x30 || name[1] !== 0x78) return false
  for (let at = 2; at < name.length; at++) {
    const lower = name[at]! | 0x20
    const isHex = (lower >= 0x30 && lower <= 0x39) || (lower >= 0x61 && lower <= 0x66)
    if (!isHex) return false
  }
  return true
}

function sameLength(column: Float64Array | null, stacks: Float64Array, noun: string): Float64Array | null {
  if (column === null || column.length === stacks.length) return column
  throw new FormatError(`expected as many ${noun} as samples, got ${column.length} and ${stacks.length}`, {
    path: 'samples',
  })
}
