import type { EdgeIndex, FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { command, line } from './line.js'
import { makeFinding } from './make-finding.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isBuiltin, isProject, nameIn, shareIn, type View } from './view.js'

/** Functions that hardly do more than call one other, so often that it costs: alone, or one inside of the next. */
export function findChatty(view: View): Finding[] {
  if (!view.isCounted) return []
  const { minCalls, minShare, chain: long } = THRESHOLDS.chatty
  const { edges } = view.measure.graph
  const passes = new Map<FunctionIndex, EdgeIndex>()
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (view.calls[fn]! < minCalls || !isProject(view, fn)) continue
    const edge = passThrough(view, fn)
    if (edge >= 0) passes.set(fn, edge)
  }
  const isBelow = new Set([...passes.values()].map((edge) => edges.callee[edge]!))
  const found: Finding[] = []
  for (const top of passes.keys()) {
    if (isBelow.has(top)) continue
    const chain: FunctionIndex[] = []
    let cost = 0
    for (let fn = top; passes.has(fn) && !chain.includes(fn); fn = edges.callee[passes.get(fn)!]!) {
      chain.push(fn)
      cost += view.self[fn]!
    }
    // What the profiler adds is least certain here: raw numbers of ever so many cheap calls say little.
    if (shareIn(view, cost) < minShare * chain.length) continue
    const last = edges.callee[passes.get(chain.at(-1)!)!]!
    // The innermost one that others may call: what is private below it is its own affair.
    const target = chain.findLast((fn) => !nameIn(view, fn).startsWith('_')) ?? top
    const edit = boundEdit(
      view.model,
      { functions: Int32Array.from(chain), callers: null },
      { kind: 'percall', amount: { kind: 'factor', factor: 0 } },
      `${nameIn(view, target)}:percall=0`,
    )
    const high = view.model.savingOf([edit])
    const way = chain.flatMap((fn, at) => (at === 0 ? [{ fn }] : [' → ', { fn }]))
    found.push(
      makeFinding(view, {
        rule: 'chatty-wrapper',
        title:
          chain.length === 1
            ? line`${{ fn: top }} only hands its calls on`
            : line`${{ count: chain.length }} functions hand each call on to the next`,
        target,
        cost,
        score: chain.length >= long ? 0.85 : chain.length === 2 ? 0.65 : 0.5,
        saving: { low: 0.6 * high, high },
        edits: [edit],
        evidence: [
          line`${way} → ${{ fn: last }}: one call for one call, ${{ count: view.calls[top]! }} times`,
          line`their own time is ${{ value: cost }}, ${{ share: shareIn(view, cost) }} of the time`,
        ],
        advice: line`call ${{ fn: last }} directly where it is hot, or do the loop inside of it`,
        verify: command('analyze', ['--callees'], [{ fn: target }]),
      }),
    )
  }
  return found
}

/** The edge to the one function that does the work of `fn`; -1 when there is none. */
function passThrough(view: View, fn: FunctionIndex): EdgeIndex {
  const { passes, through } = THRESHOLDS.chatty
  const { edges } = view.measure.graph
  let only = -1
  for (const edge of view.callees.of(fn)) {
    if (view.edgeCalls[edge]! < 0.01 * view.calls[fn]!) continue
    if (only >= 0) return -1
    only = edge
  }
  if (only < 0) return -1
  const callee = edges.callee[only]!
  const times = view.edgeCalls[only]! / view.calls[fn]!
  if (callee === fn || isBuiltin(view, callee) || times < passes[0] || times > passes[1]) return -1
  // Of so little the profiler's part is most: half is enough when the rest is a call and a return.
  return view.edgeTotal[only]! >= through * 0.75 * view.total[fn]! ? only : -1
}
