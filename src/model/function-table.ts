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
  readonly #systemName: Int32Builder
  readonly #index: TupleIndex
  readonly #key = new Int32Array(5)
  #hasSystemNames = false

  constructor(allocator: Allocator, strings = new StringInterner(allocator)) {
    this.strings = strings
    this.#allocator = allocator
    this.#name = new Int32Builder(allocator)
    this.#file = new Int32Builder(allocator)
    this.#line = new Int32Builder(allocator)
    this.#column = new Int32Builder(allocator)
    this.#systemName = new Int32Builder(allocator)
    this.#index = new TupleIndex(allocator, [this.#name, this.#file, this.#line, this.#column, this.#systemName])
  }

  get length(): number {
    return this.#name.length
  }

  /**
   * The function of this identity, a new one if need be. Line and column are 1-based. The system name tells overloads
   * apart whose names are the same; it is only given where it differs from the name.
   */
  intern(
    name: StringIndex,
    file: StringIndex = NONE,
    line = NO_POSITION,
    column = NO_POSITION,
    systemName: StringIndex = NONE,
  ): FunctionIndex {
    const key = this.#key
    key[0] = name
    key[1] = file
    key[2] = line
    key[3] = column
    key[4] = systemName
    if (systemName !== NONE) this.#hasSystemNames = true
    const index = this.#index.intern(key)
    if (index === this.#name.length - 1) this.#allocator.check('functions', index + 1)
    return index
  }

  /** The function that `index` is in another collection with the same strings. */
  internFrom(other: FunctionTableBuilder, index: FunctionIndex): FunctionIndex {
    return this.intern(
      other.#name.values[index]!,
      other.#file.values[index]!,
      other.#line.values[index]!,
      other.#column.values[index]!,
      other.#systemName.values[index]!,
    )
  }

  /** The function of this identity; -1 when there is none. */
  find(name: StringIndex, file: StringIndex = NONE, line = NO_POSITION, column = NO_POSITION): FunctionIndex {
    return this.#index.find([name, file, line, column, NONE])
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

  finish(optional: { readonly distinctArgs?: NumberColumn | null } = {}): FunctionTable {
    return {
      length: this.#name.length,
      name: this.#name.finish(),
      file: this.#file.finish(),
      line: this.#line.finish(),
      column: this.#column.finish(),
      systemName: this.#hasSystemNames ? this.#systemName.finish() : null,
      distinctArgs: optional.distinctArgs ?? null,
    }
  }
}
