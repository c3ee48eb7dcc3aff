import { Allocator } from '../../../limits.js'
import type { CallStructure } from '../../call-costs/call-structure.js'
import type { AlignedGraph } from '../aligned.js'
import type { Pair } from '../side.js'

/** A caller whose calls became dearer by less than this, as a logarithm of the ratio (28 %), is not singled out. */
const STANDS_OUT = 0.25

/** So many times more than in the calls of all others. */
const THAN_OTHERS = 4

/** Sums that differ by less than this share are what rounding leaves of a subtraction. */
const ROUNDING = 1e-12

/**
 * Moves from the `self` of a function to its callers what only one of them sees: "p calls f with dearer arguments". With
 * calls by self per call, without by self. Needs the self of edges; sums stay as they are. `delta` as in BlameTerms.
 */
export function contextTerms(graph: AlignedGraph, structure: CallStructure, delta: Float64Array): void {
  const { edges, calls, self, total } = graph
  if (edges.self === null) return
  if (calls !== null && edges.calls === null) return
  const { functions, callers } = structure
  const costs = edges.self
  const counts = calls === null ? onePerEdge(edges.length) : edges.calls!
  const first = 2 * functions + edges.length
  const move = (fn: number, edge: number): void => {
    const [cost0, cost1] = [costs[0][edge]!, costs[1][edge]!]
    const [calls0, calls1] = [counts[0][edge]!, counts[1][edge]!]
    const moved = ((calls0 + calls1) / 2) * (cost1 / calls1 - cost0 / calls0)
    // More than both sides ever had: calls rose as far as the cost of each fell.
    if (Math.abs(moved) > Math.abs(cost0) + Math.abs(cost1)) return
    // Edges that claim more than the function has say nothing.
    if (Math.abs(moved) > Math.abs(self[0][fn]!) + Math.abs(self[1][fn]!)) return
    delta[fn] = delta[fn]! - moved
    delta[first + edge] = moved
  }
  for (let fn = 0; fn < functions; fn++) {
    const start = callers.start[fn]!
    const end = callers.start[fn + 1]!
    // Without calls a function that is new or gone says nothing about itself: its caller calls it now, or no more.
    if (calls === null && (total[0][fn] === 0) !== (total[1][fn] === 0)) {
      for (let at = start; at < end; at++) {
        const edge = callers.edges[at]!
        const caller = edges.caller[edge]!
        if (total[0][caller] !== 0 && total[1][caller] !== 0) move(fn, edge)
      }
      continue
    }
    let [cost0, cost1, calls0, calls1] = [0, 0, 0, 0]
    for (let at = start; at < end; at++) {
      const edge = callers.edges[at]!
      if (!isComparable(edges.caller[edge] === fn, counts, edge)) continue
      cost0 += costs[0][edge]!
      cost1 += costs[1][edge]!
      calls0 += counts[0][edge]!
      calls1 += counts[1][edge]!
    }
    for (let at = start; at < end; at++) {
      const edge = callers.edges[at]!
      if (!isComparable(edges.caller[edge] === fn, counts, edge)) continue
      const own = growth(costs[0][edge]!, costs[1][edge]!, counts[0][edge]!, counts[1][edge]!)
      if (!(Math.abs(own) > STANDS_OUT)) continue
      const others = growth(
        without(cost0, costs[0][edge]!),
        without(cost1, costs[1][edge]!),
        without(calls0, counts[0][edge]!),
        without(calls1, counts[1][edge]!),
      )
      // Not so when there are no others, or nothing to compare.
      if (Math.abs(own) > THAN_OTHERS * Math.abs(others)) move(fn, edge)
    }
  }
}

/** Without calls, a cost is compared as it stands. */
function onePerEdge(length: number): Pair<Float64Array> {
  const ones = new Allocator().float64(length).fill(1)
  return [ones, ones]
}

function isComparable(callsItself: boolean, counts: Pair<Float64Array>, edge: number): boolean {
  return !callsItself && counts[0][edge]! > 0 && counts[1][edge]! > 0
}

/** Logarithm of the ratio of the costs per call; NaN without calls, which then cost nothing. */
function growth(cost0: number, cost1: number, calls0: number, calls1: number): number {
  return Math.log(cost1 / calls1 / (cost0 / calls0))
}

function without(sum: number, part: number): number {
  const rest = sum - part
  return Math.abs(rest) <= Math.abs(sum) * ROUNDING ? 0 : rest
}
