import { describe, expect, test } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { extendStrings } from '../../src/model/extended-strings.js'
import { mergeProfiles } from '../../src/model/merge.js'
import { addExact, exactAt, sumColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { functionCosts, stacks } from '../support/draw.js'

describe('sums of mixed numbers', () => {
  test('are exact while both are integers, else doubles', () => {
    expect(addExact(2n ** 60n, 1)).toBe(2n ** 60n + 1n)
    expect(addExact(2n ** 53n, -1)).toBe(2 ** 53 - 1)
    expect(addExact(0.5, 2n ** 60n)).toBe(2 ** 60)
    expect(addExact(2n ** 60n, 0.5)).toBe(2 ** 60)
    expect(addExact(2 ** 53 - 1, 2)).toBe(2n ** 53n + 1n)
  })

  test('of a column leave out what is unknown', () => {
    const values = Float64Array.of(Number.NaN, 2 ** 60, 1, Number.POSITIVE_INFINITY)
    expect(sumColumn({ values, exact: new Map([[1, 2n ** 60n + 1n]]) })).toBe(2n ** 60n + 2n)
    expect(sumColumn({ values, exact: null }, 1)).toBe(0)
  })
})

describe('a string table with more texts', () => {
  const base = new StringInterner(new Allocator())
  for (const text of ['b', 'd']) base.internText(text)
  const extended = extendStrings(base, ['c', 'a'])

  test('keeps what there was, and has the others behind it', () => {
    expect([0, 1, 2, 3].map((index) => extended.text(index))).toEqual(['b', 'd', 'c', 'a'])
    expect([0, 3].map((index) => Buffer.from(extended.bytes(index)).toString())).toEqual(['b', 'a'])
    expect(['d', 'a', 'x'].map((text) => extended.find(text))).toEqual([1, 3, -1])
    expect(extended.length).toBe(4)
  })

  test('orders them all', () => {
    expect([0, 1, 2, 3].sort((a, b) => extended.compare(a, b)).map((index) => extended.text(index))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
  })
})

describe('merged tables', () => {
  /** One sample of a function, at an address, with a symbol behind the name. */
  function at(address: number | bigint | null, symbol: string | null = null): Profile {
    const drawn = stacks(`f 1${symbol === null ? '' : `\n${symbol} 0`}`)
    const { frames, functions } = drawn
    const none = { values: Float64Array.of(...Array(frames!.length - 1).fill(0)), exact: null }
    const values = Float64Array.of(Number(address), ...none.values)
    const exact = typeof address === 'bigint' ? new Map([[0, address]]) : null
    return {
      ...drawn,
      frames: { ...frames!, address: address === null ? null : { values, exact } },
      functions: { ...functions, systemName: symbol === null ? null : Int32Array.of(1, NONE) },
    }
  }

  test('keep frames at other addresses apart, also past 2^31 and 2^53', () => {
    const sum = mergeProfiles([
      at(5),
      at(2 ** 40),
      at(2n ** 63n + 1n),
      at(2n ** 63n + 3n),
      at(2 ** 40),
      at(2n ** 63n + 1n),
      at(null),
    ])
    const { frames } = sum
    const addresses = Array.from({ length: frames!.length }, (_, frame) => exactAt(frames!.address!, frame))
    expect(addresses).toEqual([5, 2 ** 40, 2n ** 63n + 1n, 2n ** 63n + 3n, 0])
    expect(functionCosts(sum)).toMatchObject({ f: { self: 7 } })
  })

  test('have symbols where some profile has them, and tell functions apart by them', () => {
    const sum = mergeProfiles([at(null), at(null, '_Zf'), at(null, '_Zg'), at(null, '_Zf')])
    const { functions, strings } = sum
    const symbols = Array.from({ length: functions.length }, (_, fn) => {
      const symbol = functions.systemName![fn]!
      return `${strings.text(functions.name[fn]!)} ${symbol === NONE ? '' : strings.text(symbol)}`
    })
    expect(symbols).toEqual(['f ', 'f _Zf', '_Zf ', 'f _Zg', '_Zg '])
  })

  test('remember what filtered profiles weighed, or that it is unknown', () => {
    const filtered = (whole: number | bigint | null): Profile => ({ ...stacks('f 1'), wholeTotals: [whole] })
    expect(mergeProfiles([filtered(2n ** 60n), stacks('f 3'), filtered(4)]).wholeTotals).toEqual([2n ** 60n + 7n])
    expect(mergeProfiles([filtered(5), filtered(null), filtered(4)]).wholeTotals).toEqual([null])
    expect(mergeProfiles([stacks('f 1'), stacks('f 3')]).wholeTotals).toBeNull()
    const unattributed = stacks('f 1')
    const unknown: Profile = { ...unattributed, samples: { ...unattributed.samples!, values: [null] } }
    expect(mergeProfiles([unknown, filtered(4)]).wholeTotals).toEqual([null])
  })
})
