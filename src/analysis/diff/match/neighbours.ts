import { Allocator } from '../../../limits.js'
import type { Pair, RunColumns, Side } from '../side.js'
import { bucketsOf } from './buckets.js'

/** The other ends of a function's edges: those of function f are `other[start[f]]` to `other[start[f + 1] - 1]`. */
export interface Adjacency {
  readonly start: Int32Array
  readonly other: Int32Array
  /** log(1 + calls); positive. */
  readonly weight: Float64Array
}

export interface Neighbours {
  readonly callers: Adjacency
  readonly callees: Adjacency
}

/** Parts of the whole that count as one call where calls are not counted. */
const PARTS = 1000

/** How much each function of the two sides is used: calls, or thousandths of the total where a side counts none. */
export function amountsOf(sides: Pair<Side>): Pair<Float64Array> {
  return columnsOf(sides, 'calls', 'total', ({ functions }) => functions)
}

export function neighboursOf(sides: Pair<Side>): Pair<Neighbours> {
  const amounts = columnsOf(sides, 'edgeCalls', 'edgeTotal', ({ caller }) => caller.length)
  return [sideNeighbours(sides[0], amounts[0]), sideNeighbours(sides[1], amounts[1])]
}

/** Means over the runs of a column that both sides have: of calls, of values as parts of the whole, or all 1. */
function columnsOf(
  sides: Pair<Side>,
  calls: 'calls' | 'edgeCalls',
  value: 'total' | 'edgeTotal',
  lengthOf: (side: Side) => number,
): Pair<Float64Array> {
  const isKnown = (key: keyof RunColumns): boolean => sides.every(({ runs }) => runs.every((run) => run[key] !== null))
  const of = (side: Side): Float64Array => {
    if (isKnown(calls)) return meanOf(side, calls, lengthOf(side), 1)
    if (!isKnown(value)) return new Allocator().float64(lengthOf(side)).fill(1)
    return meanOf(side, value, lengthOf(side), PARTS / wholeOf(side))
  }
  return [of(sides[0]), of(sides[1])]
}

function meanOf({ runs }: Side, key: keyof RunColumns, length: number, factor: number): Float64Array {
  const mean = new Allocator().float64(length)
  for (const run of runs) {
    const column = run[key]!
    for (let row = 0; row < length; row++) {
      const value = (column[row]! / runs.length) * factor
      if (value > 0 && value < Number.POSITIVE_INFINITY) mean[row] = mean[row]! + value
    }
  }
  return mean
}

function wholeOf({ runs }: Side): number {
  let sum = 0
  for (const { self } of runs) for (const value of self) if (value > 0) sum += value / runs.length
  return sum > 0 ? sum : 1
}

function sideNeighbours({ functions, caller, callee }: Side, amounts: Float64Array): Neighbours {
  const weights = amounts.map((amount) => Math.log1p(Math.max(amount, 0.1)))
  const along = (keys: Int32Array, others: Int32Array): Adjacency => {
    // A function that calls itself is not its own neighbour.
    const { start, items } = bucketsOf(
      keys.map((key, edge) => (key === others[edge] ? -1 : key)),
      functions,
    )
    const weight = new Allocator().float64(items.length)
    for (let at = 0; at < items.length; at++) weight[at] = weights[items[at]!]!
    return { start, other: items.map((edge) => others[edge]!), weight }
  }
  return { callers: along(callee, caller), callees: along(caller, callee) }
}
