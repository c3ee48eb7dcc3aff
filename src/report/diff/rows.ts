import type { Diff } from '../../analysis/diff/diff.js'
import type { DiffRow } from '../../analysis/diff/diff-row.js'
import type { Pair } from '../../analysis/diff/side.js'
import { describeFunction, type FunctionPlace, placeOfFunction } from '../../model/modules/describe-function.js'
import type { ExactNumber } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import { type FunctionIndex, NONE } from '../../model/tables.js'
import type { Cell, Records, Table } from '../../render/table.js'
import { countText, UNKNOWN, valueText } from '../../render/value-text.js'
import { nameWithOrigin, signed } from './row-name.js'
import { isChanged } from './story.js'

/** The rows of a diff that are no row of "nothing changed", as far as `limit` goes. */
export interface ChangedRows {
  readonly length: number
  /** How many changed, whether shown or not. */
  readonly changed: number
  row(index: number): DiffRow
}

/** Rows whose self or whose calls changed, largest change first. `limit` 0 is all. */
export function changedRows(diff: Diff, limit: number): ChangedRows {
  const changed = new Int32Array(diff.length)
  let count = 0
  for (let index = 0; index < diff.length; index++) {
    if (isChanged(diff.row(index))) changed[count++] = index
  }
  const length = limit === 0 ? count : Math.min(limit, count)
  return { length, changed: count, row: (index) => diff.row(changed[index]!) }
}

/** The table for people: each value in the unit that fits it, since before and after can be a thousand times apart. */
export function diffTable(diff: Diff, rows: ChangedRows): Table {
  const value = (of: number | null): string => (of === null ? UNKNOWN : valueText(of, diff.unit))
  return {
    columns: [
      { title: 'self: change', kind: 'count' },
      { title: 'before', kind: 'count' },
      { title: 'after', kind: 'count' },
      { title: 'ratio', kind: 'count' },
      { title: 'calls', kind: 'count' },
      { title: 'by calls', kind: 'count' },
      { title: 'by cost', kind: 'count' },
      { title: 'function', kind: 'name' },
    ],
    length: rows.length,
    row(index): readonly Cell[] {
      const row = rows.row(index)
      return [
        signed(row.delta, diff.unit),
        value(row.self[0]),
        value(row.self[1]),
        ratioCell(row),
        callsText(row.calls),
        row.split === null ? UNKNOWN : signed(row.split.byCalls, diff.unit),
        row.split === null ? UNKNOWN : signed(row.split.byCost, diff.unit),
        nameWithOrigin(diff, row.index),
      ]
    },
  }
}

function ratioCell(row: DiffRow): string {
  if (row.status === 'new' || row.status === 'gone') return row.status
  if (row.ratio === null) return UNKNOWN
  return `×${ratioText(row.ratio)}${isDoubtful(row) ? ' ~' : ''}`
}

function isDoubtful({ judgement: { verdict } }: DiffRow): boolean {
  return verdict === 'inconclusive' || verdict === 'unchanged'
}

/** Whether a row that is shown may be noise, and so has the mark of it. */
export function hasDoubts(rows: ChangedRows): boolean {
  for (let index = 0; index < rows.length; index++) {
    const row = rows.row(index)
    if (isDoubtful(row) && row.ratio !== null && row.status !== 'new' && row.status !== 'gone') return true
  }
  return false
}

function ratioText(ratio: number): string {
  return ratio >= 100 ? countText(Math.round(ratio)) : ratio.toFixed(ratio < 0.01 ? 4 : 2)
}

function callsText([before, after]: Pair<ExactNumber | null>): string {
  if (before === null && after === null) return UNKNOWN
  if (before === after) return countText(before!)
  return `${before === null ? UNKNOWN : countText(before)} → ${after === null ? UNKNOWN : countText(after)}`
}

/** What identifies the function of a row, for machines. */
export interface DiffFunction extends FunctionPlace {
  readonly name: string
  readonly module: string | null
}

export function diffFunction(diff: Diff, row: DiffRow): DiffFunction {
  const [profile, func]: readonly [Profile, FunctionIndex] =
    row.functionAfter === NONE ? [diff.before, row.functionBefore] : [diff.after, row.functionAfter]
  return {
    ...placeOfFunction(profile, func),
    name: profile.strings.text(profile.functions.name[func]!),
    module: describeFunction(profile, func).module,
  }
}

/** Raw numbers, one row a function. */
export function diffRecords(diff: Diff, rows: ChangedRows): Records {
  return {
    keys: [
      ...['function', 'file', 'module', 'status', 'match', 'calls_before', 'calls_after', 'self_before', 'self_after'],
      ...['total_before', 'total_after', 'self_per_call_before', 'self_per_call_after', 'delta', 'ratio'],
      ...['by_calls', 'by_cost'],
    ],
    length: rows.length,
    row(index) {
      const row = rows.row(index)
      const { name, file, module } = diffFunction(diff, row)
      return [
        ...[name, file, module, row.status, row.match],
        ...[...row.calls, ...row.self, ...row.total, ...row.selfPerCall],
        ...[row.delta, row.ratio, row.split?.byCalls ?? null, row.split?.byCost ?? null],
      ]
    },
  }
}
