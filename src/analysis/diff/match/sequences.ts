import { Allocator } from '../../../limits.js'

/** Directions of the table below: a pair, a member before left out, one after left out. */
const PAIR = 1
const SKIP_BEFORE = 2
const SKIP_AFTER = 3

/**
 * Aligns two sequences without crossing: the pairs with the largest sum of scores, where only positive scores make a
 * pair. Takes time and memory of `before` × `after`.
 *
 * @param score of the member `i` before and `j` after
 */
export function alignSequences(
  before: number,
  after: number,
  score: (i: number, j: number) => number,
  pair: (i: number, j: number) => void,
): void {
  const allocator = new Allocator()
  const width = after + 1
  // Sums for the members from i and j on, so that walking forwards finds the pairs.
  const sums = allocator.float64((before + 1) * width)
  const ways = allocator.bytes((before + 1) * width)
  for (let i = before - 1; i >= 0; i--) {
    for (let j = after - 1; j >= 0; j--) {
      const at = i * width + j
      const own = score(i, j)
      const paired = own > 0 ? sums[at + width + 1]! + own : -1
      const skipBefore = sums[at + width]!
      const skipAfter = sums[at + 1]!
      const best = Math.max(paired, skipBefore, skipAfter)
      sums[at] = best
      ways[at] = best === paired ? PAIR : best === skipBefore ? SKIP_BEFORE : SKIP_AFTER
    }
  }
  let i = 0
  let j = 0
  while (i < before && j < after) {
    const way = ways[i * width + j]!
    if (way === PAIR) pair(i, j)
    if (way !== SKIP_AFTER) i++
    if (way !== SKIP_BEFORE) j++
  }
}

/**
 * The longest run of pairs of two sequences that do not cross: of the pairs (i, partner[i]) in the order of i, those
 * whose partners ascend. A negative partner is none. Returns the members `i`, ascending.
 */
export function longestAscending(partner: Int32Array): Int32Array {
  const allocator = new Allocator()
  // length - 1 → the i at which a run of that length ends lowest; i → the one before it in its run.
  const ends = allocator.int32(partner.length)
  const previous = allocator.int32(partner.length)
  let length = 0
  for (let i = 0; i < partner.length; i++) {
    if (partner[i]! < 0) continue
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >> 1
      if (partner[ends[middle]!]! < partner[i]!) low = middle + 1
      else high = middle
    }
    previous[i] = low === 0 ? -1 : ends[low - 1]!
    ends[low] = i
    if (low === length) length++
  }
  const run = allocator.int32(length)
  let at = length === 0 ? -1 : ends[length - 1]!
  for (let index = length - 1; index >= 0; index--) {
    run[index] = at
    at = previous[at]!
  }
  return run
}
