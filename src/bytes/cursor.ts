import { FormatError } from '../errors.js'

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * Reads numbers and runs of bytes one after the other, and never past the end. All numbers are little-endian, the
 * order of every binary format that we read. Offsets count from the start of `data`, also for a cursor over a part of
 * it, so that an error names a place in the file.
 */
export class ByteCursor {
  readonly data: Uint8Array
  /** Where the cursor must stop, exclusive. */
  readonly end: number
  /** Where the next read begins; may be set to any offset up to `end`. */
  offset: number
  readonly #view: DataView

  constructor(data: Uint8Array, start = 0, end = data.length) {
    this.data = data
    this.offset = start
    this.end = end
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  get remaining(): number {
    return this.end - this.offset
  }

  u8(): number {
    if (this.offset >= this.end) this.#ended('a byte')
    return this.data[this.offset++]!
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2, 'a 2-byte integer'), true)
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2, 'a 2-byte integer'), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4, 'a 4-byte integer'), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4, 'a 4-byte integer'), true)
  }

  /** A number where that is exact, else a bigint. */
  i64(): number | bigint {
    const value = this.#view.getBigInt64(this.#take(8, 'an 8-byte integer'), true)
    return value >= -MAX_SAFE && value <= MAX_SAFE ? Number(value) : value
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8, 'a float'), true)
  }

  /** The next `length` bytes as a view; `noun` as in "in the middle of a name". */
  bytes(length: number, noun = 'a text'): Uint8Array {
    const start = this.#take(this.count(length, 1, 'bytes', noun), noun)
    return this.data.subarray(start, start + length)
  }

  /**
   * A count as the file gives it, once it is sure that so many things of `minimumBytesEach` (at least 1) can follow:
   * what a reader passes a count through before it allocates or loops. `noun` is the plural, as in "5 entries";
   * `what` is what they are part of.
   */
  count(count: number, minimumBytesEach: number, noun: string, what?: string): number {
    if (count >= 0 && count * minimumBytesEach <= this.remaining) return count
    const place = { offset: this.offset }
    if (!(count >= 0)) throw new FormatError(`expected a count of ${noun}${part(what)}, got ${count}`, place)
    throw new FormatError(
      `expected ${count} ${noun}${part(what)}, but the ${this.#whole} ends after ${this.remaining} more bytes`,
      place,
    )
  }

  /** The offset of the next `length` bytes, past which the cursor moves. */
  #take(length: number, noun: string): number {
    const start = this.offset
    if (start + length > this.end) this.#ended(noun)
    this.offset = start + length
    return start
  }

  #ended(noun: string): never {
    const where = this.remaining > 0 ? `in the middle of ${noun}` : `where ${noun} was expected`
    throw new FormatError(`the ${this.#whole} ends at byte ${this.end}, ${where}`, { offset: this.offset })
  }

  get #whole(): string {
    return this.end === this.data.length ? 'file' : 'record'
  }
}

function part(what: string | undefined): string {
  return what === undefined ? '' : ` of ${what}`
}
