import { FormatError, type Place } from '../errors.js'
import { type Allocator, limitError } from '../limits.js'
import { ByteBuilder } from './columns.js'
import type { ByteSource } from './source.js'
import { firstPlace, placesOf, repeated, wordsOf } from './words.js'

const LF = 10
const CR = 13
const FOUR_LF = repeated(LF)

/** An end this near is found faster by hand than by a call into the runtime, which is faster from there on. */
const NEAR = 64

/** Lines of a text, one after the other: `while (lines.next()) lines.bytes[lines.start] …`. Nothing is decoded. */
export interface Lines {
  /** Where the line is. Valid until the next block is asked for. */
  readonly bytes: Uint8Array
  /** The same bytes, four at a time. */
  readonly words: DataView
  /** The line is `bytes[start..end)`, without its line end. */
  readonly start: number
  readonly end: number
  /** Steps to the next line of the block; false after the last one. `clear`: bytes that it begins with, none a line end. */
  next(clear?: number): boolean
  /** Where the next line of the block begins, and the block ends. */
  readonly nextStart: number
  readonly blockEnd: number
  /** Goes past `count` lines, so that the next one begins at `start`: for a reader that found their ends itself. */
  skip(count: number, start: number): void
  /** Where in the input the line is. */
  place(): Place
}

/**
 * The lines of a text input in blocks of whole lines, so that a loop over lines needs no await. Lines end in LF or
 * CR LF, the last one needs no end; a byte order mark is skipped. A line longer than the limit `text` is refused.
 */
export async function* lineBlocks(source: ByteSource, allocator: Allocator): AsyncGenerator<Lines> {
  const block = new LineBlock(allocator.limits.text)
  /** The beginning of a line whose end is in a later chunk. */
  const begun = new ByteBuilder(allocator)
  for await (const chunk of source.chunks()) {
    const last = chunk.lastIndexOf(LF)
    if (last < 0) {
      begun.append(chunk)
      block.checkLength(begun.length)
      continue
    }
    let from = 0
    if (begun.length > 0) {
      from = chunk.indexOf(LF) + 1
      begun.append(chunk, 0, from)
      yield block.reset(begun.values, begun.length)
      begun.length = 0
    }
    if (from <= last) yield block.reset(chunk.subarray(from, last + 1), last + 1 - from)
    begun.append(chunk, last + 1)
  }
  if (begun.length > 0) yield block.reset(begun.values, begun.length)
}

class LineBlock implements Lines {
  bytes: Uint8Array = new Uint8Array(0)
  words: DataView = wordsOf(this.bytes)
  start = 0
  end = 0
  readonly #longest: number
  /** Where in `bytes` the block ends, and the line after this one begins. */
  #length = 0
  #next = 0
  /** Where in the input the block begins. */
  #offset = 0
  /** Lines so far: the 1-based number of this line. */
  #line = 0

  constructor(longest: number) {
    this.#longest = longest
  }

  reset(bytes: Uint8Array, length: number): this {
    this.#offset += this.#length
    // A Buffer and a Uint8Array are two hidden classes; code that sees one only is faster.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.words = wordsOf(this.bytes)
    this.#length = length
    this.#next = this.start = this.end = 0
    if (this.#offset === 0) this.#skipMark()
    return this
  }

  next(clear = 0): boolean {
    if (this.#next >= this.#length) return false
    this.#line++
    const start = this.#next
    const end = this.#endOfLine(start + clear)
    this.checkLength(end - start)
    this.start = start
    this.end = end > start && this.bytes[end - 1] === CR ? end - 1 : end
    this.#next = end + 1
    return true
  }

  get nextStart(): number {
    return this.#next
  }

  get blockEnd(): number {
    return this.#length
  }

  skip(count: number, start: number): void {
    this.#line += count
    this.#next = start
  }

  place(): Place {
    return { line: this.#line, offset: this.#offset + this.start }
  }

  checkLength(length: number): void {
    if (length > this.#longest) throw limitError('text', this.#longest, `a line of ${length} bytes or more`)
  }

  /** Where the line ends whose end is not before `start`. */
  #endOfLine(start: number): number {
    const length = this.#length
    const words = this.words
    const near = Math.min(start + NEAR, length - 3)
    let at = start
    for (; at < near; at += 4) {
      const places = placesOf(words.getInt32(at, true), FOUR_LF)
      if (places !== 0) return at + firstPlace(places)
    }
    const found = this.bytes.indexOf(LF, at)
    return found < 0 || found >= length ? length : found
  }

  /** The mark of UTF-8 says nothing; that of UTF-16 says that this is not the text it could be. */
  #skipMark(): void {
    const { bytes } = this
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#next = 3
    else if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      throw new FormatError(
        'expected UTF-8, got text in UTF-16',
        { offset: 0 },
        { hint: 'PowerShell writes UTF-16 with >: convert the file with iconv -f UTF-16 -t UTF-8' },
      )
    }
  }
}
