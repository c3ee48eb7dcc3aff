import { CallcostError, quote } from '../../errors.js'
import type { ChangeMetric, ChangeRule } from './change-rule.js'
import type { ChangedFunction, ChangedValue, ChangeSubject } from './change-subject.js'
import { costKind } from './evaluate.js'
import { type ChangeVerdict, Judgement } from './judgement.js'
import { commonKind, kindText } from './quantity.js'
import type { Selectable } from './selectable.js'
import { type Selector, selectAmong } from './selector.js'

type FunctionMetric = Exclude<ChangeMetric, 'program' | 'blame'>

/** Changes of percent rules below this share of the program are noise of small functions, unless one is named. */
const LEAST_EFFECT = 0.01

/**
 * Judges a change by a rule. `level`: what it is when the rule is broken.
 *
 * Each function is judged by itself, whether a selector chose it or all are looked at; `new` adds functions up. Percent
 * is of what the function itself was before, of `program`, `blame` and `new` of the profile total before. A function
 * of ten microseconds doubles by chance, so percent of self, total and percall also takes a change of 1 % of the profile
 * total, unless the rule names the function. Without a selector, functions that are new are left to the rule `new`, as
 * an extracted function is no regression; with one, they were 0. Functions that are matched by a guess, and cost that
 * only moved, break no rule.
 *
 * Counts decide by their value. Times of several runs break a rule when the whole interval is past the limit, keep it
 * when none of it is, and are inconclusive between. Of one run a side the value decides, which only indicates.
 *
 * Throws a data error when the selector matches nothing on either side, and for what the profiles do not measure.
 */
export function judgeChange(rule: ChangeRule, subject: ChangeSubject, level: 'fail' | 'warn' = 'fail'): ChangeVerdict {
  const { metric, limit } = rule
  const measured = metric === 'calls' ? 'number' : costKind(subject.unit)
  const isZero = limit.kind === 'number' && limit.value === 0
  if (limit.kind !== 'share' && !isZero && commonKind(limit.kind, measured) === null) {
    throw new CallcostError(
      'data',
      `the limit of ${quote(rule.text)} is ${kindText(limit.kind)}, the profiles measure ${kindText(measured)}`,
    )
  }
  const found = new Judgement(rule, subject)
  if (metric === 'program') judgeProgram(found, subject)
  else if (metric === 'blame') judgeCauses(found, rule, subject)
  else judgeFunctions(found, metric, rule, subject)
  return found.verdict(level)
}

function judgeProgram(found: Judgement, { program }: ChangeSubject): void {
  found.matched = 1
  found.add('program', program, false)
}

function judgeFunctions(found: Judgement, metric: FunctionMetric, rule: ChangeRule, subject: ChangeSubject): void {
  const { functions } = subject
  const selected = rule.functions === null ? null : chosen(rule.functions, functions)
  if (rule.functions !== null && selected?.length === 0 && metric !== 'new') throw nothingMatches(rule, subject)
  const count = selected?.length ?? functions.length
  let added = 0
  let known = 0
  for (let index = 0; index < count; index++) {
    const changed = functions.at(selected?.[index] ?? index)
    found.matched++
    if (metric === 'new') {
      if (changed.before === null && !changed.isShifted) added += changed.self.after ?? 0
      continue
    }
    const value = changeOf(changed, metric)
    if (value.before !== null && value.after !== null) known++
    if (!changed.isSafe) {
      found.unsure++
      continue
    }
    const isNew = changed.before === null
    const isNamed = rule.functions?.kind === 'name' && count === 1
    if (changed.isShifted || (isNew && selected === null)) continue
    if (found.isPercent && !isNamed && isSmall(changed, metric, subject)) found.addSmall(changed.name, value)
    else if (metric === 'calls' && !changed.isCertain) found.addUncertain(changed.name, value)
    else found.add(changed.name, value, selected === null)
  }
  if (metric === 'new') found.addDelta('new functions', added, null)
  else if (known === 0 && count > 0) throw unknownValues(rule, metric)
}

function judgeCauses(found: Judgement, rule: ChangeRule, subject: ChangeSubject): void {
  const { causes, functions } = subject
  const { functions: selector } = rule
  if (selector !== null && chosen(selector, functions).length === 0) throw nothingMatches(rule, subject)
  for (let index = 0; index < causes.length; index++) {
    const { name, functions: own, delta, ci, isSafe } = causes.at(index)
    if (selector !== null && selectAmong(selector, own.length, (at) => own[at]!).length === 0) continue
    found.matched++
    if (isSafe) found.addDelta(name, delta, ci)
    else found.unsure++
  }
}

/** The functions that a selector chooses on either side, in their order. */
function chosen(selector: Selector, functions: ChangeSubject['functions']): Int32Array {
  const { length } = functions
  const isChosen = new Uint8Array(length)
  for (const side of ['before', 'after'] as const) {
    for (const index of selectAmong(selector, length, (at) => functions.at(at)[side] ?? NOBODY)) {
      // @runtime and a star would choose nobody, too.
      if (functions.at(index)[side] !== null) isChosen[index] = 1
    }
  }
  let count = 0
  const indices = new Int32Array(length)
  for (let index = 0; index < length; index++) if (isChosen[index] === 1) indices[count++] = index
  return indices.subarray(0, count)
}

/** What a side has instead of a function that it does not have. */
const NOBODY: Selectable = {
  name: '\0',
  shownName: '\0',
  file: null,
  line: null,
  module: null,
  package: null,
  scope: 'runtime',
}

function changeOf(changed: ChangedFunction, metric: 'calls' | 'self' | 'total' | 'percall'): ChangedValue {
  return metric === 'percall' ? changed.selfPerCall : changed[metric]
}

/** Whether a change of cost is too small for the program to count in percent. Counts never are. */
function isSmall(changed: ChangedFunction, metric: FunctionMetric, { program }: ChangeSubject): boolean {
  if (metric === 'calls') return false
  const { before, after } =
    metric === 'percall' ? changed.selfPerCall : metric === 'total' ? changed.total : changed.self
  const times = metric === 'percall' ? (changed.calls.after ?? 0) : 1
  return ((after ?? 0) - (before ?? 0)) * times < LEAST_EFFECT * (program.before ?? 0)
}

function nothingMatches(rule: ChangeRule, subject: ChangeSubject): CallcostError {
  const { text } = rule.functions!
  const names = subject.suggest(text).map((name) => quote(name))
  return new CallcostError('data', `no function of either profile matches ${quote(text)} in ${quote(rule.text)}`, {
    hint: names.length === 0 ? undefined : `close to it: ${names.join(', ')}`,
  })
}

function unknownValues({ text }: ChangeRule, metric: ChangeMetric): CallcostError {
  const what = metric === 'calls' || metric === 'percall' ? 'count no calls' : 'do not say it'
  return new CallcostError('data', `${quote(text)} cannot be judged: the profiles ${what}`, {
    hint: 'self and total need no counts',
  })
}
