import { Allocator } from '../../limits.js'
import { calleesOf, callersOf, type EdgesByFunction } from '../../model/adjacency.js'
import { type Components, componentsOf } from '../../model/components.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { Category } from '../../model/modules/description.js'
import type { Profile } from '../../model/profile.js'
import { type EdgeIndex, type FunctionIndex, NONE } from '../../model/tables.js'
import { dimension, type Unit, unitFactor } from '../../units.js'
import { callStructure } from '../call-costs/call-structure.js'
import type { Measure } from '../costs.js'
import { shownName } from '../function-text.js'
import type { WhatIfModel } from '../what-if/model.js'
import { FrameMatcher } from './frame-matcher.js'
import { IMPORTS } from './rules/patterns.js'

/** The numbers that rules look at: without what the profiler added where that is known, and never NaN. */
export interface View {
  readonly profile: Profile
  readonly measure: Measure
  /** Whether any function has a file: without, whose code it is shows by names only. */
  readonly hasFiles: boolean
  readonly model: WhatIfModel
  readonly callers: EdgesByFunction
  readonly callees: EdgesByFunction
  /** edge → 1 when it leads back up a cycle; without these the graph has none. */
  readonly back: Uint8Array
  readonly components: Components
  /** function → self, total; edge → total of the callee. */
  readonly self: Float64Array
  readonly total: Float64Array
  readonly edgeTotal: Float64Array
  /** function → calls, edge → calls; 0 where unknown, and all 0 where the profile counts none. */
  readonly calls: Float64Array
  readonly edgeCalls: Float64Array
  readonly isCounted: boolean
  readonly whole: number
  readonly idle: number
  /** The whole less idle time: what shares of findings relate to. */
  readonly busy: number
  /** How many of the value's unit a second is; null when the value is no time. */
  readonly second: number | null
  /** What loads modules. */
  readonly imports: FrameMatcher
  /** How many samples were taken; null when the profile is not sampled, or does not say. */
  readonly samples: number | null
}

/** Makes the numbers of a profile ready for rules. */
export function viewOf(model: WhatIfModel): View {
  const { measure, total } = model
  const { profile, graph, value, type } = measure
  const { edges } = graph
  const raw = numbers(graph.total[value]?.values, graph.length)
  const edgeTotal = numbers(edges.total[value]?.values, edges.length)
  for (let edge: EdgeIndex = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    if (raw[callee]! > 0) edgeTotal[edge] = edgeTotal[edge]! * (total[callee]! / raw[callee]!)
  }
  const calls = numbers(graph.calls?.values, graph.length)
  const self = model.compensation?.self ?? numbers(graph.self[value]?.values, graph.length)
  let idle = 0
  for (let fn = 0; fn < graph.length; fn++) {
    if (describeFunction(profile, fn).category === 'idle') idle += self[fn]!
  }
  return {
    profile,
    measure,
    hasFiles: profile.functions.file.subarray(0, profile.functions.length).some((file) => file !== NONE),
    model,
    callers: callersOf(graph),
    callees: calleesOf(graph),
    back: callStructure(graph.length, edges, [raw, calls.map((count) => -count), self.map((cost) => -cost)]).back,
    components: componentsOf(graph),
    self,
    total,
    edgeTotal,
    calls,
    edgeCalls: numbers(edges.calls?.values, edges.length),
    isCounted: graph.calls !== null && edges.calls !== null && profile.source.method !== 'sampled',
    whole: model.whole,
    idle,
    busy: Math.max(0, model.whole - idle),
    second: unitFactor('seconds', type.unit),
    imports: new FrameMatcher(profile, IMPORTS),
    samples: profile.source.method === 'sampled' ? samplesOf(profile, model.whole, type.unit) : null,
  }
}

/** Samples of one stack may be summed already: then the profiler's ticks tell, or the interval. */
function samplesOf({ stacks, source }: Profile, whole: number, unit: Unit): number | null {
  const hits = stacks?.hits?.values.reduce((sum, count) => sum + Math.max(count, 0), 0) ?? 0
  if (hits > 0) return hits
  if (dimension(unit) === 'count') return whole
  const factor = unitFactor(unit, 'nanoseconds')
  if (source.intervalNs === null || source.intervalNs <= 0 || factor === null) return null
  return Math.round((whole * factor) / source.intervalNs)
}

export function shareIn(view: View, value: number): number {
  return view.busy > 0 ? value / view.busy : 0
}

export function categoryOf(view: View, fn: FunctionIndex): Category {
  return describeFunction(view.profile, fn).category
}

/** Code of the project itself; in a profile without any file, all that is no built-in. */
export function isProject(view: View, fn: FunctionIndex): boolean {
  if (!view.hasFiles) return !isBuiltin(view, fn) && !isNoCode(view, fn)
  return describeFunction(view.profile, fn).scope === 'project'
}

/** Built into the interpreter: no function that anybody could mend. */
export function isBuiltin(view: View, fn: FunctionIndex): boolean {
  const category = categoryOf(view, fn)
  if (!view.hasFiles) return /^[<{[].*[>}\]]$/.test(nameIn(view, fn)) && !isAnonymous(view, fn)
  return category === 'builtin' || category === 'native' || category === 'regexp'
}

/** Rows that are no code: idle, garbage collection, the root. */
export function isNoCode(view: View, fn: FunctionIndex): boolean {
  const category = categoryOf(view, fn)
  return category === 'idle' || category === 'gc' || category === 'root' || category === 'program'
}

/** Comprehensions, lambdas and the like belong to the function that they stand in. */
export function isAnonymous(view: View, fn: FunctionIndex): boolean {
  return /^<(listcomp|genexpr|dictcomp|setcomp|lambda)>$|^\(anonymous\)$/.test(nameIn(view, fn))
}

export function nameIn(view: View, fn: FunctionIndex): string {
  return shownName(view.profile, fn)
}

/** The edge into `fn` that costs most, without those that lead back up a cycle; -1 when there is none. */
export function mainCaller(view: View, fn: FunctionIndex): EdgeIndex {
  let best = -1
  for (const edge of view.callers.of(fn)) {
    if (view.back[edge] === 1) continue
    if (best < 0 || view.edgeTotal[edge]! > view.edgeTotal[best]!) best = edge
  }
  return best
}

/** Self of a function and of the built-ins that only work for it, as far as edges tell. */
export function ownWork(view: View, fn: FunctionIndex): number {
  const { edges } = view.measure.graph
  let work = view.self[fn]!
  for (const edge of view.callees.of(fn)) {
    const callee = edges.callee[edge]!
    if (isBuiltin(view, callee) && view.callees.of(callee).length === 0) work += view.edgeTotal[edge]!
  }
  return work
}

function numbers(values: Float64Array | undefined, length: number): Float64Array {
  const column = new Allocator().float64(length)
  for (let row = 0; row < length; row++) {
    const value = values?.[row] ?? 0
    column[row] = Number.isFinite(value) && value > 0 ? value : 0
  }
  return column
}
