import { Allocator } from '../../limits.js'
import type { CallRates } from './call-rates.js'
import type { CallStructure } from './call-structure.js'

/** What calls cost with all that they cause. */
export interface CallCosts {
  /** function → self and all calls below, but without what leads back up its cycle. */
  readonly once: Float64Array
  /** function → cost of a call from outside its cycle: `once`, and the calls back that an entry of the cycle makes. */
  readonly entered: Float64Array
}

/**
 * Solves C = u + K·C for the cumulative cost of a call, in one pass from the callees up.
 *
 * @param selfPerCall function → self of a call; finite
 * @param callsPerCall edge → calls per call, as in {@link CallRates}; finite
 */
export function callCosts(
  structure: CallStructure,
  { selfPerCall, callsPerCall }: Pick<CallRates, 'selfPerCall' | 'callsPerCall'>,
): CallCosts {
  const allocator = new Allocator()
  const { functions, edges, callees, components, cyclic, order, back } = structure
  const { callee } = edges
  const { of } = components
  const once = allocator.float64(functions)
  const entered = allocator.float64(functions)
  let at = functions
  while (at > 0) {
    const component = of[order[at - 1]!]!
    const first = at - components.size[component]!
    for (let i = at - 1; i >= first; i--) {
      const fn = order[i]!
      let cost = selfPerCall[fn]!
      for (let j = callees.start[fn]!; j < callees.start[fn + 1]!; j++) {
        const edge = callees.edges[j]!
        const calls = callsPerCall[edge]!
        if (back[edge] === 1 || calls === 0) continue
        const to = callee[edge]!
        cost += calls * (of[to] === component ? once[to]! : entered[to]!)
      }
      once[fn] = cost
    }
    const around = cyclic[component] === 1 ? costOfBackEdges(structure, callsPerCall, once, first, at) : 0
    for (let i = first; i < at; i++) entered[order[i]!] = once[order[i]!]! + around
    at = first
  }
  return { once, entered }
}

/** What the calls back cost that one entry of the cycle at `order[first … end - 1]` makes. */
function costOfBackEdges(
  { callees, edges, order, back }: CallStructure,
  callsPerCall: Float64Array,
  once: Float64Array,
  first: number,
  end: number,
): number {
  let cost = 0
  for (let i = first; i < end; i++) {
    const fn = order[i]!
    for (let j = callees.start[fn]!; j < callees.start[fn + 1]!; j++) {
      const edge = callees.edges[j]!
      if (back[edge] === 1) cost += callsPerCall[edge]! * once[edges.callee[edge]!]!
    }
  }
  return cost
}

/**
 * Solves N = e + Kᵀ·N for the calls of every function, in one pass from the callers down. With the rates of a graph,
 * 0 for NaN, this gives the calls of the graph again; with changed rates, what would be called then.
 */
export function callsFrom(
  structure: CallStructure,
  { entries, callsPerCall }: Pick<CallRates, 'entries' | 'callsPerCall'>,
): Float64Array {
  const { functions, edges, callees, components, cyclic, order, back } = structure
  const { callee } = edges
  const { of } = components
  const calls = new Allocator().float64(functions)
  calls.set(entries)
  const cycleEntries = new Allocator().float64(components.count)
  for (let fn = 0; fn < functions; fn++) {
    cycleEntries[of[fn]!] = cycleEntries[of[fn]!]! + Math.max(entries[fn]!, 0)
  }
  const callFrom = (fn: number, leadsBack: 0 | 1, times: number): void => {
    for (let j = callees.start[fn]!; j < callees.start[fn + 1]!; j++) {
      const edge = callees.edges[j]!
      if (back[edge] !== leadsBack) continue
      const to = callee[edge]!
      const made = times * callsPerCall[edge]!
      calls[to] = calls[to]! + made
      if (of[to] !== of[fn]) cycleEntries[of[to]!] = cycleEntries[of[to]!]! + made
    }
  }
  let at = 0
  while (at < functions) {
    const component = of[order[at]!]!
    const end = at + components.size[component]!
    // All that enters is known: first what then comes back, which adds to the calls of the functions further up.
    if (cyclic[component] === 1) {
      for (let i = at; i < end; i++) callFrom(order[i]!, 1, cycleEntries[component]!)
    }
    for (; at < end; at++) callFrom(order[at]!, 0, calls[order[at]!]!)
  }
  return calls
}
