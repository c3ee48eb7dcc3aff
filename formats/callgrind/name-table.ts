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

/** What {@link NameTable.name} found. */
export interface FoundName {
  /** {@link NONE} for a number that stands for nothing yet. */
  readonly name: StringIndex
  /** The number, for the error; null for a name without one. */
  readonly id: number | null
}

/** The names of a file: `(12) main` gives `main` the number 12, `(12)` is `main` from then on. */
export class NameTable {
  readonly #strings: StringInterner
  /** Kind and number → row of `#names`. */
  readonly #ids: PairIndex
  readonly #names: Int32Builder

  constructor(allocator: Allocator, strings: StringInterner) {
    this.#strings = strings
    this.#ids = new PairIndex(allocator)
    this.#names = new Int32Builder(allocator)
  }

  /** The name that `bytes[start..end)` gives or stands for. */
  name(kind: NameKind, bytes: Uint8Array, start: number, end: number): FoundName {
    const begin = blanksEnd(bytes, start, end)
    const close = bytes[begin] === OPEN ? closeOf(bytes, begin, end) : -1
    if (close < 0) return { name: this.#strings.intern(bytes, begin, end), id: null }
    const id = idOf(bytes, begin + 1, close)
    if (id < 0) return { name: this.#strings.intern(bytes, begin, end), id: null }
    const row = this.#ids.intern(KINDS.indexOf(kind), id)
    if (row === this.#names.length) this.#names.push(NONE)
    const text = blanksEnd(bytes, close + 1, end)
    // A number that is given again takes the new name: parts and appended runs number anew.
    if (text < end) this.#names.values[row] = this.#strings.intern(bytes, text, end)
    return { name: this.#names.values[row]!, id }
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
