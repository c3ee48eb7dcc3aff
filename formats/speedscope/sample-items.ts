import { Int32Builder } from '../../src/bytes/columns.js'
import type { ItemReader } from '../../src/bytes/json-shape.js'
import { commonLength, wordsOf } from '../../src/bytes/words.js'
import type { Allocator } from '../../src/limits.js'
import type { SampledColumns } from './sampled-columns.js'

/** Where something else stands than was expected, or the bytes end. */
const OTHER = -1

const BLANK = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** Digits of an integer that is sure to fit 32 bits. */
const MOST_DIGITS = 9

/**
 * Reads samples that are lists of short integers, with one blank behind a comma or none: `[0,12,7]`. Most begin as the
 * sample before: its frames are taken over as far as the bytes are the same.
 */
export class SampleItems implements ItemReader {
  count = 0
  readonly #columns: () => SampledColumns
  #bytes: Uint8Array = new Uint8Array(0)
  #words: DataView = wordsOf(this.#bytes)
  /** The sample before: from its bracket to behind the other one. */
  #before = 0
  #beforeEnd = 0
  /** Depth in the sample before → where the frame ends, from the bracket. */
  readonly #ends: Int32Builder

  /** `columns` gives those of the profile that is being read. */
  constructor(columns: () => SampledColumns, allocator: Allocator) {
    this.#columns = columns
    this.#ends = new Int32Builder(allocator)
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#words = wordsOf(bytes)
    }
    const columns = this.#columns()
    // Between two calls other bytes may have come, and other samples.
    this.#beforeEnd = this.#before
    this.#ends.length = 0
    columns.begin()
    let count = 0
    for (;;) {
      if (bytes[at] === BLANK) at++
      const to = this.#readSample(columns, at, end)
      if (to === OTHER) break
      at = to
      count++
    }
    this.count = count
    return at
  }

  /** Reads a sample and the comma behind it. Returns where the next one begins, or OTHER. */
  #readSample(columns: SampledColumns, start: number, end: number): number {
    const bytes = this.#bytes
    if (start + 2 > end || bytes[start] !== OPEN_BRACKET || !columns.hasRoom) return OTHER
    const most = Math.min(this.#beforeEnd - this.#before, end - start)
    const depth = this.#shared(bytes, start, commonLength(this.#words, this.#before, this.#words, start, most))
    const ends = this.#ends
    ends.length = depth
    columns.begin(depth)
    let at = depth === 0 ? start : start + ends.values[depth - 1]!
    if (depth > 0 ? bytes[at] !== CLOSE_BRACKET : bytes[at + 1] !== CLOSE_BRACKET) {
      do {
        if (bytes[++at] === BLANK) at++
        const first = at
        const last = Math.min(end, at + MOST_DIGITS + 1)
        let frame = 0
        for (; at < last; at++) {
          const digit = bytes[at]! ^ ZERO
          if (digit > 9) break
          frame = (Math.imul(frame, 10) + digit) | 0
        }
        const isPlain = at > first && at < last && (bytes[first] !== ZERO || at === first + 1)
        if (!isPlain || !columns.framePlain(frame)) return OTHER
        ends.push(at - start)
      } while (bytes[at] === COMMA)
    } else if (depth === 0) at++
    if (at + 2 > end || bytes[at] !== CLOSE_BRACKET || bytes[at + 1] !== COMMA) return OTHER
    columns.end()
    this.#before = start
    this.#beforeEnd = at + 1
    return at + 2
  }

  /** How many frames of the sample before this one begins with, where so many bytes are the same. */
  #shared(bytes: Uint8Array, start: number, same: number): number {
    const ends = this.#ends.values
    let depth = this.#ends.length
    while (depth > 0 && ends[depth - 1]! > same) depth--
    if (depth === 0 || ends[depth - 1] !== same) return depth
    const next = bytes[start + same]
    return next === COMMA || next === CLOSE_BRACKET ? depth : depth - 1
  }
}
