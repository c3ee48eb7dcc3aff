import type { Unit } from '../units.js'
import type { Feature } from './features.js'
import type { ExactNumber } from './numbers.js'
import type { StringTable } from './strings.js'
import type {
  CallGraph,
  FrameTable,
  FunctionTable,
  LabelTable,
  MappingTable,
  SampleTable,
  StackTable,
} from './tables.js'

/** What a profile measures: `{ name: 'time', unit: 'seconds' }`. */
export interface ValueType {
  readonly name: string
  readonly unit: Unit
}

/** Something a reader or validate() noticed about the data: kept, shown by `info`, never silently mended. */
export interface DataNote {
  /** A stable word: `negative-calls`, `total-below-self`. */
  readonly code: string
  /** One sentence without a full stop, with the count in it. */
  readonly message: string
  /** How many rows or records it concerns. */
  readonly count: number
}

/** What only one format knows, under keys like `pstats.marker`; kept so that writing that format back loses nothing. */
export type Details = ReadonlyMap<string, string | number | boolean>

/** The languages whose rules for modules and packages we know; null leaves it to the file names. */
export type Language = 'python' | 'javascript' | 'go' | 'ruby' | 'php' | 'native'

export interface Source {
  /** Codec id: `pstats`. */
  readonly format: string
  /** The tool that wrote the file, as far as the file tells. */
  readonly producer: string | null
  readonly command: string | null
  readonly language: Language | null
  /** When recording began, in nanoseconds of `clock`; null when the file does not say. */
  readonly recordedAt: bigint | null
  readonly clock: 'epoch' | 'monotonic' | null
  /** `deterministic`: every call was seen, counts are exact. `sampled`: weights are estimates and there are no calls. */
  readonly method: 'deterministic' | 'sampled'
  /** Nominal time between two samples in nanoseconds; null when unknown or not sampled. */
  readonly intervalNs: number | null
  readonly details: Details
  readonly notes: readonly DataNote[]
  /** `inferred`: the stacks were made up from a call graph and only their sums are true. */
  readonly stacks: 'recorded' | 'inferred' | 'none'
}

/**
 * One thread's (or process's, or run's) profile. It has a call graph as the source gave it, or stacks with samples, or
 * both; ask {@link callGraph} for the graph of either. Immutable: transforms make new profiles that share tables.
 */
export interface Profile {
  readonly name: string
  readonly process: string | null
  readonly thread: string | null
  readonly source: Source
  readonly valueTypes: readonly ValueType[]
  /** Index into `valueTypes`. */
  readonly defaultValue: number
  /** Texts of all tables. */
  readonly strings: StringTable
  readonly functions: FunctionTable
  /** The call graph as the source gave it; null for sources of stacks. */
  readonly graph: CallGraph | null
  /** These three are null together. */
  readonly frames: FrameTable | null
  readonly stacks: StackTable | null
  readonly samples: SampleTable | null
  readonly mappings: MappingTable | null
  readonly labels: LabelTable | null
  /** value type → what the profile weighed before filters took samples away; null when none did. Shares relate to it. */
  readonly wholeTotals: readonly (ExactNumber | null)[] | null
  /** What the file has besides, and its reader was not asked for. */
  readonly leftOut?: readonly Feature[]
}

/** The profiles of one file, or of several: threads, processes, value types that a format keeps apart. */
export interface ProfileSet {
  readonly profiles: readonly Profile[]
  /** Index of the profile that a viewer would show first. */
  readonly active: number
}
