import { describe, expect, it } from 'vitest'
import { blame } from '../../../src/analysis/diff/blame/blame.js'
import { causesOf } from '../../../src/analysis/diff/blame/causes.js'
import { PAGE, page } from './aligned-graph.js'

describe('causesOf', () => {
  it('puts the terms of one function together, largest first', () => {
    const { list, length, explained } = causesOf(page(true), blame(page(true)), { enough: 1 })
    expect(length).toBe(2)
    expect(explained).toBeCloseTo(1, 12)
    expect(list.map(({ row, terms }) => [PAGE[row], terms.map(({ kind, callee }) => [kind, PAGE[callee]])])).toEqual([
      [
        'render',
        [
          ['edge', 'fetch'],
          ['edge', 'log_row'],
        ],
      ],
      ['execute', [['self', undefined]]],
    ])
    const [fetch, log] = list[0]!.terms
    expect(fetch).toMatchObject({ calls: [12, 500], perCall: [0.024, 1], error: null })
    expect(fetch!.share).toBeCloseTo(229.36 / 242.1, 12)
    // Without calls of log_row there is still render, which could have called it.
    expect(log).toMatchObject({ calls: [0, 500], perCall: [0, 1] })
    expect(list[0]!.delta).toBeCloseTo(231_860, 8)
    expect(list[1]!.terms[0]).toMatchObject({ calls: [12, 500], perCall: [400, 440] })
  })

  it('stops when the change is explained', () => {
    const { list, length, explained } = causesOf(page(true), blame(page(true)))
    expect([list.length, length]).toEqual([1, 2])
    expect(explained).toBeCloseTo(231.86 / 242.1, 12)
  })

  it('ranks by what is certain, and leaves neutral rows out of the ranking', () => {
    const result = blame(page(true))
    const termErrors = new Float64Array(result.length)
    termErrors[page(true).length + 1] = 3e5
    const ranked = causesOf(page(true), result, { termErrors, enough: 1 })
    expect(ranked.list.map(({ row, error }) => [PAGE[row], error])).toEqual([
      ['execute', 0],
      ['render', 3e5],
    ])
    const rowErrors = Float64Array.of(0, 1, 0, 3e5, 0)
    expect(causesOf(page(true), result, { rowErrors, enough: 1 }).list.map(({ row }) => PAGE[row])).toEqual([
      'render',
      'execute',
    ])
    const neutral = Uint8Array.of(0, 0, 0, 1, 0)
    const without = causesOf(page(true), result, { neutral, enough: 1 })
    expect(without.list.map(({ row }) => PAGE[row])).toEqual(['render'])
    expect(without.neutral).toBeCloseTo(10_240, 8)
  })
})
