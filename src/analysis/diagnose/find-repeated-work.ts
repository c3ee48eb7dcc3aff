import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { line } from './line.js'
import { makeFinding, whatIfCommand } from './make-finding.js'
import { IMPURE_NAME, LOADER_NAME } from './rules/patterns.js'
import { THRESHOLDS } from './rules/thresholds.js'
import { isAnonymous, isBuiltin, isProject, mainCaller, nameIn, shareIn, type View } from './view.js'
import { callerShares } from './view-callers.js'

/** Functions that seem to do the same work at each call: `fan-in` where nothing differs, `cachable` where some calls do. */
export function findRepeatedWork(view: View): Finding[] {
  if (!view.isCounted) return []
  const found: Finding[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (!isProject(view, fn) || isAnonymous(view, fn) || isBuiltin(view, fn)) continue
    if (isRecursive(view, fn)) continue
    const finding = fanIn(view, fn) ?? cachable(view, fn)
    if (finding !== null) found.push(finding)
  }
  return found
}

function fanIn(view: View, fn: FunctionIndex): Finding | null {
  const { minCalls, minShare, minSeconds, local, module } = THRESHOLDS.fanIn
  const calls = view.calls[fn]!
  const cost = view.total[fn]!
  const name = nameIn(view, fn)
  if (calls < minCalls || shareIn(view, cost) < minShare || IMPURE_NAME.test(name)) return null
  const same = sameWork(view, fn)
  const isLoader = LOADER_NAME.test(name)
  if (same < 1 || !isLoader || view.second === null || cost / calls < minSeconds * view.second) return null
  const { modules, main } = callerShares(view, fn)
  const isShared = modules.filter(({ share }) => share >= module).length >= 2
  const isLocal = main !== null && main.share >= local
  if (!isShared && !isLocal) return null
  if (isLocal && view.calls[main.fn]! * 2 > calls && !isShared) return null
  const edit = boundEdit(
    view.model,
    { functions: Int32Array.of(fn), callers: null },
    { kind: 'calls', amount: { kind: 'value', value: 1, unit: null } },
    `${name}:calls=1`,
  )
  const high = view.model.savingOf([edit])
  const where = isShared ? null : main!.fn
  return makeFinding(view, {
    rule: 'fan-in',
    title: line`${{ fn }} does the same work ${{ count: calls }} times`,
    target: fn,
    loopOwner: where,
    cost,
    score: 0.45 + (same >= 2 ? 0.25 : 0.1) + (calls >= 100 ? 0.15 : 0) + (isShared ? 0.05 : 0),
    saving: { low: 0.9 * high, high },
    edits: [edit],
    evidence: [
      line`each call makes just as many calls as any other: the average is a whole number for all that it calls`,
      isShared
        ? line`called from ${{ count: modules.length }} modules: ${modules.slice(0, 4).flatMap(({ label, calls: n }, at) => [at === 0 ? label : `, ${label}`, ' ', { count: n }])}`
        : line`${{ share: main!.share }} of the calls come from ${{ place: main!.fn }}`,
    ],
    advice: isShared
      ? line`one shared cache inside of ${{ place: fn }}, not one at each caller`
      : line`one caller: do it once before the loop in ${{ place: where! }}`,
    verify: whatIfCommand(view, fn, 'calls=1'),
  })
}

function cachable(view: View, fn: FunctionIndex): Finding | null {
  const { minCalls, minSeconds, minShare, distinctPart, several } = THRESHOLDS.cachable
  const calls = view.calls[fn]!
  const cost = view.total[fn]!
  const name = nameIn(view, fn)
  if (calls < minCalls || shareIn(view, cost) < minShare || IMPURE_NAME.test(name)) return null
  if (view.second === null || cost / calls < minSeconds * view.second) return null
  const distinct = view.profile.functions.distinctArgs?.values[fn] ?? Number.NaN
  const isKnown = distinct > 0
  if (isKnown && distinct > distinctPart * calls) return null
  const perCaller = isKnown ? 0 : timesPerCaller(view, fn)
  if (!isKnown && perCaller < 2) return null
  const edit = boundEdit(
    view.model,
    { functions: Int32Array.of(fn), callers: null },
    { kind: 'cache', hitRate: isKnown ? 1 - distinct / calls : 1, cost: null },
    `${name}:cache`,
  )
  const high = view.model.savingOf([edit])
  if (high <= 0) return null
  return makeFinding(view, {
    rule: 'cachable',
    title: isKnown
      ? line`${{ fn }} is called ${{ count: calls }} times with ${{ count: distinct }} different arguments`
      : line`${{ fn }} may be called with the same arguments again and again`,
    target: fn,
    cost,
    // Dozens of calls for one of the caller are a loop over different things more often than the same again.
    score: isKnown ? 0.95 : perCaller <= several ? 0.5 : 0.35,
    saving: { low: isKnown ? high : 0.5 * high, high },
    edits: [edit],
    evidence: [
      isKnown
        ? line`${{ count: distinct }} distinct keys in ${{ count: calls }} calls, ${{ value: cost / calls }} each`
        : line`${{ count: perCaller }} calls for each call of its caller, ${{ value: cost / calls }} each, ${{ share: shareIn(view, cost) }} of the time`,
    ],
    advice: isKnown
      ? line`remember results by argument (functools.cache) in ${{ place: fn }}`
      : line`count distinct arguments of ${{ place: fn }} first; if they repeat, remember results`,
    verify: whatIfCommand(view, fn, 'cache=0.9'),
  })
}

/**
 * Calls for one call of its caller, when that is a whole number for each of its callers; else 0. Callers that one function
 * calls equally often, one after the other, count together.
 */
function timesPerCaller(view: View, fn: FunctionIndex): number {
  const { edges } = view.measure.graph
  let least = Number.POSITIVE_INFINITY
  let sum = 0
  let above: FunctionIndex | null = null
  let calls = 0
  let areSiblings = true
  for (const edge of view.callers.of(fn)) {
    const caller = edges.caller[edge]!
    const own = view.calls[caller]!
    const times = own > 0 ? view.edgeCalls[edge]! / own : 0
    // One caller that is called once shows nothing.
    if (own < 10 || !Number.isInteger(times)) return 0
    least = Math.min(least, times)
    sum += times
    const up = mainCaller(view, caller)
    const parent = up < 0 ? null : edges.caller[up]!
    if (above !== null && (parent !== above || own !== calls)) areSiblings = false
    above = parent ?? -1
    calls = own
  }
  if (!Number.isFinite(least)) return 0
  return areSiblings ? sum : least
}

/**
 * Whether the calls of a function all do the same, by what they call: 0 when they differ, 1 when nothing that it calls
 * says otherwise, and 1 more for each callee that is called several times by each call.
 */
function sameWork(view: View, fn: FunctionIndex): number {
  const calls = view.calls[fn]!
  let several = 0
  let all = 0
  for (const edge of view.callees.of(fn)) {
    const made = view.edgeCalls[edge]!
    // What is called a handful of times in all is the first call's: an import, a warning.
    if (made < 0.05 * calls) continue
    all++
    const times = made / calls
    if (!Number.isInteger(times)) return 0
    if (times >= 2) several++
  }
  return all === 0 ? 0 : 1 + several
}

function isRecursive(view: View, fn: FunctionIndex): boolean {
  return view.callers.of(fn).some((edge) => view.back[edge] === 1)
}
