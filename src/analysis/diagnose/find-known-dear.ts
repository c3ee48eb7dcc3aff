import type { FunctionIndex } from '../../model/tables.js'
import { boundEdit } from '../what-if/bind-edit.js'
import type { Finding } from './finding.js'
import { FrameMatcher } from './frame-matcher.js'
import { command, line } from './line.js'
import { type Loop, loopsAbove, mergedLoops } from './loops.js'
import { makeFinding } from './make-finding.js'
import type { RuleEntry } from './rules/rule-entry.js'
import { isProject, nameIn, shareIn, type View } from './view.js'

/** What tables of rules know as dear: ours under the rule `known-dear`, a user's under the id of each entry. */
export function findKnownDear(view: View, entries: readonly RuleEntry[], isOwn: boolean): Finding[] {
  const found: Finding[] = []
  const { language } = view.profile.source
  for (const entry of entries) {
    if (entry.languages.length > 0 && language !== null && !entry.languages.includes(language)) continue
    const finding = findEntry(view, entry, isOwn)
    if (finding !== null) found.push(finding)
  }
  return found
}

function findEntry(view: View, entry: RuleEntry, isOwn: boolean): Finding | null {
  const frames = new FrameMatcher(view.profile, entry.frames)
  const exclude = new FrameMatcher(view.profile, entry.exclude)
  const least = (view.busy * entry.minShare) / 4
  const costs = entry.metric === 'self' ? view.self : view.total
  const loops: Loop[] = []
  for (let fn = 0; fn < view.measure.graph.length; fn++) {
    if (costs[fn]! < least || view.total[fn]! < least || !frames.has(fn) || exclude.has(fn)) continue
    // What another frame of the entry calls is part of that.
    if (isInside(view, fn, frames)) continue
    for (const loop of loopsAbove(view, fn, least)) loops.push(loop)
  }
  const loop = mergedLoops(loops)[0]
  if (loop === undefined || shareIn(view, loop.cost) < entry.minShare) return null
  if (view.isCounted && (loop.times < entry.minCalls || loop.most < entry.loopEdgeMinK)) return null
  const { chain, cost, times } = loop
  const [repeated, owner] = blamed(view, entry, loop)
  const operation = chain.at(-1)!
  const edit = boundEdit(
    view.model,
    { functions: Int32Array.of(operation), callers: null },
    { kind: 'remove' },
    `${nameIn(view, operation)}:remove`,
  )
  const high = view.model.savingOf([edit])
  const who = owner === null ? [] : line`, in the loop of ${{ fn: owner }}`
  const way = chain.flatMap((fn, at) => (at === 0 ? [{ fn }] : [' → ', { fn }]))
  return makeFinding(view, {
    rule: isOwn ? 'known-dear' : entry.id,
    entry: isOwn ? entry.id : null,
    title: [entry.title],
    target: repeated,
    loopOwner: owner,
    cost,
    score: entry.confidence - (view.isCounted ? 0 : 0.1),
    saving: { low: 0.75 * high, high },
    edits: [edit],
    evidence: [
      view.isCounted
        ? line`${way} ×${{ count: times }}, ${{ value: cost / times }} each, ${{ share: shareIn(view, cost) }} of the time${who}`
        : line`${way}: ${{ share: shareIn(view, cost) }} of the samples`,
    ],
    advice: entry.docs === null ? [entry.advice] : [entry.advice, `; see ${entry.docs}`],
    verify: command('analyze', ['--callers'], [{ fn: operation }]),
  })
}

/** The function to mend, and the one with the loop around it. */
function blamed(view: View, { blames }: RuleEntry, loop: Loop): readonly [FunctionIndex, FunctionIndex | null] {
  if (blames === 'caller') return [loop.repeated, loop.owner]
  const { chain, owner } = loop
  for (let at = chain.length - 1; at > 0; at--) {
    if (isProject(view, chain[at - 1]!)) return [chain[at]!, chain[at - 1]!]
  }
  return [chain[0]!, owner]
}

function isInside(view: View, fn: number, frames: FrameMatcher): boolean {
  const { edges } = view.measure.graph
  let inside = 0
  let all = 0
  for (const edge of view.callers.of(fn)) {
    if (edges.caller[edge] === fn) continue
    all += view.edgeTotal[edge]!
    if (frames.has(edges.caller[edge]!)) inside += view.edgeTotal[edge]!
  }
  return inside > all / 2
}
