import { Allocator } from '../../limits.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { FunctionIndex } from '../../model/tables.js'
import { CATEGORY_NAMES } from '../groups.js'
import { namedAbove } from './loops.js'
import { isProject, type View } from './view.js'

/** Who causes the calls of a function, by module; comprehensions and the like count as the function they stand in. */
export interface CallerShares {
  readonly modules: readonly CallerModuleShare[]
  /** The function that calls most, or in samples costs most; null when nothing calls it. */
  readonly main: { readonly fn: FunctionIndex; readonly calls: number; readonly share: number } | null
  readonly count: number
}

export interface CallerModuleShare {
  readonly label: string
  readonly calls: number
  /** Of the calls, or in samples of the cost. */
  readonly share: number
}

export function callerShares(view: View, asked: FunctionIndex): CallerShares {
  const { edges } = view.measure.graph
  const fn = highestWrapper(view, asked)
  const byModule = new Map<string, number>()
  const byFunction = new Allocator().float64(view.measure.graph.length)
  let count = 0
  let main: FunctionIndex = -1
  let all = 0
  for (const edge of view.callers.of(fn)) {
    if (edges.caller[edge] === fn) continue
    const weight = view.isCounted ? view.edgeCalls[edge]! : view.edgeTotal[edge]!
    const caller = namedAbove(view, edges.caller[edge]!)
    const { module, category } = describeFunction(view.profile, caller)
    const label = module ?? CATEGORY_NAMES[category]
    all += weight
    byModule.set(label, (byModule.get(label) ?? 0) + weight)
    if (byFunction[caller] === 0 && weight > 0) count++
    byFunction[caller] = byFunction[caller]! + weight
    if (main < 0 || byFunction[caller]! > byFunction[main]!) main = caller
  }
  const modules = [...byModule].map(([label, calls]) => ({ label, calls, share: all > 0 ? calls / all : 0 }))
  const calls = main < 0 ? 0 : byFunction[main]!
  return {
    modules: modules.sort((a, b) => b.calls - a.calls),
    main: main < 0 ? null : { fn: main, calls, share: all > 0 ? calls / all : 0 },
    count: Math.max(count, main < 0 ? 0 : 1),
  }
}

/** The outermost function around `fn` that does nothing but call it: who calls that is who wants `fn`. */
function highestWrapper(view: View, fn: FunctionIndex): FunctionIndex {
  const { edges } = view.measure.graph
  let at = fn
  for (let step = 0; view.isCounted && step < 16; step++) {
    const [edge, ...more] = view.callers.of(at)
    if (edge === undefined || more.length > 0 || view.back[edge] === 1) return at
    const caller = edges.caller[edge]!
    const times = view.edgeCalls[edge]! / view.calls[caller]!
    const isWrapper = view.calls[caller]! > 1 && times >= 0.8 && times <= 1.25
    const others = view.callees.of(caller).some((out) => out !== edge && isProject(view, edges.callee[out]!))
    if (!isWrapper || others || view.edgeTotal[edge]! < 0.9 * view.total[caller]!) return at
    at = caller
  }
  return at
}
