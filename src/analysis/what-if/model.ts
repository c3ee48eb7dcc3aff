import { Allocator } from '../../limits.js'
import type { Profile } from '../../model/profile.js'
import { type Measure, measure } from '../costs.js'
import type { Compensation } from '../overhead/compensate.js'
import type { BoundEdit } from './bind-edit.js'
import { graphSolver } from './graph-solver.js'
import { stackSolver } from './stack-solver.js'

/** A profile made ready for questions "what would it cost if". Solving is linear in the profile, asking again is cheap. */
export interface WhatIfModel {
  readonly measure: Measure
  /** function → total now. */
  readonly total: Float64Array
  /** The profile total that savings relate to. */
  readonly whole: number
  /** `stacks`: every call is in its place. `graph`: what calls cost is known for each caller, and no further up. */
  readonly basis: 'stacks' | 'graph'
  /** What was subtracted for the profiler; null when nothing was. */
  readonly compensation: Compensation | null
  /** What all of these edits together save. Below 0 when they cost more than they save. */
  savingOf(edits: readonly BoundEdit[]): number
}

export interface WhatIfOptions {
  /** Index of the value type; the profile's default value when absent. */
  readonly value?: number | undefined
  /** What remains of the costs without those of the profiler. Only for call graphs. */
  readonly compensation?: Compensation | null | undefined
}

export function whatIfModel(profile: Profile, { value, compensation = null }: WhatIfOptions = {}): WhatIfModel {
  const measured = measure(profile, value)
  const { graph } = measured
  const total = compensation?.total ?? finite(graph.total[measured.value]?.values, graph.length)
  const { stacks, samples, source } = profile
  // Stacks without counts say less of calls than the counts beside them.
  const hasStacks =
    source.stacks === 'recorded' &&
    (profile.graph === null || (stacks !== null && stacks.calls !== null)) &&
    (samples?.values[measured.value] ?? null) !== null
  const isByStacks = hasStacks && compensation === null
  const self = compensation?.self ?? finite(graph.self[measured.value]?.values, graph.length)
  return {
    measure: measured,
    total,
    whole: compensation?.whole ?? Number(measured.total),
    compensation,
    basis: isByStacks ? 'stacks' : 'graph',
    savingOf: isByStacks ? stackSolver(measured) : graphSolver(measured, self),
  }
}

function finite(values: Float64Array | undefined, length: number): Float64Array {
  const column = new Allocator().float64(length)
  for (let row = 0; row < length; row++) column[row] = Number.isFinite(values?.[row]) ? values![row]! : 0
  return column
}
