import { NumberReader } from '../../src/bytes/json-number.js'
import type { ItemReader } from '../../src/bytes/json-shape.js'
import { isSpace } from '../../src/bytes/json-text.js'
import { Literal } from '../../src/bytes/literal.js'
import { wordOf, wordsOf } from '../../src/bytes/words.js'
import type { EventedColumns } from './evented-columns.js'

/** Where something else stands than was expected, or the bytes end. */
const OTHER = -1

const TYPE = new Literal('"type":')
const FRAME = new Literal('"frame":')
const AT = new Literal('"at":')

/** The usual event, `{"type":"O","frame":12,"at":345},`, by four bytes of it at a time. */
const USUAL_BEGIN = wordOf('{"ty')
const USUAL_KEY = wordOf('pe":')
const USUAL_ENTERED = wordOf('"O",')
const USUAL_LEFT = wordOf('"C",')
const USUAL_FRAME = wordOf('"fra')
const USUAL_FRAME_END = wordOf('me":')
const USUAL_FRAME_AT = 20
const USUAL_TIME = wordOf(',"at')
const USUAL_TIME_AT = 6
/** Bytes that an event of that form has at most, with integers of as many digits as are read here. */
const USUAL_LENGTH = 56

/** A key with its colon and a blank: where so many bytes are left, none has to be asked for. */
const AHEAD = 12

const LINE_END = 0x0a
const BLANK = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const ENTERED = 0x4f
const LEFT = 0x43

/** The three keys of an event as bits. */
const HAS_TYPE = 1
const HAS_FRAME = 2
const HAS_AT = 4
const HAS_ALL = 7

/** Digits of an integer that is sure to fit 32 bits, and of one that is sure to be a double. */
const MOST_DIGITS = 9
const MOST_TIME_DIGITS = 15
/** Powers of ten up to what is left of those digits behind the first 9. */
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]

/**
 * Reads events that have the three keys of the format, each once and in any order, with at most one blank behind a comma
 * or a colon: `{"type":"O","frame":12,"at":345}`. One that is written otherwise, or that is not plain, is left alone.
 */
export class EventItems implements ItemReader {
  count = 0
  readonly #columns: () => EventedColumns
  readonly #numbers = new NumberReader()
  #bytes: Uint8Array = new Uint8Array(0)
  #words: DataView = wordsOf(this.#bytes)
  /** The event that was read last. */
  #isEntered = false
  #frame = 0
  #time = 0

  /** `columns` gives those of the profile that is being read. */
  constructor(columns: () => EventedColumns) {
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
      let to = this.#readUsual(at, end)
      if (to === OTHER) to = this.#readEvent(at, end)
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

  /** Reads an event of the usual form, with integers of some digits. Returns where the next one begins, or OTHER. */
  #readUsual(start: number, end: number): number {
    const bytes = this.#bytes
    const words = this.#words
    if (start + USUAL_LENGTH > end) return OTHER
    // One line end may stand between two events.
    let at = bytes[start] === LINE_END ? start + 1 : start
    if (words.getInt32(at, true) !== USUAL_BEGIN || words.getInt32(at + 4, true) !== USUAL_KEY) return OTHER
    const type = words.getInt32(at + 8, true)
    if (type !== USUAL_ENTERED && type !== USUAL_LEFT) return OTHER
    if (words.getInt32(at + 12, true) !== USUAL_FRAME || words.getInt32(at + 16, true) !== USUAL_FRAME_END) return OTHER
    at += USUAL_FRAME_AT
    const frameAt = at
    let frame = 0
    let digit = bytes[at]! ^ ZERO
    while (digit <= 9) {
      frame = (Math.imul(frame, 10) + digit) | 0
      digit = bytes[++at]! ^ ZERO
    }
    const frameDigits = at - frameAt
    // JSON has no number with zeros in front.
    if (frameDigits === 0 || frameDigits > MOST_DIGITS || (bytes[frameAt] === ZERO && frameDigits > 1)) return OTHER
    if (words.getInt32(at, true) !== USUAL_TIME || bytes[at + 4] !== QUOTE || bytes[at + 5] !== COLON) return OTHER
    at += USUAL_TIME_AT
    const timeAt = at
    const mostHigh = at + MOST_DIGITS
    // Integers of 32 bits go through a step in half of the time that doubles need.
    let high = 0
    digit = bytes[at]! ^ ZERO
    while (digit <= 9 && at < mostHigh) {
      high = (Math.imul(high, 10) + digit) | 0
      digit = bytes[++at]! ^ ZERO
    }
    let low = 0
    const lowAt = at
    while (digit <= 9) {
      low = (Math.imul(low, 10) + digit) | 0
      digit = bytes[++at]! ^ ZERO
    }
    const timeDigits = at - timeAt
    if (timeDigits === 0 || timeDigits > MOST_TIME_DIGITS || (bytes[timeAt] === ZERO && timeDigits > 1)) return OTHER
    const time = at === lowAt ? high : high * POWERS[at - lowAt]! + low
    if (bytes[at] !== CLOSE_BRACE || bytes[at + 1] !== COMMA) return OTHER
    this.#isEntered = type === USUAL_ENTERED
    this.#frame = frame
    this.#time = time
    return at + 2
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
