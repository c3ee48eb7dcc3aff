import { Allocator } from '../../../limits.js'
import { NONE } from '../../../model/tables.js'
import type { Pair } from '../side.js'

/** Finds the pairs that are each other's best, each by a margin over the second best. Ties are nobody's best. */
export class BestPairs {
  readonly #best: Pair<Int32Array>
  readonly #score: Pair<Float64Array>
  readonly #second: Pair<Float64Array>

  /** @param length how many there are before and after */
  constructor([before, after]: Pair<number>) {
    const allocator = new Allocator()
    this.#best = [allocator.int32(before).fill(NONE), allocator.int32(after).fill(NONE)]
    this.#score = [allocator.float64(before), allocator.float64(after)]
    this.#second = [allocator.float64(before), allocator.float64(after)]
  }

  /** Every pair once; scores are positive. */
  see(before: number, after: number, score: number): void {
    this.#seeSide(0, before, after, score)
    this.#seeSide(1, after, before, score)
  }

  #seeSide(side: 0 | 1, own: number, other: number, score: number): void {
    const best = this.#score[side][own]!
    if (score > best) {
      this.#second[side][own] = best
      this.#score[side][own] = score
      this.#best[side][own] = other
    } else if (score > this.#second[side][own]!) {
      this.#second[side][own] = score
    }
  }

  /** Calls `take` with the pairs that score at least `least`, in the order of before; returns how many. */
  take(least: number, margin: number, take: (before: number, after: number, score: number) => void): number {
    let taken = 0
    for (let before = 0; before < this.#best[0].length; before++) {
      const after = this.#best[0][before]!
      const score = this.#score[0][before]!
      if (after === NONE || score < least || this.#best[1][after] !== before) continue
      if (score - this.#second[0][before]! < margin || score - this.#second[1][after]! < margin) continue
      take(before, after, score)
      taken++
    }
    return taken
  }
}
