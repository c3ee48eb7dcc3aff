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
    const pivot = column.scaledBy === 'largest' ? largest(values[index]!) : geometricMean(values[index]!)
    return columnScale(pivot, column.unit)
  })
}

function largest(sizes: Float64Array): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0)
}

/** Costs per call lie orders of magnitude apart; this is in the middle of their orders. */
function geometricMean(sizes: Float64Array): number {
  let sum = 0
  let count = 0
  for (const size of sizes) {
    if (size === 0) continue
    sum += Math.log(size)
    count++
  }
  return count === 0 ? 0 : Math.exp(sum / count)
}
