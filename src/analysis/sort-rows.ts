import type { NumberColumn } from '../model/numbers.js'
import { type CostColumns, countAt, perCall, valueAt } from './costs.js'
import type { SortKey } from './sort-keys.js'

/** How rows are told apart by their texts; all three take two rows. */
export interface RowTexts {
  name(a: number, b: number): number
  file(a: number, b: number): number
  module(a: number, b: number): number
  /** The last word: name, file, line. */
  tie(a: number, b: number): number
}

/**
 * Sorts `rows` in place: numbers descending, texts ascending, `reverse` the other way round; rows whose number is
 * unknown come last either way. `texts.tie` decides between equal rows, so the order of the input does not show.
 */
export function sortRows(
  rows: Int32Array,
  key: SortKey,
  columns: CostColumns,
  texts: RowTexts,
  reverse = false,
): Int32Array {
  const sign = reverse ? -1 : 1
  if (key === 'name' || key === 'file' || key === 'module') {
    const compare = texts[key]
    return rows.sort((a, b) => sign * compare(a, b) || texts.tie(a, b))
  }
  const { values, exact } = keyColumn(rows, key, columns)
  return rows.sort((a, b) => {
    const left = values[a]!
    const right = values[b]!
    if (left > right) return -sign
    if (left < right) return sign
    if (left === right) return (exact === null ? 0 : sign * compareExact(exact, a, b)) || texts.tie(a, b)
    // At least one is NaN.
    const isKnownLeft = !Number.isNaN(left)
    const isKnownRight = !Number.isNaN(right)
    return isKnownLeft ? -1 : isKnownRight ? 1 : texts.tie(a, b)
  })
}

/** Rows whose doubles are equal, but whose integers may not be. */
function compareExact(exact: ReadonlyMap<number, bigint>, a: number, b: number): number {
  const left = exact.get(a)
  const right = exact.get(b)
  if (left === undefined || right === undefined) return 0
  return left > right ? -1 : left < right ? 1 : 0
}

/** row → the number to sort by, NaN where unknown. */
function keyColumn(rows: Int32Array, key: SortKey, columns: CostColumns): NumberColumn {
  const { calls, primitiveCalls, self, total } = columns
  const column = key === 'self' ? self : key === 'total' ? total : null
  if (column !== null) return column
  let end = 0
  for (const row of rows) end = Math.max(end, row + 1)
  const values = new Float64Array(end).fill(Number.NaN)
  if (key === 'self' || key === 'total') return { values, exact: null }
  const counts = key === 'calls' || key === 'self-per-call' ? calls : primitiveCalls
  const costs = key === 'self-per-call' ? self : key === 'total-per-call' ? total : null
  const isCount = key === 'calls' || key === 'primitive-calls'
  for (const row of rows) {
    const count = countAt(counts, row)
    const number = isCount ? count : perCall(valueAt(costs, row), count)
    values[row] = number === null ? Number.NaN : Number(number)
  }
  return { values, exact: isCount && counts !== null ? counts.exact : null }
}
