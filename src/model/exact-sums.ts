import { type Allocator, DEFAULT_LIMITS, limitError } from '../limits.js'
import { type ExactNumber, type NumberColumn, narrow } from './numbers.js'

/**
 * Sums that can be added on without rounding, in any order: row → high + low. `high` holds multiples of one power of two
 * so large that doubles add them exactly, `low` what is left over. Sums of integers are therefore exact far past 2^53,
 * and sums of fractions are as good as compensated ones, but do not depend on the order of the summands.
 */
export interface ExactSums {
  readonly high: Float64Array<ArrayBuffer>
  /** null when plain doubles are exact already: integers whose magnitudes add up to less than 2^53. */
  readonly low: Float64Array<ArrayBuffer> | null
  /** All summands were integers. */
  readonly integers: boolean
}

/** Rows to be added up: row i of `column` goes to row `rows[i]` of the sums, a negative one nowhere, null means row i. */
export interface Summand {
  readonly column: NumberColumn
  readonly rows: Int32Array | null
  readonly length: number
}

/** 2^53: below it every integer is a double, and a double of that size may stand for one that is not. */
const EXACT_END = 2 ** 53

/** Parts of `high` may add up to 2^50 times its grid, which leaves room for their rounding. */
const GRID_BITS = 50

/** Adds summands into `count` rows. A value that is not finite counts as `unknown`: 0 skips it, NaN poisons its row. */
export function sumRows(allocator: Allocator, count: number, summands: readonly Summand[], unknown = 0): ExactSums {
  const plain = plainSums(allocator, count, summands)
  return plain ?? gridSums(allocator, count, summands, unknown)
}

/** Whether plain doubles add the rows of a column up without rounding, in any order and any selection. */
export function isExactInDoubles({ values, exact }: NumberColumn, length: number): boolean {
  if (exact !== null) return false
  let size = 0
  for (let row = 0; row < length; row++) {
    const value = values[row]!
    // NaN differs from itself, so it counts as a fraction.
    if (value !== Math.floor(value)) return false
    size += Math.abs(value)
  }
  return size < EXACT_END
}

/** The finished column of sums. */
export function finishSums({ high, low, integers }: ExactSums): NumberColumn {
  if (low === null) return { values: high, exact: null }
  const values = high
  let exact: Map<number, bigint> | null = null
  for (let row = 0; row < values.length; row++) {
    const sum = high[row]! + low[row]!
    if (integers && !Number.isSafeInteger(sum) && Number.isFinite(sum)) {
      const wide = narrow(BigInt(high[row]!) + BigInt(low[row]!))
      if (typeof wide === 'bigint') {
        exact ??= new Map()
        exact.set(row, wide)
        const limit = DEFAULT_LIMITS['exact-integers']
        if (exact.size > limit) throw limitError('exact-integers', limit, `more than ${limit} sums past 2^53`)
      }
    }
    values[row] = sum
  }
  return { values, exact }
}

/** Every value of a column times an integer factor: exact for integers. */
export function scaleColumn(column: NumberColumn, factor: number): NumberColumn {
  if (factor === 1) return column
  const values = column.values.map((value) => value * factor)
  let exact: Map<number, bigint> | null = null
  for (let row = 0; row < values.length; row++) {
    if (Number.isSafeInteger(values[row]) || !Number.isInteger(column.values[row])) continue
    const wide: ExactNumber = narrow((column.exact?.get(row) ?? BigInt(column.values[row]!)) * BigInt(factor))
    if (typeof wide === 'number') continue
    exact ??= new Map()
    exact.set(row, wide)
    values[row] = Number(wide)
  }
  return { values, exact }
}

/** The sums as plain doubles; null when those would not be exact. */
function plainSums(allocator: Allocator, count: number, summands: readonly Summand[]): ExactSums | null {
  const high = allocator.float64(count)
  let size = 0
  for (const summand of summands) {
    size += addIntegers(high, summand)
    // Also left here when it is NaN.
    if (!(size < EXACT_END)) {
      allocator.release(high)
      return null
    }
  }
  return { high, low: null, integers: true }
}

/** Adds a summand to `high`; returns its sum of magnitudes, NaN as soon as a value is no integer. */
function addIntegers(high: Float64Array, { column: { values }, rows, length }: Summand): number {
  let size = 0
  for (let i = 0; i < length; i++) {
    const row = rows === null ? i : rows[i]!
    if (row < 0) continue
    const value = values[i]!
    // NaN differs from itself, so it counts as a fraction.
    if (value !== Math.floor(value)) return Number.NaN
    size += Math.abs(value)
    high[row] = high[row]! + value
  }
  return size
}

function gridSums(allocator: Allocator, count: number, summands: readonly Summand[], unknown: number): ExactSums {
  const { size, integers } = measure(summands)
  // A double this large has steps of one grid, so adding it rounds to the grid; at most 2^GRID_BITS grids are added.
  const grid = 2 ** (Math.ceil(Math.log2(size)) - GRID_BITS)
  const rounding = 1.5 * 2 ** 52 * grid
  // All zero, or at the ends of what doubles can hold: everything goes to `low`, which is then a plain sum.
  const split = grid > 0 && Number.isFinite(rounding)
  const high = allocator.float64(count)
  const low = allocator.float64(count)
  for (const { column, rows, length } of summands) {
    const { values, exact } = column
    for (let i = 0; i < length; i++) {
      const row = rows === null ? i : rows[i]!
      if (row < 0) continue
      const value = values[i]!
      if (value - value !== 0) {
        high[row] = high[row]! + unknown
        continue
      }
      const part = split ? value + rounding - rounding : 0
      const wide = exact === null ? undefined : exact.get(i)
      high[row] = high[row]! + part
      low[row] = low[row]! + (wide === undefined ? value - part : Number(wide - BigInt(part)))
    }
  }
  return { high, low, integers }
}

/** The sum of all magnitudes, and whether all values are integers. What is not finite stays out. */
function measure(summands: readonly Summand[]): { readonly size: number; readonly integers: boolean } {
  let size = 0
  let integers = true
  for (const { column, rows, length } of summands) {
    const { values } = column
    for (let i = 0; i < length; i++) {
      const value = values[i]!
      if ((rows !== null && rows[i]! < 0) || value - value !== 0) continue
      if (value !== Math.floor(value)) integers = false
      size += Math.abs(value)
    }
  }
  return { size, integers }
}
