// What callcost's diff says about a case, measured against the truth.
import { parseChangeRule } from '../../../dist/src/analysis/assertions/change-rule.js'
import { judgeChange } from '../../../dist/src/analysis/assertions/judge-change.js'
import { changeSubjectOf } from '../../../dist/src/analysis/diff/change-subject-of.js'
import { diffProfiles } from '../../../dist/src/index.js'
import { keyOf, placeOfFunction } from './cases.mjs'

/** A diff as the benchmark sees it: `{ diff, causes }`; causes are `{ function: { name, file }, … }`, most important first. */
export function compare({ before, after }) {
  const diff = diffProfiles(before, after)
  return { diff, causes: diff.causes.list.map((cause) => ({ ...cause, function: placeOfRow(diff, cause.row) })) }
}

/** The place of the guilty function among the causes, from 1 on; 0 when it is not among them. */
export function rankOf(causes, { guilty }) {
  const names = [keyOf(guilty.before), keyOf(guilty.after)]
  return causes.findIndex((cause) => names.includes(keyOf(cause.function))) + 1
}

function placeOfRow({ matches, before, after }, row) {
  const recent = matches.after[row]
  return recent >= 0 ? placeOfFunction(after, recent) : placeOfFunction(before, matches.before[row])
}

/**
 * How functions were paired: level → `{ pairs, wrong }`, and under `missed` how many of both sides got no partner, or a
 * wrong one.
 */
export function matchCounts({ matches, before, after }, truth) {
  const renamed = new Map(truth.moved.map((place) => [keyOf(place.before), keyOf(place.after)]))
  const recent = new Set(Array.from({ length: after.functions.length }, (_, fn) => keyOf(placeOfFunction(after, fn))))
  const levels = new Map()
  let missed = 0
  for (let row = 0; row < matches.length; row++) {
    if (matches.before[row] < 0) continue
    const old = keyOf(placeOfFunction(before, matches.before[row]))
    const expected = renamed.get(old) ?? old
    const found = matches.after[row] < 0 ? null : keyOf(placeOfFunction(after, matches.after[row]))
    if (found !== expected && recent.has(expected)) missed++
    if (found === null) continue
    const level = matches.level(row)
    const counts = levels.get(level) ?? { pairs: 0, wrong: 0 }
    counts.pairs++
    if (found !== expected) counts.wrong++
    levels.set(level, counts)
  }
  return { levels, missed }
}

/** Rules that one would gate a pull request with; counts are certain and raise no false alarm. */
const RULES = ['program>5%', 'self>10%', 'total>10%', 'percall>10%', 'blame>5%', 'new>5%'].map(parseChangeRule)

/**
 * What cries wolf where nothing changed, by name: the verdict on the program, the verdict on any function, each of the
 * rules, and any of all these.
 */
export function alarmsOf({ diff }) {
  const changed = (verdict) => verdict === 'regressed' || verdict === 'improved'
  const shifted = new Set(diff.shifts.filter(({ isNeutral }) => isNeutral).flatMap(({ rows }) => [...rows]))
  const { judgement, matches } = diff
  const rows = Array.from({ length: matches.length }, (_, row) => row).filter((row) => !shifted.has(row))
  const subject = changeSubjectOf(diff)
  const alarms = {
    'program verdict': changed(judgement.verdict),
    'function verdict': rows.some((row) => changed(judgement.self.verdict(row))),
    ...Object.fromEntries(RULES.map((rule) => [rule.text, judgeChange(rule, subject).verdict === 'fail'])),
  }
  const gates = RULES.some(({ text }) => alarms[text])
  return { ...alarms, 'any rule': gates, any: Object.values(alarms).includes(true) }
}
