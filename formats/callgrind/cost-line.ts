import type { Lines } from '../../src/bytes/lines.js'
import { decodeText } from '../../src/bytes/text.js'
import { repeated } from '../../src/bytes/words.js'
import { quote } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { ReadContext } from '../codec.js'
import { blanksEnd, numberOf, wordEnd } from './numbers.js'

/** The line is not plain. */
const OTHER = -1

const LF = 10
const SPACE = 32
const STAR = 42
const PLUS = 43
const MINUS = 45
const ZERO = 48

/** Digits of a line number that is sure to fit 32 bits, and of a cost that is sure to be a double. */
const LINE_DIGITS = 9
const COST_DIGITS = 15

/** Digits of a number in a short line. */
const SHORT_DIGITS = 8

const FOUR_ZEROS = repeated(ZERO)

/** What ends a number, as it looks where a digit is its value. */
const NEXT_NUMBER = SPACE ^ ZERO
const NEXT_LINE = LF ^ ZERO

/** To a sum up to here one more cost of that many digits can be added without loss. */
const ROOM = 2 ** 52

/** Lines that {@link CostLine.readShortRun} takes at most: so many costs of eight digits add up without loss. */
export const MOST_LINES = 2 ** 20

/** Reads lines of costs: positions, one of which may be the line of the code, then a cost for each event. */
export class CostLine {
  /** How many positions a line has, and which of them is the line; -1 when none is. */
  positions = 1
  linePosition = 0
  /** Of the line that was read last. */
  line = 0
  /** What {@link readRun} or {@link readShortRun} read last. */
  sums = new Float64Array(0)
  firstLine = 0
  lineCount = 0
  readonly #context: ReadContext
  /** What the last line says that was not plain; for the others it is `#row`: what reads on is faster for one kind of array. */
  #costs: ExactNumber[] = []
  #isPlain = false
  /** The costs of a line that may turn out to be no short one: they are taken back then. */
  #row = new Float64Array(0)

  constructor(context: ReadContext) {
    this.#context = context
  }

  /** What the line that was read last says, event by event; the same array for all lines. */
  get costs(): ArrayLike<ExactNumber> {
    return this.#isPlain ? this.#row : this.#costs
  }

  set events(count: number) {
    this.sums = new Float64Array(count)
    this.#row = new Float64Array(count)
    this.#costs = Array.from({ length: count }, () => 0)
  }

  /** Whether lines are such that {@link readShortRun} may find some. */
  get hasShort(): boolean {
    return this.positions === 1 && this.linePosition === 0
  }

