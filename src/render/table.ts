import type { ExactNumber } from '../model/numbers.js'
import type { Unit } from '../units.js'

/** Calls and primitive calls of one row. */
export type CallsCell = readonly [calls: ExactNumber | null, primitiveCalls: ExactNumber | null]

/** A raw value; null is unknown. What it means, its column says. */
export type Cell = string | ExactNumber | CallsCell | null

/** How a column's cells are read. */
export type Column = {
  readonly title: string
  /** On a terminal that is too narrow, columns with a number here are left out, the lowest first. */
  readonly leftOut?: number
} & (
  | {
      /** Shortened where a terminal is too narrow: places (paths) by folders, others in the middle. */
      readonly kind: 'name' | 'place' | 'text'
    }
  | {
      /** `calls`: pairs, shown as `18/1` where the two differ. `ratio`: 0 to 1, shown in percent. */
      readonly kind: 'count' | 'calls' | 'ratio'
    }
  | {
      readonly kind: 'value'
      readonly unit: Unit
      /** What the column's unit is chosen by: its largest value, or the geometric mean of those that are not 0. */
      readonly scaledBy: 'largest' | 'mean'
    }
)

/** A table for people. Cells are raw; rows are made when asked for. */
export interface Table {
  readonly columns: readonly Column[]
  readonly length: number
  row(index: number): readonly Cell[]
}

/** Rows for machines, as CSV writes them: no unit is changed, nothing is rounded. */
export interface Records {
  readonly keys: readonly string[]
  readonly length: number
  row(index: number): readonly (string | ExactNumber | null)[]
}

export function isText(column: Column): boolean {
  return column.kind === 'name' || column.kind === 'place' || column.kind === 'text'
}
