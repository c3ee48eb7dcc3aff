import type { Diff } from '../../analysis/diff/diff.js'
import { nameOfFunction, shownName } from '../../analysis/function-text.js'
import { NONE } from '../../model/tables.js'
import { valueText } from '../../render/value-text.js'

/** The name of the function of a row of the diff's tables, as it is after the change where it is still there. */
export function nameOfRow({ matches, before, after }: Diff, row: number): string {
  const isGone = matches.after[row] === NONE
  return briefName(isGone ? shownName(before, matches.before[row]!) : shownName(after, matches.after[row]!))
}

/** The name as the source of the profile has it, for machines. */
export function sourceName({ matches, before, after }: Diff, row: number): string {
  const isGone = matches.after[row] === NONE
  return isGone ? nameOfFunction(before, matches.before[row]!) : nameOfFunction(after, matches.after[row]!)
}

/** `fetch_category (was get_category)`, where a function has another name or the same one by a guess. */
export function nameWithOrigin(diff: Diff, row: number): string {
  const { matches, before } = diff
  const name = nameOfRow(diff, row)
  const level = matches.level(row)
  if (level !== 'renamed' && level !== 'moved' && level !== 'mapped') return name
  const old = briefName(shownName(before, matches.before[row]!))
  const sign = level === 'mapped' ? '' : '≈ '
  return old === name ? `${name} (${sign}moved)` : `${name} (${sign}was ${old})`
}

/** Python's built-ins in fewer characters: `sqlite3.Cursor.execute`, `builtins.len`. */
function briefName(name: string): string {
  const method = /^\{method '(.+)' of '(.+)' objects\}$/.exec(name)
  if (method !== null) return `${method[2]}.${method[1]}`
  return /^\{built-in method (.+)\}$/.exec(name)?.[1] ?? name
}

/** A change with its sign: `+1.20 s`, `-27.50 s`, `0`. */
export function signed(value: number, unit: Diff['unit']): string {
  return value > 0 ? `+${valueText(value, unit)}` : valueText(value, unit)
}