  /** Bytes of the longest line that {@link readShortRun} reads, with its end. */
  get longestShort(): number {
    return 1 + (1 + SHORT_DIGITS) * (1 + this.#row.length)
  }

  /** Reads a line; false after a fault. */
  read(lines: Lines): boolean {
    const before = this.line
    this.#isPlain = this.#readPlain(lines.bytes, lines.start, lines.end) === lines.end
    if (this.#isPlain) return true
    this.line = before
    const at = this.#readPositions(lines)
    return at >= 0 && this.#readCosts(lines, at)
  }

  /**
   * Reads plain lines from `start` on whose ends lie before `end`, none longer than `longest`: `sums` and `lineCount`
   * tell what they say together, `firstLine` the first line of code above 0. Returns where the line after them begins.
   */
  readRun(bytes: Uint8Array, start: number, end: number, longest: number): number {
    const row = this.#row
    const sums = this.sums.fill(0)
    this.firstLine = 0
    this.lineCount = 0
    let at = start
    let largest = 0
    // Further sums could be no safe integers any more.
    while (largest <= ROOM) {
      const before = this.line
      const to = isCostLine(bytes[at]!) ? this.#readPlain(bytes, at, end) : OTHER
      if (to === OTHER || to >= end || bytes[to] !== LF || to - at > longest) {
        this.line = before
        break
      }
      for (let event = 0; event < sums.length; event++) {
        const sum = sums[event]! + row[event]!
        sums[event] = sum
        if (sum > largest) largest = sum
      }
      if (this.firstLine === 0 && this.line > 0) this.firstLine = this.line
      this.lineCount++
      at = to + 1
    }
    return at
  }

  /**
   * Reads up to `most` lines from `start` on that begin before `end`, have the line of the code as their one position
   * and no number of more than eight digits; behind `end` there must be bytes for one more. Tells the same as
   * {@link readRun}, by which the others are read. Costs are read four bytes at a time, with a branch for each number of
   * digits: it is foreseen more often than how far to shift is worked out.
   */
  readShortRun(words: DataView, start: number, end: number, most: number): number {
    const sums = this.sums
    const row = this.#row
    const events = row.length
    for (let event = 0; event < events; event++) sums[event] = 0
    let line = this.line
    let firstLine = 0
    let lineCount = 0
    let next = start
    /** Costs of a line that is not yet known to be a short one. */
    let open = 0
    while (lineCount < most && next < end) {
      const sign = words.getUint8(next)
      if (!isShortStart(sign)) break
      let at = sign < ZERO ? next + 1 : next
      let position = 0
      let ending = words.getUint8(at) ^ ZERO
      const last = at + SHORT_DIGITS
      if (ending > 9) break
      for (; ending <= 9 && at < last; ending = words.getUint8(++at) ^ ZERO) {
        position = (Math.imul(position, 10) + ending) | 0
      }
      while (ending === NEXT_NUMBER && open < events) {
        const digits = words.getInt32(++at, true) ^ FOUR_ZEROS
        const others = aboveNine(digits)
        let value = 0
        if (others === 0) {
          value = fourDigits(digits)
          const last = at + SHORT_DIGITS
          at += 4
          ending = words.getUint8(at) ^ ZERO
          for (; ending <= 9 && at < last; ending = words.getUint8(++at) ^ ZERO) {
            value = (Math.imul(value, 10) + ending) | 0
          }
        } else if ((others & 0x808080) === 0) {
          value = fourDigits(digits << 8)
          ending = digits >>> 24
          at += 3
        } else if ((others & 0x8080) === 0) {
          value = fourDigits(digits << 16)
          ending = (digits >>> 16) & 0xff
          at += 2
        } else if ((others & 0x80) === 0) {
          value = digits & 0xff
          ending = (digits >>> 8) & 0xff
          at++
        } else break
        row[open] = value
        sums[open]! += value
        open++
      }
      // What is left out at the end is zero.
      if (ending !== NEXT_LINE) break
      line = sign >= ZERO ? position : sign === PLUS ? line + position : line - position
      if (firstLine === 0 && line > 0) firstLine = line
      lineCount++
      next = at + 1
      open = 0
    }
    // The line that was no short one is read again by others.
    for (let event = 0; event < open; event++) sums[event]! -= row[event]!
    this.line = line
    this.firstLine = firstLine
    this.lineCount = lineCount
    return next
  }

  /**
   * Reads a line of short decimal numbers with one blank between them, as nearly all are. Returns where something else
   * stands behind them; or OTHER, and no harm is done.
   */
  #readPlain(bytes: Uint8Array, start: number, end: number): number {
    const row = this.#row
    let at = start
    let line = this.line
    for (let position = 0; position < this.positions; position++) {
      if (position > 0 && (at === end || bytes[at++] !== SPACE)) return OTHER
      if (position !== this.linePosition) {
        const first = at
        while (at < end && bytes[at]! > SPACE) at++
        if (at === first) return OTHER
        continue
      }
      const sign = bytes[at]!
      if (sign === STAR) at++
      else {
        if (sign === PLUS || sign === MINUS) at++
        const first = at
        let value = 0
        for (; at < end; at++) {
          const digit = bytes[at]! - ZERO
          if (digit < 0 || digit > 9) break
          value = value * 10 + digit
        }
        if (at === first || at - first > LINE_DIGITS) return OTHER
        line = sign === PLUS ? line + value : sign === MINUS ? line - value : value
      }
    }
    for (let event = 0; event < row.length; event++) {
      let value = 0
      if (at < end && bytes[at] === SPACE) {
        const first = ++at
        for (; at < end; at++) {
          const digit = bytes[at]! - ZERO
          if (digit < 0 || digit > 9) break
          value = value * 10 + digit
        }
        if (at === first || at - first > COST_DIGITS) return OTHER
      }
      // What is left out at the end is zero.
      row[event] = value
    }
    this.line = line
    return at
  }

  /** Reads the positions of a line; returns where its costs begin, -1 after a fault. */
  #readPositions(lines: Lines): number {
    const { bytes, end } = lines
    let at = lines.start
    for (let position = 0; position < this.positions; position++) {
      const to = wordEnd(bytes, at, end)
      if (position === this.linePosition) {
        const line = this.#lineAt(bytes, at, to)
        if (line === null) {
          this.#context.fault(`expected a line number and costs, got ${quoted(lines)}`, lines.place())
          return -1
        }
        this.line = line
      }
      at = blanksEnd(bytes, to, end)
    }
    return at
  }

  /** A line number, or how far it is from that of the line before: `+3`, `-3`, `*`. */
  #lineAt(bytes: Uint8Array, start: number, end: number): number | null {
    const sign = bytes[start]
    if (sign === 42) return end === start + 1 ? this.line : null
    const isRelative = sign === 43 || sign === 45
    const value = numberOf(bytes, isRelative ? start + 1 : start, end)
    if (value === null) return null
    return !isRelative ? Number(value) : sign === 43 ? this.line + Number(value) : this.line - Number(value)
  }

  #readCosts(lines: Lines, from: number): boolean {
    const { bytes, end } = lines
    const costs = this.#costs
    let at = from
    for (let event = 0; event < costs.length; event++) {
      const to = wordEnd(bytes, at, end)
      // What is left out at the end is zero.
      const cost = to === at ? 0 : numberOf(bytes, at, to)
      if (cost === null) {
        this.#context.fault(`expected a cost, got ${quote(decodeText(bytes, at, to))}`, lines.place())
        return false
      }
      costs[event] = cost
      at = blanksEnd(bytes, to, end)
    }
    if (at === end) return true
    this.#context.fault(`expected at most ${costs.length} costs, got ${quoted(lines)}`, lines.place())
    return false
  }
}

/** Whether a line of costs begins with this byte: a digit, `*`, `+` or `-`. */
export function isCostLine(first: number): boolean {
  return first <= 57 && (first >= ZERO || first === STAR || first === PLUS || first === MINUS)
}

/** Whether a short line may begin with this byte: a digit or a sign. */
function isShortStart(first: number): boolean {
  return first >= ZERO || first === PLUS || first === MINUS
}

/** Not 0 in the highest bit of each byte that is above 9, as far as the first of them. */
function aboveNine(word: number): number {
  return ((word + 0x76767676) | word) & 0x80808080
}

/** The number that four digits are, the first of them in the lowest byte. */
function fourDigits(word: number): number {
  // First the pairs, in the bytes 0 and 2; then both together, in the upper half.
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff
  return Math.imul(pairs, (100 << 16) + 1) >>> 16
}

function quoted({ bytes, start, end }: Lines): string {
  return quote(decodeText(bytes, start, Math.min(end, start + 300)))
}
