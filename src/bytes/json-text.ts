import type { Allocator } from '../limits.js'
import { ByteBuilder } from './columns.js'
import { FAILED, UNFINISHED } from './json-number.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where in an escape the text was cut. */
const NO_ESCAPE = 0
const AFTER_BACKSLASH = 1
/** One hex digit of `\uXXXX` more is missing with each step up to {@link LAST_HEX}. */
const FIRST_HEX = 2
const LAST_HEX = 5

/** The character behind a backslash → the byte that it stands for; 0 where there is none. */
const ESCAPES = new Uint8Array(256)
for (const [letter, byte] of Object.entries({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  ESCAPES[letter.charCodeAt(0)] = byte
}

/**
 * Reads the inside of JSON strings that have escapes or are cut by the end of a chunk; the scanner reads the others in
 * place. The text is gathered with its escapes resolved: each byte is looked at once, however small the chunks are.
 */
export class TextReader {
  /** The text as far as it was read. */
  readonly gathered: ByteBuilder
  failedAt = 0
  failure = ''
  #allocator: Allocator
  #escape = NO_ESCAPE
  #code = 0
  /** A high surrogate whose low one may follow; 0 when there is none. */
  #high = 0

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.gathered = new ByteBuilder(allocator, 256)
  }

  begin(): void {
    this.gathered.length = 0
    this.#escape = NO_ESCAPE
    this.#high = 0
  }

  /**
   * Goes on from `at`. Returns where the text is over (behind the closing quote), {@link UNFINISHED} when all bytes
   * were taken, or {@link FAILED}. With `keep` false the text is checked only.
   */
  read(bytes: Uint8Array, at: number, end: number, keep: boolean): number {
    while (at < end) {
      if (this.#escape !== NO_ESCAPE) {
        if (!this.#readEscape(bytes[at]!, keep)) {
          this.failedAt = at
          return FAILED
        }
        at++
        continue
      }
      const start = at
      let byte = 0
      while (at < end) {
        byte = bytes[at]!
        if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break
        at++
      }
      if (at > start) {
        this.#endPair(keep)
        if (keep) this.#append(bytes, start, at)
      }
      if (at === end) return UNFINISHED
      if (byte === QUOTE) {
        this.#endPair(keep)
        return at + 1
      }
      if (byte < 0x20) {
        this.failedAt = at
        this.failure = 'a control character in a string must be escaped'
        return FAILED
      }
      this.#escape = AFTER_BACKSLASH
      at++
    }
    return UNFINISHED
  }

  #readEscape(byte: number, keep: boolean): boolean {
    if (this.#escape === AFTER_BACKSLASH) {
      if (byte === 0x75) {
        this.#escape = FIRST_HEX
        this.#code = 0
        return true
      }
      const meant = ESCAPES[byte]!
      this.failure = 'no such escape in a string'
      if (meant === 0) return false
      this.#endPair(keep)
      if (keep) this.#push(meant)
      this.#escape = NO_ESCAPE
      return true
    }
    const digit = hexDigit(byte)
    this.failure = 'expected a hexadecimal digit'
    if (digit < 0) return false
    this.#code = this.#code * 16 + digit
    if (this.#escape++ === LAST_HEX) {
      this.#escape = NO_ESCAPE
      this.#endEscape(this.#code, keep)
    }
    return true
  }

  #endEscape(code: number, keep: boolean): void {
    if (this.#high !== 0 && code >= 0xdc00 && code <= 0xdfff) {
      const point = 0x10000 + ((this.#high - 0xd800) << 10) + (code - 0xdc00)
      this.#high = 0
      if (!keep) return
      this.#push(0xf0 | (point >> 18))
      this.#push(0x80 | ((point >> 12) & 0x3f))
      this.#push(0x80 | ((point >> 6) & 0x3f))
      this.#push(0x80 | (point & 0x3f))
      return
    }
    this.#endPair(keep)
    if (code >= 0xd800 && code <= 0xdbff) this.#high = code
    else if (keep) this.#pushCode(code)
  }

  /** A high surrogate that nothing came to: it stays what it is. */
  #endPair(keep: boolean): void {
    if (this.#high === 0) return
    if (keep) this.#pushCode(this.#high)
    this.#high = 0
  }

  #pushCode(code: number): void {
    if (code < 0x80) this.#push(code)
    else if (code < 0x800) {
      this.#push(0xc0 | (code >> 6))
      this.#push(0x80 | (code & 0x3f))
    } else {
      this.#push(0xe0 | (code >> 12))
      this.#push(0x80 | ((code >> 6) & 0x3f))
      this.#push(0x80 | (code & 0x3f))
    }
  }

  #push(byte: number): void {
    this.gathered.push(byte)
    this.#allocator.check('text', this.gathered.length, 'bytes of text')
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    this.#allocator.check('text', this.gathered.length + end - start, 'bytes of text')
    this.gathered.append(bytes, start, end)
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1
}

/** From `at` to the first byte that a string cannot have as it is: quote, backslash, control character. */
export function skipPlain(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at]!
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) break
    at++
  }
  return at
}

/** White space of the grammar. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
