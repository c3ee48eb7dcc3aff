import { Float64Builder, Int32Builder } from '../../../bytes/columns.js'
import { Allocator } from '../../../limits.js'
import { edgesBy } from '../../../model/adjacency.js'
import { NONE } from '../../../model/tables.js'
import type { AlignedGraph } from '../aligned.js'
import { sumOf } from '../sum.js'

/** A callee that explains this share of the change of its caller is the way down. */
const EXPLAINS = 0.7

/** A function whose own change is this share of the change of its total is the place itself. */
const OWN = 0.5

/** The way from the top of the program down to where its total changed. */
export interface Descent {
  /** Rows from the top down; the last one is named. Empty when no function at the top explains the change. */
  readonly rows: Int32Array
  /** row of `rows` → the change that led there: of its total, or of the total of the call edge. */
  readonly delta: Float64Array
  /**
   * What is at its end. `self`: the function's own code. `new subtree`, `gone subtree`: the function is new or gone, with
   * all that it calls. `spread`: several callees, each too small; `none`: nothing changed.
   */
  readonly label: 'self' | 'new subtree' | 'gone subtree' | 'spread' | 'none'
  /** How many callees of the last function together explain what one should have; 0 unless `spread`. */
  readonly callees: number
}

/**
 * Follows the callee with the largest change of total in the direction of the program's change, as long as it explains
 * 70 % of the change of its caller: what a profile without call counts can say about a cause.
 */
export function descent(graph: AlignedGraph): Descent {
  const { length, edges, total, self } = graph
  const allocator = new Allocator()
  const callees = edgesBy(edges.caller, edges.length, length)
  const visited = allocator.bytes(length)
  const rows = new Int32Builder(allocator)
  const deltas = new Float64Builder(allocator)
  const end = (label: Descent['label'], count = 0): Descent => {
    return { rows: rows.finish(), delta: deltas.finish(), label, callees: count }
  }
  let change = sumOf(self[1]) - sumOf(self[0])
  // There is a function, then.
  if (change === 0) return end('none')
  let ways = waysIn(graph)
  let last: number = NONE
  for (;;) {
    let best = NONE
    for (let i = 0; i < ways.row.length; i++) {
      if (visited[ways.row[i]!] === 0 && ways.delta[i]! / change > (ways.delta[best] ?? 0) / change) best = i
    }
    if (best === NONE || ways.delta[best]! / change < EXPLAINS) break
    const row = ways.row[best]!
    change = ways.delta[best]!
    visited[row] = 1
    last = row
    rows.push(row)
    deltas.push(change)
    if (total[0][row] === 0) return end('new subtree')
    if (total[1][row] === 0) return end('gone subtree')
    ways = waysBelow(graph, callees.of(row))
  }
  const own = last === NONE ? 0 : self[1][last]! - self[0][last]!
  return own / change >= OWN ? end('self') : end('spread', countToExplain(ways, change))
}

/** Rows to go to, and the change that lies there. */
interface Ways {
  readonly row: Int32Array
  readonly delta: Float64Array
}

/** The functions that nobody calls; of a program that is one cycle, the largest. */
function waysIn({ length, edges, total }: AlignedGraph): Ways {
  const called = new Allocator().bytes(length)
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges.caller[edge] !== edges.callee[edge]) called[edges.callee[edge]!] = 1
  }
  let row = Int32Array.from(called.keys()).filter((index) => called[index] === 0)
  if (row.length === 0) {
    let largest = 0
    for (let index = 1; index < length; index++) {
      if (total[0][index]! + total[1][index]! > total[0][largest]! + total[1][largest]!) largest = index
    }
    row = Int32Array.of(largest)
  }
  return { row, delta: Float64Array.from(row, (index) => total[1][index]! - total[0][index]!) }
}

/** The callees of one function, with the change in calls from it; of their totals where edges have none. */
function waysBelow({ edges, total }: AlignedGraph, own: Int32Array): Ways {
  const row = own.map((edge) => edges.callee[edge]!)
  const [before, after] = edges.total ?? total
  const delta = Float64Array.from(edges.total === null ? row : own, (index) => after[index]! - before[index]!)
  return { row, delta }
}

/** The least number of ways that together explain the change as one should have; all of them if that is not enough. */
function countToExplain({ delta }: Ways, change: number): number {
  const shares = delta.map((part) => part / change).filter((share) => share > 0)
  shares.sort()
  let sum = 0
  let count = 0
  while (count < shares.length && sum < EXPLAINS) sum += shares[shares.length - ++count]!
  return count
}
