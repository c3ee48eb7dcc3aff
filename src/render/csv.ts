import { csvChunks } from '../encode/csv.js'
import type { Records } from './table.js'

/** Records as CSV with a head, raw numbers, empty cells for what is unknown. */
export function csvTable(records: Records): Generator<Uint8Array> {
  return csvChunks(rows(records))
}

function* rows({ keys, length, row }: Records): Generator<readonly (string | number | bigint | null)[]> {
  yield keys
  for (let index = 0; index < length; index++) yield row(index)
}
