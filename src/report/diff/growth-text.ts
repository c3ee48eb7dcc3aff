import type { Diff } from '../../analysis/diff/diff.js'
import { type Growth, growthOf } from '../../analysis/diff/growth.js'
import { countText, valueText } from '../../render/value-text.js'
import { nameOfRow } from './row-name.js'

/** Functions that a report for people shows. */
const SHOWN = 3

/** A line for each function that grows faster than its input, which is `scale` times larger after; or that none does. */
export function growthLines(diff: Diff, scale: number): string[] {
  const found = growthOf(diff.graph, scale)
  if (found.length === 0)
    return [`growth: with ${countText(scale)} times the input nothing grows faster than its input`]
  const lines = found.slice(0, SHOWN).map((growth) => `growth: ${growthText(diff, growth)}`)
  return found.length > SHOWN ? [...lines, `growth: ${found.length - SHOWN} more`] : lines
}

function growthText(diff: Diff, { row, callsExponent, selfExponent, caller }: Growth): string {
  const { calls, self } = diff.graph
  const name = nameOfRow(diff, row)
  const isOfCalls = callsExponent !== null && callsExponent >= 1.5
  const exponent = isOfCalls ? callsExponent : (selfExponent ?? 0)
  const values = isOfCalls
    ? [calls![0][row]!, calls![1][row]!].map(countText)
    : [self[0][row]!, self[1][row]!].map((value) => valueText(value, diff.unit))
  const what = isOfCalls ? `calls of ${name} grow` : `the own time of ${name} grows`
  const who = isOfCalls && caller >= 0 ? `, called by ${nameOfRow(diff, caller)}` : ''
  return `${what} as n^${exponent.toFixed(2)}${powerText(exponent)} (${values.join(' → ')})${who}`
}

function powerText(exponent: number): string {
  if (Math.abs(exponent - 2) < 0.15) return ', quadratic'
  return Math.abs(exponent - 3) < 0.15 ? ', cubic' : ''
}
