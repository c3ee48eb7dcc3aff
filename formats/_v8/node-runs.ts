import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'

/** Weighed samples in their order, equal neighbours as one: what is written as a timeline merges them anyway. */
export class NodeRuns {
  readonly #node: Int32Builder
  readonly #weight: Float64Builder
  readonly #count: Float64Builder
  #last: number = NONE

  /** `most`: how many samples there can be. Rows that are never filled cost addresses and no memory. */
  constructor(most: number, allocator: Allocator) {
    this.#node = new Int32Builder(allocator, most)
    this.#weight = new Float64Builder(allocator, most)
    this.#count = new Float64Builder(allocator, most)
  }

  /** `node`: a node, or behind all nodes a slot of collections. */
  add(node: number, weight: number): void {
    if (node === this.#last) {
      const row = this.#node.length - 1
      this.#weight.values[row]! += weight
      this.#count.values[row]!++
      return
    }
    this.#last = node
    this.#node.push(node)
    this.#weight.push(weight)
    this.#count.push(1)
  }

  /** The runs as samples; `stackOf`: node → stack, `slotStack`: slot → stack. Used up by this. */
  finish(stackOf: Int32Array, slotStack: Int32Array) {
    const stack = this.#node.finish()
    for (let run = 0; run < stack.length; run++) {
      const node = stack[run]!
      stack[run] = node < stackOf.length ? stackOf[node]! : slotStack[node - stackOf.length]!
    }
    return { stack, weights: this.#weight.finish(), counts: this.#count.finish() }
  }
}
