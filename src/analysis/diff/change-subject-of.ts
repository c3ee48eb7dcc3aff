import { NONE } from '../../model/tables.js'
import type { ChangeCause, ChangedFunction, ChangedValue, ChangeSubject } from '../assertions/change-subject.js'
import { type Selectable, SelectableFunction } from '../assertions/selectable.js'
import { closestNames } from '../closest-names.js'
import { shownName } from '../function-text.js'
import type { CauseTerm } from './blame/cause-term.js'
import { type Cause, causesOf } from './blame/causes.js'
import type { Diff } from './diff.js'
import type { Judgements } from './judge/judgement.js'
import type { Pair } from './side.js'

/** 95 % of a normal distribution lie within so many standard errors. */
const NORMAL_95 = 1.96

/** Causes that rules look at, and names that are suggested. */
const CAUSES = 1000
const NAMES = 3

/** A diff as the rules of gates ask about it. */
export function changeSubjectOf(diff: Diff): ChangeSubject {
  const { graph, judgement, matches, total, unit } = diff
  const neutral = new Uint8Array(graph.length)
  for (const { isNeutral, rows } of diff.shifts) if (isNeutral) for (const row of rows) neutral[row] = 1
  const causes = causesOf(graph, diff.blame, {
    limit: CAUSES,
    enough: 1,
    neutral,
    termErrors: diff.errors?.terms ?? null,
    rowErrors: diff.errors?.rows ?? null,
  })
  // A neutral shift may cost a little more all the same, the calls that it adds above all; so do all functions above it.
  const shifted = diff.shifts.reduce((sum, { isNeutral, net }) => sum + (isNeutral ? Math.max(0, net) : 0), 0)
  const { program } = judgement
  return {
    unit,
    program: { before: total.before, after: total.after, ci: program.ci, q: program.q },
    functions: { length: matches.length, at: (row) => changedFunction(diff, row, neutral[row] === 1, shifted) },
    causes: { length: causes.list.length, at: (index) => changeCause(diff, causes.list[index]!) },
    suggest: (wanted) => {
      const names = [...closestNames(diff.after, wanted, NAMES), ...closestNames(diff.before, wanted, NAMES)]
      return [...new Set(names)].slice(0, NAMES)
    },
  }
}

function changedFunction(diff: Diff, row: number, isShifted: boolean, shifted: number): ChangedFunction {
  const { graph, judgement, matches } = diff
  const [before, after] = selectables(diff, row)
  const { self, total, selfPerCall, calls } = judgement
  const counts = graph.calls === null ? null : ([known(graph.calls[0][row]!), known(graph.calls[1][row]!)] as const)
  const perCall = (side: 0 | 1): number | null =>
    counts?.[side] ? graph.self[side][row]! / counts[side] : counts?.[side] === 0 ? 0 : null
  return {
    before,
    after,
    name: nameOf(diff, row),
    isSafe: matches.isSafe(row) || before === null || after === null,
    isShifted,
    isCertain: calls !== null && calls.certain[row] === 1,
    calls: { before: counts?.[0] ?? null, after: counts?.[1] ?? null, ci: null, q: null },
    self: judgedValue([graph.self[0][row]!, graph.self[1][row]!], self, row),
    total: withoutShifts(judgedValue([graph.total[0][row]!, graph.total[1][row]!], total, row), shifted),
    selfPerCall: judgedValue([perCall(0), perCall(1)], selfPerCall, row),
  }
}

/** Of several runs a side, what was not tested because it is light, or 0 in some runs, may well be chance. */
function judgedValue([before, after]: Pair<number | null>, judged: Judgements | null, row: number): ChangedValue {
  const judgement = judged?.at(row) ?? null
  const isUntested = judgement?.basis === 'light' || judgement?.basis === 'zero'
  return { before, after, ci: judgement?.ci ?? null, q: isUntested ? 1 : (judgement?.q ?? null) }
}

/** A total that grew, less what neutral shifts may have added to it. */
function withoutShifts(value: ChangedValue, shifted: number): ChangedValue {
  const { before, after, ci } = value
  if (shifted === 0 || before === null || after === null || after <= before) return value
  const rest = Math.max(before, after - shifted)
  const scale = rest / after
  return { ...value, after: rest, ci: ci === null ? null : [ci[0] * scale, ci[1] * scale] }
}

function known(count: number): number | null {
  return Number.isNaN(count) ? null : count
}

/**
 * What one function is blamed for, all its terms together: a call that moved from one callee to another has a large term
 * for each, which cancel out.
 */
function changeCause(diff: Diff, { row, delta, error, terms }: Cause): ChangeCause {
  const [{ callee }] = terms as [CauseTerm]
  const isOfOne = callee !== NONE && Math.abs(terms[0]!.delta - delta) < MOSTLY * Math.abs(delta)
  const rows = [row, ...new Set(terms.map((term) => term.callee).filter((other) => other !== NONE))]
  return {
    name: isOfOne ? `${nameOf(diff, row)} -> ${nameOf(diff, callee)}` : nameOf(diff, row),
    functions: rows.map((each) => selectables(diff, each)).map(([before, after]) => (after ?? before)!),
    delta,
    ci: error === null ? null : [delta - NORMAL_95 * error, delta + NORMAL_95 * error],
    isSafe: diff.matches.isSafe(row) || diff.matches.level(row) === 'none',
  }
}

/** A cause is named by its first term when all others come to this share of it at most. */
const MOSTLY = 0.1

function selectables({ matches, before, after }: Diff, row: number): Pair<Selectable | null> {
  const [old, now] = [matches.before[row]!, matches.after[row]!]
  return [
    old === NONE ? null : new SelectableFunction(before, old),
    now === NONE ? null : new SelectableFunction(after, now),
  ]
}

function nameOf({ matches, before, after }: Diff, row: number): string {
  const now = matches.after[row]!
  return now === NONE ? shownName(before, matches.before[row]!) : shownName(after, now)
}
