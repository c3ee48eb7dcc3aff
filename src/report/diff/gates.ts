import type { ChangeVerdict } from '../../analysis/assertions/judgement.js'
import type { Diff } from '../../analysis/diff/diff.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import type { GateResults } from './json.js'

/** Names behind a gate. */
const NAMES = 3

/** A line for each gate, then the verdict on all of them; none without gates. */
export function gateLines(diff: Diff, { list }: GateResults): string[] {
  if (list.length === 0) return []
  return [...list.map((gate) => gateText(diff, gate)), verdictText(list)]
}

function gateText(diff: Diff, gate: ChangeVerdict): string {
  const { rule, verdict, functions, broken } = gate
  const names = functions.slice(0, NAMES).join(', ')
  const more = broken > NAMES ? ` and ${broken - NAMES} more` : ''
  const who = names === '' || names === 'program' ? '' : `: ${names}${more}`
  return `${verdict}: ${rule.text}, got ${gateValue(diff, gate)}${who}`
}

export function gateValue(diff: Diff, { rule, value, basis }: ChangeVerdict): string {
  if (value === null) return 'nothing'
  const sign = value > 0 ? '+' : ''
  const text =
    rule.limit.kind === 'share'
      ? percentText(value)
      : rule.metric === 'calls'
        ? countText(value)
        : valueText(value, diff.unit)
  return `${sign}${text}${basis === 'indicative' ? ' (one run a side: indicative)' : ''}`
}

/** `verdict: fail (1 of 3 gates)` */
export function verdictText(list: readonly ChangeVerdict[]): string {
  for (const verdict of ['fail', 'inconclusive', 'warn'] as const) {
    const count = list.filter((gate) => gate.verdict === verdict).length
    if (count > 0) return `verdict: ${verdict} (${count} of ${list.length} gates)`
  }
  return `verdict: pass (${list.length} of ${list.length} gates)`
}
