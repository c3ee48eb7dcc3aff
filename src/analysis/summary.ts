import type { ExactNumber } from '../model/numbers.js'
import type { Profile, ValueType } from '../model/profile.js'
import type { Unit } from '../units.js'
import { measure, sampledTotal } from './costs.js'

/** What one profile holds, in numbers. What it has no table for is null. */
export interface ProfileSummary {
  readonly values: readonly ValueSummary[]
  readonly functions: number
  /** All calls; null when none are counted. */
  readonly calls: ExactNumber | null
  /** Calls that were not nested in another of the same function. */
  readonly primitiveCalls: ExactNumber | null
  /** Caller→callee pairs as recorded. */
  readonly edges: number | null
  /** Distinct stacks. */
  readonly stacks: number | null
  readonly samples: number | null
  /** How long recording went on. */
  readonly duration: { readonly value: number; readonly unit: Unit } | null
}

export interface ValueSummary extends ValueType {
  /** Sum over the profile; null when no sample has a value of it. */
  readonly total: ExactNumber | null
  readonly isDefault: boolean
}

/**
 * Counts what a profile holds. `recorded` is as read; `weighed` is the same with a weight for samples that only have a
 * moment, which totals come from.
 */
export function summarize(recorded: Profile, weighed: Profile = recorded): ProfileSummary {
  const { graph, stacks, samples, functions } = recorded
  const { calls, graph: callGraph } = measure(weighed)
  const { primitiveCalls } = callGraph
  return {
    values: weighed.valueTypes.map((type, value) => ({
      ...type,
      total: totalOf(weighed, value),
      isDefault: value === weighed.defaultValue,
    })),
    functions: functions.length,
    calls,
    primitiveCalls: calls === null || primitiveCalls === null ? null : sumKnown(primitiveCalls.values),
    edges: graph?.edges.length ?? null,
    stacks: stacks?.length ?? null,
    samples: samples?.length ?? null,
    duration:
      samples === null || samples.duration === null ? null : { value: samples.duration, unit: samples.timeUnit },
  }
}

function totalOf(profile: Profile, value: number): ExactNumber | null {
  return profile.samples === null ? measure(profile, value).total : sampledTotal(profile, value)
}

function sumKnown(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) if (count >= 0) sum += count
  return sum
}
