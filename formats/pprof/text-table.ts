import { encodeText } from '../../src/bytes/text.js'
import type { StringIndex, StringTable } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { WireWriter } from './wire.js'

/** The string table to be written: texts of the profile, each once, and a few of our own, in the order of first use. */
export class TextTable {
  readonly #strings: StringTable
  /** Text of the profile → index to write; 0 where not used yet. */
  readonly #rows: Int32Array
  /** Index to write, from 1 → text of the profile, or an own one as -1 - its number. */
  readonly #order: number[] = []
  readonly #own: Uint8Array[] = []
  readonly #ownRows = new Map<string, number>()

  constructor(strings: StringTable) {
    this.#strings = strings
    this.#rows = new Int32Array(strings.length)
  }

  /** The index of a text of the profile; index 0 is the empty text, which stands for {@link NONE} as well. */
  of(text: StringIndex): number {
    if (text === NONE) return 0
    const known = this.#rows[text]!
    if (known !== 0) return known
    if (this.#strings.bytes(text).length === 0) return 0
    this.#order.push(text)
    this.#rows[text] = this.#order.length
    return this.#order.length
  }

  /** The index of any text. */
  ofText(text: string): number {
    if (text === '') return 0
    const known = this.#strings.find(text)
    if (known !== -1) return this.of(known)
    const own = this.#ownRows.get(text)
    if (own !== undefined) return own
    this.#own.push(encodeText(text))
    this.#order.push(-this.#own.length)
    this.#ownRows.set(text, this.#order.length)
    return this.#order.length
  }

  *write(wire: WireWriter, field: number): Iterable<Uint8Array> {
    wire.bytes(field, new Uint8Array(0))
    for (const text of this.#order) {
      wire.bytes(field, text >= 0 ? this.#strings.bytes(text) : this.#own[-text - 1]!)
      if (wire.isFull) yield wire.take()
    }
  }
}
