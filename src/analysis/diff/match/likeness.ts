import { Int32Builder } from '../../../bytes/columns.js'
import { Allocator } from '../../../limits.js'
import type { Pair } from '../side.js'
import type { Adjacency } from './neighbours.js'

/**
 * How alike the neighbours of two functions are, of those that can be told to be the same on both sides: the weighted
 * Jaccard index, Σ of the smaller weights over Σ of the larger ones.
 */
export class Likeness {
  readonly #sides: Pair<Adjacency>
  readonly #tokens: Pair<Int32Array>
  /** token → weight for the function before, for the one after; 0 but for those in the lists. */
  readonly #weights: Pair<Float64Array>
  readonly #lists: Pair<Int32Builder>
  #sum = 0
  #degree = 0

  /**
   * @param tokens side → function → what it is the same as on both sides; negative where that is not known (yet): the
   *   columns may change between two uses
   * @param count tokens are below
   */
  constructor(sides: Pair<Adjacency>, tokens: Pair<Int32Array>, count: number) {
    const allocator = new Allocator()
    this.#sides = sides
    this.#tokens = tokens
    this.#weights = [allocator.float64(count), allocator.float64(count)]
    this.#lists = [new Int32Builder(allocator), new Int32Builder(allocator)]
  }

  /** Takes up a function before, to be compared with several after. */
  load(before: number): void {
    this.#clear(0)
    this.#sum = this.#gather(0, before)
    this.#degree = this.#sides[0].start[before + 1]! - this.#sides[0].start[before]!
  }

  /** From 0 to 1; NaN when neither function has any neighbour. */
  with(after: number): number {
    const { start } = this.#sides[1]
    if (this.#degree === 0 && start[after] === start[after + 1]) return Number.NaN
    const sum = this.#gather(1, after)
    const list = this.#lists[1]
    let shared = 0
    for (let at = 0; at < list.length; at++) {
      const token = list.values[at]!
      shared += Math.min(this.#weights[0][token]!, this.#weights[1][token]!)
    }
    this.#clear(1)
    return shared === 0 ? 0 : shared / (this.#sum + sum - shared)
  }

  /** Adds up the weights of a function's neighbours by token; returns their sum. */
  #gather(side: 0 | 1, fn: number): number {
    const { start, other, weight } = this.#sides[side]
    const tokens = this.#tokens[side]
    const weights = this.#weights[side]
    const list = this.#lists[side]
    let sum = 0
    for (let at = start[fn]!; at < start[fn + 1]!; at++) {
      const token = tokens[other[at]!]!
      if (token < 0) continue
      if (weights[token] === 0) list.push(token)
      weights[token] = weights[token]! + weight[at]!
      sum += weight[at]!
    }
    return sum
  }

  #clear(side: 0 | 1): void {
    const list = this.#lists[side]
    for (let at = 0; at < list.length; at++) this.#weights[side][list.values[at]!] = 0
    list.length = 0
  }
}

/** exp(-|ln(b / a)|): 1 for equal amounts, a half where one is twice the other, 0 where one is nothing. */
export function closeness(a: number, b: number): number {
  if (a === b) return 1
  return a > 0 && b > 0 ? Math.min(a, b) / Math.max(a, b) : 0
}
