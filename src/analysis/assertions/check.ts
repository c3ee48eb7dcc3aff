import type { ExactNumber } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'
import { type Unit, unitFactor } from '../../units.js'
import { costColumns, valueAt } from '../costs.js'
import { edgeRows } from '../edge-rows.js'
import { checkKinds } from './check-kinds.js'
import { type Compared, costKind, evaluate, type Outcome, type ValueSources } from './evaluate.js'
import type { Assertion, Target } from './expression.js'
import type { Kind } from './quantity.js'
import type { RunValues } from './run-values.js'
import { refuseMissing, targetsOf } from './targets.js'

/** An assertion, and what it means when it does not hold. */
export interface RequiredAssertion {
  readonly assertion: Assertion
  /** `error` fails the check, `warn` says so only. */
  readonly level: 'error' | 'warn'
  readonly note: string | null
}

/** What came of an assertion. */
export interface CheckedAssertion extends RequiredAssertion {
  readonly verdict: 'pass' | 'warn' | 'fail'
  readonly outcome: Outcome
  /** The comparison that decided, as it is written; null for an assertion of what exists. */
  readonly comparison: string | null
  /** Of the comparison. A time or size in `unit`, a share from 0 to 1. */
  readonly value: ExactNumber | null
  readonly limit: ExactNumber | null
  readonly kind: Kind | null
  readonly unit: Unit
  /** Where `functions` and `callers` are from. */
  readonly profile: Profile
  /** The functions that the comparison asked of, dearest first; at most {@link MOST_FUNCTIONS}. */
  readonly functions: readonly FunctionIndex[]
  /** How many they are in all. */
  readonly matched: number
  /** Of an assertion that does not hold, who calls them, most first; at most three. */
  readonly callers: readonly AssertedCall[]
}

/** Calls that make an asserted function cost what it does. */
export interface AssertedCall {
  readonly caller: FunctionIndex
  readonly callee: FunctionIndex
  readonly calls: ExactNumber | null
  /** In the unit of the result. */
  readonly total: ExactNumber | null
}

/** What came of all of them. */
export interface CheckResult {
  /** Of times and sizes. */
  readonly unit: Unit
  readonly assertions: readonly CheckedAssertion[]
  readonly verdict: 'pass' | 'warn' | 'fail'
}

const MOST_FUNCTIONS = 20
const MOST_CALLERS = 3

/**
 * Checks assertions against one or several runs. Throws a data error for one that cannot be judged: a name that matches
 * nothing (unless `allowMissing`), calls of a profile that counts none, a time where bytes are measured.
 */
export function checkAssertions(
  required: readonly RequiredAssertion[],
  sources: ValueSources,
  options: { readonly allowMissing?: boolean } = {},
): CheckResult {
  const assertions = required.map((one) => {
    checkKinds(one.assertion, costKind(sources.unit))
    if (options.allowMissing !== true) refuseMissing(one.assertion, sources.runs, sources.base)
    return checked(one, sources)
  })
  const verdicts = assertions.map(({ verdict }) => verdict)
  return {
    unit: sources.unit,
    assertions,
    verdict: verdicts.includes('fail') ? 'fail' : verdicts.includes('warn') ? 'warn' : 'pass',
  }
}

function checked(required: RequiredAssertion, sources: ValueSources): CheckedAssertion {
  const { assertion, level } = required
  const outcome = evaluate(assertion, sources)
  const { decisive } = outcome
  const verdict = outcome.holds ? 'pass' : level === 'warn' ? 'warn' : 'fail'
  const run = decisive?.run ?? sources.runs[0]!
  const targets = decisive === null ? [] : subjectsOf(decisive)
  const functions = dearestFirst(run, targets)
  const written = decisive?.comparison
  return {
    ...required,
    verdict,
    outcome,
    comparison: written === undefined ? null : assertion.text.slice(written.start, written.end),
    value: decisive?.value ?? null,
    limit: decisive?.limit ?? null,
    kind: decisive?.kind ?? null,
    unit: unitOf(decisive?.kind ?? null, sources.unit),
    profile: run.measure.profile,
    functions: [...functions.subarray(0, MOST_FUNCTIONS)],
    matched: functions.length,
    callers: outcome.holds || decisive === null ? [] : callersOf(run, targets, decisive, sources.unit),
  }
}

/** What the value is of; where that is constant too, what the limit is of. */
function subjectsOf({ subject, limitTerm }: Compared): Target[] {
  const targets = targetsOf(subject)
  return targets.length > 0 ? targets : targetsOf(limitTerm)
}

function unitOf(kind: Kind | null, unit: Unit): Unit {
  if (kind === 'count') return 'count'
  return kind === 'time' || kind === 'bytes' ? unit : 'none'
}

/** The functions of targets, each once; of an edge the one that is called. */
function dearestFirst(run: RunValues, targets: readonly Target[]): Int32Array {
  const { profile } = run.measure
  const isFound = new Uint8Array(profile.functions.length)
  let count = 0
  for (const target of targets) {
    const selected = run.functions(target.kind === 'functions' ? target.functions : target.callees)
    for (const fn of selected) {
      if (isFound[fn] === 0) count++
      isFound[fn] = 1
    }
  }
  const functions = new Int32Array(count)
  for (let fn = 0, at = 0; at < count; fn++) if (isFound[fn] === 1) functions[at++] = fn
  const { total, self } = costColumns(run.measure)
  const cost = (fn: number): number => Number(valueAt(total, fn) ?? valueAt(self, fn) ?? 0)
  return functions.sort((a, b) => cost(b) - cost(a) || a - b)
}

/** The calls that make the functions cost what they do: those asked of, for an edge. */
function callersOf(run: RunValues, targets: readonly Target[], { kind }: Compared, unit: Unit): AssertedCall[] {
  const { profile, value } = run.measure
  const isCallee = new Uint8Array(profile.functions.length)
  const isCaller = new Uint8Array(profile.functions.length)
  let isAnyCaller = false
  for (const target of targets) {
    if (target.kind === 'functions') isAnyCaller = true
    else for (const fn of run.functions(target.callers)) isCaller[fn] = 1
    for (const fn of run.functions(target.kind === 'functions' ? target.functions : target.callees)) isCallee[fn] = 1
  }
  const matched = dearestFirst(run, targets)
  const rows = edgeRows(profile, matched, 'callers', { value, sort: kind === 'count' ? 'calls' : undefined })
  const factor = unitFactor(run.measure.type.unit, unit) ?? 1
  const found: AssertedCall[] = []
  for (let index = 0; index < rows.length && found.length < MOST_CALLERS; index++) {
    const { caller, callee, calls, total } = rows.row(index)
    if (!(isAnyCaller ? isCallee[caller] === 0 : isCaller[caller] === 1)) continue
    found.push({ caller, callee, calls, total: total === null || factor === 1 ? total : Number(total) * factor })
  }
  return found
}
