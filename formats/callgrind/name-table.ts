import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { blanksEnd } from './numbers.js'

/** Each kind of name has numbers of its own. */
export type NameKind = 'object' | 'file' | 'function'

const KINDS: readonly NameKind[] = ['object', 'file', 'function']

const OPEN = 40
const CLOSE = 41

/** The names of a file: `(12) main` gives `main` the number 12, `(12)` is `main` from then on. */
export class NameTable {
  /** The number that the last name was given by, for the error; null for a name without one. */
  id: number | null = null
  readonly #strings: StringInterner
  /** Kind → number → name, for numbers that are small for how many there are. */
  readonly #dense: Readonly<Record<NameKind, Int32Builder>>
  #defined = 0
  /** Kind and number → row of `#names`, for the others. */
  readonly #ids: PairIndex
  readonly #names: Int32Builder

  constructor(allocator: Allocator, strings: StringInterner) {
    this.#strings = strings
    this.#dense = {
      object: new Int32Builder(allocator),
      file: new Int32Builder(allocator),
      function: new Int32Builder(allocator),
    }
    this.#ids = new PairIndex(allocator)
    this.#names = new Int32Builder(allocator)
  }

  /** The name that `bytes[start..end)` gives or stands for; {@link NONE} for a number that stands for nothing yet. */
  name(kind: NameKind, bytes: Uint8Array, start: number, end: number): StringIndex {
    const begin = blanksEnd(bytes, start, end)
    const close = bytes[begin] === OPEN ? closeOf(bytes, begin, end) : -1
    const id = close < 0 ? -1 : idOf(bytes, begin + 1, close)
    if (id < 0) {
      this.id = null
      return this.#strings.intern(bytes, begin, end)
    }
    this.id = id
    // A number that is given again takes the new name: parts and appended runs number anew.
    const text = blanksEnd(bytes, close + 1, end)
    if (text === end) return this.#find(kind, id)
    const name = this.#strings.intern(bytes, text, end)
    this.#define(kind, id, name)
    return name
  }

  /** The name that a number stands for; {@link NONE} where that is none, or takes longer to find. */
  known(kind: NameKind, id: number): StringIndex {
    const dense = this.#dense[kind]
    return id < dense.length ? dense.values[id]! : NONE
  }

  #find(kind: NameKind, id: number): StringIndex {
    const name = this.known(kind, id)
    if (name !== NONE) return name
    const row = this.#ids.find(KINDS.indexOf(kind), id)
    return row < 0 ? NONE : this.#names.values[row]!
  }

  #define(kind: NameKind, id: number, name: StringIndex): void {
    const dense = this.#dense[kind]
    if (id < ++this.#defined * 4 + 1024) while (dense.length <= id) dense.push(NONE)
    if (id < dense.length) {
      dense.values[id] = name
      return
    }
    const row = this.#ids.intern(KINDS.indexOf(kind), id)
    if (row === this.#names.length) this.#names.push(name)
    else this.#names.values[row] = name
  }
}

function closeOf(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end && at < start + 12; at++) if (bytes[at] === CLOSE) return at
  return -1
}

/** The number between parentheses; -1 for other text, as in `(anonymous)`. */
function idOf(bytes: Uint8Array, start: number, end: number): number {
  let id = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) return -1
    id = id * 10 + digit
  }
  return end > start && id <= 0x7fff_ffff ? id : -1
}
