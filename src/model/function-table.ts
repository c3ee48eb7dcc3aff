import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { NumberColumn } from './numbers.js'
import { type StringIndex, StringInterner } from './strings.js'
import { type FunctionIndex, type FunctionTable, NO_POSITION, NONE } from './tables.js'
import { TupleIndex } from './tuple-index.js'

/** Collects functions, each identity once, in the order of first use. */
export class FunctionTableBuilder {
  readonly strings: StringInterner
  readonly #allocator: Allocator
  readonly #name: Int32Builder
  readonly #file: Int32Builder
  readonly #line: Int32Builder
  readonly #column: Int32Builder
  readonly #index: TupleIndex
  readonly #key = new Int32Array(4)

  constructor(allocator: Allocator, strings = new StringInterner(allocator)) {
    this.strings = strings
    this.#allocator = allocator
    this.#name = new Int32Builder(allocator)
    this.#file = new Int32Builder(allocator)
    this.#line = new Int32Builder(allocator)
    this.#column = new Int32Builder(allocator)
    this.#index = new TupleIndex(allocator, [this.#name, this.#file, this.#line, this.#column])
  }

  get length(): number {
    return this.#name.length
  }

  /** The function of this identity, a new one if need be. Line and column are 1-based. */
  intern(name: StringIndex, file: StringIndex = NONE, line = NO_POSITION, column = NO_POSITION): FunctionIndex {
    const key = this.#key
    key[0] = name
    key[1] = file
    key[2] = line
    key[3] = column
    const index = this.#index.intern(key)
    if (index === this.#name.length - 1) this.#allocator.check('functions', index + 1)
    return index
  }

  /** The function of this identity; -1 when there is none. */
  find(name: StringIndex, file: StringIndex = NONE, line = NO_POSITION, column = NO_POSITION): FunctionIndex {
    return this.#index.find([name, file, line, column])
  }

  /** Whether the source says where the function is defined. */
  hasPlace(index: FunctionIndex): boolean {
    return this.#line.values[index] !== NO_POSITION
  }

  /** {@link intern} with texts; for tests and for readers where names are few. */
  internText(name: string, file: string | null = null, line = NO_POSITION, column = NO_POSITION): FunctionIndex {
    const fileIndex = file === null ? NONE : this.strings.internText(file)
    return this.intern(this.strings.internText(name), fileIndex, line, column)
  }

  finish(
    optional: Partial<Pick<FunctionTable, 'systemName'>> & { distinctArgs?: NumberColumn | null } = {},
  ): FunctionTable {
    return {
      length: this.#name.length,
      name: this.#name.finish(),
      file: this.#file.finish(),
      line: this.#line.finish(),
      column: this.#column.finish(),
      systemName: optional.systemName ?? null,
      distinctArgs: optional.distinctArgs ?? null,
    }
  }
}
