const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI)

/** ln Γ(x), for x > 0: Stirling's series, for small x after moving up by Γ(x) = Γ(x + 1) / x. */
export function logGamma(x: number): number {
  let product = 1
  for (; x < 16; x++) product *= x
  const s = 1 / (x * x)
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TAU + series - Math.log(product)
}

/** The regularised incomplete beta function I_x(a, b), for a, b > 0 and x in 0..1. */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  // The fraction converges fast on this side of the mean only.
  return x < (a + 1) / (a + b + 2)
    ? front / (a * continuedFraction(a, b, x))
    : 1 - front / (b * continuedFraction(b, a, 1 - x))
}

/** Stands for 0 in a denominator. */
const TINY = 1e-300

/** The continued fraction of I_x(a, b), DLMF 8.17.22, by Lentz's method. It takes about √max(a, b) steps. */
function continuedFraction(a: number, b: number, x: number): number {
  let value = 1
  let numerator = 1
  let denominator = 0
  for (let step = 1; step < 100_000; step++) {
    const m = step >> 1
    const even = step % 2 === 0
    const term = even
      ? (m * (b - m) * x) / ((a + step - 1) * (a + step))
      : (-(a + m) * (a + b + m) * x) / ((a + step - 1) * (a + step))
    denominator = 1 / (1 + term * denominator || TINY)
    numerator = 1 + term / numerator || TINY
    const change = numerator * denominator
    value *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return value
}
