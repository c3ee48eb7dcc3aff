/** Numbers, texts and times as Python prints them. */

import { encodeText } from '../../bytes/text.js'
import type { ExactNumber } from '../../model/numbers.js'

/** From here on a double is an integer, and toFixed() changes to exponents soon after. */
const ALL_INTEGERS = 2 ** 53

/**
 * `'%.3f' % value`. JavaScript's toFixed() rounds on the exact binary value as Python does, with three differences:
 * a tie goes away from zero instead of to the even digit, -0 loses its sign, and 1e21 and more get an exponent.
 */
export function fixed3(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
  const size = Math.abs(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (size >= ALL_INTEGERS) return `${sign}${BigInt(size)}.000`
  // A tie is (2k + 1) / 2000; a double can be that only as an odd number of sixteenths.
  const sixteenths = size * 16
  if (sixteenths % 2 !== 1) return sign + size.toFixed(3)
  const thousandths = (BigInt(sixteenths) * 125n) >> 1n
  const digits = (thousandths + (thousandths & 1n)).toString().padStart(4, '0')
  return `${sign}${digits.slice(0, -3)}.${digits.slice(-3)}`
}

/** `'%8.3f' % value`. */
export function f8(value: number): string {
  return fixed3(value).padStart(8)
}

/** `str(count)`; counts are integers. */
export function countText(count: ExactNumber): string {
  // Beyond 1e21 only a BigInt prints all digits.
  return Number.isInteger(count) && !Number.isSafeInteger(count) ? BigInt(count).toString() : String(count)
}

/** `repr(text)` of Python 3; with `bytes` that of a byte string in Python 2, whose characters are bytes. */
export function repr(text: string, bytes = false): string {
  const quoteMark = text.includes("'") && !text.includes('"') ? '"' : "'"
  let out = quoteMark
  for (const character of text) {
    if (character === quoteMark || character === '\\') out += `\\${character}`
    else out += SHORT_ESCAPES.get(character) ?? escaped(character, bytes)
  }
  return out + quoteMark
}

const SHORT_ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** What str.isprintable() denies. */
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

function escaped(character: string, bytes: boolean): string {
  const code = character.codePointAt(0)!
  if (bytes ? code >= 0x20 && code < 0x7f : !NOT_PRINTABLE.test(character)) return character
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}

/** `repr(value)` of a float below 1: Python changes to exponents below 1e-4, JavaScript below 1e-6. */
export function fractionRepr(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-4) return String(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `time.ctime()` of a moment in milliseconds since 1970: local time, as TZ says. */
export function ctime(ms: number): string {
  const date = new Date(Math.floor(ms / 1000) * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const day = String(date.getDate()).padStart(2)
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${clock} ${date.getFullYear()}`
}

/** The line over a report for one file: when it was last modified, and its name as given. */
export function fileLine(name: string, modifiedMs: number | null): Uint8Array {
  return encodeText(modifiedMs === null ? name : `${ctime(modifiedMs)}    ${name}`)
}
