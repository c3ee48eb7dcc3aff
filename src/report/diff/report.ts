import type { Diff } from '../../analysis/diff/diff.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { escapeForTerminal } from '../../encode/terminal.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { markdownLines } from '../../render/markdown.js'
import { textLines } from '../../render/text.js'
import { diffJson } from './json.js'
import { type ChangedRows, changedRows, diffRecords, diffTable } from './rows.js'
import { diffStory } from './story.js'

export type DiffFormat = 'text' | 'json' | 'csv' | 'markdown'

export interface DiffReportOptions {
  readonly format: DiffFormat
  /** Rows that are shown; null for the format's own default, 0 for all. */
  readonly limit: number | null
  /** Columns of the terminal; null on a pipe. */
  readonly width: number | null
  readonly color: boolean
}

/** Rows of a text or Markdown report when no limit is given: with its head it fits 24 lines. */
const DEFAULT_ROWS = 15

/** Lines of a pipe are kept to this width, so that the report can be pasted. */
const PIPE_WIDTH = 100

/** The report of a diff in one of the formats, in pieces. */
export function diffReport(diff: Diff, options: DiffReportOptions): Iterable<Uint8Array> {
  const isForPeople = options.format === 'text' || options.format === 'markdown'
  const rows = changedRows(diff, options.limit ?? (isForPeople ? DEFAULT_ROWS : 0))
  switch (options.format) {
    case 'json':
      return diffJson(diff, rows)
    case 'csv':
      return csvTable(diffRecords(diff, rows))
    case 'markdown':
      return lineChunks(markdown(diff, rows))
    case 'text':
      return lineChunks(text(diff, rows, options))
  }
}

function* text(diff: Diff, rows: ChangedRows, options: DiffReportOptions): Iterable<string> {
  for (const line of diffStory(diff)) yield escapeForTerminal(line)
  if (rows.length === 0) return
  yield ''
  yield* textLines(diffTable(diff, rows), { width: options.width ?? PIPE_WIDTH, color: options.color })
  if (rows.length < rows.changed) yield `${rows.length} of ${rows.changed} changed functions, --limit 0 for all`
}

function* markdown(diff: Diff, rows: ChangedRows): Iterable<string> {
  yield `**${escapeForMarkdown(diffStory(diff).join(': '))}**`
  if (rows.length === 0) return
  yield ''
  yield* markdownLines(diffTable(diff, rows))
  if (rows.length < rows.changed) {
    yield ''
    yield `${rows.length} of ${rows.changed} changed functions`
  }
}
