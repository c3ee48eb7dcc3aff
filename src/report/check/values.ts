import type { AssertedCall, CheckedAssertion, CheckResult } from '../../analysis/assertions/check.js'
import { escapeForTerminal } from '../../encode/terminal.js'
import type { ExactNumber } from '../../model/numbers.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import type { Unit } from '../../units.js'
import { placeCell, sentenceName } from '../analyze/shown-function.js'

/** A value of an assertion as people read it. */
export function assertedText({ kind, unit }: CheckedAssertion, value: ExactNumber): string {
  if (kind === 'share') return percentText(Number(value))
  return kind === 'time' || kind === 'bytes' ? valueText(value, unit) : countText(value)
}

/** `: 4,821 in b.prof`, `: 14.2 s (median of 3 runs)`; empty for an assertion of what exists. */
export function measuredText(checked: CheckedAssertion, runs: number): string {
  const { value, outcome } = checked
  if (value === null) return ''
  const { run = null, isMedian = false } = outcome.decisive ?? {}
  const where = run === null ? (isMedian ? ` (median of ${runs} runs)` : '') : ` in ${run.name}`
  return `: ${assertedText(checked, value)}${where}`
}

/** Functions named of an assertion that is about several. */
const NAMED = 3

/** `3 functions: a, b and c`; null for one function, which the assertion names itself. */
export function functionsText({ profile, functions, matched }: CheckedAssertion): string | null {
  if (matched < 2) return null
  const names = functions.slice(0, NAMED).map((fn) => sentenceName(profile, fn))
  return `${countText(matched)} functions: ${names.join(', ')}${matched > NAMED ? ', …' : ''}`
}

/** `enrich_record (records.py:16): 4,821 calls, 27.61 s`, with whom it calls when that could be one of several. */
export function callerText(
  { profile, matched }: CheckedAssertion,
  { caller, callee, calls, total }: AssertedCall,
  unit: Unit,
): string {
  const place = escapeForTerminal(placeCell(profile, caller))
  const name = `${sentenceName(profile, caller)}${place === '' ? '' : ` (${place})`}`
  const costs = [
    calls === null ? null : `${countText(calls)} ${Number(calls) === 1 ? 'call' : 'calls'}`,
    total === null ? null : valueText(total, unit),
  ].filter((cost) => cost !== null)
  return `${name}${matched > 1 ? ` -> ${sentenceName(profile, callee)}` : ''}${costs.length === 0 ? '' : `: ${costs.join(', ')}`}`
}

/** `verdict: fail (1 of 3 assertions)` */
export function verdictText({ verdict, assertions }: CheckResult): string {
  const count = assertions.length
  const broken = assertions.filter((one) => one.verdict !== 'pass').length
  const noun = count === 1 ? 'assertion' : 'assertions'
  if (broken === 0) return `verdict: pass (${countText(count)} ${noun})`
  return `verdict: ${verdict} (${countText(broken)} of ${countText(count)} ${noun})`
}
