import type { JsonKeys } from '../src/bytes/json-keys.js'
import type { ByteSource } from '../src/bytes/source.js'
import type { Place } from '../src/errors.js'
import type { Allocator } from '../src/limits.js'
import type { FeatureSet } from '../src/model/features.js'
import type { ProfileSet } from '../src/model/profile.js'
import type { AttributionRules } from '../src/model/sample-sink.js'

export type { JsonKeys }

/** An option of a format on the command line, such as `--csv-table functions|edges`. */
export interface OptionSpec {
  /** Long name without dashes. It begins with the codec's id. */
  readonly name: string
  readonly type: 'string' | 'boolean'
  readonly choices?: readonly string[]
  readonly default?: string | boolean
  readonly describe: string
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>

/**
 * What of the samples is needed. `timeline`: as recorded. `runs`: their order and weights, equal neighbours may be one.
 * `sums`: weights, samples of one stack may be one. `weights`: the same, and spans need not be kept either. A reader that
 * leaves out what a conversion tells of says so in `leftOut`.
 */
export type ReadNeed = 'timeline' | 'runs' | 'sums' | 'weights'

/** What a reader is given besides the bytes, and how it speaks of what is wrong with them. */
export interface ReadContext {
  /** All tables come from here; it carries the limits. */
  readonly allocator: Allocator
  readonly need: ReadNeed
  /** How samples that only have a moment are weighed when a reader folds them. */
  readonly rules: AttributionRules
  readonly options: OptionValues
  /** A fault with one sensible reading, which the reader then takes: counted, shown, an error under --strict. */
  repair(message: string, place: Place): void
  /** A record that makes no sense among good ones: an error, or under --lenient counted and then dropped by the reader. */
  fault(message: string, place: Place): void
}

export interface WriteContext {
  readonly options: OptionValues
  /** `callcost 0.1.0`, for formats with a field for who wrote the file. */
  readonly exporter: string
  /** Tells the user what was lost or made up; one sentence, no full stop. */
  note(message: string): void
}

/** Reads a file of the format. Throws FormatError for what cannot be read. */
export type Reader = (source: ByteSource, context: ReadContext) => Promise<ProfileSet>

/** Writes profiles in the format, in pieces of any size. A piece is only valid until the next one is asked for. */
export type Writer = (set: ProfileSet, context: WriteContext) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** `certain`: nothing else looks like this. `likely`: it may be. */
export type Sniff = 'certain' | 'likely' | 'no'

/** The static part of a format, cheap enough to load for all of them. */
export interface Codec {
  /** `pstats`, as in --from and --to. */
  readonly id: string
  readonly title: string
  /** File name endings with the dot, the usual one first. Only writing goes by the name; reading never does. */
  readonly extensions: readonly string[]
  /** What its reader understands; absent when it has none. */
  readonly reads?: FeatureSet
  /** What its writer keeps; absent when it has none. */
  readonly writes?: FeatureSet
  readonly options?: readonly OptionSpec[]
  /** Its writer takes samples that only have a moment as they are; for others the pipeline gives them weights first. */
  readonly writesMoments?: boolean
  /** Its writer makes one of samples that are equal neighbours, and needs no times unless there are spans. */
  readonly writesRuns?: boolean
  /** For a format that is recognised and not read: what to run instead. */
  readonly advice?: string
  /** Looks at the first 64 KiB, after decompression. Never throws, never decides by the order of the registry. */
  sniff(head: Uint8Array, keys: JsonKeys | null): Sniff
  /** The code, loaded when used. */
  load(): Promise<{ readonly read?: Reader; readonly write?: Writer }>
}
