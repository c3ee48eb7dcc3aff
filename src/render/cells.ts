import type { ExactNumber } from '../model/numbers.js'
import type { CallsCell, Cell, Table } from './table.js'
import { type ColumnScale, columnScale, countText, percentText, UNKNOWN } from './value-text.js'

/** The cells of a table as people read them: one unit a column. */
export interface ShownCells {
  /** Heads of the columns, with their units. */
  readonly titles: readonly string[]
  /** A cell as text; texts come as they are, escaping is up to who prints them. */
  text(column: number, cell: Cell): string
}

/** Looks at all values once to choose the units. */
export function showCells(table: Table): ShownCells {
  const scales = chooseScales(table)
  return {
    titles: table.columns.map(({ title }, column) => [title, scales[column]?.unit].filter(Boolean).join(' ')),
    text(column, cell) {
      if (cell === null) return UNKNOWN
      if (typeof cell === 'string') return cell
      if (Array.isArray(cell)) return callsText(cell as unknown as CallsCell)
      if (table.columns[column]!.kind === 'ratio') return percentText(Number(cell))
      return scales[column]?.text(cell as ExactNumber) ?? countText(cell as ExactNumber)
    },
  }
}

function callsText([calls, primitiveCalls]: CallsCell): string {
  if (calls === null) return UNKNOWN
  const text = countText(calls)
  return primitiveCalls === null || primitiveCalls === calls ? text : `${text}/${countText(primitiveCalls)}`
}

function chooseScales({ columns, length, row }: Table): (ColumnScale | null)[] {
  const values = columns.map((column) => (column.kind === 'value' ? new Float64Array(length) : null))
  if (values.some((column) => column !== null)) {
    for (let index = 0; index < length; index++) {
      const cells = row(index)
      for (let column = 0; column < values.length; column++) {
        const cell = cells[column]
        if (values[column] === null || cell === null || cell === undefined) continue
        const size = Math.abs(Number(cell))
        values[column]![index] = Number.isFinite(size) ? size : 0
      }
    }
  }
  return columns.map((column, index) => {
    if (column.kind !== 'value') return null
    const sizes = values[index]!.sort()
    const largest = sizes.at(-1) ?? 0
    if (column.scaledBy === 'largest') return columnScale(largest, column.unit)
    const first = sizes.findIndex((size) => size > 0)
    return columnScale(first < 0 ? 0 : sizes[Math.floor((first + sizes.length) / 2)]!, column.unit)
  })
}
