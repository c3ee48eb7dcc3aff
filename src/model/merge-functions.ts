import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { Profile } from './profile.js'
import { type StringIndex, StringInterner, type StringTable } from './strings.js'
import { type FunctionTable, NONE } from './tables.js'
import { TupleIndex } from './tuple-index.js'

/** Texts of several tables in one; each text is copied once, when it is first asked for. */
export class StringUnion {
  readonly strings: StringInterner
  readonly #maps = new Map<StringTable, Int32Array>()

  constructor(allocator: Allocator) {
    this.strings = new StringInterner(allocator)
  }

  /** Where text `index` of `table` is in the union; {@link NONE} stays. */
  map(table: StringTable, index: StringIndex): StringIndex {
    if (index === NONE) return NONE
    let known = this.#maps.get(table)
    if (known === undefined) {
      known = new Int32Array(table.length).fill(NONE)
      this.#maps.set(table, known)
    }
    if (known[index] === NONE) known[index] = this.strings.intern(table.bytes(index))
    return known[index]!
  }
}

/** The functions of several profiles, those of the same identity united. */
export interface FunctionUnion {
  readonly functions: FunctionTable
  /** profile → its function → function of the union. */
  readonly rows: readonly Int32Array[]
}

/** Unites functions by name, file, line, column and system name, in the order of first use. */
export function uniteFunctions(
  allocator: Allocator,
  profiles: readonly Profile[],
  strings: StringUnion,
): FunctionUnion {
  const columns = Array.from({ length: 5 }, () => new Int32Builder(allocator))
  const index = new TupleIndex(allocator, columns)
  const key = new Int32Array(5)
  const rows = profiles.map(({ functions, strings: table }) => {
    const map = allocator.int32(functions.length)
    for (let fn = 0; fn < functions.length; fn++) {
      key[0] = strings.map(table, functions.name[fn]!)
      key[1] = strings.map(table, functions.file[fn]!)
      key[2] = functions.line[fn]!
      key[3] = functions.column[fn]!
      key[4] = functions.systemName === null ? NONE : strings.map(table, functions.systemName[fn]!)
      map[fn] = index.intern(key)
    }
    return map
  })
  allocator.check('functions', columns[0]!.length)
  const length = columns[0]!.length
  const [name, file, line, column, systemName] = columns.map((builder) => builder.finish())
  const hasSystemNames = profiles.some(({ functions }) => functions.systemName !== null)
  return {
    functions: {
      length,
      name: name!,
      file: file!,
      line: line!,
      column: column!,
      systemName: hasSystemNames ? systemName! : null,
      // How many argument lists two runs have in common, nobody knows.
      distinctArgs: null,
    },
    rows,
  }
}
