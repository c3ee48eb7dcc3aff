import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heavyRows, minimumDelta } from '../../../src/analysis/diff/judge/heavy-rows.js'
import { judgeOne, judgeRuns } from '../../../src/analysis/diff/judge/judge-runs.js'
import { meanOfSides, perCall, runTotals } from '../../../src/analysis/diff/judge/run-rows.js'
import { speedFactors } from '../../../src/analysis/diff/judge/speed-factors.js'
import { moderatedVariance, variancePrior } from '../../../src/analysis/diff/judge/variance-prior.js'
import { seededRandom } from '../../../src/analysis/statistics/random.js'

/** Rows of runs → runs of rows. */
function runs(rows: readonly (readonly number[])[]): Float64Array[] {
  return rows[0]!.map((_, run) => Float64Array.from(rows, (row) => row[run]!))
}

const BEFORE = [
  [100, 104, 98],
  [50, 55, 47],
  [20, 21, 20.5],
  [200, 190, 212],
  [10, 12, 11],
  [75, 74, 80],
]
const AFTER = [
  [151, 149, 160],
  [49, 53, 52],
  [20.2, 21.1, 20.9],
  [205, 199, 188],
  [14, 13.2, 15],
  [70, 79, 77],
]

describe('variancePrior', () => {
  // scipy 1.17.1: digamma, polygamma, and brentq for the inverse of trigamma, after Smyth (2004), section 6.2.
  it.each([
    [2, 0.9546982731929126, 0.0018869716829934624],
    [4, 0.864810531608717, 0.0011799775585619476],
    [8, 0.8379460097326322, 0.0009697500731749904],
  ])('fits variances with %d degrees of freedom', (degrees, df, variance) => {
    const variances = Float64Array.of(0.001, 0.0012, 0.02, 0.0005, 0.3, 0.004, 0.0001, 0.05, 0, Number.NaN)
    const prior = variancePrior(variances, degrees)
    expect(prior.df).toBeCloseTo(df, 9)
    expect(prior.variance).toBeCloseTo(variance, 12)
    const own = moderatedVariance(0.01, degrees, prior)
    expect(own).toBeCloseTo((df * variance + degrees * 0.01) / (df + degrees), 12)
  })

  it('trusts the common variance wholly when rows differ by chance only, not at all with two rows', () => {
    expect(variancePrior(Float64Array.of(0.01, 0.011, 0.0105, 0.0098), 4).df).toBe(Number.POSITIVE_INFINITY)
    expect(variancePrior(Float64Array.of(0.01, 0.2), 4)).toEqual({ df: 0, variance: 0 })
  })
})

