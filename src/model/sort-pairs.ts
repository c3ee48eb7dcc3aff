import type { Allocator } from '../limits.js'

/** The rows of `count` pairs by first, then second, in linear time. Both are below `end`. */
export function sortPairs(
  allocator: Allocator,
  first: Int32Array,
  second: Int32Array,
  count: number,
  end: number,
): Int32Array {
  return countingSort(allocator, first, countingSort(allocator, second, null, count, end), count, end)
}

/** The rows of `order` (null: 0 … count - 1) stably sorted by `keys[row]`, which are below `end`. */
function countingSort(
  allocator: Allocator,
  keys: Int32Array,
  order: Int32Array | null,
  count: number,
  end: number,
): Int32Array {
  const next = allocator.int32(end + 1)
  for (let row = 0; row < count; row++) next[keys[row]! + 1] = next[keys[row]! + 1]! + 1
  for (let key = 0; key < end; key++) next[key + 1] = next[key + 1]! + next[key]!
  const sorted = allocator.int32(count)
  for (let i = 0; i < count; i++) {
    const row = order === null ? i : order[i]!
    const key = keys[row]!
    sorted[next[key]!] = row
    next[key] = next[key]! + 1
  }
  return sorted
}
