import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { command, line } from './line.js'
import { makeFinding } from './make-finding.js'
import { WAITS } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { categoryOf, nameIn, shareIn, type View } from './view.js'

/** Time in which the program waits for something else: locks, timers, other threads, the event loop. */
export function findWaiting(view: View): Finding[] {
  const { minShare, sure, idle } = THRESHOLDS.waiting
  const found: Finding[] = []
  const waits = new FrameMatcher(view.profile, WAITS)
  let sum = 0
  let main: FunctionIndex = -1
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (!waits.has(fn)) continue
    sum += view.self[fn]!
    if (main < 0 || view.self[fn]! > view.self[main]!) main = fn
  }
  const share = shareIn(view, sum)
  if (main >= 0 && share >= minShare) {
    const edit = boundEdit(
      view.model,
      { functions: Int32Array.of(main), callers: null },
      { kind: 'remove' },
      `${nameIn(view, main)}:remove`,
    )
    const high = view.model.savingOf([edit])
    found.push(
      makeFinding(view, {
        rule: 'waiting',
        title: line`the program waits for ${{ share }} of the time`,
        target: main,
        cost: sum,
        score: share >= sure ? 0.9 : 0.6,
        saving: { low: 0.5 * high, high },
        edits: [edit],
        evidence: [
          line`${{ value: view.self[main]! }} in ${{ fn: main }}${view.isCounted ? line`, ${{ count: view.calls[main]! }} calls` : []}`,
        ],
        advice: line`see what it waits for: other threads, a service, a timer; this profile shows the wait, not its cause`,
        verify: command('analyze', ['--callers'], [{ fn: main }]),
      }),
    )
  }
  const idleShare = view.whole > 0 ? view.idle / view.whole : 0
  if (idleShare >= idle) {
    let row: FunctionIndex | null = null
    for (let fn = 0; fn < view.measure.graph.length; fn++) if (categoryOf(view, fn) === 'idle') row = fn
    found.push(
      makeFinding(view, {
        rule: 'waiting',
        title: line`the processor is idle for ${{ share: idleShare }} of the time: it is not what limits the program`,
        target: row,
        cost: 0,
        severity: 'high',
        score: 0.9,
        evidence: [line`${{ value: view.idle }} of ${{ value: view.whole }} idle`],
        advice: line`requests awaited one after the other do not show in a CPU profile: look for await in loops, or trace with async hooks`,
        verify: ['node --trace-event-categories node.async_hooks PROGRAM'],
      }),
    )
  }
  return found
}
