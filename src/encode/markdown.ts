import { escapeForTerminal } from './terminal.js'

/**
 * Characters that mean something in a cell of a Markdown table: GitHub runs HTML, entities and formulas too. An
 * underscore inside a word means nothing, so that most names stay readable as they are.
 */
const SPECIAL = /[\\`*[\]<|~&$]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_/g

/** Text as one cell of a Markdown table: on one line, shown as it is, with controls escaped as for a terminal. */
export function escapeForMarkdown(text: string): string {
  return escapeForTerminal(text).replace(SPECIAL, '\\$&')
}
