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
  return isPreorder(stacks) ? samePreorder(stacks, allocator) : computePreorder(stacks, allocator)
}

/** Whether each stack follows its parent or something below that: what sorted stacks are. Every stack is left once. */
function isPreorder({ parent, length }: StackTable): boolean {
  for (let stack = 1; stack < length; stack++) {
    const above = parent[stack]!
    let last = stack - 1
    while (last !== above && last !== NONE) last = parent[last]!
    if (last !== above) return false
  }
  return true
}

/** The preorder of stacks that are in preorder. */
function samePreorder({ parent, length }: StackTable, allocator: Allocator): Preorder {
  const end = allocator.int32(length)
  for (let stack = length - 1; stack >= 0; stack--) {
    if (end[stack] === 0) end[stack] = stack + 1
    const above = parent[stack]!
    if (above !== NONE && end[above] === 0) end[above] = end[stack]!
  }
  return { stackAt: null, end }
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
