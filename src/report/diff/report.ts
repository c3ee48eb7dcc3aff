import type { Diff } from '../../analysis/diff/diff.js'
import { escapeForTerminal, fitToWidth } from '../../encode/terminal.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { textLines } from '../../render/text.js'
import { gateLines } from './gates.js'
import { growthLines } from './growth-text.js'
import { diffJson, type GateResults } from './json.js'
import { diffMarkdown } from './markdown.js'
import { type ChangedRows, changedRows, diffRecords, diffTable, hasDoubts } from './rows.js'
import { causeLines, descentText, headlineText, shiftLines, trustText } from './story.js'

export type DiffFormat = 'text' | 'json' | 'csv' | 'markdown'

export interface DiffReportOptions {
  readonly format: DiffFormat
  /** Rows that are shown; null for the format's own default, 0 for all. */
  readonly limit: number | null
  /** Columns of the terminal; null on a pipe. */
  readonly width: number | null
  readonly color: boolean
  readonly gates: GateResults
  /** How many times larger the input after is; null when it is the same. */
  readonly scale: number | null
}

/** Rows of a report when no limit is given: with its head a text fits 24 lines, a comment on a pull request 25. */
const DEFAULT_ROWS = { text: 12, markdown: 5, json: 0, csv: 0 }

/** Lines of a pipe are kept to this width, so that the report can be pasted. */
const PIPE_WIDTH = 100

/** The report of a diff in one of the formats, in pieces. */
export function diffReport(diff: Diff, options: DiffReportOptions): Iterable<Uint8Array> {
  const rows = changedRows(diff, options.limit ?? DEFAULT_ROWS[options.format])
  switch (options.format) {
    case 'json':
      return diffJson(diff, rows, options.gates, options.scale)
    case 'csv':
      return csvTable(diffRecords(diff, rows))
    case 'markdown':
      return lineChunks(diffMarkdown(diff, rows, options.gates, options.scale))
    case 'text':
      return lineChunks(text(diff, rows, options))
  }
}

function* text(diff: Diff, rows: ChangedRows, options: DiffReportOptions): Iterable<string> {
  const trust = trustText(diff)
  const descent = descentText(diff)
  const head = [
    headlineText(diff),
    ...(trust === null ? [] : [trust]),
    ...causeLines(diff),
    ...(descent === null ? [] : [descent]),
    ...shiftLines(diff),
    ...(options.scale === null ? [] : growthLines(diff, options.scale)),
  ]
  for (const line of head) {
    const escaped = escapeForTerminal(line)
    yield options.width === null ? escaped : fitToWidth(escaped, options.width)
  }
  if (rows.length > 0) {
    yield ''
    yield* textLines(diffTable(diff, rows), { width: options.width ?? PIPE_WIDTH, color: options.color })
    if (hasDoubts(rows)) yield '~ may be noise'
    if (rows.length < rows.changed) yield `${rows.length} of ${rows.changed} changed functions, --limit 0 for all`
  }
  const gates = gateLines(diff, options.gates)
  if (gates.length > 0) yield ''
  for (const line of gates) yield escapeForTerminal(line)
}
