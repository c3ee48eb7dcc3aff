import type { Reader } from '../../formats/codec.js'
import { memorySource } from '../../src/bytes/source.js'
import { CallcostError, FormatError, type Place } from '../../src/errors.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { DEFAULT_RULES } from '../../src/model/sample-sink.js'

/** What a reader made of an input: its profiles or its error, and all it said on the way. */
export interface Outcome {
  readonly said: readonly (readonly [kind: string, message: string, place: Place])[]
  readonly profiles: readonly object[]
  readonly error: readonly [message: string, place: Place | null] | null
}

/**
 * Reads an input that arrives in pieces of `chunkSize`. The pipeline hands out the first 64 KiB at once; this does not.
 * Names are told as texts, so that two readings that number them differently are still equal.
 */
export async function readInPieces(
  reader: Reader,
  bytes: Uint8Array,
  chunkSize: number,
  options: { readonly need?: 'timeline' | 'weights'; readonly limits?: Partial<Limits> } = {},
): Promise<Outcome> {
  const said: [string, string, Place][] = []
  try {
    const { profiles } = await reader(memorySource('a', bytes, chunkSize), {
      allocator: new Allocator({ ...DEFAULT_LIMITS, ...options.limits }),
      need: options.need ?? 'timeline',
      rules: DEFAULT_RULES,
      options: {},
      repair: (message, place) => said.push(['repair', message, place]),
      fault: (message, place) => said.push(['fault', message, place]),
    })
    return { said, profiles: profiles.map(shown), error: null }
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    return { said, profiles: [], error: [error.message, error instanceof FormatError ? error.place : null] }
  }
}

function shown({ strings, functions, ...rest }: Profile): object {
  const texts = (column: Int32Array) => Array.from(column, (text) => (text < 0 ? null : strings.text(text)))
  return { ...rest, functions: { ...functions, name: texts(functions.name), file: texts(functions.file) } }
}
