import type { Allocator } from '../limits.js'
import { finishSums, scaleColumn } from './exact-sums.js'
import type { NumberColumn } from './numbers.js'

/** 2^53: beyond it two neighbouring integers can be one double. */
const EXACT_END = 2 ** 53

/**
 * A column of sums that one column after the other is added to: integers exactly, fractions compensated, so that the
 * order of the summands shows in the last digit at most. A column that is null makes all sums unknown, for good.
 */
export class ColumnSum {
  readonly #allocator: Allocator
  readonly #unknown: number
  /** null when the sums are unknown. */
  #high: Float64Array<ArrayBuffer> | null
  /** What `high` lost to rounding; null as long as it lost nothing. */
  #low: Float64Array<ArrayBuffer> | null = null
  #integers = true

  /** A value that is not finite is added as `unknown`: NaN makes its sum unknown, 0 leaves it out. */
  constructor(allocator: Allocator, unknown = Number.NaN) {
    this.#allocator = allocator
    this.#unknown = unknown
    this.#high = allocator.float64(64)
  }

  /** Adds row i of `column`, times `factor`, to sum `rows[i]`; the sums are then `length` many, new ones begin at 0. */
  add(column: NumberColumn | null, rows: Int32Array, length: number, factor = 1): void {
    if (this.#high === null) return
    if (column === null) {
      this.#allocator.release(this.#high)
      if (this.#low !== null) this.#allocator.release(this.#low)
      this.#high = null
      this.#low = null
      return
    }
    if (length > this.#high.length) this.#grow(length)
    const { values, exact } = scaleColumn(column, factor)
    const high = this.#high
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      let value = values[i]!
      if (value - value !== 0) value = this.#unknown
      else if (value !== Math.floor(value)) this.#integers = false
      const before = high[row]!
      const sum = before + value
      high[row] = sum
      // What the addition lost, without error of its own (Knuth's TwoSum). NaN has lost nothing.
      const added = sum - before
      const lost = before - (sum - added) + (value - added)
      if (lost > 0 || lost < 0) this.#addLow(row, lost)
      else if (sum > EXACT_END || sum < -EXACT_END) this.#addLow(row, 0)
      const wide = exact === null ? undefined : exact.get(i)
      if (wide !== undefined) this.#addLow(row, Number(wide - BigInt(value)))
    }
  }

  /** Multiplies all sums by an integer, because the next summands have a finer unit. */
  scale(factor: number): void {
    const high = this.#high
    if (high === null || factor === 1) return
    for (let row = 0; row < high.length; row++) {
      const before = high[row]!
      const rest = this.#low === null ? 0 : this.#low[row]!
      const scaled = before * factor
      if (Math.abs(scaled) <= EXACT_END || !Number.isInteger(before) || !Number.isInteger(rest)) {
        high[row] = scaled
        if (rest !== 0) this.#low![row] = rest * factor
        continue
      }
      const exact = (BigInt(before) + BigInt(rest)) * BigInt(factor)
      high[row] = Number(exact)
      this.#addLow(row, 0)
      this.#low![row] = Number(exact - BigInt(high[row]!))
    }
  }

  /** `length` sums as they are now; null when they are unknown. The column may share memory with what is added later. */
  column(length: number): NumberColumn | null {
    if (this.#high === null) return null
    if (length > this.#high.length) this.#grow(length)
    if (this.#low === null) return { values: this.#high.subarray(0, length), exact: null }
    const high = this.#high.slice(0, length)
    return finishSums({ high, low: this.#low.subarray(0, length), integers: this.#integers })
  }

  #addLow(row: number, lost: number): void {
    this.#low ??= this.#allocator.float64(this.#high!.length)
    this.#low[row] = this.#low[row]! + lost
  }

  #grow(length: number): void {
    const capacity = Math.max(length, this.#high!.length * 2)
    this.#high = this.#longer(this.#high!, capacity)
    if (this.#low !== null) this.#low = this.#longer(this.#low, capacity)
  }

  #longer(column: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
    const longer = this.#allocator.float64(capacity)
    longer.set(column)
    this.#allocator.release(column)
    return longer
  }
}
