import { stringify } from 'csv-stringify/sync'

/** NaN and null are unknown: an empty cell. Every other number is written in full, as JavaScript prints it. */
export type CsvCell = string | number | bigint | null

export interface CsvOptions {
  /** Put `'` before texts that a spreadsheet would run as a formula. Numbers are never touched. */
  readonly safe?: boolean
}

/** Rows that are turned into text at once: enough to be quick, few enough to need no memory. */
const BATCH = 1024

/** Quoted besides texts with a comma or quote: empty ones, those with any line end, with a space at an end. */
const QUOTED = /^$|^\s|[\r\n]|\s$/

const encoder = new TextEncoder()

/**
 * Rows as CSV of RFC 4180, in pieces: UTF-8, lines end in CR LF. Texts are written as they are, controls too; an empty
 * text is `""`, so that it differs from an unknown cell.
 */
export function* csvChunks(rows: Iterable<readonly CsvCell[]>, options: CsvOptions = {}): Generator<Uint8Array> {
  let batch: (readonly CsvCell[])[] = []
  for (const row of rows) {
    batch.push(row.some(Number.isNaN) ? row.map((cell) => (Number.isNaN(cell) ? null : cell)) : row)
    if (batch.length < BATCH) continue
    yield encode(batch, options)
    batch = []
  }
  if (batch.length > 0) yield encode(batch, options)
}

function encode(batch: readonly (readonly CsvCell[])[], { safe = false }: CsvOptions): Uint8Array {
  const text = stringify(batch as unknown[], {
    record_delimiter: '\r\n',
    quoted_match: QUOTED,
    escape_formulas: safe,
  })
  return encoder.encode(text)
}
