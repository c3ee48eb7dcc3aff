import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ctime, fixed3, fractionRepr, repr } from '../../../src/report/pstats-text/python-text.js'

describe('%.3f', () => {
  // What CPython 3.13 prints.
  it.each([
    [0, '0.000'],
    [-0, '-0.000'],
    [0.0625, '0.062'],
    [0.1875, '0.188'],
    [0.3125, '0.312'],
    [0.5625, '0.562'],
    [-0.0625, '-0.062'],
    [2.0625, '2.062'],
    [12345678.0625, '12345678.062'],
    // Not a tie: the double lies below.
    [0.0005, '0.001'],
    [0.0015, '0.002'],
    [0.0025, '0.003'],
    [1.0005, '1.000'],
    [0.00049999, '0.000'],
    [-0.0001, '-0.000'],
    [0.9995, '1.000'],
    [1e15, '1000000000000000.000'],
    [1e21, '1000000000000000000000.000'],
    [1e23, '99999999999999991611392.000'],
    [-1e22, '-10000000000000000000000.000'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ])('%d', (value, text) => {
    expect(fixed3(value)).toBe(text)
  })

  it('rounds the exact binary value half to even', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), ties()), (value) => {
        expect(fixed3(value)).toBe(exactFixed3(value))
      }),
      { numRuns: 2000 },
    )
  })
})

/** Odd sixteenths: the only doubles that lie halfway between two thousandths. */
function ties(): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((value) => (2 * value + 1) / 16)
}

/** '%.3f' by integers alone: the double is m * 2^e. */
function exactFixed3(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n)
  const power = (exponent === 0n ? 1n : exponent) - 1075n
  let thousandths: bigint
  if (power >= 0n) thousandths = (mantissa * 1000n) << power
  else {
    const half = 1n << (-power - 1n)
    const rest = (mantissa * 1000n) & ((1n << -power) - 1n)
    thousandths = (mantissa * 1000n) >> -power
    if (rest > half || (rest === half && (thousandths & 1n) === 1n)) thousandths++
  }
  const digits = thousandths.toString().padStart(4, '0')
  return `${bits >> 63n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`
}

describe('repr', () => {
  // What CPython 3.13 and, with `true`, 2.7 print.
  it.each([
    ['fib', false, "'fib'"],
    ["o'dd", false, '"o\'dd"'],
    ['a"b', false, "'a\"b'"],
    ['\'"', false, "'\\'\"'"],
    ['\\(odd\\)', false, "'\\\\(odd\\\\)'"],
    ['a\tb\n\r\x00\x7f', false, "'a\\tb\\n\\r\\x00\\x7f'"],
    ['é 日 😀', false, "'é 日 😀'"],
    ['\u00a0\u200b\u2028\ue000\ud800', false, "'\\xa0\\u200b\\u2028\\ue000\\ud800'"],
    ['\u{e0001}', false, "'\\U000e0001'"],
    ['\u00e9', true, "'\\xe9'"],
  ])('%j', (text, bytes, expected) => {
    expect(repr(text, bytes)).toBe(expected)
  })

  it.each([
    [0.1, '0.1'],
    [0, '0.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.000025, '2.5e-05'],
    [1.5e-10, '1.5e-10'],
  ])('of the fraction %d', (value, text) => {
    expect(fractionRepr(value)).toBe(text)
  })
})

describe('ctime', () => {
  // TZ is UTC in all tests.
  it('pads the day with a blank and drops what is less than a second', () => {
    expect(ctime(1_699_999_999_750)).toBe('Tue Nov 14 22:13:19 2023')
    expect(ctime(1_704_700_000_000)).toBe('Mon Jan  8 07:46:40 2024')
    expect(ctime(-500)).toBe('Wed Dec 31 23:59:59 1969')
  })
})
