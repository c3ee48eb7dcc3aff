import type { Lines } from '../../src/bytes/lines.js'
import { decodeText } from '../../src/bytes/text.js'
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

/** To a sum up to here one more cost of that many digits can be added without loss. */
const ROOM = 2 ** 52

/** Reads lines of costs: positions, one of which may be the line of the code, then a cost for each event. */
export class CostLine {
  /** How many positions a line has, and which of them is the line; -1 when none is. */
  positions = 1
  linePosition = 0
  /** Of the line that was read last. */
  line = 0
  /** What {@link readRun} read last. */
  sums = new Float64Array(0)
  firstLine = 0
  lineCount = 0
  readonly #context: ReadContext
  #costs: ExactNumber[] = []

  constructor(context: ReadContext) {
    this.#context = context
  }

  /** What the line that was read last says, event by event; the same array for all lines. */
  get costs(): readonly ExactNumber[] {
    return this.#costs
  }

  set events(count: number) {
    this.sums = new Float64Array(count)
    this.#costs = Array.from({ length: count }, () => 0)
  }

  /** Reads a line; false after a fault. */
  read(lines: Lines): boolean {
    const before = this.line
    if (this.#readPlain(lines.bytes, lines.start, lines.end) === lines.end) return true
    this.line = before
    const at = this.#readPositions(lines)
    return at >= 0 && this.#readCosts(lines, at)
  }

  /**
   * Reads plain lines from `start` on whose ends lie before `end`, none longer than `longest`: `sums` and `lineCount`
   * tell what they say together, `firstLine` the first line of code above 0. Returns where the line after them begins.
   */
  readRun(bytes: Uint8Array, start: number, end: number, longest: number): number {
    const costs = this.#costs
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
        const sum = sums[event]! + (costs[event] as number)
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
   * Reads a line of short decimal numbers with one blank between them, as nearly all are. Returns where something else
   * stands behind them; or OTHER, and no harm is done.
   */
  #readPlain(bytes: Uint8Array, start: number, end: number): number {
    const costs = this.#costs
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
    for (let event = 0; event < costs.length; event++) {
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
      costs[event] = value
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

function quoted({ bytes, start, end }: Lines): string {
  return quote(decodeText(bytes, start, Math.min(end, start + 300)))
}
