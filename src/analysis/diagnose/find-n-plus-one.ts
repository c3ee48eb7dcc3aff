import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { line } from './line.js'
import { type Loop, loopsAbove, mergedLoops } from './loops.js'
import { makeFinding, whatIfCommand } from './make-finding.js'
import { GETTER_NAME, REPEATER_NAME, REQUESTS } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isBuiltin, isProject, nameIn, shareIn, type View } from './view.js'

/** Requests that a loop makes one by one. Needs counts: samples cannot tell one long request from many. */
export function findNPlusOne(view: View): Finding[] {
  if (!view.isCounted) return []
  const { minCalls, minShare, many, batchCalls } = THRESHOLDS.nPlusOne
  const requests = new FrameMatcher(view.profile, REQUESTS)
  const least = (view.busy * minShare) / 4
  const loops: Loop[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (view.total[fn]! < least || view.calls[fn]! < minCalls || !requests.has(fn)) continue
    for (const loop of loopsAbove(view, fn, least)) loops.push(loop)
  }
  const found: Finding[] = []
  for (const loop of mergedLoops(loops)) {
    if (loop.times < minCalls || loop.most < many || shareIn(view, loop.cost) < minShare) continue
    if (loop.times < batchCalls && handlesBatches(view, loop)) continue
    found.push(findingOf(view, deepest(view, loop), loop.chain, requests))
  }
  return found
}

/** The loop with, in place of what is repeated, the first function on the way that does nothing but get the answer. */
function deepest(view: View, loop: Loop): Loop {
  const { chain, cost } = loop
  let at = 0
  while (at < chain.length - 1 && isProject(view, chain[at + 1]!)) {
    const fn = chain[at]!
    if (cost >= 0.5 * view.total[fn]! && !callsOthers(view, fn, chain[at + 1]!)) break
    at++
  }
  return at === 0 ? loop : { ...loop, repeated: chain[at]!, caller: chain[at - 1]!, chain: chain.slice(at) }
}

/** Whether a function of the project calls more of it than `next`, each time; to make objects is no more than that. */
function callsOthers(view: View, fn: FunctionIndex, next: FunctionIndex): boolean {
  const { edges } = view.measure.graph
  return view.callees.of(fn).some((edge) => {
    const callee = edges.callee[edge]!
    if (callee === next || !isProject(view, callee) || /^__\w+__$/.test(nameIn(view, callee))) return false
    return view.edgeCalls[edge]! >= 0.5 * view.calls[fn]!
  })
}

function findingOf(view: View, loop: Loop, all: Loop['chain'], requests: FrameMatcher): Finding {
  const { repeated, times, cost, chain, least } = loop
  const owner = loop.owner!
  const operation = chain.at(-1)!
  const edit = boundEdit(
    view.model,
    { functions: Int32Array.of(repeated), callers: Int32Array.of(loop.caller!) },
    { kind: 'calls', amount: { kind: 'factor', factor: Math.min(1, least / times) } },
    `${nameIn(view, repeated)}:calls=${Math.round(least)}`,
  )
  const high = view.model.savingOf([edit])
  const low = Math.min(high, cost * (1 - Math.min(1, least / times)))
  const each = cost / times
  const source = hasSource(view, loop, requests)
  const distinct = view.profile.functions.distinctArgs?.values[repeated] ?? Number.NaN
  const count = distinct > 0 ? [] : ['; whether keys repeat does not show: count distinct ones first']
  const way = all.flatMap((fn, at) => (at === 0 ? [{ fn }] : [' → ', { fn }]))
  return makeFinding(view, {
    rule: 'n-plus-one',
    title: line`${{ count: times }} requests of ${{ fn: operation }}, one by one`,
    target: repeated,
    loopOwner: owner,
    cost: Math.max(cost, high),
    score: scoreOf(view, loop, cost / Math.max(high, 1e-300), source, each),
    saving: { low, high },
    edits: [edit],
    evidence: [
      line`${{ fn: owner }} ×${{ count: view.calls[owner]! }} → ${way} ×${{ count: times }}, ${{ value: each }} each, ${{ share: shareIn(view, cost) }} of the time in it`,
      ...(distinct > 0
        ? [
            line`${{ count: distinct }} distinct keys in ${{ count: times }} calls: with answers remembered, so many requests`,
          ]
        : []),
      ...(source
        ? [line`the list itself comes from one more ${{ fn: operation }}: that is the 1, these are the N`]
        : []),
    ],
    advice: line`ask for all of them before the loop in ${{ place: owner }}: a join, IN (…), a batch request, or remember answers${count}`,
    verify: whatIfCommand(view, repeated, `calls=${Math.round(least)}`),
  })
}

function scoreOf(view: View, loop: Loop, requestPart: number, source: boolean, each: number): number {
  const { manyCalls, roundTripSeconds } = THRESHOLDS.nPlusOne
  const { repeated, times } = loop
  const once = Math.abs(times / Math.max(1, view.calls[repeated]!) - 1) < 0.05
  let score = 0.4
  if (once) score += 0.2
  score += times >= manyCalls ? 0.2 : -0.3
  if (source) score += 0.2
  if (view.second !== null && each >= roundTripSeconds * view.second) score += 0.1
  if (isBuiltin(view, repeated) || GETTER_NAME.test(nameIn(view, repeated))) score += 0.1
  // What does other work for most of the time is no request.
  if (requestPart < 0.3) score -= 0.4
  if (REPEATER_NAME.test(nameIn(view, repeated)) || REPEATER_NAME.test(nameIn(view, loop.owner!))) score -= 0.3
  if (handlesBatches(view, loop)) score -= 0.3
  return score
}

/** The loop works on far more items than it makes requests: a request brings many. */
function handlesBatches(view: View, { owner, times }: Loop): boolean {
  const { edges } = view.measure.graph
  for (const edge of view.callees.of(owner!)) {
    if (!isBuiltin(view, edges.callee[edge]!) && view.edgeCalls[edge]! >= 5 * times) return true
  }
  return false
}

/** A function at or above the loop also makes one or two requests of the kind: those for the list. */
function hasSource(view: View, { owner, times, chain }: Loop, requests: FrameMatcher): boolean {
  const operation = chain.at(-1)!
  const { edges } = view.measure.graph
  for (const edge of view.callers.of(operation)) {
    const calls = view.edgeCalls[edge]!
    if (calls > 0 && calls <= 2 * Math.max(1, view.calls[owner!]!) && calls * 5 <= times) return true
  }
  return view.calls[operation]! > times &&
    view.calls[operation]! <= times + 2 &&
    requests.has(operation as FunctionIndex)
    ? edges.length > 0
    : false
}
