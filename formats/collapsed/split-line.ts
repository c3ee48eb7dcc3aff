import { decodeText } from '../../src/bytes/text.js'
import { type ExactNumber, narrow } from '../../src/model/numbers.js'

const TAB = 9
const SPACE = 32

/** The parts of a line: `bytes[start..stackEnd)` is the stack, the rest after blanks its weight. */
export interface SplitLine {
  readonly stackEnd: number
  readonly weight: ExactNumber
}

/** Digits that a double holds whatever they are. */
const SAFE_DIGITS = 15

/** A weight: an integer, a decimal, in scientific notation. */
const WEIGHT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/

/** Splits at the last run of blanks, because names of functions have blanks too; null when no weight follows it. */
export function splitLine(bytes: Uint8Array, start: number, end: number): SplitLine | null {
  const last = lastBlankEnd(bytes, start, end)
  const first = lastWordStart(bytes, start, last)
  if (first === start || first === last) return null
  const weight = weightOf(bytes, first, last)
  return weight === null ? null : { stackEnd: lastBlankEnd(bytes, start, first), weight }
}

/** Whether a stack ends in an integer of its own: the first column of a differential file. */
export function endsInInteger(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end
  while (at > start && isDigit(bytes[at - 1]!)) at--
  return at < end && at - 1 > start && isBlank(bytes[at - 1]!)
}

function weightOf(bytes: Uint8Array, start: number, end: number): ExactNumber | null {
  if (end - start <= SAFE_DIGITS) {
    let value = 0
    let at = start
    for (; at < end && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - 48
    if (at === end) return value
  }
  const text = decodeText(bytes, start, Math.min(end, start + LONGEST_WEIGHT))
  if (end - start > LONGEST_WEIGHT || !WEIGHT.test(text)) return null
  if (INTEGER.test(text)) return narrow(BigInt(text.replace('+', '')))
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/** Longer than any number that a program prints, short enough that nothing is slow. */
const LONGEST_WEIGHT = 400

/** Where the blanks before `end` begin. */
function lastBlankEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(bytes[at - 1]!)) at--
  return at
}

/** Where the word that ends at `end` begins. */
function lastWordStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && !isBlank(bytes[at - 1]!)) at--
  return at
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}
