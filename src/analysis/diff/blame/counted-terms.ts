import { Allocator } from '../../../limits.js'
import { type CallCounts, type CallRates, callRates } from '../../call-costs/call-rates.js'
import type { CallStructure } from '../../call-costs/call-structure.js'
import { callCosts } from '../../call-costs/solve.js'
import type { AlignedGraph } from '../aligned.js'
import type { Pair } from '../side.js'

/**
 * When calls rise as far as the cost of each falls, the midpoint of both is far above what either side ever had: it says
 * "+50 because called more often, -50 because cheaper" of a change of nothing, as when a loop moves out of a function
 * into its caller. Above this ratio of midpoint to mean the number is taken to be independent of the calls. It takes
 * calls and cost per call that move against each other by a factor of 5.8.
 */
const COUNTER_MOVE = 2

/** Terms that sum in magnitude to so many times the costs cancel each other out and explain nothing. */
const ABSURD = 1e6

/**
 * Adds the terms of the change to `delta`, laid out as in BlameTerms: with calls N, self per call u, calls per call k,
 * entries e, changes Δ and midpoints (bar), and the cost of a call C̄ = ū + K̄·C̄,
 *
 *     Δ Σself = Σ N̄·Δu + Σ N̄·Δk·C̄ + Σ Δe·C̄
 *
 * because ΔN = K̄ᵀ·ΔN + i with i = Σ N̄·Δk + Δe, so that Σ ū·ΔN = iᵀ·(I - K̄)⁻¹·ū = iᵀ·C̄. A side without calls of a
 * function takes u and k of the other side. Edges back up a cycle have k by the entries of the cycle instead of by the
 * calls of the caller: then K is without cycles, and all of this holds as it stands. Returns the rates of both sides.
 */
export function countedTerms(graph: AlignedGraph, structure: CallStructure, delta: Float64Array): Pair<CallRates> {
  const counts = knownCounts(graph)
  const rates = [callRates(structure, counts[0]), callRates(structure, counts[1])] as const
  const middle = midpoint(structure, counts, rates)
  const costs = callCosts(structure, { selfPerCall: middle.selfPerCall, callsPerCall: middle.callsPerCall })
  const { functions, edges, components, cyclic } = structure
  const { of } = components
  for (let row = 0; row < functions; row++) delta[row] = middle.selfChange[row]!
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    const isInside = of[edges.caller[edge]!] === of[callee]
    delta[functions + edge] = times(middle.callChange[edge]!, isInside ? costs.once[callee]! : costs.entered[callee]!)
  }
  const [before, after] = [rates[0].entries, rates[1].entries]
  for (let row = 0; row < functions; row++) {
    let term = times(after[row]! - before[row]!, costs.once[row]!)
    if (cyclic[of[row]!] === 1) {
      term += times(Math.max(after[row]!, 0) - Math.max(before[row]!, 0), costs.entered[row]! - costs.once[row]!)
    }
    delta[functions + edges.length + row] = term
  }
  if (isAbsurd(counts, delta)) {
    delta.fill(0)
    for (let row = 0; row < functions; row++) delta[row] = counts[1].self[row]! - counts[0].self[row]!
  }
  return rates
}

/** A product that is 0 when a factor is, even if the other one overflowed. */
function times(change: number, cost: number): number {
  return change === 0 || cost === 0 ? 0 : change * cost
}

function isAbsurd([before, after]: Pair<CallCounts>, delta: Float64Array): boolean {
  let costs = 0
  for (let row = 0; row < before.self.length; row++) costs += Math.abs(before.self[row]!) + Math.abs(after.self[row]!)
  let sum = 0
  for (let term = 0; term < delta.length; term++) sum += Math.abs(delta[term]!)
  return !(sum <= costs * ABSURD)
}

