import { describe, expect, it } from 'vitest'
import { columnScale, countText, percentText, valueText } from '../../src/render/value-text.js'
import type { Unit } from '../../src/units.js'

describe('valueText', () => {
  it.each<[number | bigint, Unit, string]>([
    [27.612, 'seconds', '27.61 s'],
    [0.00573, 'seconds', '5.73 ms'],
    [178.14, 'milliseconds', '178.1 ms'],
    [999.96, 'milliseconds', '1.00 s'],
    [999.94, 'milliseconds', '999.9 ms'],
    [1234567, 'nanoseconds', '1.23 ms'],
    [4.2e-10, 'seconds', '0.42 ns'],
    [1e-13, 'seconds', '<0.01 ns'],
    [0, 'seconds', '0 s'],
    [-2.5, 'seconds', '-2.50 s'],
    [5025.5, 'seconds', '5,026 s'],
    [12345678901234567890n, 'nanoseconds', '12,345,678,901 s'],
    [512, 'bytes', '512 B'],
    [1536, 'bytes', '1.50 KiB'],
    [3_400_000_000, 'bytes', '3.17 GiB'],
    [4821, 'count', '4,821'],
    [0.5, 'none', '0.5'],
    [Number.POSITIVE_INFINITY, 'seconds', 'Infinity'],
  ])('%s %s is %s', (value, unit, text) => {
    expect(valueText(value, unit)).toBe(text)
  })
})

describe('countText', () => {
  it('sets thousands apart, exactly', () => {
    expect([0, 999, 1000, -1234567].map(countText)).toEqual(['0', '999', '1,000', '-1,234,567'])
    expect(countText(9007199254740993n)).toBe('9,007,199,254,740,993')
    expect(countText(2 ** 70)).toBe('1,180,591,620,717,411,303,424')
    expect(countText(1234.5678)).toBe('1,234.568')
  })
})

describe('percentText', () => {
  it('never shows something as nothing', () => {
    expect([0, 1, 0.9862, 0.0004, 1e-12, -0.25].map(percentText)).toEqual([
      ...['0 %', '100.0 %', '98.6 %', '<0.1 %', '<0.1 %', '-25.0 %'],
    ])
  })
})

describe('columnScale', () => {
  it('writes a column in one unit with one number of digits', () => {
    const scale = columnScale(27.552, 'seconds')
    expect(scale.unit).toBe('s')
    expect([27.552, 0.0327, 0.00001, 0, 1234.5].map((value) => scale.text(value))).toEqual([
      ...['27.552', '0.033', '<0.001', '0', '1,234.500'],
    ])
    expect(columnScale(0.0057, 'seconds').unit).toBe('ms')
    expect(columnScale(0, 'nanoseconds').unit).toBe('s')
    expect(columnScale(4096, 'bytes')).toMatchObject({ unit: 'KiB' })
    expect(columnScale(12, 'count').text(4821)).toBe('4,821')
  })
})
