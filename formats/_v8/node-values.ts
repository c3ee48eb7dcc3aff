import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'

/** A number of which nodes mostly have the usual value, or none: only the others take memory. */
export class NodeValues {
  /** Whether any node was given one, be it the usual. */
  isGiven = false
  readonly #allocator: Allocator
  readonly #usual: number
  readonly #node: Int32Builder
  readonly #value: Float64Builder

  /** `usual`: the value of nodes that are given none. */
  constructor(allocator: Allocator, usual: number) {
    this.#allocator = allocator
    this.#usual = usual
    this.#node = new Int32Builder(allocator)
    this.#value = new Float64Builder(allocator)
  }

  /** Gives a node a value, in place of the one that it had; `length`: how many nodes there are. */
  set(node: number, value: number, length: number): void {
    this.isGiven = true
    // Only of the newest node it is known that it has none yet.
    if (value === this.#usual && node === length - 1 && this.#node.values[this.#node.length - 1] !== node) return
    this.#node.push(node)
    this.#value.push(value)
  }

  /** node → value. */
  dense(length: number): Float64Array<ArrayBuffer> {
    const values = this.#allocator.float64(length)
    if (this.#usual !== 0) values.fill(this.#usual)
    for (let at = 0; at < this.#node.length; at++) values[this.#node.values[at]!] = this.#value.values[at]!
    return values
  }

  /** Appends the values of the nodes `[from, to)` of another collection, whose nodes came one after the other. */
  append(other: NodeValues, from: number, to: number, shift: number): void {
    if (other.isGiven) this.isGiven = true
    let low = 0
    let high = other.#node.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (other.#node.values[middle]! < from) low = middle + 1
      else high = middle
    }
    for (; low < other.#node.length && other.#node.values[low]! < to; low++) {
      this.#node.push(other.#node.values[low]! + shift)
      this.#value.push(other.#value.values[low]!)
    }
  }

  /** Forgets the nodes from `length` on, which came last. */
  cut(length: number): void {
    while (this.#node.length > 0 && this.#node.values[this.#node.length - 1]! >= length) {
      this.#node.length--
      this.#value.length--
    }
  }

  release(): void {
    this.#allocator.release(this.#node.values)
    this.#allocator.release(this.#value.values)
  }
}
