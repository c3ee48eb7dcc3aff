import { describe, expect, it } from 'vitest'
import { type Aggregation, aggregateRuns } from '../../../src/analysis/diff/aggregate.js'
import { align, alignedGraph } from '../../../src/analysis/diff/aligned.js'
import { blame, blamePlan } from '../../../src/analysis/diff/blame/blame.js'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { type Pair, type Side, sideOf } from '../../../src/analysis/diff/side.js'
import { termErrors } from '../../../src/analysis/diff/term-errors.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph } from '../../support/draw.js'

const side = (profiles: readonly Profile[]): Side =>
  sideOf(
    profiles,
    profiles.map(() => 0),
    'seconds',
  )

function setUp(before: readonly Profile[], after: readonly Profile[], how: Aggregation) {
  const sides = [side(before), side(after)] as const
  const alignment = align(matchFunctions(sides[0], sides[1]), sides)
  const columns = [aggregateRuns(sides[0].runs, how), aggregateRuns(sides[1].runs, how)] as const
  const plan = blamePlan(alignedGraph(alignment, columns))
  return { sides, alignment, plan, errors: () => termErrors(alignment, sides, plan, how) }
}

/** Runs of one function that is called once. */
const runs = (...self: number[]): Profile[] => self.map((own) => graph(`f 1x self=${own} total=${own}`))

/** The error of the one term of {@link runs} that can differ. */
function errorOf(before: readonly number[], after: readonly number[], how: Aggregation): number {
  const { rows, terms } = setUp(runs(...before), runs(...after), how).errors()!
  expect(terms[0]).toBeCloseTo(rows[0]!, 12)
  return rows[0]!
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

describe('errors of terms', () => {
  it('are unknown with one run on a side', () => {
    for (const [before, after] of [
      [[1], [2]],
      [[1], [2, 3]],
      [[1, 2], [3]],
    ]) {
      expect(setUp(runs(...before!), runs(...after!), 'min').errors()).toBeNull()
    }
  })

  it('are those of the jackknife with two or three runs on a side', () => {
    // Without one of the runs the least is 14, 10 and 26, 20: variances of 8 / 2 and 18 / 2.
    expect(errorOf([10, 14], [20, 26], 'min')).toBeCloseTo(Math.sqrt(4 + 9), 12)
    // Medians without one: 22, 20, 12 and 38, 35, 23. Squares of 56 and 126, two thirds of each.
    expect(errorOf([10, 14, 30], [20, 26, 50], 'median')).toBeCloseTo(Math.sqrt((2 / 3) * (56 + 126)), 12)
    // The side with fewer runs decides. Of four runs the least without one is 5, 4, 4, 4: squares of 3 / 4.
    expect(errorOf([10, 14], [4, 5, 9, 9], 'min')).toBeCloseTo(Math.sqrt(4 + (3 / 4) * (3 / 4)), 12)
    expect(errorOf([4, 5, 9, 9], [10, 14], 'min')).toBeCloseTo(Math.sqrt(4 + (3 / 4) * (3 / 4)), 12)
  })

  it('are those of the bootstrap from four runs on', () => {
    const values = [20, 30, 45, 100]
    // All 256 ways to draw four of four.
    const drawn = Array.from({ length: 256 }, (_, way) =>
      median([0, 2, 4, 6].map((shift) => values[(way >> shift) & 3]!)),
    )
    const mean = drawn.reduce((sum, value) => sum + value, 0) / 256
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 256)
    for (const found of [
      errorOf([10, 10, 10, 10], values, 'median'),
      errorOf(values, [10, 10, 10, 10], 'median'),
      errorOf(values, values, 'median') / Math.SQRT2,
    ]) {
      // 200 drawings: one standard error of the deviation is about 5 % of it.
      expect(Math.abs(found / deviation - 1)).toBeLessThan(0.2)
    }
    // The jackknife would say 0 here: all medians without one run are 20.
    expect(errorOf([10, 10, 10, 10], [20, 20, 20, 100], 'median')).toBeGreaterThan(5)
    expect(errorOf([10, 10, 10, 10], [20, 20, 20, 20], 'median')).toBe(0)
  })

  it('take 200 drawings of a small program, and come out the same again', () => {
    const { sides, alignment, plan } = setUp(runs(10, 11, 12, 14), runs(20, 21, 25, 29), 'median')
    let looks = 0
    const watched: Side = {
      ...sides[1],
      get runs() {
        looks++
        return sides[1].runs
      },
    }
    const first = termErrors(alignment, [sides[0], watched], plan, 'median')!
    // Twice for the number of runs, then once a drawing.
    expect(looks).toBe(202)
    expect(termErrors(alignment, sides, plan, 'median')).toEqual(first)
  })

  it('are of each term by itself, and of the sum of a row: what varies against each other cancels out', () => {
    const run = (calls: number, each: number): Profile =>
      graph(`
        main 1x self=1 total=${1 + calls * each}
        main -> f ${calls}x total=${calls * each}
        f ${calls}x self=${calls * each} total=${calls * each}
        g 2x self=${calls} total=${calls}
      `)
    const before = [run(10, 2), run(12, 2), run(17, 3)]
    const after = [run(20, 3), run(24, 2)]
    const { sides, alignment, plan, errors } = setUp(before, after, 'median')
    const delta = (chosen: Pair<readonly number[]>): Float64Array =>
      blame(
        alignedGraph(alignment, [
          aggregateRuns(sides[0].runs, 'median', chosen[0]),
          aggregateRuns(sides[1].runs, 'median', chosen[1]),
        ]),
        plan,
      ).delta
    const left = [
      [
        [1, 2],
        [0, 2],
        [0, 1],
      ].map((chosen) => delta([chosen, [0, 1]])),
      [[1], [0]].map((chosen) => delta([[0, 1, 2], chosen])),
    ]
    const variance = (of: (terms: Float64Array) => number): number => {
      let sum = 0
      for (const estimates of left) {
        const values = estimates.map(of)
        const mean = values.reduce((all, value) => all + value, 0) / values.length
        for (const value of values) sum += ((values.length - 1) / values.length) * (value - mean) ** 2
      }
      return sum
    }
    const found = errors()!
    for (let term = 0; term < plan.terms.length; term++) {
      expect(found.terms[term]!).toBeCloseTo(Math.sqrt(variance((terms) => terms[term]!)), 9)
    }
    for (let row = 0; row < alignment.length; row++) {
      const sumOfRow = (terms: Float64Array): number =>
        terms.reduce((sum, value, term) => (plan.terms.row[term] === row ? sum + value : sum), 0)
      expect(found.rows[row]!).toBeCloseTo(Math.sqrt(variance(sumOfRow)), 9)
    }
    expect(Math.max(...found.rows)).toBeGreaterThan(0)
  })
})
