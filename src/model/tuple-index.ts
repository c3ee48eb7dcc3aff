import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'

/** No slot is taken: rows are stored as row + 1. */
const EMPTY = 0

/** Mixes one more integer into a hash. */
export function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

/** How many slots follow on so many: a small table grows faster, since each time all rows find new slots. */
function moreSlots(slots: number): number {
  return slots * (slots < 2 ** 16 ? 4 : 2)
}

/**
 * Finds the row of a tuple of integers in a few columns, appending it when it is new. Open addressing in one typed
 * array: a Map with composed keys takes twice the time and three times the memory, and ends at 2^24 entries.
 */
export class TupleIndex {
  readonly #allocator: Allocator
  readonly #columns: readonly Int32Builder[]
  #slots: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator, columns: readonly Int32Builder[]) {
    this.#allocator = allocator
    this.#columns = columns
    this.#slots = allocator.int32(128)
  }

  /** The row whose columns hold these integers. */
  intern(tuple: ArrayLike<number>): number {
    const columns = this.#columns
    const mask = this.#slots.length - 1
    let hash = 0
    for (let i = 0; i < columns.length; i++) hash = mix(hash, tuple[i]!)
    let slot = hash & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === EMPTY) break
      let i = 0
      while (i < columns.length && columns[i]!.values[entry - 1] === tuple[i]) i++
      if (i === columns.length) return entry - 1
      slot = (slot + 1) & mask
    }
    const row = columns[0]!.length
    for (let i = 0; i < columns.length; i++) columns[i]!.push(tuple[i]!)
    this.#slots[slot] = row + 1
    if ((row + 1) * 2 > this.#slots.length) this.#rehash()
    return row
  }

  /** The row of a tuple; -1 when there is none. */
  find(tuple: ArrayLike<number>): number {
    const columns = this.#columns
    const mask = this.#slots.length - 1
    let hash = 0
    for (let i = 0; i < columns.length; i++) hash = mix(hash, tuple[i]!)
    let slot = hash & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === EMPTY) return -1
      let i = 0
      while (i < columns.length && columns[i]!.values[entry - 1] === tuple[i]) i++
      if (i === columns.length) return entry - 1
      slot = (slot + 1) & mask
    }
  }

  #rehash(): void {
    const old = this.#slots
    const columns = this.#columns
    this.#slots = this.#allocator.int32(moreSlots(old.length))
    const mask = this.#slots.length - 1
    const rows = columns[0]!.length
    for (let row = 0; row < rows; row++) {
      let hash = 0
      for (let i = 0; i < columns.length; i++) hash = mix(hash, columns[i]!.values[row]!)
      let slot = hash & mask
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask
      this.#slots[slot] = row + 1
    }
    this.#allocator.release(old)
  }
}

/** {@link TupleIndex} for pairs, which is what call edges and stacks are: the loops over columns unrolled. */
export class PairIndex {
  readonly first: Int32Builder
  readonly second: Int32Builder
  readonly #allocator: Allocator
  #slots: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.first = new Int32Builder(allocator)
    this.second = new Int32Builder(allocator)
    this.#slots = allocator.int32(128)
  }

  get length(): number {
    return this.first.length
  }

  /** The row of (a, b); a new pair gets the next row. */
  intern(a: number, b: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const firsts = this.first.values
    const seconds = this.second.values
    let slot = mix(mix(0, a), b) & mask
    for (;;) {
      const entry = slots[slot]!
      if (entry === EMPTY) break
      if (firsts[entry - 1] === a && seconds[entry - 1] === b) return entry - 1
      slot = (slot + 1) & mask
    }
    const row = this.first.length
    this.first.push(a)
    this.second.push(b)
    slots[slot] = row + 1
    if ((row + 1) * 2 > slots.length) this.#rehash()
    return row
  }

  /** The row of (a, b); -1 when there is none. */
  find(a: number, b: number): number {
    const mask = this.#slots.length - 1
    let slot = mix(mix(0, a), b) & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === EMPTY) return -1
      if (this.first.values[entry - 1] === a && this.second.values[entry - 1] === b) return entry - 1
      slot = (slot + 1) & mask
    }
  }

  #rehash(): void {
    const old = this.#slots
    this.#slots = this.#allocator.int32(moreSlots(old.length))
    const mask = this.#slots.length - 1
    const firsts = this.first.values
    const seconds = this.second.values
    for (let row = 0; row < this.first.length; row++) {
      let slot = mix(mix(0, firsts[row]!), seconds[row]!) & mask
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask
      this.#slots[slot] = row + 1
    }
    this.#allocator.release(old)
  }
}
