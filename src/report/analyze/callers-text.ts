import { type CallerModule, callerModules } from '../../analysis/caller-modules.js'
import { costColumns, countAt, valueAt } from '../../analysis/costs.js'
import type { EdgeRows } from '../../analysis/edge-rows.js'
import { countText, valueText } from '../../render/value-text.js'
import { sentenceName, sentenceText } from './shown-function.js'

/** What is said over a table of callers or callees: who was meant, and for callers where a fix belongs. */
export function edgesLines(rows: EdgeRows): string[] {
  const lines = [subjectText(rows)]
  if (rows.direction === 'callers') {
    const modules = callerModules(rows)
    const sentence = fixText(rows, modules)
    if (sentence !== null) lines.push(sentence)
    if (rows.outside !== null) lines.push(`called from outside the profile: ${countText(rows.outside.calls)}`)
  }
  return lines
}

function subjectText({ measure, matched, direction }: EdgeRows): string {
  const { graph, type, profile } = measure
  const asked = direction === 'callers' ? 'who calls' : 'what is called by'
  if (matched.length > 1) return `${asked} the ${countText(matched.length)} functions that match`
  const fn = matched[0]!
  const calls = countAt(graph.calls, fn)
  const total = valueAt(costColumns(measure).total, fn)
  const facts = [
    calls === null ? null : `${countText(calls)} ${calls === 1 ? 'call' : 'calls'}`,
    total === null ? null : `${valueText(total, type.unit)} in total`,
  ].filter((fact) => fact !== null)
  return `${asked} ${sentenceName(profile, fn)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

/** Where a fix belongs, as far as the callers tell; null when there are none. */
function fixText({ length, row, measure, matched }: EdgeRows, modules: readonly CallerModule[]): string | null {
  const callers = modules.reduce((sum, module) => sum + module.callers, 0)
  const it = matched.length === 1 ? 'it' : 'them'
  if (callers === 0)
    return length === 0 ? 'no function of the profile calls it' : `only ${it === 'it' ? 'itself' : 'each other'}`
  if (callers === 1) return `one caller: fix it there${nameOfOnly(length, row, measure, matched)}`
  if (modules.length === 1)
    return `${countText(callers)} callers, all in ${sentenceText(modules[0]!.label)}: fix it there`
  const parts = modules.slice(0, 4).map(({ label, calls }) => {
    return calls === null ? sentenceText(label) : `${sentenceText(label)} ${countText(calls)}`
  })
  const more = modules.length > parts.length ? `, and ${modules.length - parts.length} more` : ''
  return `${countText(modules.length)} modules call ${it}: a shared cache would serve all (${parts.join(', ')}${more})`
}

function nameOfOnly(
  length: number,
  row: EdgeRows['row'],
  { profile }: EdgeRows['measure'],
  matched: Int32Array,
): string {
  for (let index = 0; index < length; index++) {
    const { caller } = row(index)
    if (!matched.includes(caller)) return ` (${sentenceName(profile, caller)})`
  }
  return ''
}
