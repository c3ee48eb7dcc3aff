import { expect, it } from 'vitest'
import { adjustedP } from '../../../src/analysis/statistics/adjusted-p.js'

/** The fifteen p-values of Benjamini and Hochberg's paper of 1995, section 3.2. */
const PAPER = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
]

it('keeps the four hypotheses that the paper rejects at 5 %, where the stricter Holm keeps three', () => {
  const q = adjustedP(Float64Array.from(PAPER))
  // scipy 1.17.1, stats.false_discovery_control.
  const expected = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486,
    0.581181818181818, 0.714875, 0.753230769230769, 0.813214285714286, 1,
  ]
  for (let row = 0; row < q.length; row++) expect(q[row]).toBeCloseTo(expected[row]!, 12)
  expect(q.filter((value) => value <= 0.05)).toHaveLength(4)
  const holm = adjustedP(Float64Array.from(PAPER), 'holm')
  // By hand: 15 × 0.0001, 14 × 0.0004, 13 × 0.0019, 12 × 0.0095 …, never below one before, never above 1.
  expect([...holm.subarray(0, 5)].map((value) => value.toFixed(4))).toEqual([
    '0.0015',
    '0.0056',
    '0.0247',
    '0.1140',
    '0.2211',
  ])
  expect(holm[14]).toBe(1)
})

it('does not depend on the order and leaves out what was not tested', () => {
  const q = adjustedP(Float64Array.of(0.01, Number.NaN, 0.04, 0.03, 0.005, 0.5, 0.2))
  // scipy 1.17.1 on the six without NaN.
  const expected = [0.03, Number.NaN, 0.06, 0.06, 0.03, 0.5, 0.24]
  for (let row = 0; row < q.length; row++) {
    if (row === 1) expect(q[row]).toBeNaN()
    else expect(q[row]).toBeCloseTo(expected[row]!, 12)
  }
})
