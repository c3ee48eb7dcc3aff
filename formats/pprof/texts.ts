import { decodeText } from '../../src/bytes/text.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { MessageTables } from './message-tables.js'
import type { WireReader } from './wire.js'

/** Not looked up yet. */
const UNKNOWN = -2

/** The string table of the file, brought into ours as texts are used. */
export class Texts {
  readonly #wire: WireReader
  readonly #tables: MessageTables
  readonly #strings: StringInterner
  readonly #context: ReadContext
  /** Index in the file → index in our table. */
  readonly #known: Int32Array

  constructor(wire: WireReader, tables: MessageTables, strings: StringInterner, context: ReadContext) {
    this.#wire = wire
    this.#tables = tables
    this.#strings = strings
    this.#context = context
    this.#known = knownTexts(context.allocator, tables.stringStart.length)
  }

  /** Throws when the table is none: pprof finds texts by their index, and index 0 must be the empty text. */
  check(): void {
    const { stringStart, stringEnd } = this.#tables
    this.#wire.record = 'string_table'
    if (stringStart.length === 0) {
      this.#wire.index = -1
      this.#wire.start = this.#wire.offset
      this.#context.fault('expected a string table, got none', this.#wire.place())
    } else if (stringEnd.values[0] !== stringStart.values[0]) {
      this.#wire.index = 0
      this.#wire.start = stringStart.values[0]!
      this.#context.fault('expected the first string to be empty, got a text', this.#wire.place())
    }
    this.#wire.record = ''
  }

  /** A text of the file in our table; {@link NONE} for the empty one. `field` and the place of the wire are for errors. */
  at(index: number, field: string): StringIndex {
    if (index === 0) return NONE
    const { stringStart, stringEnd } = this.#tables
    if (index < 0 || index >= stringStart.length) {
      const got = index < 0 ? 'one beyond any table' : index
      this.#context.fault(
        `expected the index of one of ${stringStart.length} strings, got ${got}`,
        this.#wire.place(field),
      )
      return NONE
    }
    const known = this.#known[index]!
    if (known !== UNKNOWN) return known
    const start = stringStart.values[index]!
    const end = stringEnd.values[index]!
    const text = start === end ? NONE : this.#strings.intern(this.#wire.bytes, start, end)
    this.#known[index] = text
    return text
  }

  /** A text as a JavaScript string, for the few that no table holds. */
  string(index: number, field: string): string {
    if (index === 0) return ''
    const { stringStart, stringEnd } = this.#tables
    if (index < 0 || index >= stringStart.length) {
      this.at(index, field)
      return ''
    }
    return decodeText(this.#wire.bytes, stringStart.values[index]!, stringEnd.values[index]!)
  }
}

function knownTexts(allocator: Allocator, length: number): Int32Array {
  return allocator.int32(length).fill(UNKNOWN)
}