/** The numbers of both sides, without what one side does not know: 0 on both then. */
function knownCounts({ calls, self, edges }: AlignedGraph): Pair<CallCounts> {
  const [before, after] = bothKnown(calls!)
  const none = new Allocator().float64(edges.length)
  const [edgesBefore, edgesAfter] = edges.calls === null ? [none, none] : bothKnown(edges.calls)
  return [
    { calls: before, self: self[0], edgeCalls: edgesBefore },
    { calls: after, self: self[1], edgeCalls: edgesAfter },
  ]
}

function bothKnown([before, after]: Pair<Float64Array>): Pair<Float64Array> {
  const isKnown = (index: number): boolean => Number.isFinite(before[index]!) && Number.isFinite(after[index]!)
  let index = 0
  while (index < before.length && isKnown(index)) index++
  if (index === before.length) return [before, after]
  const known = (column: Float64Array): Float64Array => {
    const copy = new Allocator().float64(column.length)
    for (let index = 0; index < copy.length; index++) copy[index] = isKnown(index) ? column[index]! : 0
    return copy
  }
  return [known(before), known(after)]
}

interface Midpoint extends Pick<CallRates, 'selfPerCall' | 'callsPerCall'> {
  /** row → change of self that the change of its calls does not explain. */
  readonly selfChange: Float64Array
  /** edge → change of calls that the change of what causes them does not explain. */
  readonly callChange: Float64Array
}

function midpoint(structure: CallStructure, [n0, n1]: Pair<CallCounts>, [r0, r1]: Pair<CallRates>): Midpoint {
  const allocator = new Allocator()
  const { functions, edges, components, back } = structure
  const selfPerCall = allocator.float64(functions)
  const selfChange = allocator.float64(functions)
  for (let row = 0; row < functions; row++) {
    selfChange[row] = split(
      selfPerCall,
      row,
      n0.calls[row]!,
      n1.calls[row]!,
      n0.self[row]!,
      n1.self[row]!,
      r0.selfPerCall[row]!,
      r1.selfPerCall[row]!,
    )
  }
  const callsPerCall = allocator.float64(edges.length)
  const callChange = allocator.float64(edges.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const caller = edges.caller[edge]!
    const cycle = components.of[caller]!
    const leadsBack = back[edge] === 1
    callChange[edge] = split(
      callsPerCall,
      edge,
      leadsBack ? r0.cycleEntries[cycle]! : n0.calls[caller]!,
      leadsBack ? r1.cycleEntries[cycle]! : n1.calls[caller]!,
      n0.edgeCalls[edge]!,
      n1.edgeCalls[edge]!,
      r0.callsPerCall[edge]!,
      r1.callsPerCall[edge]!,
    )
  }
  return { selfPerCall, callsPerCall, selfChange, callChange }
}

/**
 * Splits the change of `value = causes x rate`: writes the mean rate to `means[index]` and returns what of the change is
 * not Δcauses times that mean. NaN as a rate is "no causes": the other side's rate then holds for both.
 */
function split(
  means: Float64Array,
  index: number,
  causes0: number,
  causes1: number,
  value0: number,
  value1: number,
  rate0: number,
  rate1: number,
): number {
  const hasRate0 = !Number.isNaN(rate0)
  const hasRate1 = !Number.isNaN(rate1)
  const from = hasRate0 ? rate0 : rate1
  const to = hasRate1 ? rate1 : rate0
  const mean = (from + to) / 2
  const causes = ((hasRate0 ? causes0 : 0) + (hasRate1 ? causes1 : 0)) / 2
  // Nor with no rate at all, where this is no number.
  if (!(Math.abs(causes * mean) <= (COUNTER_MOVE * (Math.abs(value0) + Math.abs(value1))) / 2)) return value1 - value0
  means[index] = mean
  // What a side has although nothing causes it, as the self of a function that was never called.
  const uncaused = (hasRate1 ? 0 : value1) - (hasRate0 ? 0 : value0)
  return causes * (to - from) + uncaused
}
