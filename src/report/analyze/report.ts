import type { Headline } from '../../analysis/bottleneck.js'
import type { EdgeRows } from '../../analysis/edge-rows.js'
import type { FunctionRows } from '../../analysis/function-rows.js'
import type { GroupRows } from '../../analysis/group-rows.js'
import type { CompensatedRows } from '../../analysis/overhead/compensated-rows.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { markdownLines } from '../../render/markdown.js'
import type { Records, Table } from '../../render/table.js'
import { type TextOptions, textLines } from '../../render/text.js'
import { countText } from '../../render/value-text.js'
import { edgesLines } from './callers-text.js'
import { compensationLines } from './compensation-text.js'
import { headlineLines } from './headline-text.js'
import { edgeJson, functionJson, groupJson, type ReportSource } from './json.js'
import { edgeRecords, edgeTable, functionRecords, functionTable, groupRecords, groupTable } from './tables.js'

export type ReportFormat = 'text' | 'json' | 'csv' | 'markdown'

export interface ReportOptions extends TextOptions {
  readonly format: ReportFormat
  /** Rows to show, 0 for all; without it 20 for people and all for machines. */
  readonly limit?: number | undefined
  readonly source: ReportSource
}

/** What analyze can show: the costs of functions or groups under the headline, or the edges of some functions. */
export type Analysis =
  | { readonly kind: 'functions'; readonly rows: FunctionRows | CompensatedRows; readonly headline: Headline }
  | { readonly kind: 'groups'; readonly rows: GroupRows; readonly headline: Headline }
  | { readonly kind: 'edges'; readonly rows: EdgeRows }

const DEFAULT_LIMIT = 20

/** The report on an analysis, in pieces of UTF-8. */
export function analyzeReport(analysis: Analysis, options: ReportOptions): Iterable<Uint8Array> {
  const limit = options.limit ?? (options.format === 'text' || options.format === 'markdown' ? DEFAULT_LIMIT : 0)
  const length = limit === 0 ? analysis.rows.length : Math.min(limit, analysis.rows.length)
  switch (options.format) {
    case 'json':
      return jsonOf(analysis, length, options.source)
    case 'csv':
      return csvTable(recordsOf(analysis, length))
    case 'markdown':
      return lineChunks(markdownReport(analysis, length))
    case 'text':
      return lineChunks(textReport(analysis, length, options))
  }
}

function* textReport(analysis: Analysis, length: number, options: TextOptions): Generator<string> {
  yield* sentencesOf(analysis)
  yield ''
  if (length > 0) yield* textLines(tableOf(analysis, length), options)
  const rest = restText(analysis, length)
  if (rest === null) return
  if (length > 0) yield ''
  yield rest
}

function* markdownReport(analysis: Analysis, length: number): Generator<string> {
  for (const sentence of sentencesOf(analysis)) {
    yield escapeForMarkdown(sentence)
    yield ''
  }
  if (length > 0) yield* markdownLines(tableOf(analysis, length))
  const rest = restText(analysis, length)
  if (rest === null) return
  if (length > 0) yield ''
  yield escapeForMarkdown(rest)
}

function sentencesOf(analysis: Analysis): string[] {
  if (analysis.kind === 'edges') return edgesLines(analysis.rows)
  const lines = headlineLines(analysis.headline)
  if ('compensation' in analysis.rows) return [...lines, ...compensationLines(analysis.rows)]
  return lines
}

/** How much of the whole is shown; null when it is all. */
function restText({ kind, rows }: Analysis, length: number): string | null {
  if (rows.all === 0) return `no ${nounOf(kind, rows, 0)}`
  if (length === rows.all) return null
  if (rows.length === 0) return `no ${nounOf(kind, rows, 1)} was chosen (${countText(rows.all)} in all)`
  const chosen = rows.length < rows.all ? `${countText(rows.length)} chosen ` : ''
  const limit = length < rows.length ? ', --limit 0 for all' : ''
  if (chosen === '') return `${countText(length)} of ${countText(rows.all)} ${nounOf(kind, rows, rows.all)}${limit}`
  const shown = length < rows.length ? `${countText(length)} of ` : ''
  return `${shown}${chosen}${nounOf(kind, rows, rows.length)} (${countText(rows.all)} in all)${limit}`
}

function nounOf(kind: Analysis['kind'], rows: Analysis['rows'], count: number): string {
  const one = 'direction' in rows ? rows.direction.slice(0, -1) : 'by' in rows ? rows.by : kind.slice(0, -1)
  return count === 1 ? one : `${one}s`
}

function tableOf(analysis: Analysis, length: number): Table {
  if (analysis.kind === 'functions') return functionTable(analysis.rows, length)
  return analysis.kind === 'groups' ? groupTable(analysis.rows, length) : edgeTable(analysis.rows, length)
}

function recordsOf(analysis: Analysis, length: number): Records {
  if (analysis.kind === 'functions') return functionRecords(analysis.rows, length)
  return analysis.kind === 'groups' ? groupRecords(analysis.rows, length) : edgeRecords(analysis.rows, length)
}

function jsonOf(analysis: Analysis, length: number, source: ReportSource): Iterable<Uint8Array> {
  if (analysis.kind === 'functions') return functionJson(analysis.rows, length, source)
  return analysis.kind === 'groups' ? groupJson(analysis.rows, length, source) : edgeJson(analysis.rows, length, source)
}
