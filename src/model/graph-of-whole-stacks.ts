import type { Allocator } from '../limits.js'
import { isExactInDoubles } from './exact-sums.js'
import type { NumberColumn } from './numbers.js'
import { sortPairs } from './sort-pairs.js'
import type { WholeStacks } from './sort-stacks.js'
import { type CallGraph, NONE, type SampleTable } from './tables.js'
import { mix } from './tuple-index.js'

/**
 * The call graph of samples with a whole stack each, counted stack by stack: what a table of the stacks would give, in
 * less time and memory than making one takes. null when plain doubles do not add the values up exactly, or a value is
 * missing. `functionOf`: frame → function below `functions`, {@link NONE} for none.
 */
export function graphOfWholeStacks(
  allocator: Allocator,
  whole: WholeStacks,
  functionOf: Int32Array,
  functions: number,
  samples: SampleTable,
): CallGraph | null {
  const weights: Float64Array[] = []
  for (const column of samples.values) {
    if (column === null || !isExactInDoubles(column, samples.length)) return null
    weights.push(column.values)
  }
  const counter = new StackCounter(allocator, functionOf, functions)
  // Two value types at a time: most of the work is finding what a frame adds to, and most files have two.
  for (let value = 0; value < weights.length; value += 2) {
    counter.count(whole, weights[value]!, weights[value + 1] ?? null)
  }
  return counter.finish()
}

/**
 * A record: all that is counted of a function or an edge, side by side in an array that is seen as integers and as
 * doubles. With a column each for stamps, totals and edges, every frame of a stack costs several misses of the cache.
 * It begins with integers. Of an edge: caller + 1 (0 in a free slot) and callee. Of both: the stack counted last, from 1.
 */
const RECORD_INTEGERS = 12
const CALLEE = 1
const STAMP = 2
/** The same in doubles: behind the integers the totals of two value types, then self of both. */
const RECORD_DOUBLES = 6
const TOTAL = 2
const SELF = 4

const FIRST_SLOTS = 256

class StackCounter {
  readonly #allocator: Allocator
  readonly #functionOf: Int32Array
  readonly #functionCount: number
  readonly #functionSums: Float64Array<ArrayBuffer>
  readonly #functions: Int32Array
  /** Records in a hash table with linear probing, never more than half full. */
  #edgeSums: Float64Array<ArrayBuffer>
  #edges: Int32Array
  #edgeCount = 0
  readonly #self: NumberColumn[] = []
  readonly #total: NumberColumn[] = []
  /** Slots of the edges by caller, then callee; made when the first stacks have been counted. */
  #order: Int32Array = new Int32Array(0)
  readonly #edgeSelf: NumberColumn[] = []
  readonly #edgeTotal: NumberColumn[] = []

  constructor(allocator: Allocator, functionOf: Int32Array, functionCount: number) {
    this.#allocator = allocator
    this.#functionOf = functionOf
    this.#functionCount = functionCount
    this.#functionSums = allocator.float64(functionCount * RECORD_DOUBLES)
    this.#functions = new Int32Array(this.#functionSums.buffer)
    this.#edgeSums = allocator.float64(FIRST_SLOTS * RECORD_DOUBLES)
    this.#edges = new Int32Array(this.#edgeSums.buffer)
  }

  /** Counts all stacks by one value type, or by two. */
  count({ length, frames, start }: WholeStacks, first: Float64Array, second: Float64Array | null): void {
    this.#clear()
    for (let stack = 0; stack < length; stack++) {
      const from = start[stack]!
      const to = start[stack + 1]!
      this.#reserve(this.#edgeCount + to - from)
      this.#countStack(stack + 1, frames, from, to, first[stack]!, second === null ? 0 : second[stack]!)
    }
    this.#order = this.#sortedEdges()
    for (let value = 0; value < (second === null ? 1 : 2); value++) {
      this.#self.push(this.#column(this.#functionSums, SELF + value, null))
      this.#total.push(this.#column(this.#functionSums, TOTAL + value, null))
      this.#edgeSelf.push(this.#column(this.#edgeSums, SELF + value, this.#order))
      this.#edgeTotal.push(this.#column(this.#edgeSums, TOTAL + value, this.#order))
    }
  }

