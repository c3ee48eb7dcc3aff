import type { Allocator } from '../limits.js'

/** What comes next in an array of numbers. */
export const FIRST_NUMBER = 0
const NEXT_NUMBER = 1
export const AFTER_NUMBER = 2

const BLOCK = 2048
/** Digits that a double adds up without loss. */
const SAFE_DIGITS = 15

/** The items of an array of numbers, gathered in blocks. */
export class NumberItems {
  readonly block: Float64Array<ArrayBuffer>
  /** Items in the block. */
  count = 0
  state = FIRST_NUMBER

  constructor(allocator: Allocator) {
    this.block = allocator.float64(BLOCK)
  }

  get isFull(): boolean {
    return this.count === BLOCK
  }

  add(value: number): void {
    this.block[this.count++] = value
    this.state = AFTER_NUMBER
  }

  /**
   * Takes integers of up to 15 characters, commas and white space. Returns where something else stands, a token that is
   * cut or longer, the end of the array; or the end of the bytes; or where it was when the block became full.
   */
  read(bytes: Uint8Array, at: number, end: number): number {
    const block = this.block
    let count = this.count
    let state = this.state
    while (at < end && count < BLOCK) {
      let byte = bytes[at]!
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        at++
        continue
      }
      if (state === AFTER_NUMBER) {
        if (byte !== 0x2c) break
        state = NEXT_NUMBER
        at++
        continue
      }
      const start = at
      const negative = byte === 0x2d
      if (negative && ++at < end) byte = bytes[at]!
      let value = byte - 0x30
      // Neither a zero before other digits nor a minus before a zero.
      if (value > 0 && value <= 9) {
        for (at++; at < end; at++) {
          const digit = bytes[at]! - 0x30
          if (digit < 0 || digit > 9) break
          value = value * 10 + digit
        }
      } else if (value === 0 && !negative) at++
      else at = end
      byte = at < end ? bytes[at]! : 0
      if (at - start > SAFE_DIGITS || (byte !== 0x2c && byte !== 0x5d)) {
        at = start
        break
      }
      block[count++] = negative ? -value : value
      state = AFTER_NUMBER
      if (byte === 0x2c) {
        state = NEXT_NUMBER
        at++
      }
    }
    this.count = count
    this.state = state
    return at
  }
}
