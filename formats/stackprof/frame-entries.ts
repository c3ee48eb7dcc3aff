import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { NumberBuilder } from '../../src/model/numbers.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'

/** Index of a frame's id, in the order of first use anywhere in the file. */
export type IdIndex = number

/** The entries of `frames` by their ids, which are addresses: too wide for a column of integers. */
export class FrameEntries {
  readonly functions: FunctionTableBuilder
  /** In the order of the entries. */
  readonly entryId: Int32Builder
  readonly self: NumberBuilder
  readonly total: NumberBuilder
  /** Caller's and callee's ids and the weight of pairs. */
  readonly edgeCaller: Int32Builder
  readonly edgeCallee: Int32Builder
  readonly edgeWeight: NumberBuilder
  /** (low, high) half of an id → index. */
  readonly #ids: PairIndex
  readonly #functionOf: Int32Builder

  constructor(allocator: Allocator) {
    this.functions = new FunctionTableBuilder(allocator)
    this.entryId = new Int32Builder(allocator)
    this.self = new NumberBuilder(allocator)
    this.total = new NumberBuilder(allocator)
    this.edgeCaller = new Int32Builder(allocator)
    this.edgeCallee = new Int32Builder(allocator)
    this.edgeWeight = new NumberBuilder(allocator)
    this.#ids = new PairIndex(allocator)
    this.#functionOf = new Int32Builder(allocator)
  }

  /** `id` is an integer of at most 53 bits. */
  indexOf(id: number): IdIndex {
    return this.#ids.intern(id | 0, Math.floor(id / 2 ** 32) | 0)
  }

  /** An entry; its function is the name at the place of its definition. */
  define(id: IdIndex, name: number, file: number, line: number): void {
    while (this.#functionOf.length <= id) this.#functionOf.push(NONE)
    this.#functionOf.values[id] = this.functions.intern(name, file, line)
  }

  /** The function of an id; NONE when `frames` has no entry for it. */
  functionOf(id: IdIndex): FunctionIndex {
    return id < this.#functionOf.length ? this.#functionOf.values[id]! : NONE
  }
}

/** A line as the model has it. */
export function lineOf(value: number): number {
  return value >= 1 && value <= 0x7fff_ffff ? value : NO_POSITION
}
