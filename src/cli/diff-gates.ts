import { type ChangeRule, parseChangeRule } from '../analysis/assertions/change-rule.js'
import { judgeChange } from '../analysis/assertions/judge-change.js'
import { changeSubjectOf } from '../analysis/diff/change-subject-of.js'
import type { Diff } from '../analysis/diff/diff.js'
import type { GateResults } from '../report/diff/json.js'

/** Exit codes of gates: failed, and too noisy to tell. */
const FAILED = 1
const INCONCLUSIVE = 3

/** A rule, and what breaking it means. */
export interface Gate {
  readonly rule: ChangeRule
  readonly level: 'fail' | 'warn'
}

/** The rules of the command line; a usage error for what is none, before any file is read. */
export function parseGates(args: {
  readonly 'fail-on': readonly string[]
  readonly 'warn-on': readonly string[]
}): Gate[] {
  const parse = (level: Gate['level']): Gate[] =>
    args[`${level}-on`].map((text) => ({ rule: parseChangeRule(text), level }))
  return [...parse('fail'), ...parse('warn')]
}

export function judgeGates(diff: Diff, gates: readonly Gate[], failOnInconclusive: boolean): GateResults {
  if (gates.length === 0) return { list: [], exitCode: 0 }
  const subject = changeSubjectOf(diff)
  const list = gates.map(({ rule, level }) => judgeChange(rule, subject, level))
  const has = (verdict: string): boolean => list.some((gate) => gate.verdict === verdict)
  const exitCode = has('fail') ? FAILED : failOnInconclusive && has('inconclusive') ? INCONCLUSIVE : 0
  return { list, exitCode }
}
