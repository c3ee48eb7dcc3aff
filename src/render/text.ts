import { displayWidth, escapeForTerminal, fitToWidth } from '../encode/terminal.js'
import { showCells } from './cells.js'
import { isText, type Table } from './table.js'

export interface TextOptions {
  /** Columns of the terminal; null on a pipe, where nothing is cut. */
  readonly width: number | null
  /** Whether the head may be set off with an escape sequence. */
  readonly color?: boolean
}

const GAP = '  '

/** Columns that a text keeps however narrow the terminal is. */
const MIN_TEXT = 8

/** On a pipe, longer names push what follows them to the right instead of all other rows. */
const MAX_PADDING = 48

/** The lines of a table: numbers to the right, texts to the left, one line a row whatever the names are. */
export function* textLines(table: Table, options: TextOptions): Generator<string> {
  const { columns, length } = table
  const shown = showCells(table)
  const cellsOf = (index: number): string[] =>
    table.row(index).map((cell, column) => escapeForTerminal(shown.text(column, cell)))
  const widths = shown.titles.map((title) => displayWidth(title))
  for (let index = 0; index < length; index++) {
    cellsOf(index).forEach((cell, column) => {
      widths[column] = Math.max(widths[column]!, displayWidth(cell))
    })
  }
  fitTexts(table, widths, options.width)
  const last = columns.length - 1
  const line = (cells: readonly string[]): string => {
    let text = ''
    for (let column = 0; column <= last; column++) {
      const cell = options.width === null ? cells[column]! : fitToWidth(cells[column]!, widths[column]!)
      const padding = ' '.repeat(Math.max(0, widths[column]! - displayWidth(cell)))
      text +=
        (column === 0 ? '' : GAP) +
        (isText(columns[column]!) ? cell + (column === last ? '' : padding) : padding + cell)
    }
    return text.trimEnd()
  }
  const head = line(shown.titles)
  yield options.color ? `\u001b[1m${head}\u001b[22m` : head
  for (let index = 0; index < length; index++) yield line(cellsOf(index))
}

/** Changes the widths of texts so that a line fits; numbers are never cut. */
function fitTexts({ columns }: Table, widths: number[], width: number | null): void {
  const texts = widths.map((_, column) => column).filter((column) => isText(columns[column]!))
  if (width === null) {
    for (const column of texts) widths[column] = Math.min(widths[column]!, MAX_PADDING)
    return
  }
  const numbers = widths.filter((_, column) => !isText(columns[column]!)).reduce((sum, size) => sum + size, 0)
  let left = width - numbers - GAP.length * (widths.length - 1)
  // The narrowest first: what it does not need is there for the others.
  texts.sort((a, b) => widths[a]! - widths[b]! || a - b)
  texts.forEach((column, index) => {
    const share = Math.max(MIN_TEXT, Math.floor(left / (texts.length - index)))
    widths[column] = Math.min(widths[column]!, share)
    left -= widths[column]!
  })
}
