import { TYPE } from './marshal-types.js'

const CHUNK = 65_536

/** Most that one call appends besides the bytes of a text: a long integer of 70 digits. */
const HEADROOM = 256

const DIGIT_BITS = 15n
const DIGIT_MASK = 0x7fffn

/**
 * Writes marshal objects in the subset that every Python from 2.5 on reads: version 2 without references, texts as
 * `u`. What is written gathers in a buffer; {@link take} hands it out when it is full.
 */
export class MarshalWriter {
  #buffer = new Uint8Array(CHUNK)
  #view = new DataView(this.#buffer.buffer)
  #length = 0

  /** Whether it is time to {@link take} what was written. */
  get isFull(): boolean {
    return this.#length > CHUNK - HEADROOM
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length)
    this.#buffer = new Uint8Array(Math.max(CHUNK, this.#buffer.length))
    this.#view = new DataView(this.#buffer.buffer)
    this.#length = 0
    return taken
  }

  dict(): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = TYPE.dict
  }

  endDict(): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = TYPE.null
  }

  true(): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = TYPE.true
  }

  tuple(items: number): void {
    this.#sized(TYPE.tuple, items)
  }

  /** A text in UTF-8; lone surrogates are three bytes. */
  text(bytes: Uint8Array): void {
    this.#sized(TYPE.unicode, bytes.length)
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  float(value: number): void {
    this.#reserve(9)
    this.#buffer[this.#length] = TYPE.float
    this.#view.setFloat64(this.#length + 1, value, true)
    this.#length += 9
  }

  /** A whole number as an integer of any width; another one as a float. */
  number(value: number | bigint): void {
    if (typeof value === 'number' && !Number.isInteger(value)) this.float(value)
    else if (value >= -0x8000_0000 && value <= 0x7fff_ffff) this.#sized(TYPE.int32, Number(value))
    else this.#long(BigInt(value))
  }

  #long(value: bigint): void {
    let rest = value < 0n ? -value : value
    const digits: number[] = []
    for (; rest > 0n; rest >>= DIGIT_BITS) digits.push(Number(rest & DIGIT_MASK))
    this.#sized(TYPE.long, value < 0n ? -digits.length : digits.length)
    this.#reserve(digits.length * 2)
    for (const digit of digits) {
      this.#view.setUint16(this.#length, digit, true)
      this.#length += 2
    }
  }

  #sized(type: number, size: number): void {
    this.#reserve(5)
    this.#buffer[this.#length] = type
    this.#view.setInt32(this.#length + 1, size, true)
    this.#length += 5
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + count))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
    this.#view = new DataView(larger.buffer)
  }
}
