import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { command, line } from './line.js'
import { makeFinding } from './make-finding.js'
import { COMBINERS } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isProject, nameIn, shareIn, type View } from './view.js'

/** Functions that call themselves again and again for one call from outside. */
export function findRecursion(view: View): Finding[] {
  if (!view.isCounted) return []
  const { minRatio, sureRatio, minShare } = THRESHOLDS.recursion
  const { edges } = view.measure.graph
  const combiners = new FrameMatcher(view.profile, COMBINERS)
  const found: Finding[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (shareIn(view, view.total[fn]!) < minShare || !isProject(view, fn)) continue
    const cycle = view.components.of[fn]!
    const back: FunctionIndex[] = []
    let outer = view.calls[fn]!
    for (const edge of view.callers.of(fn)) {
      if (view.components.of[edges.caller[edge]!] !== cycle) continue
      back.push(edges.caller[edge]!)
      outer -= view.edgeCalls[edge]!
    }
    if (back.length === 0 || outer <= 0 || view.calls[fn]! / outer < minRatio) continue
    const work = workBeside(view, fn, combiners)
    const ratio = view.calls[fn]! / outer
    const edit = boundEdit(
      view.model,
      { functions: Int32Array.of(fn), callers: Int32Array.from(back) },
      { kind: 'remove' },
      `${nameIn(view, fn)}:memo`,
    )
    const high = Math.min(view.model.savingOf([edit]), view.total[fn]!)
    found.push(
      makeFinding(view, {
        rule: 'recursion',
        title: line`${{ fn }} leads back to itself ${{ count: Math.round(ratio) }} times for each call from outside`,
        target: fn,
        cost: view.total[fn]!,
        score: 0.3 + (work === 0 ? 0.35 : -0.1) + (ratio >= sureRatio ? 0.2 : 0),
        saving: { low: 0.9 * high, high },
        edits: [edit],
        evidence: [
          line`${{ count: view.calls[fn]! }} calls, of which ${{ count: outer }} from outside; ${{ share: shareIn(view, view.total[fn]!) }} of the time`,
          work === 0
            ? line`between its own calls it does nothing but combine their results: the same parts are likely solved again`
            : line`it does other work at each step, as a walk over a tree has to: compare with the size of the input`,
        ],
        advice: line`remember results by argument (functools.cache), or build them up in a loop`,
        verify: command('check', ['--assert'], ['calls(', { fn }, ') < 10k']),
      }),
    )
  }
  return found
}

/** How many functions, other than those of its cycle, a function calls in at least every fifth call. */
function workBeside(view: View, fn: FunctionIndex, combiners: FrameMatcher): number {
  const { edges } = view.measure.graph
  let work = 0
  for (const edge of view.callees.of(fn)) {
    const callee = edges.callee[edge]!
    if (view.components.of[callee] === view.components.of[fn] || combiners.has(callee)) continue
    if (view.edgeCalls[edge]! >= 0.2 * view.calls[fn]!) work++
  }
  return work
}
