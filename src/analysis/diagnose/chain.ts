import type { EdgeIndex, FunctionIndex } from '../../model/tables.js'
import { isAnonymous, isBuiltin, isNoCode, isProject, mainCaller, ownWork, type View } from './view.js'

/** One function on the expensive chain. */
export interface Link {
  readonly fn: FunctionIndex
  /** Calls from the function before it on the chain; all calls of the first. null in samples. */
  readonly calls: number | null
  readonly total: number
}

export interface Chain {
  readonly links: readonly Link[]
  /** How many functions were left out that only hand on. */
  readonly wrappers: number
  /** Why it ends: the last function does the work, its work is split among others, or it is the end. */
  readonly end: 'work' | 'splits' | 'leaf'
}

const LONGEST = 200
const SHOWN = 6

/** From the root, always on to what costs most, until something does the work or the cost splits. */
export function expensiveChain(view: View): Chain {
  const { edges } = view.measure.graph
  const { imports } = view
  const visited = new Set<FunctionIndex>()
  const all: Link[] = []
  let end: Chain['end'] = 'leaf'
  let fn = rootOf(view)
  let calls: number | null = fn < 0 || !view.isCounted ? null : view.calls[fn]!
  let total = fn < 0 ? 0 : view.total[fn]!
  while (fn >= 0 && all.length < LONGEST) {
    visited.add(fn)
    all.push({ fn, calls, total })
    if (imports.has(fn) || (!isBuiltin(view, fn) && ownWork(view, fn) >= 0.5 * view.total[fn]!)) {
      end = 'work'
      break
    }
    let best: EdgeIndex = -1
    for (const edge of view.callees.of(fn)) {
      const callee = edges.callee[edge]!
      if (visited.has(callee) || isNoCode(view, callee)) continue
      if (best < 0 || view.edgeTotal[edge]! > view.edgeTotal[best]!) best = edge
    }
    if (best < 0) break
    if (!isNoCode(view, fn) && view.edgeTotal[best]! < 0.5 * view.total[fn]!) {
      end = 'splits'
      break
    }
    // What is below was called by others too: of its cost this chain has a part.
    total = Math.min(total, view.edgeTotal[best]!)
    calls = view.isCounted ? view.edgeCalls[best]! : null
    fn = edges.callee[best]!
  }
  return { ...compressed(view, all), end }
}

/** What nothing calls, with the largest total; when that is not most of the profile, the largest total of all. */
function rootOf(view: View): FunctionIndex {
  let root = -1
  let largest = -1
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (view.total[fn]! <= 0 || (isNoCode(view, fn) && view.callees.of(fn).length === 0)) continue
    if (largest < 0 || view.total[fn]! > view.total[largest]!) largest = fn
    if (mainCaller(view, fn) >= 0) continue
    if (root < 0 || view.total[fn]! > view.total[root]!) root = fn
  }
  return root >= 0 && view.total[root]! >= 0.5 * view.total[largest]! ? root : largest
}

/** Without what only hands one call on: at the top all of it, further down built-ins and comprehensions. */
function compressed(view: View, all: readonly Link[]): Pick<Chain, 'links' | 'wrappers'> {
  const kept: Link[] = []
  for (const [at, link] of all.entries()) {
    const next = all[at + 1]
    const isFirst = kept.length === 0
    const own = view.self[link.fn]!
    const handsOn =
      next !== undefined &&
      // Without counts a loop does not show: any function of the project may have one.
      (view.isCounted || !isProject(view, link.fn)) &&
      own < 0.01 * view.busy &&
      (next.calls === null ? next.total >= 0.9 * link.total : next.calls <= 1.25 * view.calls[link.fn]!)
    if (next !== undefined && (isAnonymous(view, link.fn) || isBuiltin(view, link.fn) || isNoCode(view, link.fn)))
      continue
    if (handsOn && isFirst) continue
    kept.push(link)
  }
  // The ends say most: who repeats, and who works.
  const links = kept.length <= SHOWN ? kept : [...kept.slice(0, SHOWN - 3), ...kept.slice(-3)]
  return { links, wrappers: all.length - links.length }
}
