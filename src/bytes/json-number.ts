import { decodeText } from './text.js'

/** `read` met the end of the bytes before the number was over. */
export const UNFINISHED = -1
/** `read` met something that is no number; `failedAt` and `failure` say what. */
export const FAILED = -2

/** What a number is as an integer. */
export const SAFE_INTEGER = 0
/** Past ±(2^53 − 1); in `big`. */
export const BIG_INTEGER = 1
export const FRACTION = 2

const ZERO = 0x30
const NINE = 0x39
const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e

/** Digits of an integer that is sure to fit 32 bits. */
const SHORT_DIGITS = 9
/** More digits than this may not be exact in a double. */
const EXACT_DIGITS = 15
/** 10^22 is the last power of ten that is a double exactly; one division of two exact doubles is rounded correctly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Reads JSON numbers off bytes. The result is in the fields, so that nothing is allocated. */
export class NumberReader {
  /** The number, correctly rounded. */
  value = 0
  /** Whether it has neither a point nor an exponent. */
  plain = true
  big = 0n
  failedAt = 0
  failure = ''

  /**
   * Reads the number that begins at `bytes[at]`. Returns where it ends, {@link UNFINISHED} or {@link FAILED}. A number
   * is over where a comma, a bracket, a brace or white space stands; nothing else may follow it.
   */
  read(bytes: Uint8Array, at: number, end: number): number {
    const start = at
    const negative = bytes[at] === MINUS
    if (negative) at++
    const first = at
    let byte = 0
    // The first digits as an integer of 32 bits, which takes half of the time that doubles need.
    const most = Math.min(end, at + SHORT_DIGITS)
    let short = 0
    for (; at < most; at++) {
      byte = bytes[at]!
      if (byte < ZERO || byte > NINE) break
      short = (Math.imul(short, 10) + byte - ZERO) | 0
    }
    let value = short
    for (; at < end; at++) {
      byte = bytes[at]!
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + (byte - ZERO)
    }
    let digits = at - first
    if (digits === 0) return at === end ? UNFINISHED : this.#fail(at, 'expected a digit')
    if (digits > 1 && bytes[first] === ZERO) return this.#fail(first, 'a number must not begin with 0')
    if (at === end) return UNFINISHED
    let fraction = 0
    this.plain = true
    if (byte === POINT) {
      this.plain = false
      const from = ++at
      for (; at < end; at++) {
        byte = bytes[at]!
        if (byte < ZERO || byte > NINE) break
        value = value * 10 + (byte - ZERO)
      }
      if (at === end) return UNFINISHED
      fraction = at - from
      if (fraction === 0) return this.#fail(at, 'expected a digit')
      digits += fraction
    }
    let exact = digits <= EXACT_DIGITS
    if (byte === 0x65 || byte === 0x45) {
      this.plain = false
      exact = false
      at++
      if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++
      const from = at
      while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
      if (at === end) return UNFINISHED
      if (at === from) return this.#fail(at, 'expected a digit')
      byte = bytes[at]!
    }
    if (!isDelimiter(byte)) return this.#fail(at, 'expected the number to end')
    if (exact) this.value = fraction === 0 ? value : value / POWERS[fraction]!
    else {
      this.value = Math.abs(Number(decodeText(bytes, start, at)))
      if (this.value === Number.POSITIVE_INFINITY) return this.#fail(start, 'expected a finite number')
    }
    if (negative) this.value = -this.value
    return at
  }

  /** What the number just read, `bytes[start..end)`, is as an integer; a safe one is in `value` then, without −0. */
  settle(bytes: Uint8Array, start: number, end: number): number {
    const { value } = this
    // Below 2^53 every integer is a double: what is none after rounding was none before.
    if (!Number.isInteger(value)) return FRACTION
    if (!this.plain || !Number.isSafeInteger(value)) {
      const exact = exactInteger(bytes, start, end)
      if (exact === null) return FRACTION
      if (!Number.isSafeInteger(Number(exact))) {
        this.big = exact
        return BIG_INTEGER
      }
      this.value = Number(exact)
    }
    this.value += 0
    return SAFE_INTEGER
  }

  #fail(at: number, failure: string): number {
    this.failedAt = at
    this.failure = failure
    return FAILED
  }
}

/**
 * The integer that the finite number `bytes[start..end)` is, without rounding; null when it has a fraction. It has 309
 * digits at most, because the number is finite.
 */
function exactInteger(bytes: Uint8Array, start: number, end: number): bigint | null {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decodeText(bytes, start, end)) ?? []
  const digits = whole + fraction
  let from = 0
  while (from < digits.length && digits.charCodeAt(from) === ZERO) from++
  if (from === digits.length) return 0n
  let to = digits.length
  while (digits.charCodeAt(to - 1) === ZERO) to--
  const zeros = Number(power) - fraction.length + (digits.length - to)
  return zeros < 0 ? null : BigInt(sign + digits.slice(from, to)) * 10n ** BigInt(zeros)
}

/** What may stand behind a number. */
function isDelimiter(byte: number): boolean {
  return (
    byte === 0x2c || byte === 0x5d || byte === 0x7d || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
  )
}
