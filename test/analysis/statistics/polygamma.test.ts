import { describe, expect, it } from 'vitest'
import { digamma, inverseTrigamma, tetragamma, trigamma } from '../../../src/analysis/statistics/polygamma.js'

/** x, ψ(x), ψ′(x), ψ″(x): mpmath 1.3.0, psi(n, x) with 40 digits. */
const TABLE = [
  [0.01, -100.560885457869, 10001.6212135283, -2000002.34039868],
  [0.1, -10.4237549404111, 101.433299150793, -2001.86145737834],
  [0.5, -1.96351002602142, 4.93480220054468, -16.8287966442343],
  [1, -0.577215664901533, 1.64493406684823, -2.40411380631919],
  [1.5, 0.0364899739785765, 0.934802200544679, -0.82879664423432],
  [2, 0.422784335098467, 0.644934066848226, -0.404113806319189],
  [3.7, 1.16715353936151, 0.310037857670038, -0.095395308728554],
  [6, 1.7061176684318, 0.181322955737115, -0.0327897322451145],
  [10, 2.25175258906672, 0.105166335681686, -0.0110498349708021],
  [123.25, 4.81015253196482, 0.00814659445608027, -6.63666341990266e-5],
  [10000, 9.21029037114285, 0.000100005000166667, -1.000100005e-8],
] as const

describe('digamma, trigamma, tetragamma', () => {
  it.each(TABLE)('of %d', (x, first, second, third) => {
    expect(Math.abs(digamma(x) - first)).toBeLessThan(1e-14 * Math.max(1, Math.abs(first)))
    expect(Math.abs(trigamma(x) / second - 1)).toBeLessThan(1e-14)
    expect(Math.abs(tetragamma(x) / third - 1)).toBeLessThan(1e-14)
  })
})

describe('inverseTrigamma', () => {
  // y, x with ψ′(x) = y: mpmath findroot with 40 digits. Beyond 1e-6..1e7 the first term of the series stands.
  it.each([
    [1e-7, 1e7, 1e-6],
    [1e-6, 1000000.49999992, 1e-12],
    [0.0001, 10000.4999916667, 1e-12],
    [0.01, 100.499166681943, 1e-12],
    [0.1, 10.4916818210784, 1e-12],
    [0.5, 2.45995294835231, 1e-12],
    [1, 1.42625512021508, 1e-12],
    [1.64493406684823, 1, 1e-12],
    [5, 0.496168734704107, 1e-12],
    [100, 0.100723758800053, 1e-12],
    [1e8, 0.000100000000822347, 1e-7],
  ])('of %d', (y, x, tolerance) => {
    expect(Math.abs(inverseTrigamma(y) / x - 1)).toBeLessThan(tolerance)
  })
})