  #countStack(stamp: number, frames: Int32Array, from: number, to: number, a: number, b: number): void {
    const functionOf = this.#functionOf
    const functions = this.#functions
    const functionSums = this.#functionSums
    const edges = this.#edges
    const edgeSums = this.#edgeSums
    const mask = edges.length / RECORD_INTEGERS - 1
    let caller = NONE
    let slot = NONE
    for (let at = from; at < to; at++) {
      const own = functionOf[frames[at]!]!
      slot = NONE
      if (own !== NONE) {
        if (functions[own * RECORD_INTEGERS + STAMP] !== stamp) {
          functions[own * RECORD_INTEGERS + STAMP] = stamp
          addPair(functionSums, own * RECORD_DOUBLES + TOTAL, a, b)
        }
        if (caller !== NONE) {
          slot = mix(mix(0, caller), own) & mask
          while (edges[slot * RECORD_INTEGERS] !== caller + 1 || edges[slot * RECORD_INTEGERS + CALLEE] !== own) {
            if (edges[slot * RECORD_INTEGERS] === 0) this.#insert(slot, caller, own)
            else slot = (slot + 1) & mask
          }
          if (edges[slot * RECORD_INTEGERS + STAMP] !== stamp) {
            edges[slot * RECORD_INTEGERS + STAMP] = stamp
            addPair(edgeSums, slot * RECORD_DOUBLES + TOTAL, a, b)
          }
        }
      }
      caller = own
    }
    if (caller !== NONE) addPair(functionSums, caller * RECORD_DOUBLES + SELF, a, b)
    if (slot !== NONE) addPair(edgeSums, slot * RECORD_DOUBLES + SELF, a, b)
  }

  #insert(slot: number, caller: number, callee: number): void {
    this.#edges[slot * RECORD_INTEGERS] = caller + 1
    this.#edges[slot * RECORD_INTEGERS + CALLEE] = callee
    this.#edgeCount++
  }

  /** Makes room for so many edges in all. */
  #reserve(edges: number): void {
    const old = this.#edges
    let slots = old.length / RECORD_INTEGERS
    if (edges * 2 <= slots) return
    while (slots < edges * 2) slots *= 2
    this.#allocator.release(this.#edgeSums)
    this.#edgeSums = this.#allocator.float64(slots * RECORD_DOUBLES)
    this.#edges = new Int32Array(this.#edgeSums.buffer)
    for (let from = 0; from < old.length; from += RECORD_INTEGERS) {
      if (old[from] === 0) continue
      let slot = mix(mix(0, old[from]! - 1), old[from + CALLEE]!) & (slots - 1)
      while (this.#edges[slot * RECORD_INTEGERS] !== 0) slot = (slot + 1) & (slots - 1)
      // As integers: what looks like a NaN need not come through as a double.
      for (let part = 0; part < RECORD_INTEGERS; part++) {
        this.#edges[slot * RECORD_INTEGERS + part] = old[from + part]!
      }
    }
  }

  /** Forgets all sums; edges keep their slots. */
  #clear(): void {
    this.#functionSums.fill(0)
    for (let slot = 0; slot * RECORD_INTEGERS < this.#edges.length; slot++) {
      this.#edges[slot * RECORD_INTEGERS + STAMP] = 0
      this.#edgeSums.fill(0, slot * RECORD_DOUBLES + TOTAL, (slot + 1) * RECORD_DOUBLES)
    }
  }

  #sortedEdges(): Int32Array {
    const allocator = this.#allocator
    const count = this.#edgeCount
    allocator.check('edges', count)
    const slots = allocator.int32(count)
    let edge = 0
    for (let slot = 0; edge < count; slot++) if (this.#edges[slot * RECORD_INTEGERS] !== 0) slots[edge++] = slot
    const order = sortPairs(allocator, this.#callers(slots), this.#callees(slots), count, this.#functionCount)
    return order.map((at) => slots[at]!)
  }

  #callers(slots: Int32Array): Int32Array {
    return slots.map((slot) => this.#edges[slot * RECORD_INTEGERS]! - 1)
  }

  #callees(slots: Int32Array): Int32Array {
    return slots.map((slot) => this.#edges[slot * RECORD_INTEGERS + CALLEE]!)
  }

  /** One sum of each record, of all functions or of these slots. */
  #column(sums: Float64Array, part: number, slots: Int32Array | null): NumberColumn {
    const values = this.#allocator.float64(slots === null ? this.#functionCount : slots.length)
    for (let row = 0; row < values.length; row++) {
      values[row] = sums[(slots === null ? row : slots[row]!) * RECORD_DOUBLES + part]!
    }
    return { values, exact: null }
  }

  finish(): CallGraph {
    return {
      length: this.#functionCount,
      calls: null,
      primitiveCalls: null,
      self: this.#self,
      total: this.#total,
      edges: {
        length: this.#order.length,
        caller: this.#callers(this.#order),
        callee: this.#callees(this.#order),
        calls: null,
        primitiveCalls: null,
        self: this.#edgeSelf,
        total: this.#edgeTotal,
      },
    }
  }
}

function addPair(sums: Float64Array, at: number, a: number, b: number): void {
  sums[at] = sums[at]! + a
  sums[at + 1] = sums[at + 1]! + b
}
