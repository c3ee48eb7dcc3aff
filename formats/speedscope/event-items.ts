import { NumberReader } from '../../src/bytes/json-number.js'
import type { ItemReader } from '../../src/bytes/json-shape.js'
import { isSpace } from '../../src/bytes/json-text.js'
import { Literal } from '../../src/bytes/literal.js'
import { wordsOf } from '../../src/bytes/words.js'
import type { ProfileColumns } from './profile-columns.js'

/** Where something else stands than was expected, or the bytes end. */
const OTHER = -1

const TYPE = new Literal('"type":')
const FRAME = new Literal('"frame":')
const AT = new Literal('"at":')

/** A key with its colon and a blank: where so many bytes are left, none has to be asked for. */
const AHEAD = 12

const BLANK = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const ENTERED = 0x4f
const LEFT = 0x43

/** The three keys of an event as bits. */
const HAS_TYPE = 1
const HAS_FRAME = 2
const HAS_AT = 4
const HAS_ALL = 7

/** Digits of an integer that is sure to fit 32 bits. */
const MOST_DIGITS = 9

/**
 * Reads events that have the three keys of the format, each once and in any order, with at most one blank behind a comma
 * or a colon: `{"type":"O","frame":12,"at":345}`. One that is written otherwise, or that is not plain, is left alone.
 */
export class EventItems implements ItemReader {
  count = 0
  readonly #columns: () => ProfileColumns
  readonly #numbers = new NumberReader()
  #bytes: Uint8Array = new Uint8Array(0)
  #words: DataView = wordsOf(this.#bytes)
  /** The event that was read last. */
  #isEntered = false
  #frame = 0
  #time = 0

  /** `columns` gives those of the profile that is being read. */
  constructor(columns: () => ProfileColumns) {
    this.#columns = columns
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#words = wordsOf(bytes)
    }
    const columns = this.#columns()
    let count = 0
    for (;;) {
      const to = this.#readEvent(at, end)
      if (to === OTHER) break
      const isPlain = this.#isEntered
        ? columns.openPlain(this.#frame, this.#time)
        : columns.closePlain(this.#frame, this.#time)
      if (!isPlain) break
      at = to
      count++
    }
    this.count = count
    return at
  }

  /** Reads an event and the comma behind it. Returns where the next one begins, or OTHER. */
  #readEvent(at: number, end: number): number {
    const bytes = this.#bytes
    const words = this.#words
    while (at < end && isSpace(bytes[at]!)) at++
    if (bytes[at] !== OPEN_BRACE) return OTHER
    let seen = 0
    for (let keys = 0; keys < 3; keys++) {
      if (keys > 0 && bytes[at] !== COMMA) return OTHER
      if (bytes[++at] === BLANK) at++
      if (at + AHEAD > end) return OTHER
      if (AT.isAt(words, at)) {
        seen |= HAS_AT
        at += AT.length
        if (bytes[at] === BLANK) at++
        at = this.#numbers.read(bytes, at, end)
        if (at < 0) return OTHER
        this.#time = this.#numbers.value
      } else if (FRAME.isAt(words, at)) {
        seen |= HAS_FRAME
        at += FRAME.length
        if (bytes[at] === BLANK) at++
        at = this.#readFrame(at, end)
        if (at < 0) return OTHER
      } else if (TYPE.isAt(words, at)) {
        seen |= HAS_TYPE
        at += TYPE.length
        if (bytes[at] === BLANK) at++
        const letter = bytes[at + 1]
        if (bytes[at] !== QUOTE || (letter !== ENTERED && letter !== LEFT) || bytes[at + 2] !== QUOTE) return OTHER
        this.#isEntered = letter === ENTERED
        at += 3
      } else return OTHER
    }
    return seen === HAS_ALL && bytes[at] === CLOSE_BRACE && bytes[at + 1] === COMMA && at + 1 < end ? at + 2 : OTHER
  }

  /** Reads the index of a frame. Returns where it ends, or OTHER. */
  #readFrame(start: number, end: number): number {
    const bytes = this.#bytes
    const most = Math.min(end, start + MOST_DIGITS + 1)
    let at = start
    let value = 0
    for (; at < most; at++) {
      const digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    this.#frame = value
    return at === start || at === most || (bytes[start] === ZERO && at > start + 1) ? OTHER : at
  }
}
