import { decodeText } from '../../src/bytes/text.js'
import { type ExactNumber, narrow } from '../../src/model/numbers.js'

/** Digits that a double holds whatever they are. */
const SAFE_DIGITS = 15

/** Longer than any number that a program prints. */
const LONGEST = 64

const NUMBER = /^-?(\d+|0x[0-9a-f]+|\d*\.\d+(e[+-]?\d+)?|\d+\.|\d+e[+-]?\d+)$/i

/** The number `bytes[start..end)`: decimal, hexadecimal, and with decimals as some writers have it; null for no number. */
export function numberOf(bytes: Uint8Array, start: number, end: number): ExactNumber | null {
  if (end - start <= SAFE_DIGITS) {
    let value = 0
    let at = start
    for (; at < end; at++) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === end && at > start) return value
  }
  if (end - start > LONGEST) return null
  const text = decodeText(bytes, start, end)
  if (!NUMBER.test(text)) return null
  const isNegative = text.startsWith('-')
  const digits = isNegative ? text.slice(1) : text
  if (!/^(\d+|0x.*)$/i.test(digits)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : null
  }
  const integer = BigInt(digits)
  return narrow(isNegative ? -integer : integer)
}

export function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9
}

/** Where the word that begins at `at` ends. */
export function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && !isBlank(bytes[at]!)) at++
  return at
}

/** Where the blanks from `at` on end. */
export function blanksEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isBlank(bytes[at]!)) at++
  return at
}
