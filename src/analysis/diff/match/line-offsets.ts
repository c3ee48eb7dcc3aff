import { Allocator } from '../../../limits.js'
import { NO_POSITION } from '../../../model/tables.js'
import { bucketsOf } from './buckets.js'

/** By how many lines the code around a function moved: of what is known above it, and below it; NaN where nothing is. */
export interface Offsets {
  above(fn: number): number
  below(fn: number): number
}

/**
 * Where the functions whose names are unique in their file went says where those between them went. Lines are compared
 * for that alone: files that moved down by a comment at their top stay what they are.
 *
 * @param own function → its line, its place
 * @param moved function → by how many lines it moved; NaN for functions that say nothing
 */
export function lineOffsets(line: Int32Array, place: Int32Array, places: number, moved: Float64Array): Offsets {
  const allocator = new Allocator()
  // A module's own function begins at its first line wherever its code goes.
  const { start, items } = bucketsOf(
    place.map((own, fn) => (Number.isNaN(moved[fn]!) || line[fn]! <= 1 ? -1 : own)),
    places,
  )
  for (let own = 0; own < places; own++) {
    items.subarray(start[own]!, start[own + 1]!).sort((a, b) => line[a]! - line[b]! || a - b)
  }
  const lines = allocator.int32(items.length)
  for (let at = 0; at < items.length; at++) lines[at] = line[items[at]!]!
  /** Where in `items` the first function of the place begins that lies below. */
  const firstBelow = (fn: number): number => {
    let low = start[place[fn]!]!
    let high = start[place[fn]! + 1]!
    while (low < high) {
      const middle = (low + high) >> 1
      if (lines[middle]! <= line[fn]!) low = middle + 1
      else high = middle
    }
    return low
  }
  const offsetAt = (fn: number, at: number): number =>
    line[fn] === NO_POSITION || at < start[place[fn]!]! || at >= start[place[fn]! + 1]!
      ? Number.NaN
      : moved[items[at]!]!
  return {
    above: (fn) => offsetAt(fn, firstBelow(fn) - 1),
    below: (fn) => offsetAt(fn, firstBelow(fn)),
  }
}
