import { type Allocator, limitError } from '../../src/limits.js'
import type { NumberColumn } from '../../src/model/numbers.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { type FrameTable, NO_POSITION, NONE, type StackTable } from '../../src/model/tables.js'
import type { NodeColumns } from './node-columns.js'
import type { NodeFold } from './node-fold.js'
import type { NodeTree } from './node-tree.js'

/** The nodes as stacks. */
export interface NodeStacks {
  readonly frames: FrameTable
  readonly stacks: StackTable
  /** node → stack. */
  readonly stackOf: Int32Array
  /** What the fold has, in the order of the stacks or as runs; null without one. */
  readonly folded: FoldedSamples | null
}

interface FoldedSamples {
  readonly stack: Int32Array
  readonly weights: Float64Array
  readonly counts: Float64Array
}

/**
 * The nodes as stacks, through a builder. Siblings of the same function become one stack: merged and source-mapped files
 * have such. Returns node → stack.
 */
export function internStacks(
  columns: NodeColumns,
  { parent, order }: NodeTree,
  builder: StackBuilder,
  allocator: Allocator,
): Int32Array {
  const stackOf = allocator.int32(columns.length)
  for (let at = 0; at < columns.length; at++) {
    const node = order === null ? at : order[at]!
    const above = parent[node]!
    stackOf[node] = builder.stack(above === NONE ? NONE : stackOf[above]!, builder.frame(columns.func.values[node]!))
  }
  return stackOf
}

/** The nodes as stacks and the fold as their samples, where siblings may be the same function. */
export function mergedStacks(
  columns: NodeColumns,
  tree: NodeTree,
  fold: NodeFold | null,
  builder: StackBuilder,
  allocator: Allocator,
): NodeStacks {
  const stackOf = internStacks(columns, tree, builder, allocator)
  const folded = fold === null ? null : mergedSamples(fold, stackOf, builder, allocator)
  const { frames, stacks } = builder.finish()
  return { frames, stacks, stackOf, folded }
}

function mergedSamples(
  fold: NodeFold,
  stackOf: Int32Array,
  builder: StackBuilder,
  allocator: Allocator,
): FoldedSamples {
  const slotStack = allocator.int32(fold.slots).fill(NONE)
  for (let node = 0; node < stackOf.length; node++) {
    const slot = fold.slotAt(node)
    if (slot !== NONE) slotStack[slot] = builder.stack(stackOf[node]!, builder.frame(fold.gcFunction))
  }
  if (fold.runs !== null) return fold.runs.finish(stackOf, fold.stacksOfSlots(slotStack, stackOf))
  const weights = allocator.float64(builder.stackCount)
  const counts = allocator.int32(builder.stackCount)
  for (let node = 0; node < stackOf.length; node++) {
    weights[stackOf[node]!]! += fold.weights[node]!
    counts[stackOf[node]!]! += fold.counts[node]!
    const slot = fold.slotAt(node)
    if (slot === NONE) continue
    weights[slotStack[slot]!]! += fold.weightOf(slot)
    counts[slotStack[slot]!]! += fold.countOf(slot)
  }
  const samples = new SampleRows(countPositive(counts), allocator)
  for (let stack = 0; stack < weights.length; stack++) samples.add(stack, weights[stack]!, counts[stack]!)
  return samples.finish()
}

/**
 * The same for a tree in which siblings are known to be different functions, which is what V8 writes: every node is a
 * stack and nothing has to be looked up. The stacks come out in preorder, which the call graph likes. The tree is used
 * up: node → parent becomes node → stack.
 */
export function distinctStacks(
  columns: NodeColumns,
  { parent, order }: NodeTree,
  fold: NodeFold | null,
  allocator: Allocator,
): NodeStacks {
  const { length, functions } = columns
  const func = columns.func.values
  allocator.check('frames', functions.length)
  const added = fold === null ? 0 : fold.slots
  allocator.check('stacks', length + added)
  const above = allocator.int32(length + added)
  const frame = allocator.int32(length + added)
  const stackOf = parent
  const rows = fold === null || fold.runs !== null ? 0 : countPositive(fold.counts) + added
  const samples = new SampleRows(rows, allocator)
  const slotStack = allocator.int32(added).fill(NONE)
  let next = 0
  for (let at = 0; at < length; at++) {
    const node = order === null ? at : order[at]!
    const stack = next++
    // A parent comes before its children, so its own stack stands there already.
    above[stack] = parent[node] === NONE ? NONE : stackOf[parent[node]!]!
    stackOf[node] = stack
    frame[stack] = func[node]!
    if (fold === null) continue
    if (fold.runs === null) samples.add(stack, fold.weights[node]!, fold.counts[node]!)
    const slot = fold.slotAt(node)
    if (slot === NONE) continue
    above[next] = stack
    frame[next] = fold.gcFunction
    slotStack[slot] = next
    if (fold.runs === null) samples.add(next, fold.weightOf(slot), fold.countOf(slot))
    next++
  }
  const runs = fold?.runs?.finish(stackOf, fold.stacksOfSlots(slotStack, stackOf))
  return {
    frames: oneFrameEach(functions.length, allocator),
    stacks: {
      length: next,
      parent: above.subarray(0, next),
      frame: frame.subarray(0, next),
      calls: null,
      hits: null,
      deoptReason: null,
      positionTicks: null,
    },
    stackOf,
    folded: fold === null ? null : (runs ?? samples.finish()),
  }
}

