import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import { type ExactNumber, NumberBuilder } from '../../src/model/numbers.js'
import type { ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'

/**
 * The calls of an Xdebug file. It has a block for each single call, written when the call returns, that lists in their
 * order the calls which it made: so the last blocks without a caller are what a new block called, and the exact tree
 * comes back. When one does not fit, the whole file is no such tree.
 */
export class CallTree {
  /** Every block so far fitted. */
  isExact = true
  readonly #allocator: Allocator
  /** Node → its function, first call and next sibling. A node is a call; it comes after what it called. */
  readonly #func: Int32Builder
  readonly #firstChild: Int32Builder
  readonly #nextSibling: Int32Builder
  readonly #self: readonly NumberBuilder[]
  /** Finished calls whose caller has not returned yet. */
  readonly #waiting: Int32Builder
  /** Of those, how many are of runs that ended. */
  #settled = 0
  /** Functions that the open block called. */
  readonly #called: Int32Builder
  #hasBlock = false

  constructor(allocator: Allocator, values: number) {
    this.#allocator = allocator
    this.#func = new Int32Builder(allocator)
    this.#firstChild = new Int32Builder(allocator)
    this.#nextSibling = new Int32Builder(allocator)
    this.#self = Array.from({ length: values }, () => new NumberBuilder(allocator))
    this.#waiting = new Int32Builder(allocator)
    this.#called = new Int32Builder(allocator)
  }

  cost(func: FunctionIndex, costs: ArrayLike<ExactNumber>): void {
    if (!this.isExact) return
    if (!this.#hasBlock) {
      this.#hasBlock = true
      this.#func.push(func)
      this.#firstChild.push(NONE)
      this.#nextSibling.push(NONE)
      for (const column of this.#self) column.push(0)
    }
    const node = this.#func.length - 1
    if (this.#func.values[node] !== func) this.#giveUp()
    else for (const [value, column] of this.#self.entries()) column.add(node, costs[value]!)
  }

  call(callee: FunctionIndex, count: ExactNumber): void {
    if (!this.isExact) return
    if (!this.#hasBlock || count !== 1) this.#giveUp()
    else this.#called.push(callee)
  }

  /** The block is complete: it takes the last finished calls as those that it made. */
  endBlock(): void {
    if (!this.#hasBlock || !this.isExact) return
    const node = this.#func.length - 1
    const count = this.#called.length
    const first = this.#waiting.length - count
    if (first < this.#settled) {
      this.#giveUp()
      return
    }
    let before = NONE
    for (let at = 0; at < count; at++) {
      const child = this.#waiting.values[first + at]!
      if (this.#func.values[child] !== this.#called.values[at]) {
        this.#giveUp()
        return
      }
      if (before === NONE) this.#firstChild.values[node] = child
      else this.#nextSibling.values[before] = child
      before = child
    }
    this.#waiting.length = first
    this.#waiting.push(node)
    this.#called.length = 0
    this.#hasBlock = false
  }

  /** A run ended; what is left of it was called by nobody. */
  endRun(): void {
    this.endBlock()
    this.#settled = this.#waiting.length
  }

  /** The tree as stacks and spans. What a call cost itself stands before the calls that it made. */
  stacks(functions: FunctionTableBuilder, valueTypes: readonly ValueType[]): ReturnType<StackBuilder['finish']> {
    const builder = new StackBuilder(this.#allocator, { valueTypes, spans: true }, functions)
    const path = new Int32Builder(this.#allocator)
    const pathStack = new Int32Builder(this.#allocator)
    const costs: ExactNumber[] = valueTypes.map(() => 0)
    for (let root = 0; root < this.#waiting.length; root++) {
      let node = this.#waiting.values[root]!
      while (node !== NONE) {
        const depth = path.length
        const parent = depth === 0 ? NONE : pathStack.values[depth - 1]!
        const stack = builder.stack(parent, builder.frame(this.#func.values[node]!))
        builder.calls.add(stack, 1)
        for (const [value, column] of this.#self.entries()) costs[value] = column.at(node)
        builder.sample(stack, costs, { continued: depth })
        path.push(node)
        pathStack.push(stack)
        node = this.#firstChild.values[node]!
        while (node === NONE && path.length > 0) {
          const finished = path.values[path.length - 1]!
          path.length--
          pathStack.length--
          node = this.#nextSibling.values[finished]!
        }
      }
    }
    return builder.finish()
  }

  #giveUp(): void {
    this.isExact = false
  }
}
