import { FormatError, type Place } from '../errors.js'
import type { Allocator } from '../limits.js'
import { ByteBuilder } from './columns.js'
import { exactInteger, FAILED, NumberReader, UNFINISHED } from './json-number.js'
import {
  compileShape,
  READ_EITHER,
  READ_FIELDS,
  READ_ITEMS,
  READ_NUMBER,
  READ_NUMBERS,
  REFUSE_ARRAY,
  REFUSE_NUMBER,
  REFUSE_OBJECT,
  type ShapeNode,
  SKIP_NUMBER,
} from './json-program.js'
import type { Shape } from './json-shape.js'
import { TextReader } from './json-text.js'
import { byteWords, expectedWords, pathWords, valueWords } from './json-words.js'
import type { ByteSource } from './source.js'
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
/** The same for an array of numbers, which has its own loop. */
const FIRST_NUMBER = 7
const NEXT_NUMBER = 8
const AFTER_NUMBER = 9
const DONE = 10
const IN_KEY = 11
const IN_TEXT = 12
const IN_NUMBER = 13
const IN_WORD = 14

const MARK = Uint8Array.of(0xef, 0xbb, 0xbf)
const WORDS = { t: encode('true'), f: encode('false'), n: encode('null') }

const BLOCK = 2048
/** Digits that are summed up as an integer without loss. */
const SAFE_DIGITS = 15

/** Cells of a frame: the node and what it is, the position in it, the required keys seen, where its key begins. */
const FRAME = 4
const POSITION = 1
const SEEN = 2
const KEY_START = 3
/** Positions that are no index of an item or of a field. */
const NOWHERE = -1
const AT_KEY = -2

/**
 * Reads one JSON document, in chunks of any size, along a declared shape; see json-shape.ts. The grammar is that of
 * RFC 8259 to the letter, with a byte order mark let pass. Nesting costs 16 bytes a level and no JavaScript stack.
 * Errors are FormatErrors with path and byte offset; after one the scanner must not be used any more.
 */
export class JsonScanner {
  #allocator: Allocator
  #nodes: readonly ShapeNode[]
  #state = START
  /** The node of the value that is next or being read. */
  #node: ShapeNode
  /** The innermost array or object. */
  #top: ShapeNode
  #inObject = false
  #frames: Int32Array<ArrayBuffer>
  #depth = 0
  /** The keys on the path that the shape does not know, one behind the other. */
  #keys: ByteBuilder
  #numbers = new NumberReader()
  #texts: TextReader
  #block: Float64Array<ArrayBuffer>
  #blockLength = 0
  #word: Uint8Array = WORDS.n
  #wordLength = 0
  /** Offset of the current chunk in the input. */
  #base = 0
  #maxText: number
  #maxDepth: number
  /** Where the last token began, from the start of the chunk; negative when that was in an earlier one. */
  #at = 0

