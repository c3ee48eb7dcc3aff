import { Allocator } from '../../limits.js'
import type { CallStructure } from './call-structure.js'

/** What was counted and measured. Every number is finite; a count that is not known must have been left out, as 0. */
export interface CallCounts {
  /** function → calls. */
  readonly calls: Float64Array
  /** function → self. */
  readonly self: Float64Array
  /** edge → calls. */
  readonly edgeCalls: Float64Array
}

/** The same numbers as what each call causes, from which the numbers follow again ({@link callsFrom}). */
export interface CallRates {
  /** function → self of one call; NaN where it has no calls. */
  readonly selfPerCall: Float64Array
  /**
   * edge → calls for one call of the caller; of an edge that leads back, for one call from outside into the cycle. NaN
   * where there are none of those.
   */
  readonly callsPerCall: Float64Array
  /** function → calls that no edge explains: of main, of callbacks. Below 0 where the edges claim more than there are. */
  readonly entries: Float64Array
  /** component → calls into it from outside it, edges and entries; 0 for one that is not cyclic. */
  readonly cycleEntries: Float64Array
}

/** Calls on edges back are counted by entry of the cycle, so that a cycle entered twice as often has not grown. */
export function callRates(structure: CallStructure, { calls, self, edgeCalls }: CallCounts): CallRates {
  const allocator = new Allocator()
  const { functions, edges, components, cyclic, back } = structure
  const { caller, callee } = edges
  const { of } = components
  const entries = allocator.float64(functions)
  entries.set(calls)
  for (let edge = 0; edge < edges.length; edge++) {
    const to = callee[edge]!
    entries[to] = entries[to]! - edgeCalls[edge]!
  }
  const cycleEntries = allocator.float64(components.count)
  for (let fn = 0; fn < functions; fn++) {
    const component = of[fn]!
    if (cyclic[component] === 1) cycleEntries[component] = cycleEntries[component]! + Math.max(entries[fn]!, 0)
  }
  for (let edge = 0; edge < edges.length; edge++) {
    const component = of[callee[edge]!]!
    if (cyclic[component] === 1 && of[caller[edge]!] !== component) {
      cycleEntries[component] = cycleEntries[component]! + edgeCalls[edge]!
    }
  }
  const selfPerCall = allocator.float64(functions)
  for (let fn = 0; fn < functions; fn++) selfPerCall[fn] = calls[fn]! > 0 ? self[fn]! / calls[fn]! : Number.NaN
  const callsPerCall = allocator.float64(edges.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const from = caller[edge]!
    const causes = back[edge] === 1 ? cycleEntries[of[from]!]! : calls[from]!
    callsPerCall[edge] = causes > 0 ? edgeCalls[edge]! / causes : Number.NaN
  }
  return { selfPerCall, callsPerCall, entries, cycleEntries }
}
