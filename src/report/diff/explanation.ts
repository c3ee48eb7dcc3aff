import type { Explanation } from '../../analysis/diff/blame/explain.js'
import { explain } from '../../analysis/diff/blame/explain.js'
import type { Diff } from '../../analysis/diff/diff.js'
import { findFunctions } from '../../analysis/find-functions.js'
import { JsonWriter } from '../../encode/json.js'
import { escapeForMarkdown } from '../../encode/markdown.js'
import { escapeForTerminal } from '../../encode/terminal.js'
import { CallcostError } from '../../errors.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { markdownLines } from '../../render/markdown.js'
import type { Records, Table } from '../../render/table.js'
import { textLines } from '../../render/text.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import type { DiffReportOptions } from './report.js'
import { nameOfRow, signed, sourceName } from './row-name.js'

/** One part of the change of a function's total. */
interface Part {
  /** A stable word for machines. */
  readonly kind: 'calls' | 'own' | 'callee-calls' | 'callee-cost' | 'residual'
  /** Row of the callee; null for parts that have none. */
  readonly callee: number | null
  readonly delta: number
}

/** A remainder of this share of the largest part comes from rounding. */
const ROUNDING = 1e-9

/** Parts of a text when no limit is given. */
const DEFAULT_PARTS = 15

/** Why the total of the functions that `wanted` means changed, in parts that sum to the change. */
export function explanationReport(
  diff: Diff,
  wanted: string,
  { format, limit, width, color }: Pick<DiffReportOptions, 'format' | 'limit' | 'width' | 'color'>,
): Iterable<Uint8Array> {
  const explained = rowsOf(diff, wanted).map((row) => explain(diff.graph, row))
  switch (format) {
    case 'json':
      return explanationJson(diff, explained)
    case 'csv':
      return csvTable(recordsOf(diff, explained))
    case 'markdown':
      return lineChunks(markdown(diff, explained, limit ?? DEFAULT_PARTS))
    case 'text':
      return lineChunks(text(diff, explained, limit ?? DEFAULT_PARTS, { width: width ?? 100, color }))
  }
}

/** The rows of the functions that are meant, those after first, then those that are gone. */
function rowsOf({ after, before, matches }: Diff, wanted: string): number[] {
  const rowsAmong = (column: Int32Array, found: Int32Array): number[] => {
    const chosen = new Set(found)
    const rows: number[] = []
    for (let row = 0; row < matches.length; row++) if (chosen.has(column[row]!)) rows.push(row)
    return rows
  }
  try {
    return rowsAmong(matches.after, findFunctions(after, wanted))
  } catch (error) {
    if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
    return rowsAmong(matches.before, findFunctions(before, wanted))
  }
}

function partsOf({ calledMore, ownCode, callees, residual, counted }: Explanation): Part[] {
  const parts: Part[] = []
  if (calledMore !== null && calledMore !== 0) parts.push({ kind: 'calls', callee: null, delta: calledMore })
  if (ownCode !== 0) parts.push({ kind: 'own', callee: null, delta: ownCode })
  for (let index = 0; index < callees.length; index++) {
    const callee = callees.row[index]!
    const byCalls = callees.byCalls?.[index] ?? 0
    const byCost = callees.byCost[index]!
    if (counted && byCalls !== 0) parts.push({ kind: 'callee-calls', callee, delta: byCalls })
    if (byCost !== 0) parts.push({ kind: 'callee-cost', callee, delta: byCost })
  }
  // What is left of rounding is no part of the story.
  const largest = parts.reduce((size, { delta }) => Math.max(size, Math.abs(delta)), 0)
  if (Math.abs(residual) > ROUNDING * largest) parts.push({ kind: 'residual', callee: null, delta: residual })
  return parts.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta))
}

