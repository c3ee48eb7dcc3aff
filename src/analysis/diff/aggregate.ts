import { Allocator } from '../../limits.js'
import type { RunColumns, Side } from './side.js'

/**
 * How several runs of a side come to one number a function. `min`: noise only ever adds time to what a program computes,
 * so the least is the best estimate. `median` where runs differ in what they do.
 */
export type Aggregation = 'min' | 'median'

/** `min` when every run of both sides makes the same calls as the others of its side, else `median`. */
export function aggregationFor(sides: readonly Side[]): Aggregation {
  return sides.every(repeatsItself) ? 'min' : 'median'
}

function repeatsItself({ runs }: Side): boolean {
  const [first, ...others] = runs
  return others.every(({ calls }) => {
    if (calls === null || first!.calls === null) return false
    for (let fn = 0; fn < calls.length; fn++) if (!Object.is(calls[fn], first!.calls[fn])) return false
    return true
  })
}

/** What the runs of a side come to; the run itself when there is one. `chosen`: the runs to look at, some perhaps twice. */
export function aggregateRuns(runs: readonly RunColumns[], how: Aggregation, chosen?: ArrayLike<number>): RunColumns {
  const taken = chosen === undefined ? runs : Array.from(chosen, (run) => runs[run]!)
  const [first] = taken
  if (taken.length === 1) return first!
  const allocator = new Allocator()
  const column = (key: keyof RunColumns): Float64Array | null => {
    const columns = taken.map((run) => run[key])
    return columns.includes(null) ? null : aggregateColumns(allocator, columns as Float64Array[], how)
  }
  return {
    calls: column('calls'),
    primitiveCalls: column('primitiveCalls'),
    self: column('self')!,
    total: column('total')!,
    edgeCalls: column('edgeCalls'),
    edgeSelf: column('edgeSelf'),
    edgeTotal: column('edgeTotal'),
  }
}

function aggregateColumns(allocator: Allocator, columns: readonly Float64Array[], how: Aggregation): Float64Array {
  const result = allocator.float64(columns[0]!.length)
  const values = new Float64Array(columns.length)
  const middle = columns.length >> 1
  for (let row = 0; row < result.length; row++) {
    for (let run = 0; run < columns.length; run++) values[run] = columns[run]![row]!
    values.sort()
    if (how === 'min') result[row] = values[0]!
    else result[row] = columns.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
  }
  return result
}
