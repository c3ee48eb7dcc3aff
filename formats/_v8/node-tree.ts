import { FormatError, type Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'
import { NO_ID, type NodeColumns } from './node-columns.js'

export interface TreeFaults {
  repair(message: string, place: Place): void
}

/** How the nodes of a file hang together. */
export interface NodeTree {
  /** node → its parent; {@link NONE} for a root. */
  readonly parent: Int32Array
  /** Nodes in preorder, children in the order of the file; null when the file has them in this order. */
  readonly order: Int32Array | null
  /** No two children of a node, and no two roots, are known to be the same function. */
  readonly isDistinct: boolean
}

/** The tree that children arrays, nesting and parent ids make together. */
export function treeOfNodes(columns: NodeColumns, report: TreeFaults, allocator: Allocator): NodeTree {
  const rowOf = columns.rowsById()
  const { length, linkNode, linkId, func } = columns
  const parent = allocator.int32(length).fill(NONE)
  const nodes = linkNode.values
  const ids = linkId.values
  const functions = func.values
  // function → the last node that has it as a child. A node's links mostly stand together.
  const above = allocator.int32(columns.functions.length).fill(NONE)
  let isDistinct = !columns.parentIds.isGiven
  let last = NONE
  for (let link = 0; link < linkNode.length; link++) {
    const node = nodes[link]!
    const id = ids[link]!
    const child = id <= -2 ? -2 - id : rowOf(id)
    if (child === NONE) {
      report.repair(`a child node that does not exist was left out`, {})
      continue
    }
    adopt(columns, parent, child, node)
    if (node < last || above[functions[child]!] === node) isDistinct = false
    above[functions[child]!] = node
    last = node
  }
  allocator.release(above)
  if (columns.parentIds.isGiven) adoptByParentIds(columns, parent, rowOf, report)
  let roots = 0
  for (let node = 0; node < length; node++) if (parent[node] === NONE) roots++
  return {
    parent,
    order: isPreorder(parent) ? null : preorder(parent, allocator),
    isDistinct: isDistinct && roots <= 1,
  }
}

/** The depth of each node, 1 for a root. */
export function depthsOfNodes({ parent, order }: NodeTree, allocator: Allocator): Int32Array {
  const { length } = parent
  const depth = allocator.int32(length)
  for (let at = 0; at < length; at++) {
    const node = order === null ? at : order[at]!
    const above = parent[node]!
    depth[node] = above === NONE ? 1 : depth[above]! + 1
  }
  return depth
}

function adoptByParentIds(
  columns: NodeColumns,
  parent: Int32Array,
  rowOf: (id: number) => number,
  report: TreeFaults,
): void {
  const ids = columns.parentIds.dense(columns.length)
  for (let node = 0; node < columns.length; node++) {
    if (ids[node] === NO_ID) continue
    const under = rowOf(ids[node]!)
    if (under === NONE) report.repair(`a parent node that does not exist was left out`, {})
    else adopt(columns, parent, node, under)
  }
}

function adopt({ id }: NodeColumns, parent: Int32Array, child: number, under: number): void {
  const known = parent[child]!
  if (known !== NONE && known !== under) {
    const ids = id.values
    throw new FormatError(`node ${ids[child]} is a child of node ${ids[known]} and of node ${ids[under]}`)
  }
  parent[child] = under
}

/** Whether each node follows its parent or something below that. Every node is left once, so this is linear. */
function isPreorder(parent: Int32Array): boolean {
  // The first is a root, and each other one has its parent before it: then the walk up ends.
  if (parent.length > 0 && parent[0] !== NONE) return false
  for (let node = 1; node < parent.length; node++) {
    const above = parent[node]!
    if (above >= node) return false
    let last = node - 1
    while (last !== above && last !== NONE) last = parent[last]!
    if (last !== above) return false
  }
  return true
}

/** Nodes in preorder. Throws when some cannot be reached from a root, which only a cycle does. */
function preorder(parent: Int32Array, allocator: Allocator): Int32Array {
  const { length } = parent
  const firstChild = allocator.int32(length).fill(NONE)
  const nextSibling = allocator.int32(length).fill(NONE)
  const order = allocator.int32(length)
  let firstRoot = NONE
  // Backwards, so that lists of children come out in the order of the file.
  for (let node = length - 1; node >= 0; node--) {
    const above = parent[node]!
    nextSibling[node] = above === NONE ? firstRoot : firstChild[above]!
    if (above === NONE) firstRoot = node
    else firstChild[above] = node
  }
  let count = 0
  let node = firstRoot
  while (node !== NONE) {
    order[count++] = node
    if (firstChild[node] !== NONE) {
      node = firstChild[node]!
      continue
    }
    while (node !== NONE && nextSibling[node] === NONE) node = parent[node]!
    if (node !== NONE) node = nextSibling[node]!
  }
  if (count !== length) throw new FormatError(`${length - count} nodes are their own ancestors`)
  allocator.release(firstChild)
  allocator.release(nextSibling)
  return order
}
