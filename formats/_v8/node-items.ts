import type { ItemReader } from '../../src/bytes/json-shape.js'
import { TextReader } from '../../src/bytes/json-text.js'
import { Literal } from '../../src/bytes/literal.js'
import type { Allocator } from '../../src/limits.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'
import { FrameTexts } from './frame-texts.js'
import type { NodeColumns } from './node-columns.js'
import { scriptNumber } from './script-number.js'

/** Where something else stands than was expected, or the bytes end. */
const OTHER = -1

/** Digits of an integer that is sure to fit 32 bits. */
const MOST_DIGITS = 9

const NODE = new Literal('{"id":')
const FRAME = new Literal(',"callFrame":{')
const NAME = new Literal('"functionName":"')
const SCRIPT = new Literal(',"scriptId":"')
const URL = new Literal(',"url":"')
const LINE_NUMBER = new Literal(',"lineNumber":')
const COLUMN_NUMBER = new Literal(',"columnNumber":')
const HITS = new Literal('},"hitCount":')
const CHILDREN = new Literal(',"children":[')
const TICKS = new Literal(',"positionTicks":[')
const LINE = new Literal('{"line":')
const COUNT = new Literal(',"ticks":')

/** More than any literal has, with a digit behind it: where so many bytes are left, none has to be asked for. */
const AHEAD = 24

const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const CLOSE_BRACKET = 0x5d
const CLOSE_BRACE = 0x7d

/**
 * Reads nodes that are written as V8 writes them, and all who copy it: keys in this order, no white space, integers of
 * up to nine digits. A node that is written otherwise, or goes on behind the end of the bytes, leaves nothing behind.
 */
export class NodeItems implements ItemReader {
  count = 0
  readonly #columns: NodeColumns
  readonly #allocator: Allocator
  readonly #frames: FrameTexts
  readonly #texts: TextReader
  #bytes: Uint8Array = new Uint8Array(0)
  #words: DataView = new DataView(new ArrayBuffer(0))
  #end = 0
  /** Where what was read last ended. */
  #at = 0

  constructor(columns: NodeColumns, allocator: Allocator) {
    this.#columns = columns
    this.#allocator = allocator
    this.#frames = new FrameTexts(allocator)
    this.#texts = new TextReader(allocator)
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.#end = end
    const columns = this.#columns
    // The scanner is the one that says which limit was met, and where.
    const most = this.#allocator.limits.stacks - columns.length
    let count = 0
    while (count < most) {
      const node = columns.length
      const links = columns.linkNode.length
      const ticks = columns.tickNode.length
      const to = this.#readNode(at)
      if (to === OTHER) {
        columns.cut(node, links, ticks)
        break
      }
      at = to
      count++
    }
    this.count = count
    return at
  }

  /** The nodes are over: the texts of frames are not needed any more. */
  release(): void {
    this.#frames.release()
    this.#allocator.release(this.#texts.gathered.values)
  }

