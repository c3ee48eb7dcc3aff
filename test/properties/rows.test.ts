import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { functionRows } from '../../src/analysis/function-rows.js'
import { SORT_KEYS } from '../../src/analysis/sort-keys.js'
import { nameOf } from '../support/draw.js'
import { draw, runs, type Sample, samples } from './runs.js'

const key = fc.constantFrom(...SORT_KEYS)

const order = (list: readonly Sample[], sort: (typeof SORT_KEYS)[number], reverse = false): string[] => {
  const profile = draw(list)
  const rows = functionRows(profile, { sort, reverse })
  return Array.from({ length: rows.length }, (_, at) => nameOf(profile, rows.row(at).function))
}

describe('rows', () => {
  it('come in an order that the order of the samples does not change', () => {
    fc.assert(
      fc.property(samples, key, fc.boolean(), (list, sort, reverse) => {
        const others = [...list].reverse()
        expect(order(others, sort, reverse)).toEqual(order(list, sort, reverse))
      }),
      runs(),
    )
  })

  it('have shares that are what they cost of the total, and add up to 1', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const full = list.map(({ path, weight }) => ({ path: ['main', ...path], weight: weight + 1 }))
        const rows = functionRows(draw(full), {})
        let sum = 0
        for (let at = 0; at < rows.length; at++) {
          const { self, selfShare } = rows.row(at)
          expect(selfShare).toBeCloseTo(Number(self) / Number(rows.measure.total), 12)
          sum += selfShare ?? 0
        }
        expect(sum).toBeCloseTo(1, 9)
      }),
      runs(),
    )
  })
})