function reasonText(diff: Diff, { kind, callee, delta }: Part, counted: boolean): string {
  const name = callee === null ? '' : nameOfRow(diff, callee)
  const often = delta > 0 ? 'more' : 'less'
  const costs = delta > 0 ? 'costs more' : 'costs less'
  switch (kind) {
    case 'calls':
      return `it is called ${often} often`
    case 'own':
      return counted ? `its own code ${costs} per call` : `its own code ${costs}`
    case 'callee-calls':
      return `it calls ${name} ${often} often per call`
    case 'callee-cost':
      return counted ? `a call of ${name} ${costs}` : `what ${name} does for it ${costs}`
    case 'residual':
      return 'recursion, or what the file does not add up to'
  }
}

function headText(diff: Diff, { row, delta, counted }: Explanation): string {
  const { total, calls } = diff.graph
  const [before, after] = [total[0][row]!, total[1][row]!]
  const counts =
    calls === null || !counted
      ? ', calls are not counted'
      : calls[0][row] === calls[1][row]
        ? `, ${countText(calls[1][row]!)} calls`
        : `, ${countText(calls[0][row]!)} → ${countText(calls[1][row]!)} calls`
  return `${nameOfRow(diff, row)}: total ${valueText(before, diff.unit)} → ${valueText(after, diff.unit)}, ${signed(delta, diff.unit)}${counts}`
}

function tableOf(diff: Diff, explained: Explanation, limit: number): Table {
  const parts = partsOf(explained)
  const length = limit === 0 ? parts.length : Math.min(limit, parts.length)
  return {
    columns: [
      { title: 'change', kind: 'count' },
      { title: 'share', kind: 'count' },
      { title: 'because', kind: 'text' },
    ],
    length,
    row: (index) => {
      const part = parts[index]!
      const share = explained.delta === 0 ? '' : percentText(part.delta / explained.delta)
      return [signed(part.delta, diff.unit), share, reasonText(diff, part, explained.counted)]
    },
  }
}

function* text(
  diff: Diff,
  all: readonly Explanation[],
  limit: number,
  look: { readonly width: number | null; readonly color: boolean },
): Iterable<string> {
  for (const [index, explained] of all.entries()) {
    if (index > 0) yield ''
    yield escapeForTerminal(headText(diff, explained))
    yield* textLines(tableOf(diff, explained, limit), look)
  }
}

function* markdown(diff: Diff, all: readonly Explanation[], limit: number): Iterable<string> {
  for (const [index, explained] of all.entries()) {
    if (index > 0) yield ''
    yield `**${escapeForMarkdown(headText(diff, explained))}**`
    yield ''
    yield* markdownLines(tableOf(diff, explained, limit))
  }
}

function recordsOf(diff: Diff, all: readonly Explanation[]): Records {
  const parts = all.flatMap((explained) => partsOf(explained).map((part) => ({ row: explained.row, part })))
  return {
    keys: ['function', 'kind', 'callee', 'delta'],
    length: parts.length,
    row: (index) => {
      const { row, part } = parts[index]!
      return [sourceName(diff, row), part.kind, part.callee === null ? null : sourceName(diff, part.callee), part.delta]
    },
  }
}

/** `callcost/explain/1`: for each function its change and the parts that sum to it, in `unit`. */
function* explanationJson(diff: Diff, all: readonly Explanation[]): Iterable<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/explain/1').key('unit').text(diff.unit)
  json.key('functions').beginArray()
  for (const explained of all) {
    const { row, delta, counted } = explained
    const { total } = diff.graph
    json.beginObject().key('function').text(sourceName(diff, row))
    json.key('total').plain([total[0][row]!, total[1][row]!])
    json.key('delta').number(delta).key('counted').boolean(counted)
    json.key('parts').beginArray()
    for (const { kind, callee, delta: part } of partsOf(explained)) {
      json.plain({ kind, callee: callee === null ? null : sourceName(diff, callee), delta: part })
    }
    json.endArray().endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray().endObject()
  yield json.take()
}
