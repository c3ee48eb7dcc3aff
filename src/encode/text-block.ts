import type { Allocator } from '../limits.js'

/** Gigabytes in smaller pieces would cost more to hand on than to make. */
const PIECE = 1024 * 1024

/** Most texts are short. */
const FIRST_CAPACITY = 16 * 1024

/** What an integer of up to 2^53 takes at most. */
const LONGEST_INTEGER = 16

const ZERO = 48

/**
 * Text as bytes, in one block that is used again and again: for writers whose output is gigabytes of numbers and names.
 * Whoever fills it asks for {@link room} first, and hands it on when it is full. In front of the text there can be some
 * bytes for its owner to copy from, since copies within one array are the cheapest.
 */
export class TextBlock {
  bytes: Uint8Array<ArrayBuffer>
  /** Where the text ends in `bytes`. */
  length: number
  readonly #start: number
  readonly #allocator: Allocator

  /** `own`: bytes in front of the text. */
  constructor(allocator: Allocator, own = 0) {
    this.#allocator = allocator
    this.#start = own
    this.length = own
    // What is copied from is not copied itself when the block grows, as far as that can be told.
    this.bytes = allocator.bytes(own + (own < PIECE ? FIRST_CAPACITY : PIECE + PIECE / 4))
  }

  /** There is enough for a piece: time to {@link take} it. */
  get isFull(): boolean {
    return this.length - this.#start >= PIECE
  }

  /** What was written since the last time; only valid until more is written. */
  take(): Uint8Array {
    const { length } = this
    this.length = this.#start
    return this.bytes.subarray(this.#start, length)
  }

  /** Makes room for so many bytes behind `length`; `bytes` may be another array afterwards. */
  room(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const old = this.bytes
    this.bytes = this.#allocator.bytes(Math.max(needed, 2 * old.length - this.#start))
    this.bytes.set(old.subarray(0, this.length))
    this.#allocator.release(old)
  }

  /** Text of ASCII characters. */
  ascii(text: string): void {
    this.room(text.length)
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text.charCodeAt(at)
  }

  /** `bytes[0..end)`. */
  copy(bytes: Uint8Array, end: number): void {
    this.room(end)
    this.bytes.set(bytes.subarray(0, end), this.length)
    this.length += end
  }

  /** A number as JSON has it. */
  number(value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && value === Math.floor(value))) {
      this.ascii(Number.isFinite(value) ? String(value) : 'null')
      return
    }
    this.room(LONGEST_INTEGER)
    const { bytes } = this
    let digits = 1
    for (let end = 10; value >= end; end *= 10) digits++
    let at = this.length + digits
    this.length = at
    let rest = value
    while (rest > 0x7fff_ffff) {
      const tenth = Math.floor(rest / 10)
      bytes[--at] = ZERO + (rest - tenth * 10)
      rest = tenth
    }
    let small = rest | 0
    do {
      const tenth = (small / 10) | 0
      bytes[--at] = ZERO + (small - tenth * 10)
      small = tenth
    } while (small > 0)
  }
}