/** Refuses stacks that are too deep. `depths`: node → how many frames its stack has. */
export function checkDepths(depths: Int32Array, fold: NodeFold | null, allocator: Allocator): void {
  const limit = allocator.limits['stack-depth']
  for (let node = 0; node < depths.length; node++) {
    const depth = depths[node]! + (fold === null || fold.slotAt(node) === NONE ? 0 : 1)
    if (depth > limit) throw limitError('stack-depth', limit, `a stack of more than ${limit} frames`)
  }
}

/** A frame for each function, with its index: V8 does not say which line of it was executed. */
function oneFrameEach(length: number, allocator: Allocator): FrameTable {
  const func = allocator.int32(length)
  for (let frame = 0; frame < length; frame++) func[frame] = frame
  return {
    length,
    function: func,
    line: allocator.int32(length).fill(NO_POSITION),
    column: allocator.int32(length).fill(NO_POSITION),
    inlined: null,
    address: null,
    mapping: null,
  }
}

function countPositive(counts: Int32Array): number {
  let positive = 0
  for (let at = 0; at < counts.length; at++) if (counts[at]! > 0) positive++
  return positive
}

/** Samples of stacks, of which those without any are left out. */
class SampleRows {
  #length = 0
  readonly #stack: Int32Array
  readonly #weights: Float64Array
  readonly #counts: Float64Array

  /** `most`: how many rows there can be. */
  constructor(most: number, allocator: Allocator) {
    this.#stack = allocator.int32(most)
    this.#weights = allocator.float64(most)
    this.#counts = allocator.float64(most)
  }

  add(stack: number, weight: number, count: number): void {
    if (count === 0) return
    const row = this.#length++
    this.#stack[row] = stack
    this.#weights[row] = weight
    this.#counts[row] = count
  }

  finish(): FoldedSamples {
    return {
      stack: this.#stack.subarray(0, this.#length),
      weights: this.#weights.subarray(0, this.#length),
      counts: this.#counts.subarray(0, this.#length),
    }
  }
}

/** The stack table with what the engine counted beside the samples; `withHits`: also its ticks. */
export function withEngineDetails(
  table: StackTable,
  columns: NodeColumns,
  stackOf: Int32Array,
  withHits: boolean,
  allocator: Allocator,
): StackTable {
  return {
    ...table,
    hits: withHits && columns.hits.isGiven ? hitColumn(table.length, columns, stackOf, allocator) : null,
    deoptReason: columns.deoptReasons.isGiven ? deoptColumn(table.length, columns, stackOf, allocator) : null,
    positionTicks: columns.tickNode.length === 0 ? null : tickTable(columns, stackOf),
  }
}

function hitColumn(length: number, columns: NodeColumns, stackOf: Int32Array, allocator: Allocator): NumberColumn {
  const values = allocator.float64(length)
  const own = columns.hits.dense(columns.length)
  for (let node = 0; node < own.length; node++) if (own[node]! > 0) values[stackOf[node]!]! += own[node]!
  allocator.release(own)
  return { values, exact: null }
}

function deoptColumn(length: number, columns: NodeColumns, stackOf: Int32Array, allocator: Allocator): Int32Array {
  const reasons = allocator.int32(length).fill(NONE)
  const own = columns.deoptReasons.dense(columns.length)
  for (let node = 0; node < own.length; node++) if (own[node] !== NONE) reasons[stackOf[node]!] = own[node]!
  return reasons
}

/** The rows of the nodes become those of their stacks in place. */
function tickTable(columns: NodeColumns, stackOf: Int32Array): StackTable['positionTicks'] {
  const stack = columns.tickNode.finish()
  for (let tick = 0; tick < stack.length; tick++) stack[tick] = stackOf[stack[tick]!]!
  return { length: stack.length, stack, line: columns.tickLine.finish(), ticks: columns.tickCount.finish() }
}
