import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import { NONE } from './tables.js'

/** Stacks up to this many are sorted by insertion. */
const FEW = 12

/** Behind the last frame of a stack: less than any frame, so that a stack stands before those that go on. */
const END = -1

/** Stacks with all their frames: those of stack s are `frames[start[s]]` to before `start[s + 1]`, outermost first. */
export interface WholeStacks {
  readonly length: number
  readonly frames: Int32Array
  readonly start: Int32Array
}

/** A stack table in preorder. */
export interface SortedStacks {
  readonly parent: Int32Array
  readonly frame: Int32Array
  /** Whole stack → its row; {@link NONE} for one without frames. */
  readonly rows: Int32Array
}

/**
 * Makes a stack table from whole stacks: sorted frame by frame, each shares with the one before it what it shares with
 * any before it, so no table of stacks has to be searched. Looking millions of stacks up costs a miss of the cache each,
 * and takes four times as long. The table comes out in preorder, which the call graph likes.
 */
export function sortStacks(allocator: Allocator, { length: count, frames, start }: WholeStacks): SortedStacks {
  const order = allocator.int32(count)
  let deepest = 0
  for (let stack = 0; stack < count; stack++) {
    order[stack] = stack
    deepest = Math.max(deepest, start[stack + 1]! - start[stack]!)
  }
  sortOrder(allocator, order, frames, start)

  /** place in the order → how many frames it shares with the stack before it. */
  const shared = allocator.int32(count)
  let length = 0
  for (let at = 0; at < count; at++) {
    const stack = order[at]!
    if (at > 0) shared[at] = sharedFrames(order[at - 1]!, stack, frames, start)
    length += start[stack + 1]! - start[stack]! - shared[at]!
  }
  allocator.check('stacks', length)

  const parent = allocator.int32(length)
  const frame = allocator.int32(length)
  const rows = allocator.int32(count)
  /** depth → row of the stack before, down to that depth. */
  const path = allocator.int32(deepest)
  let next = 0
  for (let at = 0; at < count; at++) {
    const stack = order[at]!
    const first = start[stack]!
    const depth = start[stack + 1]! - first
    let level = shared[at]!
    let row = level === 0 ? NONE : path[level - 1]!
    for (; level < depth; level++) {
      parent[next] = row
      frame[next] = frames[first + level]!
      path[level] = next
      row = next++
    }
    rows[stack] = row
  }
  allocator.release(shared)
  allocator.release(order)
  allocator.release(path)
  return { parent, frame, rows }
}

/**
 * Quicksort over the frames at one depth, then those that are equal at the next (multikey quicksort): it looks at each
 * frame a few times however many stacks share it, which comparing whole stacks does not.
 */
function sortOrder(allocator: Allocator, order: Int32Array, frames: Int32Array, start: Int32Array): void {
  const frameAt = (stack: number, depth: number): number => {
    const at = start[stack]! + depth
    return at < start[stack + 1]! ? frames[at]! : END
  }
  // Ranges of `order` that are left to sort: from, to, and the depth down to which their stacks are equal.
  const pending = new Int32Builder(allocator)
  const postpone = (from: number, to: number, depth: number): void => {
    if (to - from < 2) return
    pending.push(from)
    pending.push(to)
    pending.push(depth)
  }
  postpone(0, order.length, 0)
  while (pending.length > 0) {
    pending.length -= 3
    let from = pending.values[pending.length]!
    let to = pending.values[pending.length + 1]!
    let depth = pending.values[pending.length + 2]!
    while (to - from > FEW) {
      // A pivot by chance: no file can be made on which it is always a bad one. The result does not depend on it.
      const pivot = frameAt(order[from + Math.floor(Math.random() * (to - from))]!, depth)
      let less = from
      let at = from
      let greater = to
      while (at < greater) {
        const stack = order[at]!
        const own = frameAt(stack, depth)
        if (own < pivot) {
          order[at++] = order[less]!
          order[less++] = stack
        } else if (own > pivot) {
          order[at] = order[--greater]!
          order[greater] = stack
        } else at++
      }
      postpone(from, less, depth)
      postpone(greater, to, depth)
      from = less
      to = greater
      if (pivot === END) from = to
      else depth++
    }
    insertionSort(order, from, to, depth, frames, start)
  }
}

function insertionSort(
  order: Int32Array,
  from: number,
  to: number,
  depth: number,
  frames: Int32Array,
  start: Int32Array,
): void {
  for (let at = from + 1; at < to; at++) {
    const stack = order[at]!
    let hole = at
    while (hole > from && compareStacks(order[hole - 1]!, stack, depth, frames, start) > 0) {
      order[hole] = order[hole - 1]!
      hole--
    }
    order[hole] = stack
  }
}

function sharedFrames(a: number, b: number, frames: Int32Array, start: Int32Array): number {
  const firstA = start[a]!
  const firstB = start[b]!
  const most = Math.min(start[a + 1]! - firstA, start[b + 1]! - firstB)
  let shared = 0
  while (shared < most && frames[firstA + shared] === frames[firstB + shared]) shared++
  return shared
}

/** Orders two stacks that are equal down to `depth`. */
function compareStacks(a: number, b: number, depth: number, frames: Int32Array, start: Int32Array): number {
  const endA = start[a + 1]!
  const endB = start[b + 1]!
  let atA = start[a]! + depth
  let atB = start[b]! + depth
  while (atA < endA && atB < endB) {
    const difference = frames[atA++]! - frames[atB++]!
    if (difference !== 0) return difference
  }
  return endA - atA - (endB - atB)
}
