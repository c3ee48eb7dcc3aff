import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { Profile } from './profile.js'
import { type StringIndex, StringInterner, type StringTable } from './strings.js'
import { type FunctionTable, NONE } from './tables.js'
import { TupleIndex } from './tuple-index.js'

/** Texts of several tables in one; each text is copied once, when it is first asked for. */
export class StringUnion {
  readonly strings: StringInterner
  readonly #allocator: Allocator
  /** The table asked for last: only its texts are remembered, so that tables which were added can go. */
  #table: StringTable | null = null
  #map: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator) {
    this.strings = new StringInterner(allocator)
    this.#allocator = allocator
    this.#map = allocator.int32(0)
  }

  /** Where text `index` of `table` is in the union; {@link NONE} stays. */
  map(table: StringTable, index: StringIndex): StringIndex {
    if (index === NONE) return NONE
    if (table !== this.#table) {
      this.#allocator.release(this.#map)
      this.#table = table
      this.#map = this.#allocator.int32(table.length).fill(NONE)
    }
    const map = this.#map
    if (map[index] === NONE) map[index] = this.strings.intern(table.bytes(index))
    return map[index]!
  }

  /** Lets go of the table asked for last. */
  forget(): void {
    this.#allocator.release(this.#map)
    this.#table = null
    this.#map = this.#allocator.int32(0)
  }
}

/** The functions of several profiles, those of the same name, file, line, column and system name united. */
export class FunctionUnion {
  readonly #allocator: Allocator
  readonly #strings: StringUnion
  readonly #columns: readonly Int32Builder[]
  readonly #index: TupleIndex
  #hasSystemNames = false

  constructor(allocator: Allocator, strings: StringUnion) {
    this.#allocator = allocator
    this.#strings = strings
    this.#columns = Array.from({ length: 5 }, () => new Int32Builder(allocator))
    this.#index = new TupleIndex(allocator, this.#columns)
  }

  get length(): number {
    return this.#columns[0]!.length
  }

  /** Function of the profile → function of the union. The caller releases the array. */
  add({ functions, strings: table }: Profile): Int32Array<ArrayBuffer> {
    const strings = this.#strings
    const rows = this.#allocator.int32(functions.length)
    const key = new Int32Array(5)
    for (let fn = 0; fn < functions.length; fn++) {
      key[0] = strings.map(table, functions.name[fn]!)
      key[1] = strings.map(table, functions.file[fn]!)
      key[2] = functions.line[fn]!
      key[3] = functions.column[fn]!
      key[4] = functions.systemName === null ? NONE : strings.map(table, functions.systemName[fn]!)
      rows[fn] = this.#index.intern(key)
    }
    if (functions.systemName !== null) this.#hasSystemNames = true
    this.#allocator.check('functions', this.length)
    return rows
  }

  /** The functions so far, in the order of first use. */
  table(): FunctionTable {
    const [name, file, line, column, systemName] = this.#columns.map((builder) => builder.finish())
    return {
      length: this.length,
      name: name!,
      file: file!,
      line: line!,
      column: column!,
      systemName: this.#hasSystemNames ? systemName! : null,
      // How many argument lists two runs have in common, nobody knows.
      distinctArgs: null,
    }
  }
}
