import type { Allocator } from '../limits.js'
import { NONE, type StackTable } from './tables.js'

/**
 * The stacks in an order in which everything below a stack follows it without a gap: the stack at position p, and at the
 * positions after it the stacks below it. Siblings keep their order.
 */
export interface Preorder {
  /** position → stack; null when they are the same, as in a table of sorted stacks. */
  readonly stackAt: Int32Array | null
  /** stack → the position after the last stack below it. */
  readonly end: Int32Array
}

/** The preorder of a stack table: linear scans, since parents come before children, and no more columns than two. */
export function preorder(stacks: StackTable, allocator: Allocator): Preorder {
  const end = endsOfSorted(stacks, allocator)
  return end === null ? computePreorder(stacks, allocator) : { stackAt: null, end }
}

/**
 * Where the stacks end of a table in which each follows its parent or something below that, which is what sorted stacks
 * are; null for another table. Every stack is left once.
 */
function endsOfSorted({ parent, length }: StackTable, allocator: Allocator): Int32Array | null {
  const end = allocator.int32(length)
  let last = NONE
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!
    while (last !== above && last !== NONE) {
      end[last] = stack
      last = parent[last]!
    }
    if (last !== above) {
      allocator.release(end)
      return null
    }
    last = stack
  }
  for (; last !== NONE; last = parent[last]!) end[last] = length
  return end
}

function computePreorder({ parent, length }: StackTable, allocator: Allocator): Preorder {
  // stack → how many stacks it is with those below it; once it has its place: where its next child goes.
  const next = allocator.int32(length)
  for (let stack = length - 1; stack >= 0; stack--) {
    next[stack] = next[stack]! + 1
    const above = parent[stack]!
    if (above !== NONE) next[above] = next[above]! + next[stack]!
  }
  const stackAt = allocator.int32(length)
  let nextRoot = 0
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!
    const at = above === NONE ? nextRoot : next[above]!
    const after = at + next[stack]!
    if (above === NONE) nextRoot = after
    else next[above] = after
    next[stack] = at + 1
    stackAt[at] = stack
  }
  // With all of its children placed, the next would go where the stack ends.
  return { stackAt, end: next }
}
