import type { Unit } from '../units.js'
import type { NumberColumn } from './numbers.js'

/** Row numbers of the tables below. Aliases: a hot loop pays nothing for them, a reader sees what a number points at. */
export type FunctionIndex = number
export type EdgeIndex = number
export type FrameIndex = number
export type StackIndex = number
export type SampleIndex = number
export type MappingIndex = number
export type LabelSetIndex = number

/** "No row" in a column of indices: a stack without parent, a function without file. */
export const NONE = -1

/** "No position" in a column of lines or columns. Not -1 or 0: pstats files hold both as real values. */
export const NO_POSITION = -0x8000_0000

/**
 * The functions. A row is one function: the same name, file and position of the definition; never the executing line.
 * Two `(anonymous)` in one file are two functions.
 */
export interface FunctionTable {
  readonly length: number
  /** function → text of its name as the source wrote it. */
  readonly name: Int32Array
  /** function → text of its file; {@link NONE} for built-ins and native code. */
  readonly file: Int32Array
  /** function → 1-based line of the definition; {@link NO_POSITION} where unknown. */
  readonly line: Int32Array
  /** function → 1-based column of the definition; {@link NO_POSITION} where unknown. */
  readonly column: Int32Array
  /** function → the linker's name, where it differs from the name (pprof); null when no function has one. */
  readonly systemName: Int32Array | null
  /** function → how many different argument lists it was called with, counted by a recorder; null when unknown. */
  readonly distinctArgs: NumberColumn | null
}

/**
 * Who calls whom. One row per caller→callee pair, in the order of the source. `self` and `total` are the callee's,
 * spent in calls from that caller; a recursive pair counts only its outermost activation in `total`.
 */
export interface CallEdgeTable {
  readonly length: number
  readonly caller: Int32Array
  readonly callee: Int32Array
  /** edge → calls; null when the source counts none. A row can be NaN: unknown. */
  readonly calls: NumberColumn | null
  /** edge → calls that were not nested in another activation of the same pair. */
  readonly primitiveCalls: NumberColumn | null
  /** value type → edge → self of the callee; null where the source does not say. */
  readonly self: readonly (NumberColumn | null)[]
  /** value type → edge → total of the callee; null where the source does not say. */
  readonly total: readonly (NumberColumn | null)[]
}

/** Functions and their call edges with counts and costs, as a tracing profiler sums them. Columns: function → number. */
export interface CallGraph {
  /** Number of functions: the length of every column. */
  readonly length: number
  /** function → calls; null when the source counts none (samples). */
  readonly calls: NumberColumn | null
  /** function → calls that were not nested in another activation of the same function. */
  readonly primitiveCalls: NumberColumn | null
  /** value type → function → value spent in the function itself. */
  readonly self: readonly NumberColumn[]
  /** value type → function → value spent in the function and what it called, recursion counted once. */
  readonly total: readonly NumberColumn[]
  readonly edges: CallEdgeTable
}

/** Where code was executing: a function and the line in it. */
export interface FrameTable {
  readonly length: number
  /** frame → function. */
  readonly function: Int32Array
  /** frame → 1-based executing line; {@link NO_POSITION} where unknown. */
  readonly line: Int32Array
  /** frame → 1-based executing column; {@link NO_POSITION} where unknown. */
  readonly column: Int32Array
  /** frame → 1 when the compiler inlined it into the frame above; null when no frame is. */
  readonly inlined: Uint8Array | null
  /** frame → machine address; null when the source has none. */
  readonly address: NumberColumn | null
  /** frame → mapping or {@link NONE}; null when the source has none. */
  readonly mapping: Int32Array | null
}

/** The binaries that addresses lie in (pprof). */
export interface MappingTable {
  readonly length: number
  readonly start: NumberColumn
  readonly limit: NumberColumn
  readonly offset: NumberColumn
  readonly file: Int32Array
  readonly buildId: Int32Array
  /** mapping → bits: 1 functions, 2 file names, 4 line numbers, 8 inlined frames were resolved. */
  readonly resolved: Uint8Array
}

/** The call tree. A row is one distinct stack: its parent's frames plus one frame. Parents come before children. */
export interface StackTable {
  readonly length: number
  /** stack → stack without its last frame; {@link NONE} for a root. */
  readonly parent: Int32Array
  /** stack → its last (innermost) frame. */
  readonly frame: Int32Array
  /** stack → how often it was entered, for sources that record spans; null otherwise. */
  readonly calls: NumberColumn | null
  /** stack → ticks that the profiler counted itself (V8's hitCount); null otherwise. */
  readonly hits: NumberColumn | null
  /** stack → text: why the engine gave up optimising (V8); {@link NONE} where it did not; null when no row has one. */
  readonly deoptReason: Int32Array | null
  /** Ticks per executing line (V8's positionTicks); null when the source has none. */
  readonly positionTicks: PositionTickTable | null
}

export interface PositionTickTable {
  readonly length: number
  readonly stack: Int32Array
  /** 1-based. */
  readonly line: Int32Array
  readonly ticks: Int32Array
}

/** What was seen, in the order of the source: a stack and what it weighs. */
export interface SampleTable {
  readonly length: number
  /** sample → stack; {@link NONE} for an empty stack. */
  readonly stack: Int32Array
  /** value type → sample → value; null for a value that only attribution gives (cpuprofile's time). */
  readonly values: readonly (NumberColumn | null)[]
  /** sample → time since the first moment of the profile, in `timeUnit`; null when the source has none. */
  readonly time: Float64Array | null
  readonly timeUnit: Unit
  /** How long recording went on, in `timeUnit` from the first moment of the profile; null when unknown. */
  readonly duration: number | null
  /** sample → label set; null when no sample has labels. */
  readonly labels: Int32Array | null
  /** sample → how many of its outermost frames are the same activations as in the sample before (spans); null otherwise. */
  readonly continued: Int32Array | null
}

/** Labels of samples (pprof): each is a key with a text or with a number and a unit. */
export interface LabelTable {
  readonly length: number
  readonly key: Int32Array
  /** label → text; {@link NONE} for a number. */
  readonly text: Int32Array
  readonly number: NumberColumn
  /** label → text of the number's unit; {@link NONE} for none. */
  readonly unit: Int32Array
  /** label set → where its labels begin in `members`; one more entry than sets. Set 0 is the empty one. */
  readonly setStart: Int32Array
  /** Labels of the sets, one set after the other. */
  readonly members: Int32Array
}
