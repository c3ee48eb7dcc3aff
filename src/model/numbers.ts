import { Float64Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'

/**
 * One number per row. Integers past 2^53, where doubles skip some, stand exactly in `exact`; `values` then holds the
 * nearest double, so hot loops need not care. NaN in `values` is "unknown", unless the source itself wrote NaN.
 */
export interface NumberColumn {
  readonly values: Float64Array
  /** Row → exact integer, only for rows whose integer does not fit a double; null when there is none. */
  readonly exact: ReadonlyMap<number, bigint> | null
}

/** A number as the source gave it: a double, or an integer too wide for one. */
export type ExactNumber = number | bigint

/** The value of one row, exact. */
export function exactAt(column: NumberColumn, row: number): ExactNumber {
  return column.exact?.get(row) ?? column.values[row]!
}

/** An integer as a number where that is exact, else as a bigint. */
export function narrow(integer: bigint): ExactNumber {
  const double = Number(integer)
  return Number.isSafeInteger(double) ? double : integer
}

/** a + b, exact while both are integers. */
export function addExact(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum) || !Number.isInteger(a) || !Number.isInteger(b)) return sum
    // Two integers whose sum left the exact range.
    return narrow(BigInt(a) + BigInt(b))
  }
  if (typeof a === 'number' && !Number.isInteger(a)) return a + Number(b)
  if (typeof b === 'number' && !Number.isInteger(b)) return Number(a) + b
  return narrow(BigInt(a) + BigInt(b))
}

/** The sum of a column: exact for integers, compensated (Neumaier) for others. Values that are not finite stay out. */
export function sumColumn(column: NumberColumn, length = column.values.length): ExactNumber {
  const { values, exact } = column
  let sum = 0
  let lost = 0
  let integers = true
  for (let row = 0; row < length; row++) {
    const value = values[row]!
    if (!Number.isFinite(value)) continue
    if (!Number.isInteger(value)) integers = false
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  if (!integers || (exact === null && Number.isSafeInteger(sum))) return sum + lost
  let wide = 0n
  for (let row = 0; row < length; row++) {
    const value = exact?.get(row) ?? values[row]!
    if (typeof value === 'bigint') wide += value
    else if (Number.isFinite(value)) wide += BigInt(value)
  }
  return narrow(wide)
}

/** Builds a {@link NumberColumn} row by row. */
export class NumberBuilder {
  readonly #allocator: Allocator
  readonly #column: Float64Builder
  #exact: Map<number, bigint> | null = null

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#column = new Float64Builder(allocator)
  }

  get length(): number {
    return this.#column.length
  }

  push(value: ExactNumber): void {
    this.#column.push(0)
    this.set(this.#column.length - 1, value)
  }

  /** Adds rows of `value` until there are `length` of them. */
  fill(length: number, value: number): void {
    while (this.#column.length < length) this.#column.push(value)
  }

  at(row: number): ExactNumber {
    return this.#exact?.get(row) ?? this.#column.values[row]!
  }

  set(row: number, value: ExactNumber): void {
    if (typeof value === 'bigint') {
      const narrowed = narrow(value)
      if (typeof narrowed === 'bigint') {
        this.#exact ??= new Map()
        this.#exact.set(row, narrowed)
        this.#allocator.check('exact-integers', this.#exact.size, 'integers past 2^53')
        this.#column.values[row] = Number(narrowed)
        return
      }
      value = narrowed
    }
    this.#exact?.delete(row)
    this.#column.values[row] = value
  }

  add(row: number, value: ExactNumber): void {
    this.set(row, addExact(this.at(row), value))
  }

  finish(): NumberColumn {
    return { values: this.#column.finish(), exact: this.#exact !== null && this.#exact.size > 0 ? this.#exact : null }
  }
}
