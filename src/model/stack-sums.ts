import { Float64Builder, Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { StackIndex } from './tables.js'

/**
 * Samples of which only the weights matter, one a stack. Integers are added up as they come; a weight that has a
 * fraction, or would take its sum past 2^53, stays a sample of its own, so that nothing depends on the order.
 */
export class StackSums {
  readonly #allocator: Allocator
  /** Stack + 1, so that samples without a stack have a place too → the sum of its integers. */
  readonly #sums: Float64Builder
  readonly #stack: Int32Builder
  readonly #weight: Float64Builder

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#sums = new Float64Builder(allocator)
    this.#stack = new Int32Builder(allocator)
    this.#weight = new Float64Builder(allocator)
  }

  /** How many samples could not be added to those of their stacks. */
  get apart(): number {
    return this.#stack.length
  }

  /** A sample of `stack`, which may be NONE; `weight` is 0 or more. */
  add(stack: StackIndex, weight: number): void {
    const sums = this.#sums
    while (sums.length <= stack + 1) sums.push(0)
    const sum = sums.values[stack + 1]! + weight
    if (weight === Math.floor(weight) && sum <= Number.MAX_SAFE_INTEGER) {
      sums.values[stack + 1] = sum
      return
    }
    this.#stack.push(stack)
    this.#weight.push(weight)
  }

  /** The samples, by stack; then those apart. Those without a weight are left out. */
  finish(): { readonly stack: Int32Array; readonly weight: Float64Array } {
    const sums = this.#sums.values
    const slots = this.#sums.length
    let count = 0
    for (let slot = 0; slot < slots; slot++) if (sums[slot] !== 0) count++
    const stack = this.#allocator.int32(count + this.apart)
    const weight = this.#allocator.float64(count + this.apart)
    let sample = 0
    for (let slot = 0; slot < slots; slot++) {
      if (sums[slot] === 0) continue
      stack[sample] = slot - 1
      weight[sample++] = sums[slot]!
    }
    stack.set(this.#stack.finish(), sample)
    weight.set(this.#weight.finish(), sample)
    for (const column of [this.#sums, this.#stack, this.#weight]) this.#allocator.release(column.values)
    return { stack, weight }
  }
}
