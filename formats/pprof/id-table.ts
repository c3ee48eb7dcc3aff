import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'

/** Ids up to this many times the rows are looked up in an array; the rest (addresses used as ids) in a hash table. */
const SPARSEST = 4
const SMALLEST = 4096

/** Row of a 64-bit id, given as two halves. Ids are 1..n in nearly all files, and any number in the rest. */
export class IdTable {
  readonly #allocator: Allocator
  /** id → row + 1, 0 for none. */
  #direct: Int32Array
  readonly #wide: PairIndex
  /** Entry of `wide` → row. */
  readonly #wideRow: Int32Builder
  length = 0

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#direct = allocator.int32(SMALLEST)
    this.#wide = new PairIndex(allocator)
    this.#wideRow = new Int32Builder(allocator)
  }

  /** Gives the next row to an id; false when the id has one already. */
  add(low: number, high: number): boolean {
    const isNew = this.find(low, high) === NONE
    const row = this.length++
    if (!isNew) return false
    if (high === 0 && low < Math.max(SMALLEST, row * SPARSEST)) {
      if (low >= this.#direct.length) this.#grow(low)
      this.#direct[low] = row + 1
    } else {
      this.#wide.intern(low | 0, high | 0)
      this.#wideRow.push(row)
    }
    return true
  }

  /** The row of an id; {@link NONE} when there is none. */
  find(low: number, high: number): number {
    if (high === 0 && low < this.#direct.length) {
      const row = this.#direct[low]!
      if (row !== 0) return row - 1
    }
    if (this.#wide.length === 0) return NONE
    const entry = this.#wide.find(low | 0, high | 0)
    return entry === -1 ? NONE : this.#wideRow.values[entry]!
  }

  /** id → what `ofRow` gives for its row, {@link NONE} for ids without one; only for ids that an array is kept of. */
  mapSmall(ofRow: (row: number) => number): Int32Array {
    const values = this.#allocator.int32(this.#direct.length)
    for (let id = 0; id < values.length; id++) {
      const row = this.#direct[id]! - 1
      values[id] = row === NONE ? NONE : ofRow(row)
    }
    return values
  }

  #grow(low: number): void {
    const old = this.#direct
    this.#direct = this.#allocator.int32(Math.max(old.length * 2, low + 1))
    this.#direct.set(old)
    this.#allocator.release(old)
  }
}
