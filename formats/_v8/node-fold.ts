import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { type AttributionRules, SampleSink } from '../../src/model/sample-sink.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'
import type { NodeColumns } from './node-columns.js'
import { NodeRuns } from './node-runs.js'
import type { NodeTree } from './node-tree.js'

/** The pseudo function of garbage collections. */
const GC_NAME = '(garbage collector)'

/**
 * Samples weighed as the rules say, one after the other, and summed up per node, so that nothing is kept of a sample; or
 * as runs where their order is wanted.
 */
export class NodeFold {
  /** The samples in their order; null when they are summed up. */
  readonly runs: NodeRuns | null
  /** node → microseconds; without rows where there are runs. */
  readonly weights: Float64Array<ArrayBuffer>
  /** node → samples; without rows where there are runs. */
  readonly counts: Int32Array<ArrayBuffer>
  /** The function of collections; {@link NONE} where no node is one. */
  readonly gcFunction: FunctionIndex
  /** The time of the first sample, and the latest of all, since the start. */
  lead = 0
  latest = 0
  /** Samples that were added. */
  length = 0
  readonly #allocator: Allocator
  readonly #columns: NodeColumns
  readonly #sink: SampleSink
  /** node → slot + 1 of the collections put on top of it, 0 for none. */
  readonly #slotOf: Int32Array<ArrayBuffer>
  readonly #slotNode: Int32Builder
  readonly #slotWeight: Float64Builder
  readonly #slotCount: Int32Builder

  /** `order`: how many samples to keep the order of, at most; null sums them up. */
  constructor(columns: NodeColumns, rules: AttributionRules, allocator: Allocator, order: number | null) {
    const { length, functions, func } = columns
    this.#allocator = allocator
    this.#columns = columns
    const runs = order === null ? null : new NodeRuns(order, allocator)
    this.runs = runs
    const rows = runs === null ? length : 0
    const weights = allocator.float64(rows)
    const counts = allocator.int32(rows)
    this.weights = weights
    this.counts = counts
    this.#slotNode = new Int32Builder(allocator)
    const slotWeight = new Float64Builder(allocator)
    const slotCount = new Int32Builder(allocator)
    this.#slotWeight = slotWeight
    this.#slotCount = slotCount
    const name = functions.strings.find(GC_NAME)
    const gc = name === -1 ? NONE : functions.find(name)
    this.gcFunction = gc
    const isAttached = gc !== NONE && rules.gc === 'attach'
    this.#slotOf = allocator.int32(isAttached ? length : 0)
    const functionOf = func.values
    this.#sink = new SampleSink({
      attribution: rules.attribution === 'hits' ? 'hold' : rules.attribution,
      isGc: isAttached ? (node) => functionOf[node] === gc : null,
      attach: (node) => length + this.#slot(node),
      emit:
        runs === null
          ? (stack, weight) => {
              if (stack < length) {
                weights[stack]! += weight
                counts[stack]!++
              } else {
                slotWeight.values[stack - length]! += weight
                slotCount.values[stack - length]!++
              }
            }
          : (stack, weight) => runs.add(stack, weight),
    })
  }

  /** Samples before which the clock steps back. */
  get backwards(): number {
    return this.#sink.backwards
  }

  /** A sample at `time` microseconds since the start. */
  add(node: number, time: number): void {
    if (this.length++ === 0) this.lead = time
    if (time > this.latest) this.latest = time
    this.#sink.add(node, time)
  }

  end(duration: number): void {
    this.#sink.end(duration)
  }

  /** Puts collections where the tree has a node for them already; {@link slotAt} knows the others. */
  settle({ parent }: NodeTree): void {
    if (this.#slotNode.length === 0) return
    const functions = this.#columns.func.values
    for (let node = 0; node < parent.length; node++) {
      if (functions[node] !== this.gcFunction || parent[node] === NONE) continue
      const slot = this.slotAt(parent[node]!)
      if (slot === NONE) continue
      this.#slotOf[parent[node]!] = 0
      this.#slotNode.values[slot] = node
      if (this.runs !== null) continue
      this.weights[node]! += this.#slotWeight.values[slot]!
      this.counts[node]! += this.#slotCount.values[slot]!
    }
  }

  /** Whether collections interrupted a node that has no node for them: {@link weightOf} and {@link countOf} this slot. */
  slotAt(node: number): number {
    return this.#slotNode.length === 0 ? NONE : this.#slotOf[node]! - 1
  }

  /** How many stacks there can be besides the nodes, at most. */
  get slots(): number {
    return this.#slotNode.length
  }

  /** The stacks of slots: those that have one of their own are given, others are where {@link settle} put them. */
  stacksOfSlots(own: Int32Array, stackOf: Int32Array): Int32Array {
    for (let slot = 0; slot < own.length; slot++) {
      if (own[slot] === NONE) own[slot] = stackOf[this.#slotNode.values[slot]!]!
    }
    return own
  }

  release(): void {
    const { values } = this.#slotNode
    const columns = [this.weights, this.counts, this.#slotOf, values, this.#slotWeight.values, this.#slotCount.values]
    for (const column of columns) this.#allocator.release(column)
  }

  weightOf(slot: number): number {
    return this.#slotWeight.values[slot]!
  }

  countOf(slot: number): number {
    return this.#slotCount.values[slot]!
  }

  #slot(node: number): number {
    let slot = this.#slotOf[node]! - 1
    if (slot === NONE) {
      slot = this.#slotNode.length
      this.#slotNode.push(node)
      this.#slotWeight.push(0)
      this.#slotCount.push(0)
      this.#slotOf[node] = slot + 1
    }
    return slot
  }
}
