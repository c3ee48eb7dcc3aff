import { NumberReader } from '../../src/bytes/json-number.js'
import type { ItemReader } from '../../src/bytes/json-shape.js'
import { isSpace } from '../../src/bytes/json-text.js'
import { TextCache } from '../../src/bytes/text-cache.js'
import { areSame, wordOf, wordsOf } from '../../src/bytes/words.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { BEGIN, COMPLETE, clearEvent, END, type TraceEvent } from './event.js'

/** Where something else stands than was expected, or the bytes end. */
const OTHER = -1

/** A key with its quotes, colon and a blank, and three bytes more: where so many are left, none has to be asked for. */
const AHEAD = 12

const BLANK = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The four bytes behind the opening quote of a key. */
const NAME = wordOf('name')
const CATEGORY = wordOf('cat"')
const PHASE = wordOf('ph":')
const TIME = wordOf('ts":')
const PROCESS = wordOf('pid"')
const THREAD = wordOf('tid"')
const DURATION = wordOf('dur"')
const THREAD_DURATION = wordOf('tdur')
const ARGUMENTS = wordOf('args')

/** Keys of arguments that mean something begin so; see event-shape.ts. */
const DATA = wordOf('data')
const AVERAGE = wordOf('avg ')

const TRUE = wordOf('true')
const NULL = wordOf('null')
/** `false` but for its last letter. */
const FALSE = wordOf('fals')
const LETTER_E = 0x65

/** Digits of an integer that is sure to be a double. */
const MOST_DIGITS = 15

const NO_PHASE = 0

/** Fields of an event whose values differ from one to the next. */
const MOST_FIELDS = 5

/**
 * Reads events of spans that are plain: texts without escapes, numbers, arguments without a
 * meaning, at most one blank behind a comma or a colon. One that is written otherwise is left to the scanner.
 */
export class EventItems implements ItemReader {
  count = 0
  readonly #strings: StringInterner
  readonly #event: TraceEvent
  readonly #finish: (event: TraceEvent) => void
  readonly #longest: number
  readonly #texts: TextCache
  readonly #numbers = new NumberReader()
  #bytes: Uint8Array = new Uint8Array(0)
  #words: DataView = wordsOf(this.#bytes)
  #end = 0
  /** Where what was read last ended. */
  #at = 0
  /** Ids of processes and threads are the same number most of the time. */
  readonly #process = new LastId()
  readonly #thread = new LastId()

  /**
   * An event that others are compared with: where it is, and where the values in it are that differ from one event to
   * the next, which are the name, phase, time and durations. Of length 0 when there is none.
   */
  #modelStart = 0
  #modelLength = 0
  readonly #fieldKey = new Int32Array(MOST_FIELDS)
  readonly #fieldStart = new Int32Array(MOST_FIELDS)
  readonly #fieldEnd = new Int32Array(MOST_FIELDS)
  #fields = 0

