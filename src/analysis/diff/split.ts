/** A change of self time in two parts that sum to it exactly. */
export interface ChangeSplit {
  /** Because it was called more or less often. */
  readonly byCalls: number
  /** Because a call cost more or less. */
  readonly byCost: number
}

/**
 * Splits the change of `self = calls x cost per call` at the midpoint: ΔN·ū + Δu·N̄. It is symmetric in time, so the
 * diff of after and before is the same with the signs turned, and it is what Shapley's value gives for two factors.
 * Null without calls on either side: a function that is new or gone has no cost per call to compare with.
 */
export function splitChange(calls: readonly [number, number], self: readonly [number, number]): ChangeSplit | null {
  const [callsBefore, callsAfter] = calls
  const [selfBefore, selfAfter] = self
  if (!(callsBefore > 0) || !(callsAfter > 0)) return null
  const meanCost = (selfBefore / callsBefore + selfAfter / callsAfter) / 2
  const byCalls = (callsAfter - callsBefore) * meanCost
  // The other part is the rest, so that rounding cannot make the two miss the change.
  return { byCalls, byCost: selfAfter - selfBefore - byCalls }
}
