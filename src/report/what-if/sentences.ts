import { shareOf } from '../../analysis/costs.js'
import type { Bound, WhatIf } from '../../analysis/what-if/what-if.js'
import { percentText, valueText } from '../../render/value-text.js'
import { compensationText } from '../analyze/compensation-text.js'

/** `28.16 s now, 544.4 ms with this edit: 27.62 s less (98.1 %, ×51.7)` */
export function headlineText({ model, total, edits }: WhatIf): string {
  const { unit } = model.measure.type
  const { before, after, saving } = total
  const these = edits.length === 1 ? 'this edit' : `these ${edits.length} edits`
  const share = shareOf(Math.abs(saving), before)
  const times = saving > 0 && after > before * 1e-12 ? `, ×${speedupText(before / after)}` : ''
  const change = `${valueText(Math.abs(saving), unit)} ${saving < 0 ? 'more' : 'less'}`
  return `${valueText(before, unit)} now, ${valueText(clean(after, before), unit)} with ${these}: ${change}${share === null ? '' : ` (${percentText(share)}${times})`}`
}

/** The limit that no edit of the same functions gets past. */
export function boundText({ model, total: { bound, before }, edits }: WhatIf): string {
  const what = edits.length === 1 ? 'what it changes' : 'all that they change'
  const left = valueText(clean(before - bound.saving, before), model.measure.type.unit)
  return `even if ${what} were free: ${left}${bound.speedup === null ? '' : `, ${timesText(bound)}`}`
}

/** What the numbers rest on, where that is not all calls as they were counted; null otherwise. */
export function basisText({ model: { measure, compensation } }: WhatIf): string | null {
  if (compensation !== null) return compensationText(compensation, measure.type.unit)
  if (measure.profile.source.method === 'sampled') return 'by samples: savings are shares of what was sampled'
  return null
}

/** `×1.18`; what would leave nothing is `all`. */
export function timesText({ speedup }: Bound): string {
  return speedup === null ? 'all' : `×${speedupText(speedup)}`
}

function speedupText(speedup: number): string {
  return speedup < 10
    ? speedup.toFixed(2)
    : speedup < 100
      ? speedup.toFixed(1)
      : Math.round(speedup).toLocaleString('en')
}

/** What rounding leaves of nothing is nothing. */
function clean(value: number, whole: number): number {
  return Math.abs(value) <= Math.abs(whole) * 1e-12 ? 0 : value
}
