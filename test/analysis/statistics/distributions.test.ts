import { describe, expect, it } from 'vitest'
import { incompleteBeta, logGamma } from '../../../src/analysis/statistics/incomplete-beta.js'
import { normalQuantile, normalTail } from '../../../src/analysis/statistics/normal.js'
import { studentQuantile, studentTail } from '../../../src/analysis/statistics/student-t.js'

// All figures: mpmath 1.3.0 with 40 digits (loggamma, betainc(…, regularized=True), erfc; quantiles by bisection).

function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected))
}

describe('logGamma', () => {
  it.each([
    [0.1, 2.25271265173421],
    [0.5, 0.5723649429247],
    [3.25, 0.935801931108725],
    [10, 12.8018274800815],
    [171.5, 709.143163030928],
    [1e5, 1051287.70897366],
  ])('of %d', (x, expected) => {
    expectRelative(logGamma(x), expected, 1e-13)
  })

  it('is 0 at 1 and 2', () => {
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-13)
    expect(Math.abs(logGamma(2))).toBeLessThan(1e-13)
  })
})

describe('incompleteBeta', () => {
  it.each([
    [0.5, 0.5, 0.3, 0.369010119565545],
    [2, 3, 0.4, 0.5248],
    [1, 4, 0.9, 0.9999],
    [20, 30, 0.4, 0.507700199657648],
    [50, 0.5, 0.99, 0.317304397874197],
    [0.5, 50, 0.001, 0.247630980034623],
    [5, 5, 0.5, 0.5],
    [1000, 1000, 0.51, 0.814447340568489],
    [0.1, 0.2, 1e-6, 0.172054435044492],
  ])('I(%d, %d) at %d', (a, b, x, expected) => {
    expectRelative(incompleteBeta(a, b, x), expected, 1e-12)
  })

  it('is 0 and 1 at the ends', () => {
    expect([incompleteBeta(2, 3, 0), incompleteBeta(2, 3, 1)]).toEqual([0, 1])
  })
})

describe('studentTail', () => {
  it.each([
    [0, 5, 0.5],
    [1, 1, 0.25],
    [2, 3, 0.0696629842794216],
    [-1.5, 4, 0.896],
    [3.169, 10, 0.00500231668219243],
    [12, 4, 0.000138214274251486],
    [6, 2.5, 0.00764086494276145],
    [40, 8, 8.3928594395729e-11],
    [1.3, 57.31, 0.0994026514870731],
    [2, 1e6, 0.0227502669256596],
  ])('above %d with %d degrees of freedom', (t, df, expected) => {
    expectRelative(studentTail(t, df), expected, df < 1000 ? 1e-12 : 1e-8)
  })

  it('is the normal tail without end to the degrees', () => {
    expect(studentTail(1.96, Number.POSITIVE_INFINITY)).toBe(normalTail(1.96))
  })
})

describe('studentQuantile', () => {
  it.each([
    [0.975, 1, 12.7062047361747],
    [0.975, 2, 4.30265272974946],
    [0.975, 4, 2.77644510519779],
    [0.975, 8, 2.30600413520417],
    [0.975, 18, 2.10092204024104],
    [0.995, 5, 4.03214298355523],
    [0.9, 3.7, 1.55756583886151],
    [0.6, 12, 0.259032745676887],
    [0.025, 8, -2.30600413520417],
    [0.99999, 6, 12.0316531781276],
    [0.975, Number.POSITIVE_INFINITY, 1.95996398454005],
  ])('at %d with %d degrees of freedom', (p, df, expected) => {
    expectRelative(studentQuantile(p, df), expected, 1e-11)
  })
})

describe('normalTail and normalQuantile', () => {
  it.each([
    [0, 0.5],
    [0.5, 0.308537538725987],
    [1, 0.158655253931457],
    [1.96, 0.0249978951482204],
    [-1, 0.841344746068543],
    [3, 0.00134989803163009],
    [6, 9.86587645037698e-10],
    [10, 7.61985302416053e-24],
    [30, 4.90671392714819e-198],
  ])('above %d', (z, expected) => {
    expectRelative(normalTail(z), expected, 1e-12)
  })

  it.each([
    [0.8, 0.841621233572914],
    [0.9, 1.2815515655446],
    [0.975, 1.95996398454005],
    [0.995, 2.5758293035489],
    [0.02, -2.05374891063182],
    [0.03, -1.88079360815125],
    [1e-10, -6.36134090240406],
    [1e-300, -37.0470962993612],
  ])('at %d', (p, expected) => {
    expectRelative(normalQuantile(p), expected, 1e-12)
  })

  it('has no end at 0 and 1', () => {
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity])
  })
})
