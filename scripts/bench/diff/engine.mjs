// What callcost's diff says about a case, measured against the truth.
import { diffProfiles } from '../../../dist/src/index.js'
import { keyOf, placeOfFunction } from './cases.mjs'

/** A diff as the benchmark sees it: `{ diff, causes }`; causes are `{ function: { name, file }, … }`, most important first. */
export function compare({ before, after }) {
  const diff = diffProfiles(before, after)
  const causes = (diff.causes?.list ?? []).map((cause) => ({ ...cause, function: placeOfRow(diff, cause.row) }))
  return { diff, causes: diff.causes === undefined ? null : causes }
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

/** What would fail a gate, by kind of alarm: nothing while the diff judges nothing. */
export function alarmsOf({ diff }) {
  if (diff.verdict === undefined) return {}
  return { program: diff.verdict === 'regressed' }
}
