import { FormatError, type Place } from '../errors.js'
import type { Allocator } from '../limits.js'
import { FAILED, UNFINISHED } from './json-number.js'
import { NumberSinks } from './json-number-sinks.js'
import { READ_FIELDS, READ_ITEMS, REFUSE_ARRAY, REFUSE_NUMBER, REFUSE_OBJECT, type ShapeNode } from './json-program.js'
import type { Shape } from './json-shape.js'
import { isSpace, skipPlain, TextReader } from './json-text.js'
import { ShapeWalk } from './json-walk.js'
import { byteWords, expectedWords, LITERALS, valueWords } from './json-words.js'
import { decodeText } from './text.js'

/** What comes next. The states up to DONE stand between tokens, the others inside of one. */
const START = 0
const VALUE = 1
/** A value, or the end of the array. */
const FIRST_ITEM = 2
/** A comma, or the end of what we are in. */
const AFTER_VALUE = 3
/** A key, or the end of the object. */
const FIRST_KEY = 4
const KEY = 5
const COLON = 6
/** In an array of numbers, which has its own loop. */
const IN_NUMBERS = 7
const DONE = 8
const IN_KEY = 9
const IN_TEXT = 10
const IN_NUMBER = 11
const IN_WORD = 12

const MARK = Uint8Array.of(0xef, 0xbb, 0xbf)

/**
 * Told of a document that ends before its arrays and objects do, and of a comma before the end of an array, which are
 * errors without it. What was not closed never gets its end called.
 */
export type Forgive = (message: string, place: Place) => void

/**
 * Reads one JSON document, in chunks of any size, along a declared shape; see json-shape.ts. The grammar is that of
 * RFC 8259 to the letter, with a byte order mark let pass. Nesting costs 16 bytes a level and no JavaScript stack.
 * Errors are FormatErrors with path and byte offset; after one the scanner must not be used any more.
 */
export class JsonScanner {
  #allocator: Allocator
  #state = START
  #walk: ShapeWalk
  #numbers: NumberSinks
  #texts: TextReader
  #word: Uint8Array = LITERALS.n
  #wordLength = 0
  /** Offset of the current chunk in the input. */
  #base = 0
  #maxText: number
  /** Where the last token began, from the start of the chunk; negative when that was in an earlier one. */
  #at = 0
  #forgive: Forgive | null

  /** `forgive` is for formats whose writers are killed: see {@link Forgive}. */
  constructor(shape: Shape, allocator: Allocator, forgive: Forgive | null = null) {
    this.#allocator = allocator
    this.#forgive = forgive
    this.#maxText = allocator.limits.text
    this.#walk = new ShapeWalk(shape, allocator)
    this.#texts = new TextReader(allocator)
    this.#numbers = new NumberSinks(this.#walk, allocator)
  }

  write(chunk: Uint8Array): void {
    // A Buffer and a Uint8Array are two hidden classes; code that sees one only is faster.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const end = bytes.length
    let at = 0
    while (at < end) {
      switch (this.#state) {
        case START:
          at = this.#readMark(bytes, at)
          break
        case IN_NUMBERS:
          at = this.#readItems(bytes, at, end)
          break
        case IN_KEY:
        case IN_TEXT:
          at = this.#goOnWithText(bytes, at, end)
          break
        case IN_NUMBER:
          at = this.#endNumber(this.#numbers.goOn(bytes, at, end), end)
          break
        case IN_WORD:
          at = this.#goOnWithWord(bytes, at, end)
          break
        default:
          at = this.#step(bytes, at, end)
      }
    }
    this.#base += end
    this.#at -= end
  }

