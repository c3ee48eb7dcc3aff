import type { EdgeIndex, FunctionIndex } from '../../model/tables.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isAnonymous, isBuiltin, isProject, mainCaller, type View } from './view.js'

/** Something that is done again and again, and the function whose loop does it. */
export interface Loop {
  /** The function with the loop; in samples, who calls `repeated` most. null for code that nothing calls. */
  readonly owner: FunctionIndex | null
  /** What the loop calls each time round: the operation itself, or a function that ends in it. */
  readonly repeated: FunctionIndex
  /** Who calls `repeated` directly: the owner, or a comprehension in it. */
  readonly caller: FunctionIndex | null
  /** From `repeated` down to the operation. */
  readonly chain: readonly FunctionIndex[]
  /** How often the operation is done on this way; 0 in samples. */
  readonly times: number
  /** That for one call of the owner; NaN in samples. */
  readonly perOwner: number
  /** The most for one call of the owner or of a function above it. */
  readonly most: number
  /** Calls of the highest function for whose calls it is repeated: what once for each of them would be. */
  readonly least: number
  /** Of the operation, what is spent on this way. */
  readonly cost: number
}

interface Flow {
  readonly fn: FunctionIndex
  readonly times: number
  readonly cost: number
  /** Not in code of the project yet. */
  readonly isInside: boolean
  readonly chain: readonly FunctionIndex[]
  /** The last function on the way that somebody wrote, and who calls it. */
  readonly named: FunctionIndex
  readonly caller: FunctionIndex
  readonly depth: number
}

const MOST_FLOWS = 400
const DEEPEST = 200

/**
 * Follows an operation up to the loops that repeat it. Inside of libraries, calls do not count, as one operation may take
 * several calls of its parts; from the first function of the project on, they do. Ways that carry less than `least` are
 * given up. What modules do when they are loaded is left out.
 */
export function loopsAbove(view: View, operation: FunctionIndex, least: number): Loop[] {
  const { edges } = view.measure.graph
  const { imports } = view
  const found: Loop[] = []
  const open: Flow[] = []
  let flows = 0
  const push = (edge: EdgeIndex, from: Flow | null, cost: number, times: number): void => {
    const fn = edges.caller[edge]!
    if (cost < least || imports.has(fn) || flows >= MOST_FLOWS || (from?.depth ?? 0) >= DEEPEST) return
    flows++
    const callee = edges.callee[edge]!
    const isKept = from === null || (!isAnonymous(view, callee) && !(isBuiltin(view, callee) && !from.isInside))
    const isFirst = (from === null || from.isInside) && isProject(view, fn)
    open.push({
      fn,
      cost,
      times: isFirst && view.isCounted ? view.edgeCalls[edge]! : times,
      isInside: (from === null || from.isInside) && !isFirst,
      chain: isKept ? [callee, ...(from?.chain ?? [])] : from.chain,
      named: isKept ? callee : from.named,
      caller: isKept ? fn : from.caller,
      depth: (from?.depth ?? 0) + 1,
    })
  }
  if (!view.isCounted && isProject(view, operation))
    return [sampled(view, operation, [operation], view.total[operation]!)]
  for (const edge of outerCallers(view, operation)) push(edge, null, view.edgeTotal[edge]!, view.edgeCalls[edge]!)
  for (let flow = open.pop(); flow !== undefined; flow = open.pop()) {
    const { fn, times, cost, isInside } = flow
    const isOwner = !isInside && !isAnonymous(view, fn) && !isBuiltin(view, fn)
    if (isOwner && !view.isCounted) {
      found.push(sampled(view, fn, [fn, ...flow.chain], cost))
      continue
    }
    const calls = isGenerator(view, fn, times) ? view.calls[fn]! - times : view.calls[fn]!
    const perOwner = calls > 0 ? times / calls : 0
    if (isOwner && perOwner >= THRESHOLDS.nPlusOne.loop) {
      const { named, caller, chain } = flow
      found.push({ owner: fn, repeated: named, caller, chain, times, perOwner, cost, ...above(view, fn, times) })
      continue
    }
    const above_ = outerCallers(view, fn)
    const weights = !isInside && view.isCounted ? view.edgeCalls : view.edgeTotal
    let [allWeight, allCost] = [0, 0]
    for (const edge of above_) {
      allWeight += weights[edge]!
      allCost += view.edgeTotal[edge]!
    }
    for (const edge of above_) {
      const part = allWeight > 0 ? weights[edge]! / allWeight : 0
      push(edge, flow, allCost > 0 ? cost * (view.edgeTotal[edge]! / allCost) : 0, times * part)
    }
  }
  return found
}

/** What samples tell: who does it and who calls that, not how often. */
function sampled(view: View, repeated: FunctionIndex, chain: readonly FunctionIndex[], cost: number): Loop {
  const edge = mainCaller(view, repeated)
  const caller = edge < 0 ? null : view.measure.graph.edges.caller[edge]!
  const owner = caller === null ? null : namedAbove(view, caller)
  return { owner, repeated, caller, chain, cost, times: 0, perOwner: Number.NaN, most: Number.NaN, least: 0 }
}

/** The same loops of several operations as one, dearest first. */
export function mergedLoops(loops: readonly Loop[]): Loop[] {
  const merged: Loop[] = []
  for (const loop of [...loops].sort((a, b) => b.cost - a.cost)) {
    const at = merged.findIndex(({ owner, repeated }) => owner === loop.owner && repeated === loop.repeated)
    if (at < 0) merged.push(loop)
    else merged[at] = { ...merged[at]!, cost: merged[at]!.cost + loop.cost }
  }
  return merged.sort((a, b) => b.cost - a.cost)
}

/**
 * A generator is counted each time that it goes on: once for each item, and once more at its end. The loop is in it,
 * though it does one thing for each of these calls.
 */
function isGenerator(view: View, fn: FunctionIndex, times: number): boolean {
  const more = view.calls[fn]! - times
  const edge = mainCaller(view, fn)
  return times >= 50 && more >= 1 && edge >= 0 && more <= view.calls[view.measure.graph.edges.caller[edge]!]!
}

/** How often `times` is for one call of functions further up, at most, and calls of the highest of those. */
function above(view: View, owner: FunctionIndex, times: number): { readonly most: number; readonly least: number } {
  const { edges } = view.measure.graph
  let most = 0
  let least = times
  let fn = owner
  for (let step = 0; step < 64; step++) {
    const calls = view.calls[fn]!
    if (calls > 0 && times / calls > most) {
      most = times / calls
      least = calls
    }
    const edge = mainCaller(view, fn)
    if (edge < 0) break
    fn = edges.caller[edge]!
  }
  return { most, least }
}

/**
 * The first function at or above `fn` that has a name. The top of a script has none either: of code of the project, it is
 * the last that is no library's.
 */
export function namedAbove(view: View, fn: FunctionIndex): FunctionIndex {
  const { edges } = view.measure.graph
  let ours: FunctionIndex | null = null
  let at = fn
  for (let step = 0; step < 64; step++) {
    if (isProject(view, at)) ours = at
    if (!isAnonymous(view, at) && !isBuiltin(view, at)) return isProject(view, at) ? at : (ours ?? at)
    const edge = mainCaller(view, at)
    if (edge < 0) break
    at = edges.caller[edge]!
  }
  return ours ?? fn
}

/** Edges into a function, without those that lead back up a cycle. */
function outerCallers(view: View, fn: FunctionIndex): Int32Array {
  return view.callers.of(fn).filter((edge) => view.back[edge] === 0)
}
