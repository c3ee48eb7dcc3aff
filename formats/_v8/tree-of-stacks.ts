import type { Profile } from '../../src/model/profile.js'
import { type FrameTable, NONE, type StackTable } from '../../src/model/tables.js'

/** The stacks of a profile as V8's tools want their nodes: numbered from 1 in preorder, one root. */
export interface StackTree {
  /** A `(root)` has to be made: the profile has several roots, or one of another name. */
  readonly needsRoot: boolean
  /** stack → node id, from 1. */
  readonly idOf: Int32Array
  /** Stacks in the order of their ids. */
  readonly order: Int32Array
  readonly firstChild: Int32Array
  readonly nextSibling: Int32Array
  readonly firstRoot: number
}

/** Numbers the stacks in preorder, children in the order of the table. */
export function treeOfStacks({ functions, strings }: Profile, frames: FrameTable, stacks: StackTable): StackTree {
  const { length, parent } = stacks
  const firstChild = new Int32Array(length).fill(NONE)
  const nextSibling = new Int32Array(length).fill(NONE)
  const idOf = new Int32Array(length)
  const order = new Int32Array(length)
  let firstRoot = NONE
  for (let stack = length - 1; stack >= 0; stack--) {
    const above = parent[stack]!
    nextSibling[stack] = above === NONE ? firstRoot : firstChild[above]!
    if (above === NONE) firstRoot = stack
    else firstChild[above] = stack
  }
  const isRoot =
    firstRoot !== NONE &&
    nextSibling[firstRoot] === NONE &&
    strings.text(functions.name[frames.function[stacks.frame[firstRoot]!]!]!) === '(root)'
  let count = 0
  let stack = firstRoot
  while (stack !== NONE) {
    idOf[stack] = count + (isRoot ? 1 : 2)
    order[count++] = stack
    if (firstChild[stack] !== NONE) {
      stack = firstChild[stack]!
      continue
    }
    while (stack !== NONE && nextSibling[stack] === NONE) stack = parent[stack]!
    if (stack !== NONE) stack = nextSibling[stack]!
  }
  return { needsRoot: !isRoot, idOf, order, firstChild, nextSibling, firstRoot }
}
