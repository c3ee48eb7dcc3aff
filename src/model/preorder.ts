import { Allocator } from '../limits.js'
import { NONE, type StackTable } from './tables.js'

/**
 * The stacks renumbered so that everything below a stack follows it without a gap: position p holds a stack, positions
 * p + 1 to end[p] - 1 the stacks below it. Siblings keep their order.
 */
export interface Preorder {
  /** stack → position; null when they are the same, as in a table of sorted stacks. */
  readonly position: Int32Array | null
  /** position → stack; null when they are the same. */
  readonly stackAt: Int32Array | null
  /** position → the position after the last stack below it. */
  readonly end: Int32Array
}

const known = new WeakMap<StackTable, Preorder>()

/** The preorder of a stack table, computed once; three linear scans, since parents come before children. */
export function preorder(stacks: StackTable, allocator = new Allocator()): Preorder {
  let order = known.get(stacks)
  if (order === undefined) {
    order = isPreorder(stacks) ? samePreorder(stacks, allocator) : computePreorder(stacks, allocator)
    known.set(stacks, order)
  }
  return order
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
  return { position: null, stackAt: null, end }
}

function computePreorder({ parent, length }: StackTable, allocator: Allocator): Preorder {
  const size = allocator.int32(length)
  for (let stack = length - 1; stack >= 0; stack--) {
    size[stack] = size[stack]! + 1
    const above = parent[stack]!
    if (above !== NONE) size[above] = size[above]! + size[stack]!
  }
  const position = allocator.int32(length)
  const stackAt = allocator.int32(length)
  const end = allocator.int32(length)
  // stack → where its next child goes.
  const next = allocator.int32(length)
  let nextRoot = 0
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!
    const at = above === NONE ? nextRoot : next[above]!
    const after = at + size[stack]!
    if (above === NONE) nextRoot = after
    else next[above] = after
    next[stack] = at + 1
    position[stack] = at
    stackAt[at] = stack
    end[at] = after
  }
  allocator.release(size)
  allocator.release(next)
  return { position, stackAt, end }
}
