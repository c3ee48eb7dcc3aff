import { bisect } from './bisect.js'

/** P(Z > z) of a standard normal Z. Right in the far tail too, where 1 − Φ(z) would be 0. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = 0
    for (let odd = 3; sum + term !== sum; odd += 2) {
      sum += term
      term *= (z * z) / odd
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let step = 100; step > 0; step--) fraction = z + step / fraction
  return density / fraction
}

/** The z with P(Z ≤ z) = p; ±Infinity for 1 and 0. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p === 0.5) return 0
  return p > 0 ? -bisect(0, 40, (z) => normalTail(z) > p) : Number.NEGATIVE_INFINITY
}
