import { NumberReader } from '../../src/bytes/json-number.js'
import type { ItemReader } from '../../src/bytes/json-shape.js'
import type { SampledColumns } from './sampled-columns.js'

const BLANK = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39

/** Reads weights that are numbers of 0 or more. */
export class WeightItems implements ItemReader {
  count = 0
  readonly #columns: () => SampledColumns
  readonly #numbers = new NumberReader()

  /** `columns` gives those of the profile that is being read. */
  constructor(columns: () => SampledColumns) {
    this.#columns = columns
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    const columns = this.#columns()
    const numbers = this.#numbers
    let count = 0
    for (;;) {
      const first = bytes[at] === BLANK ? at + 1 : at
      if (first >= end || bytes[first]! < ZERO || bytes[first]! > NINE) break
      const to = numbers.read(bytes, first, end)
      if (to < 0 || bytes[to] !== COMMA) break
      columns.weight(numbers.value)
      at = to + 1
      count++
    }
    this.count = count
    return at
  }
}