  constructor(shape: Shape, allocator: Allocator) {
    this.#allocator = allocator
    this.#maxText = allocator.limits.text
    this.#maxDepth = allocator.limits['json-depth']
    this.#nodes = compileShape(shape).nodes
    this.#node = this.#nodes[0]!
    this.#top = this.#node
    this.#frames = allocator.int32(64 * FRAME)
    this.#keys = new ByteBuilder(allocator, 256)
    this.#texts = new TextReader(allocator)
    this.#block = allocator.float64(BLOCK)
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
        case FIRST_NUMBER:
        case NEXT_NUMBER:
        case AFTER_NUMBER:
          at = this.#readNumbers(bytes, at, end)
          break
        case IN_KEY:
        case IN_TEXT:
          at = this.#goOnWithText(bytes, at, end)
          break
        case IN_NUMBER:
          at = this.#goOnWithNumber(bytes, at, end)
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
    if (this.#state === IN_NUMBER && this.#depth === 0) this.#endNumber(0x20)
    if (this.#state !== DONE) throw this.#cut()
    this.#allocator.release(this.#frames)
    this.#allocator.release(this.#block)
    this.#allocator.release(this.#keys.values)
    this.#allocator.release(this.#texts.gathered.values)
  }

  /** Where the value is that a sink is being called for. */
  place(): Place {
    return this.#place(this.#at, this.#depth)
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
        this.#node = this.#top.item!
        this.#frames[this.#depth * FRAME - FRAME + POSITION] = 0
        return this.#readValue(bytes, at, end)
      case AFTER_VALUE: {
        if (this.#inObject) {
          if (byte === 0x2c) {
            this.#state = KEY
            return at + 1
          }
          if (byte === 0x7d) return this.#endObject(at)
          throw this.#failInside(`expected a comma or the end of the object, got ${byteWords(byte)}`, at)
        }
        if (byte === 0x2c) {
          this.#node = this.#top.item!
          this.#frames[this.#depth * FRAME - FRAME + POSITION]!++
          this.#state = VALUE
          return at + 1
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
        return this.#readValue(bytes, at, end)
    }
  }

  #readValue(bytes: Uint8Array, at: number, end: number): number {
    const node = this.#node
    const byte = bytes[at]!
    this.#at = at
    if (byte === 0x22) {
      if (!node.takesText) throw this.#wrongType(byte, at)
      return this.#readText(bytes, at + 1, end, node)
    }
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      if (node.numberMode === REFUSE_NUMBER) throw this.#wrongType(byte, at)
      const to = this.#numbers.read(bytes, at, end)
      if (to < 0) return this.#keepNumber(bytes, at, end, to)
      this.#state = AFTER_VALUE
      this.#closeDocument()
      this.#takeNumber(bytes, at, to)
      return to
    }
    if (byte === 0x7b) {
      if (node.objectMode === REFUSE_OBJECT) throw this.#wrongType(byte, at)
      this.#push(node, true)
      this.#state = FIRST_KEY
      if (node.beginObject !== null) node.beginObject()
      return at + 1
    }
    if (byte === 0x5b) {
      if (node.arrayMode === REFUSE_ARRAY) throw this.#wrongType(byte, at)
      this.#push(node, false)
      this.#state = node.arrayMode === READ_ITEMS ? FIRST_ITEM : FIRST_NUMBER
      if (node.beginArray !== null) node.beginArray()
      return at + 1
    }
    if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
      if (byte === 0x6e ? !node.takesNull : !node.takesBoolean) throw this.#wrongType(byte, at)
      this.#word = byte === 0x74 ? WORDS.t : byte === 0x66 ? WORDS.f : WORDS.n
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
    const node = this.#node
    this.#state = AFTER_VALUE
    this.#closeDocument()
    if (word === WORDS.n) {
      if (node.nothing !== null) node.nothing()
    } else if (node.boolean !== null) node.boolean(word === WORDS.t)
    return at
  }

  // Texts and keys

  #readText(bytes: Uint8Array, start: number, end: number, node: ShapeNode): number {
    const at = skipPlain(bytes, start, end)
    if (at < end && bytes[at] === 0x22) {
      this.#state = AFTER_VALUE
      this.#closeDocument()
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

  /** Reads a key, from behind its opening quote. Most keys are the one that came next the last time. */
  #readKey(bytes: Uint8Array, start: number, end: number): number {
    this.#at = start - 1
    const top = this.#top
    if (top.objectMode === READ_FIELDS) {
      const frame = this.#depth * FRAME - FRAME
      const { bytes: keys, starts } = top.keys
      const count = starts.length - 1
      let field = this.#frames[frame + POSITION]! + 1
      for (let tries = 0; tries < count; tries++, field++) {
        if (field < 0 || field >= count) field = 0
        let from = starts[field]!
        if (bytes[start] !== keys[from]) continue
        const to = starts[field + 1]!
        let at = start
        while (from < to && at < end && bytes[at] === keys[from]) {
          from++
          at++
        }
        if (from < to) continue
        this.#setField(frame, field)
        if (at < end && bytes[at] === 0x3a) {
          this.#state = VALUE
          return at + 1
        }
        this.#state = COLON
        return at
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
    const sink = this.#node.text
    const to = texts.read(bytes, at, end, isKey || sink !== null)
    if (to === UNFINISHED) return end
    if (to === FAILED) throw this.#fail(texts.failure, texts.failedAt)
    if (isKey) this.#takeKey(texts.gathered.values, 0, texts.gathered.length)
    else {
      this.#state = AFTER_VALUE
      this.#closeDocument()
      if (sink !== null) sink(texts.gathered.values, 0, texts.gathered.length)
    }
    return to
  }

  #setField(frame: number, field: number): void {
    const top = this.#top
    this.#frames[frame + POSITION] = field
    this.#frames[frame + SEEN]! |= top.bits[field]!
    this.#node = top.values[field]!
  }

  #takeKey(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > this.#maxText) this.#allocator.check('text', end - start, 'bytes of text')
    const top = this.#top
    const frame = this.#depth * FRAME - FRAME
    this.#state = COLON
    if (top.objectMode === READ_FIELDS) {
      const field = top.keys.find(bytes, start, end)
      if (field >= 0) {
        this.#setField(frame, field)
        return
      }
    }
    this.#frames[frame + POSITION] = AT_KEY
    this.#keys.length = this.#frames[frame + KEY_START]!
    this.#keys.append(bytes, start, end)
    this.#node = top.other!
    if (top.key !== null) top.key(bytes, start, end)
  }

  // Numbers

  /** A number that ends with the chunk, or is none. */
  #keepNumber(bytes: Uint8Array, at: number, end: number, result: number): number {
    if (result === FAILED) throw this.#fail(this.#numbers.failure, this.#numbers.failedAt)
    this.#at = at
    this.#state = IN_NUMBER
    this.#texts.gathered.length = 0
    this.#texts.gathered.append(bytes, at, end)
    return end
  }