describe('judgeRuns', () => {
  it('gives the moderated t-test', () => {
    const judged = judgeRuns([runs(BEFORE), runs(AFTER)])
    // ratio, interval, q: scipy 1.17.1, stats.t and false_discovery_control; d₀ = 18.98, 22.98 degrees of freedom.
    const expected = [
      [1.52291124847, 1.40028854133, 1.656271977, 2.34169816411e-9],
      [1.01472473563, 0.925670856387, 1.11234601586, 0.777629652144],
      [1.01140629681, 0.931676369196, 1.09795926037, 0.777629652144],
      [0.983743274801, 0.901146249207, 1.07391095681, 0.777629652144],
      [1.28057916499, 1.16138060751, 1.41201169297, 7.81833431808e-5],
      [0.986152989141, 0.902263024501, 1.07784281477, 0.777629652144],
    ]
    for (let row = 0; row < expected.length; row++) {
      const [ratio, low, high, q] = expected[row]!
      expect(Math.abs(judged.ratio[row]! / ratio! - 1)).toBeLessThan(1e-9)
      expect(Math.abs(judged.low[row]! / low! - 1)).toBeLessThan(1e-9)
      expect(Math.abs(judged.high[row]! / high! - 1)).toBeLessThan(1e-9)
      expect(Math.abs(judged.q[row]! / q! - 1)).toBeLessThan(1e-7)
    }
    expect(expected.map((_, row) => judged.verdict(row))).toEqual([
      'regressed',
      'inconclusive',
      'inconclusive',
      'inconclusive',
      'regressed',
      'inconclusive',
    ])
  })

  it('gives one row the plain t-test, in pairs when asked', () => {
    // scipy 1.17.1 on the logarithms: ttest_ind, ttest_rel.
    const one = judgeOne([BEFORE[0]!, AFTER[0]!])
    expect(one.q).toBeCloseTo(0.00011391151421111958, 10)
    expect(one.ci![0]).toBeCloseTo(1.4091270431661378, 9)
    expect(one.ci![1]).toBeCloseTo(1.6458833019786614, 9)
    const paired = judgeOne([BEFORE[0]!, AFTER[0]!], { paired: true })
    expect(paired.q).toBeCloseTo(0.00804431421106208, 10)
    expect(paired.ci![0]).toBeCloseTo(1.2934536510657975, 9)
    expect(paired.ci![1]).toBeCloseTo(1.7930744320081793, 9)
  })

  it('says nothing of one run against one but the ratio', () => {
    expect(judgeOne([[100], [200]])).toEqual({
      before: expect.closeTo(100),
      after: expect.closeTo(200),
      ratio: expect.closeTo(2),
      ci: null,
      q: null,
      verdict: null,
      basis: 'single',
      runsNeeded: null,
    })
  })

  it('needs a change that is clear of the tolerance and large enough', () => {
    const exact = (before: number, after: number, minimum = 0) =>
      judgeOne(
        [
          [before, before],
          [after, after],
        ],
        { minimumDelta: minimum },
      )
    expect(exact(100, 104).verdict).toBe('unchanged')
    expect(exact(100, 106).verdict).toBe('regressed')
    expect(exact(106, 100).verdict).toBe('improved')
    expect(exact(100, 106, 7)).toMatchObject({ verdict: null, basis: 'small' })
    // Calls that cost 6 more each, a hundred of them.
    const perCalls = judgeRuns(
      [
        [Float64Array.of(100), Float64Array.of(100)],
        [Float64Array.of(106), Float64Array.of(106)],
      ],
      { minimumDelta: 7, weights: Float64Array.of(100) },
    )
    expect(perCalls.verdict(0)).toBe('regressed')
  })

  it('says how many runs a side would tell: 2 (2.8 s / ln 1.05)² where nothing changed', () => {
    const scatter = [Math.exp(-0.1), 1, Math.exp(0.1)]
    const judged = judgeOne([scatter, scatter])
    expect(judged).toMatchObject({ verdict: 'inconclusive', runsNeeded: Math.ceil(2 * (0.28 / Math.log(1.05)) ** 2) })
  })

  it('does not test what is light, has no before or after, or comes and goes', () => {
    const before = runs([
      [1, 2],
      [0, 0],
      [3, 0],
      [5, 5.1],
    ])
    const after = runs([
      [9, 8],
      [4, 4],
      [3, 3],
      [5, 5.2],
    ])
    const judged = judgeRuns([before, after], { tested: Uint8Array.of(0, 1, 1, 1) })
    expect([0, 1, 2, 3].map((row) => judged.basis(row))).toEqual(['light', 'one-sided', 'zero', 'tested'])
    expect([0, 1, 2].map((row) => judged.verdict(row))).toEqual([null, null, 'inconclusive'])
    expect(judged.at(1)).toMatchObject({ before: 0, after: expect.closeTo(4), ratio: null, ci: null, q: null })
  })

  it('turns around with its sides and does not know units', () => {
    const value = fc.double({ min: 1, max: 1000, noNaN: true })
    const side = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(side, side, (a, b) => {
        const options = { minimumDelta: 20 }
        const forward = judgeRuns([runs(a), runs(b)], options)
        const backward = judgeRuns([runs(b), runs(a)], options)
        const scale = (rows: number[][]) => runs(rows.map((row) => row.map((cell) => cell * 1024)))
        const scaled = judgeRuns([scale(a), scale(b)], { minimumDelta: 20 * 1024 })
        const turned = {
          regressed: 'improved',
          improved: 'regressed',
          unchanged: 'unchanged',
          inconclusive: 'inconclusive',
        }
        for (let row = 0; row < 5; row++) {
          const verdict = forward.verdict(row)
          expect(backward.verdict(row)).toBe(verdict === null ? null : turned[verdict])
          expect(scaled.verdict(row)).toBe(verdict)
          expect(Math.abs(forward.low[row]! * backward.high[row]! - 1)).toBeLessThan(1e-9)
          expect(Math.abs(scaled.high[row]! / forward.high[row]! - 1)).toBeLessThan(1e-9)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('speedFactors', () => {
  it('finds how fast each run was, whatever one function does', () => {
    const factors = [
      [1, 1.1, 0.9],
      [1.2, 1.25, 1.3],
    ]
    const base = Float64Array.from({ length: 21 }, (_, row) => 10 + row)
    const sides = factors.map((side) =>
      side.map((factor, run) => base.map((value, row) => value * factor * (row === 3 ? 7 + run : 1))),
    ) as [Float64Array[], Float64Array[]]
    const { logs, change, functions } = speedFactors(sides, new Uint8Array(21).fill(1))!
    const mean = Math.exp(factors.flat().reduce((sum, factor) => sum + Math.log(factor), 0) / 6)
    for (const side of [0, 1] as const) {
      for (const [run, factor] of factors[side]!.entries()) {
        expect(Math.exp(logs[side][run]!)).toBeCloseTo(factor / mean, 12)
      }
    }
    expect(change).toBeCloseTo(((1.2 * 1.25 * 1.3) / (1 * 1.1 * 0.9)) ** (1 / 3), 12)
    expect(functions).toBe(21)
  })

  it('does not guess from fewer than eight functions', () => {
    const side = [new Float64Array(20).fill(1)]
    expect(speedFactors([side, side], new Uint8Array(20).fill(1, 0, 7))).toBe(null)
    expect(speedFactors([side, side], new Uint8Array(20).fill(1, 0, 8))).toMatchObject({ change: 1, functions: 8 })
  })
})

describe('heavyRows and minimumDelta', () => {
  it('takes the mean share of both sides, and 1 ms or 1 % of the total', () => {
    const values = [
      runs([
        [989, 989],
        [10, 10],
        [1, 1],
      ]),
      runs([
        [982, 982],
        [0, 0],
        [18, 18],
      ]),
    ] as const
    const totals = runTotals(values)
    expect(totals).toEqual([
      [1000, 1000],
      [1000, 1000],
    ])
    expect([...heavyRows(values, totals)]).toEqual([1, 1, 1])
    expect([...heavyRows(values, totals, 0.0051)]).toEqual([1, 0, 1])
    expect([...meanOfSides(values)]).toEqual([985.5, 5, 9.5])
    expect(minimumDelta([[1000], [3000]], 'milliseconds')).toBe(20)
    expect(minimumDelta([[10], [10]], 'milliseconds')).toBe(1)
    expect(minimumDelta([[10], [10]], 'bytes')).toBe(0.1)
  })

  it('divides by calls, where there are any', () => {
    const cells = perCall(
      [[Float64Array.of(6, 5)], [Float64Array.of(8, 0)]],
      [[Float64Array.of(3, 0)], [Float64Array.of(2, 4)]],
    )
    expect(cells.map(([run]) => [...run!])).toEqual([
      [2, Number.NaN],
      [4, 0],
    ])
  })
})

describe('many programs with noise', () => {
  /** 150 functions with t₄ noise, and 5 % that all functions of a run share. */
  const program = (random: () => number, count: number, factor: (row: number) => number) => {
    const uniform = () => (random() + 0.5) / 2 ** 32
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    const heavyTailed = () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2) / 4)
    return Array.from({ length: count }, () => {
      const machine = Math.exp(0.05 * normal())
      return Float64Array.from({ length: 150 }, (_, row) => 10 * factor(row) * machine * Math.exp(0.03 * heavyTailed()))
    })
  }

  it.each([
    [3, 0.85],
    [5, 0.95],
  ])('raises few false alarms at %d against %d, and finds ×1.2', (count, power) => {
    const random = seededRandom(20 + count)
    let alarmed = 0
    let found = 0
    let covered = 0
    const programs = 60
    for (let index = 0; index < programs; index++) {
      const judge = (factor: (row: number) => number) => {
        const values = [program(random, count, () => 1), program(random, count, factor)] as const
        const tested = heavyRows(values, runTotals(values))
        return judgeRuns(values, { tested, speed: speedFactors(values, tested) })
      }
      const same = judge(() => 1)
      const rows = Array.from({ length: 150 }, (_, row) => row)
      if (rows.some((row) => same.verdict(row) === 'regressed' || same.verdict(row) === 'improved')) alarmed++
      const changed = judge((row) => (row < 3 ? 1.2 : 1))
      for (const row of [0, 1, 2]) {
        if (changed.verdict(row) === 'regressed') found++
        if (changed.low[row]! <= 1.2 && 1.2 <= changed.high[row]!) covered++
      }
    }
    expect(alarmed / programs).toBeLessThanOrEqual(0.05)
    expect(found / programs / 3).toBeGreaterThanOrEqual(power)
    // 95 % of 180, less two standard deviations.
    expect(covered / programs / 3).toBeGreaterThanOrEqual(0.91)
  })
})