  /** The input is over: throws when the document is not. */
  end(): void {
    // Only at the outermost level can the end of the input be the end of a number.
    if (this.#state === IN_NUMBER && this.#walk.depth === 0) this.#endNumber(this.#numbers.end(), 0)
    if (this.#state !== DONE) {
      const cut = this.#cut()
      if (this.#forgive === null || this.#walk.depth === 0) throw cut
      this.#forgive(cut.message, cut.place)
    }
    this.#walk.release()
    this.#numbers.release()
    this.#allocator.release(this.#texts.gathered.values)
  }

  /** Where the value is that a sink is being called for. */
  place(): Place {
    return this.#place(this.#at, this.#walk.depth)
  }

  #readMark(bytes: Uint8Array, at: number): number {
    const byte = bytes[at]!
    if (this.#base + at === 0 && (byte === 0xff || byte === 0xfe)) {
      throw new FormatError('expected UTF-8, got UTF-16', { offset: 0 }, { hint: 'save the file as UTF-8' })
    }
    if (this.#wordLength === 0 && byte !== MARK[0]) {
      this.#state = VALUE
      return at
    }
    if (byte !== MARK[this.#wordLength]) throw this.#fail(`expected a value, got ${byteWords(byte)}`, at)
    if (++this.#wordLength === MARK.length) this.#state = VALUE
    return at + 1
  }

  /** One token between values, or the beginning of one. */
  #step(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!
    if (byte <= 0x20 && isSpace(byte)) return at + 1
    switch (this.#state) {
      case FIRST_ITEM:
        if (byte === 0x5d) return this.#endArray(at)
        this.#state = VALUE
        return this.#walk.toItem(bytes, at, end)
      case AFTER_VALUE: {
        if (this.#walk.inObject) {
          if (byte === 0x2c) {
            this.#state = KEY
            return at + 1
          }
          if (byte === 0x7d) return this.#endObject(at)
          throw this.#failInside(`expected a comma or the end of the object, got ${byteWords(byte)}`, at)
        }
        if (byte === 0x2c) {
          this.#state = VALUE
          return this.#walk.toItem(bytes, at + 1, end)
        }
        if (byte === 0x5d) return this.#endArray(at)
        throw this.#failInside(`expected a comma or the end of the array, got ${byteWords(byte)}`, at)
      }
      case FIRST_KEY:
      case KEY:
        if (byte === 0x22) return this.#readKey(bytes, at + 1, end)
        if (byte === 0x7d && this.#state === FIRST_KEY) return this.#endObject(at)
        throw this.#failInside(`expected a key, got ${byteWords(byte)}`, at)
      case COLON:
        if (byte !== 0x3a) throw this.#fail(`expected a colon, got ${byteWords(byte)}`, at)
        this.#state = VALUE
        return at + 1
      case DONE:
        throw this.#fail(`expected the end of the file, got ${byteWords(byte)}`, at)
      default:
        // Only after a comma: the state after an opening bracket is another.
        if (byte === 0x5d && this.#forgive !== null && this.#walk.depth > 0 && !this.#walk.inObject) {
          this.#walk.advance(-1)
          this.#forgive('a comma stands before the end of an array', this.#place(at, this.#walk.depth - 1))
          return this.#endArray(at)
        }
        return this.#readValue(bytes, at, end)
    }
  }

  #readValue(bytes: Uint8Array, at: number, end: number): number {
    const node = this.#walk.node
    const byte = bytes[at]!
    this.#at = at
    if (byte === 0x22) {
      if (!node.takesText) throw this.#wrongType(byte, at)
      return this.#readText(bytes, at + 1, end, node)
    }
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      if (node.numberMode === REFUSE_NUMBER) throw this.#wrongType(byte, at)
      return this.#endNumber(this.#numbers.read(bytes, at, end), end)
    }
    if (byte === 0x7b) {
      if (node.objectMode === REFUSE_OBJECT) throw this.#wrongType(byte, at)
      this.#walk.open(true)
      this.#state = FIRST_KEY
      if (node.beginObject !== null) node.beginObject()
      return at + 1
    }
    if (byte === 0x5b) {
      if (node.arrayMode === REFUSE_ARRAY) throw this.#wrongType(byte, at)
      this.#walk.open(false)
      this.#state = node.arrayMode === READ_ITEMS ? FIRST_ITEM : IN_NUMBERS
      this.#numbers.beginItems()
      if (node.beginArray !== null) node.beginArray()
      return at + 1
    }
    if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
      if (byte === 0x6e ? !node.takesNull : !node.takesBoolean) throw this.#wrongType(byte, at)
      this.#word = byte === 0x74 ? LITERALS.t : byte === 0x66 ? LITERALS.f : LITERALS.n
      this.#wordLength = 0
      this.#state = IN_WORD
      return this.#goOnWithWord(bytes, at, end)
    }
    throw this.#wrongType(byte, at)
  }

  #goOnWithWord(bytes: Uint8Array, at: number, end: number): number {
    const word = this.#word
    let length = this.#wordLength
    while (at < end && length < word.length) {
      if (bytes[at] !== word[length]) {
        throw this.#fail(`expected ${decodeText(word)}, got ${byteWords(bytes[at]!)}`, at)
      }
      at++
      length++
    }
    this.#wordLength = length
    if (length < word.length) return at
    const node = this.#walk.node
    this.#endValue()
    if (word === LITERALS.n) {
      if (node.nothing !== null) node.nothing()
    } else if (node.boolean !== null) node.boolean(word === LITERALS.t)
    return at
  }

  #readText(bytes: Uint8Array, start: number, end: number, node: ShapeNode): number {
    const at = skipPlain(bytes, start, end)
    if (at < end && bytes[at] === 0x22) {
      this.#endValue()
      if (node.text !== null) {
        if (at - start > this.#maxText) this.#allocator.check('text', at - start, 'bytes of text')
        node.text(bytes, start, at)
      }
      return at + 1
    }
    this.#state = IN_TEXT
    this.#texts.begin()
    return this.#goOnWithText(bytes, start, end)
  }

