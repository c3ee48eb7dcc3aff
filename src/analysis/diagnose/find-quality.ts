import type { FunctionIndex } from '../../model/tables.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { command, line } from './line.js'
import { namedAbove } from './loops.js'
import { makeFinding } from './make-finding.js'
import { PER_ELEMENT } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isBuiltin, mainCaller, nameIn, shareIn, type View } from './view.js'

/** How much of a profile is the profiler's own doing. */
export function findOverhead(view: View): Finding[] {
  const { whole, sure } = THRESHOLDS.overhead
  const { compensation, measure } = view.model
  if (compensation === null) return []
  const measured = compensation.subtracted + compensation.whole
  const share = measured > 0 ? compensation.subtracted / measured : 0
  if (share < whole) return []
  const worst = mostProfiled(view)
  const { edges, self } = measure.graph
  const raw = worst === null ? 0 : self[measure.value]!.values[worst]!
  // Of a built-in, whoever calls it is what can be changed.
  let target = worst
  if (worst !== null && isBuiltin(view, worst)) {
    const edge = mainCaller(view, worst)
    if (edge >= 0) target = namedAbove(view, edges.caller[edge]!)
  }
  return [
    makeFinding(view, {
      rule: 'overhead',
      title: line`${{ share }} of the profile is the profiler's own time`,
      target,
      cost: compensation.subtracted,
      share,
      severity: share >= sure ? 'high' : 'medium',
      score: (share >= sure ? 0.85 : 0.7) + (compensation.overhead.quality === 'calibrated' ? 0.1 : 0),
      evidence: [
        line`${{ value: compensation.subtracted }} of ${{ value: measured }}, by ${compensation.overhead.quality} constants per call`,
        ...(worst === null
          ? []
          : [
              line`most of it for ${{ count: view.calls[worst]! }} calls of ${{ fn: worst }}: ${{ value: raw }} of its own as measured, ${{ value: view.self[worst]! }} without the profiler`,
            ]),
      ],
      advice: line`do not optimise cheap functions by this profile: time them without one, or sample; all below is corrected for it`,
      verify: command('analyze', ['--sort'], ['self'], ['--compensate']),
    }),
  ]
}

/** The function for whose calls the profiler worked most. */
function mostProfiled({ model, calls, measure }: View): FunctionIndex | null {
  const { compensation } = model
  if (compensation === null) return null
  let most: FunctionIndex | null = null
  for (let fn = 0; fn < measure.graph.length; fn++) if (most === null || calls[fn]! > calls[most]!) most = fn
  return most
}

/** Small built-ins that make up much of all calls. */
export function findChurn(view: View): Finding[] {
  if (!view.isCounted) return []
  const { minPart, minShare } = THRESHOLDS.churn
  const small = new FrameMatcher(view.profile, PER_ELEMENT)
  let [all, made, cost] = [0, 0, 0]
  let most: FunctionIndex = -1
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    all += view.calls[fn]!
    if (!small.has(fn)) continue
    made += view.calls[fn]!
    cost += view.self[fn]!
    if (most < 0 || view.calls[fn]! > view.calls[most]!) most = fn
  }
  if (most < 0 || made < minPart * all || shareIn(view, cost) < minShare) return []
  const edge = mainCaller(view, most)
  const caller = edge < 0 ? null : namedAbove(view, view.measure.graph.edges.caller[edge]!)
  return [
    makeFinding(view, {
      rule: 'churn',
      title: line`${{ share: made / all }} of all calls are of small built-ins`,
      target: caller,
      cost,
      severity: 'low',
      score: 0.45,
      evidence: [
        line`${{ count: view.calls[most]! }} calls of ${{ fn: most }}${caller === null ? [] : line`, most from ${{ place: caller }}`}`,
      ],
      advice: line`move checks out of the loop; much of their cost is the profiler's`,
      verify: command('analyze', ['--callers'], [{ fn: most }]),
    }),
  ]
}

/** What makes a profile a poor witness. */
export function findQuality(view: View): Finding[] {
  const { samples: fewest, seconds, idle, unknown } = THRESHOLDS.quality
  const { whole, second } = view
  const evidence = []
  const { samples } = view
  if (samples !== null && samples < fewest) {
    evidence.push(line`${{ count: samples }} samples: shares below some percent are chance`)
  }
  if (second !== null && whole < seconds * second)
    evidence.push(line`${{ value: whole }} in all: too short to tell much`)
  if (whole > 0 && view.idle > idle * whole) evidence.push(line`${{ share: view.idle / whole }} of it idle`)
  let nameless = 0
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (/^(\[unknown\]|\?\?|0x[0-9a-f]+|)$/i.test(nameIn(view, fn))) nameless += view.self[fn]!
  }
  if (shareIn(view, nameless) > unknown)
    evidence.push(line`${{ share: shareIn(view, nameless) }} in functions without a name`)
  if (evidence.length === 0) return []
  return [
    makeFinding(view, {
      rule: 'data-quality',
      title: line`this profile is a poor witness`,
      cost: 0,
      severity: 'low',
      score: 0.9,
      evidence,
      advice: line`record longer, with more work, or with symbols`,
    }),
  ]
}
