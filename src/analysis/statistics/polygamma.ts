/** From here on the asymptotic series below are exact to the last digits of a double. */
const ASYMPTOTIC = 16

/** ψ(x), the derivative of ln Γ(x), for x > 0. */
export function digamma(x: number): number {
  let shifted = 0
  for (; x < ASYMPTOTIC; x++) shifted -= 1 / x
  const s = 1 / (x * x)
  const series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))))
  return shifted + Math.log(x) - 1 / (2 * x) - series
}

/** ψ′(x), for x > 0. */
export function trigamma(x: number): number {
  let shifted = 0
  for (; x < ASYMPTOTIC; x++) shifted += 1 / (x * x)
  const s = 1 / (x * x)
  const series = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - (s * 5) / 66))))
  return shifted + (1 + 1 / (2 * x) + series) / x
}

/** ψ″(x), for x > 0. */
export function tetragamma(x: number): number {
  let shifted = 0
  for (; x < ASYMPTOTIC; x++) shifted -= 2 / (x * x * x)
  const s = 1 / (x * x)
  const series = s * (1 / 2 - s * (1 / 6 - s * (1 / 6 - s * (3 / 10 - (s * 5) / 6))))
  return shifted - s * (1 + 1 / x + series)
}

/** The x > 0 with ψ′(x) = y, for y > 0. Newton's method on 1/ψ′, which is convex and almost linear (limma). */
export function inverseTrigamma(y: number): number {
  if (y > 1e7) return 1 / Math.sqrt(y)
  if (y < 1e-6) return 1 / y
  let x = 0.5 + 1 / y
  for (let step = 0; step < 50; step++) {
    const value = trigamma(x)
    const change = (value * (1 - value / y)) / tetragamma(x)
    x += change
    if (Math.abs(change) < 1e-14 * x) break
  }
  return x
}
