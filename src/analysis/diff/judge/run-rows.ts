import { Allocator } from '../../../limits.js'
import type { Alignment } from '../aligned.js'
import type { Pair, RunColumns, Side } from '../side.js'
import { sumOf } from '../sum.js'

/** Columns of functions, and of edges. */
type FunctionKey = 'calls' | 'primitiveCalls' | 'self' | 'total'
type EdgeKey = 'edgeCalls' | 'edgeSelf' | 'edgeTotal'

/**
 * Every run of both sides over the rows (or the edges) of an alignment: side → run → row → value, 0 where the run does
 * not have it. null unless every run has the column.
 */
export function runRows(
  { rowOf, length, edges }: Alignment,
  sides: Pair<Side>,
  key: FunctionKey | EdgeKey,
): Pair<Float64Array[]> | null {
  const allocator = new Allocator()
  const ofEdges = key === 'edgeCalls' || key === 'edgeSelf' || key === 'edgeTotal'
  const spread = (side: 0 | 1): Float64Array[] | null => {
    const to = ofEdges ? edges.edgeOf[side] : rowOf[side]
    const spreads: Float64Array[] = []
    for (const run of sides[side].runs) {
      const column = (run as RunColumns)[key]
      if (column === null) return null
      const rows = allocator.float64(ofEdges ? edges.length : length)
      for (let index = 0; index < to.length; index++) rows[to[index]!] = column[index]!
      spreads.push(rows)
    }
    return spreads
  }
  const before = spread(0)
  const after = before === null ? null : spread(1)
  return before === null || after === null ? null : [before, after]
}

/** side → run → Σ self. */
export function runTotals(self: Pair<readonly Float64Array[]>): Pair<number[]> {
  return [self[0].map(sumOf), self[1].map(sumOf)]
}

/** Value per call, run by run; NaN where there is no call. */
export function perCall(
  values: Pair<readonly Float64Array[]>,
  calls: Pair<readonly Float64Array[]>,
): Pair<Float64Array[]> {
  const divide = (side: 0 | 1): Float64Array[] =>
    values[side].map((column, run) =>
      column.map((value, row) => (calls[side][run]![row]! > 0 ? value / calls[side][run]![row]! : Number.NaN)),
    )
  return [divide(0), divide(1)]
}

/** row → mean over all runs, a side counting as much as the other. */
export function meanOfSides(values: Pair<readonly Float64Array[]>): Float64Array {
  const means = new Float64Array(values[0][0]!.length)
  for (const runs of values) {
    for (const run of runs) {
      for (let row = 0; row < means.length; row++) means[row] = means[row]! + run[row]! / (2 * runs.length)
    }
  }
  return means
}
