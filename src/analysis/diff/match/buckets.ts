import { Allocator } from '../../../limits.js'

/** Items by what they belong to: those of key k are `items[start[k]]` to `items[start[k + 1] - 1]`, ascending. */
export interface Buckets {
  readonly start: Int32Array
  readonly items: Int32Array
}

/** @param keys item → key below `count`; negative for an item that belongs nowhere */
export function bucketsOf(keys: Int32Array, count: number): Buckets {
  const allocator = new Allocator()
  const start = allocator.int32(count + 1)
  for (const key of keys) if (key >= 0) start[key + 1] = start[key + 1]! + 1
  for (let key = 0; key < count; key++) start[key + 1] = start[key + 1]! + start[key]!
  const next = start.slice()
  const items = allocator.int32(start[count]!)
  for (let item = 0; item < keys.length; item++) {
    const key = keys[item]!
    if (key < 0) continue
    items[next[key]!] = item
    next[key] = next[key]! + 1
  }
  return { start, items }
}
