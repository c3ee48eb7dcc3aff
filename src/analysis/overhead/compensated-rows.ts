import { Allocator } from '../../limits.js'
import type { NumberColumn } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import { type Costs, costColumns, costsAt, measure, shareOf } from '../costs.js'
import { type FunctionRow, type FunctionRows, functionRows, type RowOptions } from '../function-rows.js'
import type { Compensation } from './compensate.js'

/** Functions as they were measured, in the order of what they cost without the profiler. */
export interface CompensatedRows extends FunctionRows {
  readonly compensation: Compensation
  /** Rows of which {@link CompensatedRow.isResolved} is false. */
  readonly unresolved: number
  row(index: number): CompensatedRow
}

export interface CompensatedRow extends FunctionRow {
  /** Without the profiler; null where it is below what the profiler can resolve. Shares are of what remains in all. */
  readonly compensated: Pick<
    FunctionRow,
    'self' | 'total' | 'selfPerCall' | 'totalPerCall' | 'selfShare' | 'totalShare'
  >
  /** Self is more than the error of the correction. */
  readonly isResolved: boolean
}

export function compensatedRows(profile: Profile, compensation: Compensation, options: RowOptions): CompensatedRows {
  const measured = measure(profile, options.value)
  const { graph, value } = measured
  const replaced = (columns: readonly NumberColumn[], by: NumberColumn): NumberColumn[] =>
    columns.map((column, at) => (at === value ? by : column))
  const { self, total, unresolved, whole } = compensation
  const corrected = functionRows(
    {
      ...profile,
      graph: {
        ...graph,
        self: replaced(graph.self, resolved(self, unresolved, 1)),
        total: replaced(graph.total, resolved(total, unresolved, 2)),
      },
    },
    options,
  )
  const columns = costColumns(measured)
  const raw = (fn: number): Costs => costsAt(columns, fn)
  return {
    measure: measured,
    length: corrected.length,
    all: corrected.all,
    compensation,
    unresolved: unresolved.reduce((count, is) => count + (is === 0 ? 0 : 1), 0),
    row(index) {
      const row = corrected.row(index)
      const costs = raw(row.function)
      return {
        function: row.function,
        ...costs,
        selfShare: shareOf(costs.self, measured.total),
        totalShare: shareOf(costs.total, measured.total),
        compensated: {
          self: row.self,
          total: row.total,
          selfPerCall: row.selfPerCall,
          totalPerCall: row.totalPerCall,
          selfShare: shareOf(row.self, whole),
          totalShare: shareOf(row.total, whole),
        },
        isResolved: unresolved[row.function] === 0,
      }
    },
  }
}

/** The column, unknown where at least so much of it is unresolved. */
function resolved(values: Float64Array, unresolved: Uint8Array, from: 1 | 2): NumberColumn {
  const column = new Allocator().float64(values.length)
  for (let row = 0; row < column.length; row++) column[row] = unresolved[row]! >= from ? Number.NaN : values[row]!
  return { values: column, exact: null }
}
