import type { ByteCursor } from '../../src/bytes/cursor.js'
import { decodeLatin1 } from '../../src/bytes/text.js'
import { FormatError, quote } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'

/** A long integer is digits in base 2^15. */
const DIGIT_BITS = 15
const DIGIT_END = 1 << DIGIT_BITS

/** So many digits fit a double exactly. */
const PLAIN_DIGITS = 3

/** Integers of more digits are past 2^1024, where doubles end; no count or time is one. */
const MOST_DIGITS = 69

/** repr() of a float, as versions 0 and 1 write it. */
const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i

/** The payload of a long integer; null when it is too wide for anything that we read, but passed over. */
export function readLong(cursor: ByteCursor): ExactNumber | null {
  const offset = cursor.offset
  const size = cursor.i32()
  const digits = cursor.count(Math.abs(size), 2, 'digits', 'an integer')
  if (digits > MOST_DIGITS) {
    cursor.offset += digits * 2
    return null
  }
  let plain = 0
  let wide = 0n
  let top = 1
  for (let digit = 0; digit < digits; digit++) {
    top = cursor.u16()
    if (top >= DIGIT_END) throw new FormatError(`expected a digit below ${DIGIT_END}, got ${top}`, { offset })
    if (digits <= PLAIN_DIGITS) plain += top * DIGIT_END ** digit
    else wide |= BigInt(top) << BigInt(digit * DIGIT_BITS)
  }
  if (top === 0) throw new FormatError('the first digit of an integer is 0', { offset })
  if (digits <= PLAIN_DIGITS) return size < 0 ? -plain : plain
  return size < 0 ? -wide : wide
}

/** The payload of a float written as text. */
export function readFloatText(cursor: ByteCursor): number {
  const offset = cursor.offset
  const text = decodeLatin1(cursor.bytes(cursor.u8(), 'a float'))
  if (!FLOAT.test(text)) throw new FormatError(`expected a float, got ${quote(text)}`, { offset })
  const lower = text.toLowerCase()
  if (lower.endsWith('nan')) return Number.NaN
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
