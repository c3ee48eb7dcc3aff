import { displayWidth, escapeForTerminal, fitToWidth } from '../encode/terminal.js'
import { type ShownCells, showCells } from './cells.js'
import { type Column, isText, type Table } from './table.js'

export interface TextOptions {
  /** Columns of the terminal; null on a pipe, where nothing is cut. */
  readonly width: number | null
  /** Whether the head may be set off with an escape sequence. */
  readonly color?: boolean
}

const GAP = '  '

/** Columns that a text keeps however narrow the terminal is. */
const MIN_TEXT = 8

/** Columns that all texts of a line should have before numbers are left out for them. */
const WANTED_FOR_TEXTS = 36

/** On a pipe, longer names push what follows them to the right instead of all other rows. */
const MAX_PADDING = 48

/** The lines of a table: numbers to the right, texts to the left, one line a row whatever the names are. */
export function* textLines(table: Table, options: TextOptions): Generator<string> {
  const shown = showCells(table)
  const cellsOf = (index: number): string[] =>
    table.row(index).map((cell, column) => escapeForTerminal(shown.text(column, cell)))
  const widths = naturalWidths(shown, table.length, cellsOf)
  const visible = visibleColumns(table.columns, widths, options.width)
  fitTexts(table.columns, visible, widths, options.width)
  const line = (cells: readonly string[]): string =>
    visible
      .map((column) => {
        const kind = table.columns[column]!
        const cell = options.width === null ? cells[column]! : fitCell(kind, cells[column]!, widths[column]!)
        const padding = ' '.repeat(Math.max(0, widths[column]! - displayWidth(cell)))
        return isText(kind) ? cell + padding : padding + cell
      })
      .join(GAP)
      .trimEnd()
  const head = line(shown.titles)
  yield options.color ? `\u001b[1m${head}\u001b[22m` : head
  for (let index = 0; index < table.length; index++) yield line(cellsOf(index))
}

function naturalWidths(shown: ShownCells, length: number, cellsOf: (index: number) => string[]): number[] {
  const widths = shown.titles.map((title) => displayWidth(title))
  for (let index = 0; index < length; index++) {
    cellsOf(index).forEach((cell, column) => {
      widths[column] = Math.max(widths[column]!, displayWidth(cell))
    })
  }
  return widths
}

/** The columns that are worth their place: numbers that can be done without go while the texts have too little. */
function visibleColumns(columns: readonly Column[], widths: readonly number[], width: number | null): number[] {
  let visible = columns.map((_, column) => column)
  if (width === null) return visible
  const texts = visible.filter((column) => isText(columns[column]!))
  const natural = texts.reduce((sum, column) => sum + widths[column]!, 0)
  const optional = visible
    .filter((column) => columns[column]!.leftOut !== undefined)
    .sort((a, b) => columns[a]!.leftOut! - columns[b]!.leftOut!)
  for (const column of optional) {
    if (roomForTexts(columns, visible, widths, width) >= Math.min(natural, WANTED_FOR_TEXTS)) break
    visible = visible.filter((other) => other !== column)
  }
  return visible
}

function roomForTexts(
  columns: readonly Column[],
  visible: readonly number[],
  widths: readonly number[],
  width: number,
): number {
  const numbers = visible.filter((column) => !isText(columns[column]!))
  return width - GAP.length * (visible.length - 1) - numbers.reduce((sum, column) => sum + widths[column]!, 0)
}

/** Changes the widths of texts so that a line fits; numbers are never cut. */
function fitTexts(
  columns: readonly Column[],
  visible: readonly number[],
  widths: number[],
  width: number | null,
): void {
  const texts = visible.filter((column) => isText(columns[column]!))
  if (width === null) {
    for (const column of texts) widths[column] = Math.min(widths[column]!, MAX_PADDING)
    return
  }
  let left = roomForTexts(columns, visible, widths, width)
  // The narrowest first: what it does not need is there for the others.
  texts.sort((a, b) => widths[a]! - widths[b]! || a - b)
  texts.forEach((column, index) => {
    const share = Math.max(MIN_TEXT, Math.floor(left / (texts.length - index)))
    widths[column] = Math.min(widths[column]!, share)
    left -= widths[column]!
  })
}

function fitCell({ kind }: Column, text: string, width: number): string {
  return kind === 'place' ? fitPlace(text, width) : fitToWidth(text, width)
}

/** A path without as many of its first folders as it takes: `…/store/categories.py:4`. */
function fitPlace(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  // From the end, so that a path of many folders is looked at once.
  let start = -1
  for (let at = separatorBefore(text, text.length); at >= 0; at = separatorBefore(text, at)) {
    if (displayWidth(text.slice(at)) >= width) break
    start = at
  }
  if (start >= 0) return `…${text.slice(start)}`
  return fitToWidth(text.slice(separatorBefore(text, text.length) + 1), width)
}

function separatorBefore(text: string, end: number): number {
  return end === 0 ? -1 : Math.max(text.lastIndexOf('/', end - 1), text.lastIndexOf('\\', end - 1))
}
