import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { line } from './line.js'
import { makeFinding, whatIfCommand } from './make-finding.js'
import { IMPORTS, REQUESTS, SYNC_IO, WAITS } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isAnonymous, isBuiltin, isNoCode, isProject, nameIn, ownWork, shareIn, type View } from './view.js'

/** Functions that do much of the work themselves, built-ins that they call included. */
export function findHotLeaf(view: View): Finding[] {
  const { minShare, sure, likely, ownPart, mostPart, mostShare, cheapCallSeconds } = THRESHOLDS.hotLeaf
  const { edges } = view.measure.graph
  const others = new FrameMatcher(view.profile, [...WAITS, ...REQUESTS, ...SYNC_IO, ...IMPORTS])
  const found: Finding[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    const total = view.total[fn]!
    if (shareIn(view, total) < minShare || isBuiltin(view, fn) || isNoCode(view, fn) || others.has(fn)) continue
    const own = ownWork(view, fn)
    const part = shareIn(view, own) >= mostShare ? mostPart : ownPart
    if (shareIn(view, own) < minShare || own < part * total) continue
    // What waits or asks is another rule's.
    let elsewhere = 0
    for (const edge of view.callees.of(fn)) {
      if (others.has(edges.callee[edge]!)) elsewhere += view.edgeTotal[edge]!
    }
    if (elsewhere > own / 2) continue
    const share = shareIn(view, own)
    const calls = view.calls[fn]!
    const each = calls > 0 ? own / calls : Number.NaN
    const edit = boundEdit(
      view.model,
      { functions: Int32Array.of(fn), callers: null },
      { kind: 'totalpercall', amount: { kind: 'factor', factor: 0.5 } },
      `${nameIn(view, fn)}:totalpercall=/2`,
    )
    const saving = view.model.savingOf([edit])
    const isCheap = view.second !== null && each < cheapCallSeconds * view.second
    found.push(
      makeFinding(view, {
        rule: 'hot-leaf',
        title: line`${{ fn }} does ${{ share }} of the work itself`,
        target: fn,
        cost: own,
        score:
          (share >= sure ? 0.85 : share >= likely ? 0.6 : 0.45) -
          (isProject(view, fn) ? 0 : 0.3) -
          (isAnonymous(view, fn) ? 0.3 : 0),
        saving: { low: saving, high: Math.min(own, 2 * saving) },
        edits: [edit],
        evidence: [
          view.isCounted
            ? line`${{ count: calls }} calls at ${{ value: each }} each: ${{ value: own }} of its own`
            : line`${{ value: own }} of its own, ${{ share }} of the samples`,
        ],
        advice:
          isCheap && calls >= 1000
            ? line`a call is cheap already: call it less often, or do the work for many items at once`
            : line`a better algorithm or data structure in ${{ place: fn }}; it may be work that has to be done`,
        verify: whatIfCommand(view, fn, 'totalpercall=/2'),
      }),
    )
  }
  return found.sort((a, b) => b.share - a.share).slice(0, 3)
}
