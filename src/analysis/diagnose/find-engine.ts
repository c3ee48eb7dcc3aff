import { Allocator } from '../../limits.js'
import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { line } from './line.js'
import { loopsAbove, mergedLoops, namedAbove } from './loops.js'
import { makeFinding } from './make-finding.js'
import { EVENT_HANDLING, SYNC_IO } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { categoryOf, isProject, nameIn, shareIn, type View } from './view.js'

/** Garbage collection, and native time that nobody accounts for. */
export function findGc(view: View): Finding[] {
  const { minShare, high } = THRESHOLDS.gc
  let cost = 0
  for (let fn = 0; fn < view.measure.graph.length; fn++) if (categoryOf(view, fn) === 'gc') cost += view.self[fn]!
  const share = shareIn(view, cost)
  if (share < minShare) return []
  const error = samplingError(view, share)
  let row: FunctionIndex | null = null
  for (let fn = 0; fn < view.measure.graph.length; fn++) if (categoryOf(view, fn) === 'gc') row = fn
  const causes = row === null ? [] : allocators(view, row)
  const isShort = view.samples !== null && view.samples < THRESHOLDS.quality.samples
  return [
    makeFinding(view, {
      rule: 'gc',
      title: line`garbage collection takes ${{ share }} of the time`,
      target: causes[0]?.fn ?? null,
      cost,
      severity: share >= high ? 'high' : 'medium',
      score: (share >= high ? 0.8 : 0.6) - (isShort ? 0.2 : 0),
      // What makes less garbage does less work too.
      saving: { low: 0.5 * cost, high: causes.length === 0 ? cost : Math.max(cost, view.total[causes[0]!.fn]!) },
      evidence: [
        line`${{ value: cost }}, ${{ share }}${error === null ? [] : line` ± ${{ share: error }}`} of the samples`,
        ...(causes.length === 0
          ? []
          : [
              line`it interrupted ${causes.slice(0, 3).flatMap(({ fn, cost: part }, at) => [at === 0 ? '' : ', ', { place: fn }, ' ', { share: part / cost }])}: who allocated may be others`,
            ]),
      ],
      advice: line`make fewer objects that soon die: one pass instead of chains of map, filter and spread`,
      verify: ['node --heap-prof PROGRAM'],
    }),
  ]
}

/** The functions that garbage collection interrupted, most first; functions without a name count as the one around. */
function allocators(view: View, row: FunctionIndex): { readonly fn: FunctionIndex; readonly cost: number }[] {
  const { edges } = view.measure.graph
  const costs = new Map<FunctionIndex, number>()
  for (const edge of view.callers.of(row)) {
    const fn = namedAbove(view, edges.caller[edge]!)
    if (isProject(view, fn)) costs.set(fn, (costs.get(fn) ?? 0) + view.edgeTotal[edge]!)
  }
  return [...costs].map(([fn, cost]) => ({ fn, cost })).sort((a, b) => b.cost - a.cost)
}

/** Standard error of a share of samples; null where they are not counted. */
function samplingError(view: View, share: number): number | null {
  const count = view.samples ?? 0
  return count > 0 ? Math.sqrt((share * (1 - share)) / count) : null
}

/** Calls that block Node's only thread while events are waiting. */
export function findSyncIo(view: View): Finding[] {
  if (view.profile.source.language === 'python') return []
  const { minShare } = THRESHOLDS.syncIo
  const calls = new FrameMatcher(view.profile, SYNC_IO)
  const events = new FrameMatcher(view.profile, EVENT_HANDLING)
  const found: Finding[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    const share = shareIn(view, view.total[fn]!)
    if (share < minShare || !calls.has(fn)) continue
    const handled = reachedFrom(view, fn, events)
    const loop = mergedLoops(loopsAbove(view, fn, view.total[fn]! / 10))[0]
    const edit = boundEdit(
      view.model,
      { functions: Int32Array.of(fn), callers: null },
      { kind: 'remove' },
      `${nameIn(view, fn)}:remove`,
    )
    const high = view.model.savingOf([edit])
    found.push(
      makeFinding(view, {
        rule: 'sync-io',
        title: line`${{ fn }} blocks the event loop`,
        target: loop?.repeated ?? fn,
        cost: view.total[fn]!,
        score: handled ? 0.9 : 0.3,
        // A file can be kept in memory; what is computed has to be, wherever.
        saving: { low: /^read|^stat|^exists/.test(nameIn(view, fn)) ? 0.7 * high : 0, high },
        edits: [edit],
        evidence: [
          line`${{ share }} of the samples are in ${{ fn }}${loop === undefined ? [] : line`, called by ${{ place: loop.repeated }}`}`,
          handled
            ? line`it is reached from the handling of events: all other requests wait meanwhile`
            : line`it is not reached from the handling of events: at the start it does no harm`,
        ],
        advice: line`read it once at the start, or use the asynchronous variant or a worker`,
        verify: ['node --trace-sync-io PROGRAM'],
      }),
    )
  }
  return found
}

/** Whether a function that `ancestors` has is above `fn` in the call graph. */
function reachedFrom({ measure, callers }: View, fn: FunctionIndex, ancestors: FrameMatcher): boolean {
  const { edges } = measure.graph
  const allocator = new Allocator()
  const seen = allocator.bytes(measure.graph.length)
  const open = allocator.int32(measure.graph.length)
  let length = 1
  open[0] = fn
  seen[fn] = 1
  for (let next = 0; next < length; next++) {
    if (ancestors.has(open[next]!)) return true
    for (const edge of callers.of(open[next]!)) {
      const caller = edges.caller[edge]!
      if (seen[caller] === 1) continue
      seen[caller] = 1
      open[length++] = caller
    }
  }
  return false
}
