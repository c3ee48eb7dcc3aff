import { describe, expect, it } from 'vitest'
import { judgeCounts } from '../../../src/analysis/diff/judge/judge-counts.js'
import type { Judgement } from '../../../src/analysis/diff/judge/judgement.js'
import { programVerdict } from '../../../src/analysis/diff/judge/program-verdict.js'

const column = (value: number) => Float64Array.of(value)

describe('judgeCounts', () => {
  it('compares counts that agree within their sides as they are', () => {
    const side = (...cells: number[]) => [Float64Array.from(cells), Float64Array.from(cells)]
    const judged = judgeCounts([side(12, 7, 0, 3, Number.NaN), side(500, 7, 4, 0, 1)])
    expect([0, 1, 2, 3, 4].map((row) => judged.change(row))).toEqual(['more', 'same', 'more', 'fewer', null])
    expect([...judged.certain]).toEqual([1, 1, 1, 1, 0])
    expect(judged.ratio[0]).toBeCloseTo(500 / 12, 12)
    expect(judged.ratio[2]).toBe(Number.POSITIVE_INFINITY)
    expect(judged.identical).toBe(false)
    expect(judgeCounts([side(1, 2), side(1, 2)]).identical).toBe(true)
  })

  it('takes counts that vary as quasi-Poisson', () => {
    // scipy 1.17.1: φ is below 1 and counts as 1, t with 4 degrees of freedom.
    const judged = judgeCounts([[100, 104, 96].map(column), [150, 160, 143].map(column)])
    expect(judged.low[0]).toBeCloseTo(1.2275578118397854, 9)
    expect(judged.high[0]).toBeCloseTo(1.8553407174354484, 9)
    expect([judged.change(0), judged.certain[0]]).toEqual(['more', 0])
    const wild = judgeCounts([[10, 200, 30].map(column), [150, 20, 300].map(column)])
    expect(wild.change(0)).toBe('unclear')
  })
})

describe('programVerdict', () => {
  const single: Judgement = {
    before: 100,
    after: 100,
    ratio: 1,
    ci: null,
    q: null,
    verdict: null,
    basis: 'single',
    runsNeeded: null,
  }
  const tested = (verdict: Judgement['verdict']): Judgement => ({ ...single, verdict, basis: 'tested' })

  it('believes tested totals', () => {
    for (const verdict of ['regressed', 'improved', 'unchanged'] as const) {
      const evidence = { total: [100, 200], judged: tested(verdict), settled: null } as const
      expect(programVerdict(evidence)).toEqual({ verdict, basis: 'runs' })
    }
  })

  it.each([
    // total after, settled part, verdict of one against one, of runs that leave the total open
    [100, 0, 'unchanged', 'inconclusive'],
    [104, 3, 'unchanged', 'inconclusive'],
    [104, null, 'inconclusive', 'inconclusive'],
    [150, 0, 'inconclusive', 'inconclusive'],
    [150, null, 'inconclusive', 'inconclusive'],
    [150, 45, 'regressed', 'regressed'],
    [150, -45, 'inconclusive', 'inconclusive'],
    [60, -45, 'improved', 'improved'],
    [100, 45, 'inconclusive', 'inconclusive'],
  ] as const)('of a total of 100 that became %d, %d of it settled', (after, settled, one, several) => {
    const total = [100, after] as const
    expect(programVerdict({ total, judged: single, settled }).verdict).toBe(one)
    expect(programVerdict({ total, judged: tested('inconclusive'), settled }).verdict).toBe(several)
  })

  it('is unchanged for a profile against itself', () => {
    const evidence = { total: [100, 100], judged: single, settled: null, identical: true } as const
    expect(programVerdict(evidence)).toEqual({ verdict: 'unchanged', basis: 'settled' })
  })
})