  #goOnWithNumber(bytes: Uint8Array, at: number, end: number): number {
    const start = at
    while (at < end && isNumberByte(bytes[at]!)) at++
    const { gathered } = this.#texts
    this.#allocator.check('text', gathered.length + at - start, 'bytes of a number')
    gathered.append(bytes, start, at)
    if (at < end) this.#endNumber(bytes[at]!)
    return at
  }

  /** The number in the gathered bytes is over, since `next` follows. */
  #endNumber(next: number): void {
    const { gathered } = this.#texts
    gathered.push(next)
    const to = this.#numbers.read(gathered.values, 0, gathered.length)
    if (to === FAILED) throw this.#fail(this.#numbers.failure, this.#at + this.#numbers.failedAt)
    if (this.#inNumbers()) {
      this.#state = AFTER_NUMBER
      this.#takeItem(gathered.values, 0, to)
    } else {
      this.#state = AFTER_VALUE
      this.#closeDocument()
      this.#takeNumber(gathered.values, 0, to)
    }
  }

  /** The number that was just read, `bytes[start..end)`, goes to the sink of its node. */
  #takeNumber(bytes: Uint8Array, start: number, end: number): void {
    const { numberMode, number, exact } = this.#node
    if (numberMode === SKIP_NUMBER) return
    const { value, plain } = this.#numbers
    if (numberMode === READ_NUMBER) number!(value)
    else if (plain && Number.isSafeInteger(value)) number!(value + 0)
    else {
      const big = this.#integer(bytes, start, end, numberMode === READ_EITHER)
      if (big === null) number!(this.#numbers.value)
      else if (exact !== null) exact(big)
      else throw this.#tooLarge()
    }
  }

  /** The same for an item of an array of numbers. */
  #takeItem(bytes: Uint8Array, start: number, end: number): void {
    const { value, plain } = this.#numbers
    if (!this.#top.integerItems) this.#block[this.#blockLength++] = value
    else if (plain && Number.isSafeInteger(value)) this.#block[this.#blockLength++] = value + 0
    else {
      const big = this.#integer(bytes, start, end, false)
      if (big === null) this.#block[this.#blockLength++] = this.#numbers.value
      else if (this.#top.exactItem !== null) {
        this.#flush()
        this.#frames[this.#depth * FRAME - FRAME + POSITION]!++
        this.#top.exactItem(big)
      } else throw this.#tooLarge()
    }
    if (this.#blockLength === BLOCK) this.#flush()
  }

  /** An integer past the safe ones; or null, when the number is left in the reader: a safe one, or a fraction. */
  #integer(bytes: Uint8Array, start: number, end: number, fractions: boolean): bigint | null {
    const { value } = this.#numbers
    // Below 2^53 every integer is a double: what is none after rounding was none before.
    const big = Number.isInteger(value) ? exactInteger(bytes, start, end) : null
    if (big === null) {
      if (fractions) return null
      throw this.#fail('expected an integer, got a fraction', this.#at)
    }
    if (!Number.isSafeInteger(Number(big))) return big
    this.#numbers.value = Number(big)
    return null
  }

  /** The items of an array of numbers: plain integers here, everything else by the general code. */
  #readNumbers(bytes: Uint8Array, at: number, end: number): number {
    const block = this.#block
    let count = this.#blockLength
    let state = this.#state
    while (at < end) {
      let byte = bytes[at]!
      if (byte <= 0x20 && isSpace(byte)) {
        at++
        continue
      }
      if (state === AFTER_NUMBER) {
        if (byte === 0x2c) {
          state = NEXT_NUMBER
          at++
          continue
        }
        this.#blockLength = count
        if (byte === 0x5d) return this.#endNumbers(at)
        throw this.#failInside(`expected a comma or the end of the array, got ${byteWords(byte)}`, at)
      }
      const start = at
      const negative = byte === 0x2d
      if (negative && ++at < end) byte = bytes[at]!
      let value = byte - 0x30
      // No leading zero, and no minus before a zero.
      if (value > 0 && value <= 9) {
        for (at++; at < end; at++) {
          const digit = bytes[at]! - 0x30
          if (digit < 0 || digit > 9) break
          value = value * 10 + digit
        }
      } else if (value === 0 && !negative) at++
      else at = end
      byte = at < end ? bytes[at]! : 0
      if (at - start <= SAFE_DIGITS && (byte === 0x2c || byte === 0x5d)) {
        block[count++] = negative ? -value : value
        if (count === BLOCK) {
          this.#blockLength = count
          this.#at = start
          this.#flush()
          count = 0
        }
        state = AFTER_NUMBER
        if (byte === 0x2c) {
          state = NEXT_NUMBER
          at++
        }
        continue
      }
      this.#blockLength = count
      this.#state = state
      at = this.#readItem(bytes, start, end)
      if (this.#state !== AFTER_NUMBER) return at
      state = AFTER_NUMBER
      count = this.#blockLength
    }
    this.#blockLength = count
    this.#state = state
    return at
  }

  /** One item that is not a short integer. */
  #readItem(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!
    this.#at = at
    if (byte === 0x5d && this.#state === FIRST_NUMBER) return this.#endNumbers(at)
    if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) {
      const got = valueWords(byte) ?? byteWords(byte)
      throw this.#fail(`expected ${this.#top.integerItems ? 'an integer' : 'a number'}, got ${got}`, at)
    }
    const to = this.#numbers.read(bytes, at, end)
    if (to < 0) return this.#keepNumber(bytes, at, end, to)
    this.#state = AFTER_NUMBER
    this.#takeItem(bytes, at, to)
    return to
  }

  #endNumbers(at: number): number {
    this.#flush()
    return this.#endArray(at)
  }

  #flush(): void {
    const count = this.#blockLength
    if (count === 0) return
    this.#blockLength = 0
    this.#frames[this.#depth * FRAME - FRAME + POSITION]! += count
    this.#top.block!(this.#block, count)
  }

  // Nesting

  #push(node: ShapeNode, isObject: boolean): void {
    const at = this.#depth * FRAME
    if (this.#depth === this.#maxDepth) this.#allocator.check('json-depth', this.#depth + 1, 'levels of JSON')
    if (at === this.#frames.length) this.#grow()
    const frames = this.#frames
    frames[at] = node.index * 2 + (isObject ? 1 : 0)
    frames[at + POSITION] = NOWHERE
    frames[at + SEEN] = 0
    frames[at + KEY_START] = this.#keys.length
    this.#depth++
    this.#top = node
    this.#inObject = isObject
  }

  #grow(): void {
    const old = this.#frames
    this.#frames = this.#allocator.int32(old.length * 2)
    this.#frames.set(old)
    this.#allocator.release(old)
  }

  #endObject(at: number): number {
    const top = this.#top
    this.#at = at
    const missing = top.required & ~this.#frames[this.#depth * FRAME - FRAME + SEEN]!
    if (missing !== 0 && top.objectMode === READ_FIELDS) {
      const field = top.bits.findIndex((bit) => (bit & missing) !== 0)
      throw this.#failInside(`expected the key ${JSON.stringify(top.keys.names[field])}, got the end of the object`, at)
    }
    this.#pop()
    if (top.endObject !== null) top.endObject()
    return at + 1
  }

  #endArray(at: number): number {
    const top = this.#top
    this.#at = at
    const count = this.#frames[this.#depth * FRAME - FRAME + POSITION]! + 1
    this.#pop()
    if (top.endArray !== null) top.endArray(count)
    return at + 1
  }

  #pop(): void {
    const frames = this.#frames
    this.#depth--
    this.#keys.length = frames[this.#depth * FRAME + KEY_START]!
    this.#state = AFTER_VALUE
    if (this.#depth === 0) this.#state = DONE
    else {
      const outer = frames[this.#depth * FRAME - FRAME]!
      this.#top = this.#nodes[outer >> 1]!
      this.#inObject = (outer & 1) === 1
    }
  }

  #closeDocument(): void {
    if (this.#depth === 0) this.#state = DONE
  }

  // Faults

  #wrongType(byte: number, at: number): FormatError {
    const got = valueWords(byte)
    if (got === null) return this.#fail(`expected a value, got ${byteWords(byte)}`, at)
    return this.#fail(`expected ${expectedWords(this.#node)}, got ${got}`, at)
  }

  #tooLarge(): FormatError {
    return this.#fail('expected an integer of at most 53 bits', this.#at)
  }

  /** The input ends before the document does. */
  #cut(): FormatError {
    if (this.#depth === 0 && this.#state <= VALUE) return this.#fail('expected a value, got the end of the file', 0)
    const words = 'the file ends in the middle of'
    if (this.#state === IN_TEXT) return this.#fail(`${words} a string`, 0)
    if (this.#state === IN_KEY) return this.#failInside(`${words} a key`, 0)
    if (this.#state === IN_NUMBER) {
      // What is wrong before the end is the better word, and what a larger chunk would have said.
      const { gathered } = this.#texts
      gathered.push(0x20)
      const to = this.#numbers.read(gathered.values, 0, gathered.length)
      const { failedAt, failure } = this.#numbers
      if (to === FAILED && failedAt < gathered.length - 1) return this.#fail(failure, this.#at + failedAt)
      return this.#fail(`${words} a number`, 0)
    }
    if (this.#state === IN_WORD) return this.#fail(`${words} ${decodeText(this.#word)}`, 0)
    return this.#failInside(`${words} ${this.#inObject ? 'an object' : 'an array'}`, 0)
  }

  #fail(message: string, at: number): FormatError {
    // The items that wait in the block, and the one that is at fault.
    if (this.#inNumbers()) this.#frames[this.#depth * FRAME - FRAME + POSITION]! += this.#blockLength + 1
    return new FormatError(message, this.#place(at, this.#depth))
  }

  /** About the array or object that we are in, not about the item or key that came last. */
  #failInside(message: string, at: number): FormatError {
    return new FormatError(message, this.#place(at, this.#depth - 1))
  }

  #place(at: number, depth: number): Place {
    const path = this.#path(depth)
    return path === '' ? { offset: this.#base + at } : { path, offset: this.#base + at }
  }

  #inNumbers(): boolean {
    return this.#depth > 0 && !this.#inObject && this.#top.arrayMode === READ_NUMBERS
  }

  #path(depth: number): string {
    let last = depth
    if (last > 0 && this.#frames[last * FRAME - FRAME + POSITION] === NOWHERE) last--
    return pathWords(last, (at) => {
      const frame = at * FRAME
      const position = this.#frames[frame + POSITION]!
      const node = this.#nodes[this.#frames[frame]! >> 1]!
      if ((this.#frames[frame]! & 1) === 0) return position
      if (position >= 0) return node.keys.names[position]!
      const to = at + 1 < this.#depth ? this.#frames[frame + FRAME + KEY_START]! : this.#keys.length
      return decodeText(this.#keys.values, this.#frames[frame + KEY_START]!, to)
    })
  }
}

/** Reads a whole source along a shape. */
export async function scanJson(source: ByteSource, shape: Shape, allocator: Allocator): Promise<void> {
  const scanner = new JsonScanner(shape, allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()
}

/** From `at` to the first byte that a string cannot have as it is: quote, backslash, control character. */
function skipPlain(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at]!
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) break
    at++
  }
  return at
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
  )
}

function encode(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0))
}
