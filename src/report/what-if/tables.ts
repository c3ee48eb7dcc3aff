import type { BoundEdit } from '../../analysis/what-if/bind-edit.js'
import type { WhatIf } from '../../analysis/what-if/what-if.js'
import type { Cell, Column, Records, Table } from '../../render/table.js'
import { countText } from '../../render/value-text.js'
import { timesText } from './sentences.js'

/** Edits for people. */
export function editTable({ model, edits }: WhatIf): Table {
  const { unit } = model.measure.type
  const value = (title: string): Column => ({ title, kind: 'value', unit, scaledBy: 'largest' })
  const isShared = edits.length > 1 && edits[0]!.joint !== null
  const hasCalls = edits.some(({ edit }) => edit.calls !== null)
  const columns: Column[] = [value('alone')]
  if (isShared) columns.push(value('of all'))
  columns.push(value('if free'), { title: '', kind: 'text' })
  if (hasCalls) columns.push({ title: 'calls', kind: 'text', leftOut: 1 })
  columns.push({ title: 'edit', kind: 'name' })
  return {
    columns,
    length: edits.length,
    row(index) {
      const { edit, solo, joint, bound } = edits[index]!
      const cells: Cell[] = [solo]
      if (isShared) cells.push(joint)
      cells.push(bound.saving, timesText(bound))
      if (hasCalls) cells.push(callsText(edit))
      return [...cells, editText(edit)]
    },
  }
}

/** `4,821 → 12` */
function callsText({ calls }: BoundEdit): string {
  if (calls === null) return ''
  const { before, after } = calls
  return before === after ? countText(before) : `${countText(before)} → ${countText(rounded(after))}`
}

/** A number of calls that comes out of a factor is no whole one. */
function rounded(calls: number): number {
  return calls < 10 ? Number(calls.toPrecision(2)) : Math.round(calls)
}

/** The edit as it was written, and how many functions it means when it is not one. */
function editText({ text, functions }: BoundEdit): string {
  return functions.length === 1 ? text : `${text} (${countText(functions.length)} functions)`
}

/** Edits for machines, under the keys of the JSON. */
export function editRecords({ model, edits }: WhatIf): Records {
  const { unit } = model.measure.type
  return {
    keys: ['edit', 'solo', 'share', 'bound', 'speedup', 'callsBefore', 'callsAfter', 'unit'],
    length: edits.length,
    row(index) {
      const { edit, solo, joint, bound } = edits[index]!
      const { before = null, after = null } = edit.calls ?? {}
      return [edit.text, solo, joint, bound.saving, bound.speedup, before, after, unit]
    },
  }
}