  /** Reads a key, from behind its opening quote. */
  #readKey(bytes: Uint8Array, start: number, end: number): number {
    this.#at = start - 1
    if (this.#walk.top.objectMode === READ_FIELDS) {
      const to = this.#walk.toDeclared(bytes, start, end)
      if (to >= 0) {
        this.#state = COLON
        if (to === end || bytes[to] !== 0x3a) return to
        this.#state = VALUE
        return to + 1
      }
    }
    const at = skipPlain(bytes, start, end)
    if (at < end && bytes[at] === 0x22) {
      this.#takeKey(bytes, start, at)
      return at + 1
    }
    this.#state = IN_KEY
    this.#texts.begin()
    return this.#goOnWithText(bytes, start, end)
  }

  #goOnWithText(bytes: Uint8Array, at: number, end: number): number {
    const texts = this.#texts
    const isKey = this.#state === IN_KEY
    const sink = this.#walk.node.text
    const to = texts.read(bytes, at, end, isKey || sink !== null)
    if (to === UNFINISHED) return end
    if (to === FAILED) throw this.#fail(texts.failure, texts.failedAt)
    if (isKey) this.#takeKey(texts.gathered.values, 0, texts.gathered.length)
    else {
      this.#endValue()
      if (sink !== null) sink(texts.gathered.values, 0, texts.gathered.length)
    }
    return to
  }

  #takeKey(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > this.#maxText) this.#allocator.check('text', end - start, 'bytes of text')
    this.#state = COLON
    this.#walk.toKey(bytes, start, end)
  }

  /** What came of reading a number: where it ends, or UNFINISHED, or FAILED. */
  #endNumber(to: number, end: number): number {
    if (to === FAILED) throw this.#fail(this.#numbers.failure, this.#at + this.#numbers.failedAt)
    if (to === UNFINISHED) {
      this.#state = IN_NUMBER
      return end
    }
    if (this.#numbers.inItems) this.#state = IN_NUMBERS
    else this.#endValue()
    return to
  }

  /** The items of an array of numbers: short integers in one go, one of anything else. */
  #readItems(bytes: Uint8Array, start: number, end: number): number {
    const numbers = this.#numbers
    const at = numbers.readItems(bytes, start, end)
    this.#at = at
    if (numbers.flushFull() || at === end) return at
    const byte = bytes[at]!
    if (byte === 0x5d && (numbers.isAfterItem || numbers.isBeforeFirst)) {
      numbers.flush()
      return this.#endArray(at)
    }
    if (numbers.isAfterItem) {
      throw this.#failInside(`expected a comma or the end of the array, got ${byteWords(byte)}`, at)
    }
    if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) {
      const got = valueWords(byte) ?? byteWords(byte)
      throw this.#fail(`expected ${this.#walk.top.integerItems ? 'an integer' : 'a number'}, got ${got}`, at)
    }
    return this.#endNumber(numbers.read(bytes, at, end), end)
  }

  #endObject(at: number): number {
    const top = this.#walk.top
    this.#at = at
    const missing = this.#walk.missingKey()
    if (missing !== null) {
      throw this.#failInside(`expected the key ${JSON.stringify(missing)}, got the end of the object`, at)
    }
    this.#walk.close()
    this.#endValue()
    if (top.endObject !== null) top.endObject()
    return at + 1
  }

  #endArray(at: number): number {
    const top = this.#walk.top
    this.#at = at
    const count = this.#walk.items
    this.#walk.close()
    this.#endValue()
    if (top.endArray !== null) top.endArray(count)
    return at + 1
  }

  #endValue(): void {
    this.#state = this.#walk.depth === 0 ? DONE : AFTER_VALUE
  }

  #wrongType(byte: number, at: number): FormatError {
    const got = valueWords(byte)
    if (got === null) return this.#fail(`expected a value, got ${byteWords(byte)}`, at)
    return this.#fail(`expected ${expectedWords(this.#walk.node)}, got ${got}`, at)
  }

  /** The input ends before the document does. */
  #cut(): FormatError {
    if (this.#walk.depth === 0 && this.#state <= VALUE)
      return this.#fail('expected a value, got the end of the file', 0)
    const words = 'the file ends in the middle of'
    if (this.#state === IN_TEXT) return this.#fail(`${words} a string`, 0)
    if (this.#state === IN_KEY) return this.#failInside(`${words} a key`, 0)
    if (this.#state === IN_NUMBER) {
      // What is wrong before the end is the better word, and what a larger chunk would have said.
      if (this.#numbers.endEarly() === FAILED) {
        return this.#fail(this.#numbers.failure, this.#at + this.#numbers.failedAt)
      }
      return this.#fail(`${words} a number`, 0)
    }
    if (this.#state === IN_WORD) return this.#fail(`${words} ${decodeText(this.#word)}`, 0)
    return this.#failInside(`${words} ${this.#walk.inObject ? 'an object' : 'an array'}`, 0)
  }

  #fail(message: string, at: number): FormatError {
    // The items that wait in the block, and the one that is at fault.
    if (this.#numbers.inItems) this.#walk.advance(this.#numbers.waiting + 1)
    return new FormatError(message, this.#place(at, this.#walk.depth))
  }

  /** About the array or object that we are in, not about the item or key that came last. */
  #failInside(message: string, at: number): FormatError {
    return new FormatError(message, this.#place(at, this.#walk.depth - 1))
  }

  #place(at: number, depth: number): Place {
    const path = this.#walk.path(depth)
    return path === '' ? { offset: this.#base + at } : { path, offset: this.#base + at }
  }
}