  /** `finish` gets each event that was read, in `event`. */
  constructor(strings: StringInterner, event: TraceEvent, finish: (event: TraceEvent) => void, allocator: Allocator) {
    this.#strings = strings
    this.#event = event
    this.#finish = finish
    this.#longest = allocator.limits.text
    this.#texts = new TextCache(allocator, QUOTE)
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#words = wordsOf(bytes)
    }
    this.#end = end
    let count = 0
    for (;;) {
      let to = this.#modelLength === 0 ? OTHER : this.#readAlike(at)
      if (to === OTHER) to = this.#readEvent(at)
      if (to === OTHER) break
      at = to
      count++
      this.#finish(this.#event)
    }
    this.count = count
    return at
  }

  /**
   * Reads an event that is the model but for the values of its fields: ids and category are the same. Returns where the
   * next one begins, or OTHER.
   */
  #readAlike(start: number): number {
    const words = this.#words
    let model = this.#modelStart
    let at = start
    for (let field = 0; field < this.#fields; field++) {
      const same = this.#fieldStart[field]! - model
      if (at + same + AHEAD > this.#end || !areSame(words, model, words, at, same)) return OTHER
      at = this.#value(this.#fieldKey[field]!, at + same)
      if (at === OTHER) return OTHER
      model = this.#fieldEnd[field]!
    }
    const same = this.#modelStart + this.#modelLength - model
    return at + same <= this.#end && areSame(words, model, words, at, same) ? at + same : OTHER
  }

  /** Reads an event and the comma behind it. Returns where the next one begins, or OTHER. */
  #readEvent(start: number): number {
    const bytes = this.#bytes
    const words = this.#words
    const end = this.#end
    const event = this.#event
    let at = start
    let fields = 0
    // Also when this fails: then other bytes may come, and other events.
    this.#modelLength = 0
    while (at < end && isSpace(bytes[at]!)) at++
    if (bytes[at] !== OPEN_BRACE) return OTHER
    clearEvent(event)
    do {
      if (bytes[++at] === BLANK) at++
      if (at + AHEAD > end || bytes[at] !== QUOTE) return OTHER
      const key = words.getInt32(at + 1, true)
      at += 5
      const isLong = key === NAME || key === ARGUMENTS || key === THREAD_DURATION
      if (isLong && bytes[at++] !== QUOTE) return OTHER
      const isShort = key === PHASE || key === TIME
      if (!isShort && bytes[at++] !== COLON) return OTHER
      if (bytes[at] === BLANK) at++
      const value = at
      at = this.#value(key, at)
      if (at === OTHER) return OTHER
      if (isField(key)) {
        // Past the end of the arrays when a key stands in it twice.
        this.#fieldKey[fields] = key
        this.#fieldStart[fields] = value
        this.#fieldEnd[fields++] = at
      }
    } while (bytes[at] === COMMA)
    if (event.phase === NO_PHASE || at + 1 >= end) return OTHER
    if (bytes[at] !== CLOSE_BRACE || bytes[at + 1] !== COMMA) return OTHER
    if (fields <= MOST_FIELDS) {
      this.#fields = fields
      this.#modelStart = start
      this.#modelLength = at + 2 - start
    }
    return at + 2
  }

  /** Reads the value of a key into the event. Returns where it ends, or OTHER. */
  #value(key: number, at: number): number {
    const bytes = this.#bytes
    const event = this.#event
    switch (key) {
      case NAME:
        event.name = this.#text(at)
        return event.name === NONE ? OTHER : this.#at
      case CATEGORY:
        event.category = this.#text(at)
        return event.category === NONE ? OTHER : this.#at
      case PHASE: {
        const phase = bytes[at + 1]!
        if (bytes[at] !== QUOTE || bytes[at + 2] !== QUOTE) return OTHER
        if (phase !== BEGIN && phase !== END && phase !== COMPLETE) return OTHER
        event.phase = phase
        return at + 3
      }
      case PROCESS:
        event.pid = this.#identifier(at, this.#process)
        return event.pid === NONE ? OTHER : this.#at
      case THREAD:
        event.tid = this.#identifier(at, this.#thread)
        return event.tid === NONE ? OTHER : this.#at
      case TIME:
      case DURATION:
      case THREAD_DURATION: {
        const to = this.#numbers.read(bytes, at, this.#end)
        if (to < 0) return OTHER
        if (key === TIME) event.time = this.#numbers.value
        else if (key === DURATION) event.duration = this.#numbers.value
        else event.threadDuration = this.#numbers.value
        return to
      }
      case ARGUMENTS:
        return this.#skipArguments(at)
      default:
        return OTHER
    }
  }

  /** Skips arguments that are texts, numbers and words of which none means anything. Returns their end, or OTHER. */
  #skipArguments(start: number): number {
    const bytes = this.#bytes
    const end = this.#end
    if (bytes[start] !== OPEN_BRACE) return OTHER
    if (bytes[start + 1] === CLOSE_BRACE) return start + 2
    let at = start
    do {
      if (bytes[++at] === BLANK) at++
      if (at + AHEAD > end) return OTHER
      const key = this.#words.getInt32(at + 1, true)
      if (key === NAME || key === DATA || key === AVERAGE) return OTHER
      at = this.#skipText(at)
      if (at === OTHER || bytes[at] !== COLON) return OTHER
      if (bytes[++at] === BLANK) at++
      if (at + AHEAD > end) return OTHER
      const first = bytes[at]!
      if (first === QUOTE) at = this.#skipText(at)
      else if (first === MINUS || (first >= ZERO && first < COLON)) at = this.#numbers.read(bytes, at, end)
      else at = this.#skipWord(at)
      if (at < 0) return OTHER
    } while (bytes[at] === COMMA)
    return bytes[at] === CLOSE_BRACE ? at + 1 : OTHER
  }

  /** Skips a text that has no escapes. Returns where it ends, or OTHER. */
  #skipText(start: number): number {
    const bytes = this.#bytes
    const most = Math.min(this.#end, start + this.#longest)
    if (bytes[start] !== QUOTE) return OTHER
    for (let at = start + 1; at < most; at++) {
      const byte = bytes[at]!
      if (byte === QUOTE) return at + 1
      if (byte < BLANK || byte === BACKSLASH) return OTHER
    }
    return OTHER
  }

  /** Skips `true`, `false` or `null`. Returns where it ends, or OTHER. */
  #skipWord(at: number): number {
    const word = this.#words.getInt32(at, true)
    if (word === TRUE || word === NULL) return at + 4
    return word === FALSE && this.#bytes[at + 4] === LETTER_E ? at + 5 : OTHER
  }

  /** Reads a text that has no escapes; NONE when it has. */
  #text(at: number): StringIndex {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return NONE
    const start = at + 1
    const known = this.#texts.find(this.#words, start, this.#end)
    const end = this.#texts.end
    if (end < 0 || end === this.#end) return NONE
    this.#at = end + 1
    if (known !== NONE) return known
    if (end - start > this.#longest) return NONE
    for (let byte = start; byte < end; byte++) {
      if (bytes[byte]! < BLANK || bytes[byte] === BACKSLASH) return NONE
    }
    const text = this.#strings.intern(bytes, start, end)
    this.#texts.add(bytes, start, end, text)
    return text
  }

  /** Reads an id as a text: a text, or an integer without a sign. */
  #identifier(start: number, last: LastId): StringIndex {
    const bytes = this.#bytes
    if (bytes[start] === QUOTE) return this.#text(start)
    const most = Math.min(this.#end, start + MOST_DIGITS + 1)
    let at = start
    let value = 0
    for (; at < most; at++) {
      const digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === start || at === most || (bytes[start] === ZERO && at > start + 1)) return NONE
    this.#at = at
    if (value !== last.value) {
      last.text = this.#strings.internText(String(value))
      last.value = value
    }
    return last.text
  }
}

/** Whether its value differs from one event to the next. */
function isField(key: number): boolean {
  return key === NAME || key === PHASE || key === TIME || key === DURATION || key === THREAD_DURATION
}

class LastId {
  value = Number.NaN
  text: StringIndex = NONE
}