  /** Reads a node and the comma behind it. Returns where the next one begins, or OTHER. */
  #readNode(start: number): number {
    const words = this.#words
    const end = this.#end
    if (start + AHEAD > end || !NODE.isAt(words, start)) return OTHER
    const id = this.#digits(start + NODE.length)
    let at = this.#at
    if (id < 0 || at + AHEAD > end || !FRAME.isAt(words, at)) return OTHER
    at += FRAME.length
    let func = this.#frames.find(words, at, end)
    if (func !== NONE) at = this.#frames.end
    else {
      func = this.#readFrame(at)
      if (func === NONE) return OTHER
      at = this.#at
    }
    if (at + AHEAD > end || !HITS.isAt(words, at)) return OTHER
    const hits = this.#digits(at + HITS.length)
    at = this.#at
    if (hits < 0 || at + AHEAD > end) return OTHER
    const columns = this.#columns
    const node = columns.add(id, func, hits)
    if (CHILDREN.isAt(words, at)) {
      at = this.#readChildren(at + CHILDREN.length, node)
      if (at === OTHER || at + AHEAD > end) return OTHER
    }
    if (TICKS.isAt(words, at)) {
      at = this.#readTicks(at + TICKS.length, node)
      if (at === OTHER || at + AHEAD > end) return OTHER
    }
    const bytes = this.#bytes
    return bytes[at] === CLOSE_BRACE && bytes[at + 1] === COMMA ? at + 2 : OTHER
  }

  /** Reads `2,3]`. */
  #readChildren(at: number, node: number): number {
    const bytes = this.#bytes
    if (bytes[at] === CLOSE_BRACKET) return at + 1
    for (;;) {
      const id = this.#digits(at)
      if (id < 0) return OTHER
      this.#columns.link(node, id)
      at = this.#at + 1
      const byte = bytes[at - 1]
      if (byte === CLOSE_BRACKET) return at
      if (byte !== COMMA) return OTHER
    }
  }

  /** Reads `{"line":1,"ticks":2}]`. */
  #readTicks(at: number, node: number): number {
    const bytes = this.#bytes
    const words = this.#words
    const end = this.#end
    for (;;) {
      if (at + AHEAD > end || !LINE.isAt(words, at)) return OTHER
      const line = this.#digits(at + LINE.length)
      at = this.#at
      if (line < 0 || at + AHEAD > end || !COUNT.isAt(words, at)) return OTHER
      const ticks = this.#digits(at + COUNT.length)
      at = this.#at + 2
      if (ticks < 0 || at > end || bytes[at - 2] !== CLOSE_BRACE) return OTHER
      this.#columns.tickAt(node, line, ticks)
      const byte = bytes[at - 1]
      if (byte === CLOSE_BRACKET) return at
      if (byte !== COMMA) return OTHER
    }
  }

  /** Reads a frame that is new, from behind its opening brace; ends at the closing one. */
  #readFrame(start: number): FunctionIndex {
    const words = this.#words
    const end = this.#end
    const columns = this.#columns
    // That there is one function too many the scanner shall say.
    if (columns.functions.length >= this.#allocator.limits.functions) return NONE
    if (start + AHEAD > end || !NAME.isAt(words, start)) return NONE
    if (!this.#readText(start + NAME.length)) return NONE
    const { strings } = columns.functions
    const { gathered } = this.#texts
    const name = strings.intern(gathered.values, 0, gathered.length)
    if (this.#at + AHEAD > end || !SCRIPT.isAt(words, this.#at)) return NONE
    if (!this.#readText(this.#at + SCRIPT.length)) return NONE
    const script = scriptNumber(gathered.values, 0, gathered.length)
    if (this.#at + AHEAD > end || !URL.isAt(words, this.#at)) return NONE
    if (!this.#readText(this.#at + URL.length)) return NONE
    const url = strings.intern(gathered.values, 0, gathered.length)
    if (this.#at + AHEAD > end || !LINE_NUMBER.isAt(words, this.#at)) return NONE
    const line = this.#integer(this.#at + LINE_NUMBER.length)
    if (line === null || this.#at + AHEAD > end || !COLUMN_NUMBER.isAt(words, this.#at)) return NONE
    const column = this.#integer(this.#at + COLUMN_NUMBER.length)
    if (column === null || this.#bytes[this.#at] !== CLOSE_BRACE) return NONE
    const func = columns.functionOf(name, url, line, column, script)
    this.#frames.add(this.#bytes, words, start, this.#at, func)
    return func
  }

  /** Reads a text from behind its opening quote, into what was gathered. */
  #readText(at: number): boolean {
    this.#texts.begin()
    // A text that comes near the limit is left to the scanner.
    const to = this.#texts.read(this.#bytes, at, Math.min(this.#end, at + this.#allocator.limits.text), true)
    this.#at = to
    return to >= 0
  }

  /** Reads an integer without a sign; OTHER when it is none, or the bytes end with it. */
  #digits(at: number): number {
    const bytes = this.#bytes
    const end = Math.min(this.#end, at + MOST_DIGITS + 1)
    const start = at
    let value = 0
    let digit = 0
    for (; at < end; at++) {
      digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    this.#at = at
    if (at === end || at === start || (bytes[start] === ZERO && at > start + 1)) return OTHER
    return value
  }

  #integer(at: number): number | null {
    const isNegative = this.#bytes[at] === MINUS
    const value = this.#digits(isNegative ? at + 1 : at)
    if (value < 0 || (isNegative && value === 0)) return null
    return isNegative ? -value : value
  }
}
