import { escapeForMarkdown } from '../encode/markdown.js'
import { showCells } from './cells.js'
import { isText, type Table } from './table.js'

/** The lines of a table in Markdown, as GitHub shows it. */
export function* markdownLines(table: Table): Generator<string> {
  const shown = showCells(table)
  yield `| ${shown.titles.map(escapeForMarkdown).join(' | ')} |`
  yield `| ${table.columns.map((column) => (isText(column) ? ':---' : '---:')).join(' | ')} |`
  for (let index = 0; index < table.length; index++) {
    const cells = table.row(index).map((cell, column) => escapeForMarkdown(shown.text(column, cell)))
    yield `| ${cells.join(' | ')} |`
  }
}
