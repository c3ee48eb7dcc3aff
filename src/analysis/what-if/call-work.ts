import { Allocator } from '../../limits.js'
import type { NumberColumn } from '../../model/numbers.js'
import type { CallGraph } from '../../model/tables.js'
import { type CallCounts, type CallRates, callRates } from '../call-costs/call-rates.js'
import { type CallStructure, callStructure } from '../call-costs/call-structure.js'

/**
 * A call graph as work that callers have done: the calls of each function, shared out over its callers by what their
 * calls cost and not by how many there are. A caller whose calls are dear thereby keeps that when calls are taken away.
 * The calls of functions follow from the entries exactly, and their costs from the calls.
 */
export interface CallWork {
  readonly structure: CallStructure
  readonly counts: CallCounts
  /** Finite everywhere; no entries are below 0. */
  readonly rates: CallRates
}

/**
 * @param value index of the value type whose totals say what the calls of an edge cost
 * @param self function → self; finite
 */
export function callWork(graph: CallGraph, value: number, self: Float64Array): CallWork {
  const { length, edges } = graph
  const total = known(graph.total[value] ?? null, length)
  const edgeTotal = known(edges.total[value] ?? null, edges.length)
  const counted = known(graph.calls, length)
  const edgeCalls = known(edges.calls, edges.length).map((calls) => calls || 0)
  const calls = new Allocator().float64(length)
  for (let edge = 0; edge < edges.length; edge++) {
    calls[edges.callee[edge]!] = calls[edges.callee[edge]!]! + edgeCalls[edge]!
  }
  // A function that nobody is known to call, but that is there, was called once: main, all functions of samples.
  for (let fn = 0; fn < length; fn++) calls[fn] = counted[fn]! > 0 ? counted[fn]! : calls[fn]! || 1
  // As for blame: up in a cycle is what costs most with all it calls, then what is called least.
  const structure = callStructure(length, edges, [
    total.map((cost) => cost || 0),
    calls.map((count) => -count),
    self.map((cost) => -cost),
  ])
  const shared = new Allocator().float64(edges.length)
  const share = sharer(structure, { calls, edgeCalls, total, edgeTotal, isCounted: graph.calls !== null }, shared)
  for (let fn = 0; fn < length; fn++) share(fn)
  openClosedCycles(structure, calls, shared)
  const counts = { calls, self, edgeCalls: shared }
  const rates = callRates(structure, counts)
  const finite = (rate: number): number => (Number.isFinite(rate) ? rate : 0)
  return {
    structure,
    counts,
    rates: {
      ...rates,
      // What rounding leaves of entries that are none would be work that nobody causes.
      entries: rates.entries.map((entries, fn) => (entries > ROUNDING * calls[fn]! ? entries : 0)),
      callsPerCall: rates.callsPerCall.map(finite),
      selfPerCall: rates.selfPerCall.map(finite),
    },
  }
}

/** Entries below this share of the calls are a subtraction of what is equal. */
const ROUNDING = 1e-12

interface Measured {
  readonly calls: Float64Array
  readonly edgeCalls: Float64Array
  readonly total: Float64Array
  readonly edgeTotal: Float64Array
  readonly isCounted: boolean
}

/** Shares the calls of one function out to `shared`, edge → calls. */
function sharer(structure: CallStructure, measured: Measured, shared: Float64Array): (fn: number) => void {
  const { callers, edges, components, cyclic } = structure
  const { calls, edgeCalls, total, edgeTotal, isCounted } = measured
  return (fn) => {
    const isCyclic = cyclic[components.of[fn]!] === 1
    const own = callers.of(fn)
    let counted = 0
    let entering = 0
    let cost = 0
    for (const edge of own) {
      counted += edgeCalls[edge]!
      // What a call back costs says nothing: the cost of a recursion is that of its outermost call.
      if (isCyclic && isCounted && components.of[edges.caller[edge]!] === components.of[fn]) continue
      entering += edgeCalls[edge]!
      cost += edgeTotal[edge]!
    }
    const most = calls[fn]!
    const claimed = counted > most ? most / counted : 1
    const outside = isCounted ? Math.max(0, most - counted) : Number.POSITIVE_INFINITY
    const outsideCost = outside > ROUNDING * most ? Math.max(0, total[fn]! - cost) : 0
    const byCost = Number.isFinite(cost) && cost > 0 && !(isCyclic && isCounted && outside > 0)
    // In a cycle the calls back keep their number; outside of one, outside calls cost what is left of the total.
    const toShare = isCyclic && isCounted ? entering * claimed : most
    const wholeCost = isCyclic && isCounted ? cost : cost + (outsideCost || 0)
    for (const edge of own) {
      const isBetween = isCyclic && isCounted && components.of[edges.caller[edge]!] === components.of[fn]
      shared[edge] = byCost && !isBetween ? toShare * (edgeTotal[edge]! / wholeCost) : edgeCalls[edge]! * claimed
    }
  }
}

/** A cycle that nothing enters would do no work: of the calls of its highest function one comes from outside. */
function openClosedCycles(structure: CallStructure, calls: Float64Array, shared: Float64Array): void {
  const { components, cyclic, order, callers, edges } = structure
  for (let at = 0; at < order.length; ) {
    const component = components.of[order[at]!]!
    const end = at + components.size[component]!
    if (cyclic[component] === 1) {
      let entries = 0
      for (let i = at; i < end; i++) {
        const fn = order[i]!
        let within = 0
        for (const edge of callers.of(fn)) {
          if (components.of[edges.caller[edge]!] === component) within += shared[edge]!
        }
        const entered = calls[fn]! - within
        if (entered > ROUNDING * calls[fn]!) entries += entered
      }
      const top = order[at]!
      if (entries === 0) {
        const rest = Math.max(0, calls[top]! - 1) / calls[top]!
        for (const edge of callers.of(top)) shared[edge] = shared[edge]! * rest
      }
    }
    at = end
  }
}

/** row → number that can be reckoned with; NaN where it is unknown or below 0. */
function known(column: NumberColumn | null, length: number): Float64Array {
  const values = new Allocator().float64(length).fill(Number.NaN)
  if (column === null) return values
  for (let row = 0; row < length; row++) {
    const value = column.values[row]!
    if (value >= 0 && value < Number.POSITIVE_INFINITY) values[row] = value
  }
  return values
}
