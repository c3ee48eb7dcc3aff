import { CallcostError } from '../../../errors.js'
import { Allocator } from '../../../limits.js'
import type { AlignedGraph } from '../aligned.js'
import type { Pair } from '../side.js'

/** Why the total of one function changed: parts that sum to the change, but for rounding. In the diff's unit. */
export interface Explanation {
  readonly row: number
  /** The change of the function's total. */
  readonly delta: number
  /** Calls are known on both sides. Without them `calledMore` and `byCalls` are null: they cannot be told apart. */
  readonly counted: boolean
  /** The function is called more or less often. All of the change when it is new or gone. */
  readonly calledMore: number | null
  /** Its own code costs more or less per call; without calls the change of self. */
  readonly ownCode: number
  /** What it calls, largest change first. The function itself is not among it: recursion is in its own code. */
  readonly callees: {
    readonly length: number
    readonly edge: Int32Array
    readonly row: Int32Array
    /** It calls the callee more or less often per call of its own. */
    readonly byCalls: Float64Array | null
    /** A call of the callee costs more or less; without calls the change of the edge's total. */
    readonly byCost: Float64Array
  }
  /** The part of the total that is neither self nor in edges: cycles, and files that do not add up. */
  readonly residual: number
}

/**
 * Explains one function's total by what it does itself, without what other functions do with it: with P primitive calls,
 * and per such call self u, calls k of callee g at cost C, Δtotal = ΔP·C̄ + P̄·Δu + Σ P̄·Δk·C̄g + Σ P̄·k̄·ΔCg + residual.
 * The callees that became dearer inherit that from below; {@link blame} says from where.
 */
export function explain(graph: AlignedGraph, row: number): Explanation {
  if (!(row >= 0 && row < graph.length)) throw new CallcostError('internal', `there is no row ${row} to explain`)
  const calls = primitiveCallsOf(graph, row)
  return calls === null ? explainCosts(graph, row) : explainCalls(graph, row, calls)
}

/** null where they are unknown, or contradict the costs. */
function primitiveCallsOf({ primitiveCalls, calls, self, total }: AlignedGraph, row: number): Pair<number> | null {
  const column = primitiveCalls ?? calls
  if (column === null) return null
  for (const side of [0, 1] as const) {
    const count = column[side][row]!
    if (!(count > 0) && !(count === 0 && self[side][row] === 0 && total[side][row] === 0)) return null
  }
  const pair = [column[0][row]!, column[1][row]!] as const
  return pair[0] > 0 || pair[1] > 0 ? pair : null
}

function explainCalls(graph: AlignedGraph, row: number, [before, after]: Pair<number>): Explanation {
  const mean = (before + after) / 2
  /** Per call; a side without calls takes the other side's. */
  const rates = (from: number, to: number): Pair<number> => [
    before > 0 ? from / before : to / after,
    after > 0 ? to / after : from / before,
  ]
  const change = ([from, to]: Pair<number>): number => to - from
  const total = rates(graph.total[0][row]!, graph.total[1][row]!)
  const own = rates(graph.self[0][row]!, graph.self[1][row]!)
  const calledMore = (after - before) * ((total[0] + total[1]) / 2)
  const ownCode = mean * change(own)
  const edges = edgesFrom(graph, row)
  const totals = graph.edges.total
  const byCalls = new Allocator().float64(edges.length)
  const byCost = new Allocator().float64(edges.length)
  let rest = mean * change(total) - ownCode
  for (let i = 0; i < edges.length && totals !== null; i++) {
    const edge = edges[i]!
    const cost = rates(totals[0][edge]!, totals[1][edge]!)
    const all = mean * change(cost)
    const counts = graph.edges.calls
    if (counts !== null) {
      const costOfCall = perCall([counts[0][edge]!, counts[1][edge]!], [totals[0][edge]!, totals[1][edge]!])
      const times = rates(counts[0][edge]!, counts[1][edge]!)
      if (costOfCall !== null) byCalls[i] = mean * change(times) * ((costOfCall[0] + costOfCall[1]) / 2)
    }
    byCost[i] = all - byCalls[i]!
    rest -= all
  }
  return {
    row,
    delta: graph.total[1][row]! - graph.total[0][row]!,
    counted: true,
    calledMore,
    ownCode,
    callees: sorted(graph, edges, byCalls, byCost),
    residual: rest,
  }
}

/** Cost of a call on both sides, one taking the other's where it has none; null where calls and cost contradict. */
function perCall(calls: Pair<number>, cost: Pair<number>): Pair<number> | null {
  for (const side of [0, 1] as const) if (!(calls[side] > 0) && !(calls[side] === 0 && cost[side] === 0)) return null
  if (calls[0] === 0 && calls[1] === 0) return null
  return [
    calls[0] > 0 ? cost[0] / calls[0] : cost[1] / calls[1],
    calls[1] > 0 ? cost[1] / calls[1] : cost[0] / calls[0],
  ]
}

function explainCosts(graph: AlignedGraph, row: number): Explanation {
  const edges = edgesFrom(graph, row)
  const totals = graph.edges.total
  const delta = graph.total[1][row]! - graph.total[0][row]!
  const ownCode = graph.self[1][row]! - graph.self[0][row]!
  const byCost = new Allocator().float64(edges.length)
  let rest = delta - ownCode
  for (let i = 0; i < edges.length && totals !== null; i++) {
    byCost[i] = totals[1][edges[i]!]! - totals[0][edges[i]!]!
    rest -= byCost[i]!
  }
  const callees = sorted(graph, edges, null, byCost)
  return { row, delta, counted: false, calledMore: null, ownCode, callees, residual: rest }
}

/** The edges out of a row, but for the one to itself. */
function edgesFrom({ edges: { length, caller, callee } }: AlignedGraph, row: number): Int32Array {
  let count = 0
  for (let edge = 0; edge < length; edge++) if (caller[edge] === row && callee[edge] !== row) count++
  const found = new Allocator().int32(count)
  for (let edge = length - 1; edge >= 0; edge--) {
    if (caller[edge] === row && callee[edge] !== row) found[--count] = edge
  }
  return found
}

function sorted(
  graph: AlignedGraph,
  edges: Int32Array,
  byCalls: Float64Array | null,
  byCost: Float64Array,
): Explanation['callees'] {
  const size = byCost.map((cost, i) => Math.abs(cost + (byCalls?.[i] ?? 0)))
  const order = Int32Array.from(edges.keys()).sort((a, b) => size[b]! - size[a]! || a - b)
  const edge = order.map((i) => edges[i]!)
  return {
    length: edges.length,
    edge,
    row: edge.map((index) => graph.edges.callee[index]!),
    byCalls: byCalls === null ? null : Float64Array.from(order, (i) => byCalls[i]!),
    byCost: Float64Array.from(order, (i) => byCost[i]!),
  }
}
