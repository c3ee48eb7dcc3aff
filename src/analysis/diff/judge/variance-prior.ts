import { digamma, inverseTrigamma, trigamma } from '../../statistics/polygamma.js'

/** What the variances of many rows say of any one: `variance`, as surely as `df` runs more would. */
export interface VariancePrior {
  /** Infinity when the rows differ no more than chance explains; 0 when there are too few rows to tell. */
  readonly df: number
  readonly variance: number
}

/**
 * Fits the prior of the moderated t-test (Smyth 2004, limma): variances of normal noise with `df` degrees of freedom
 * each are s₀² F(df, d₀). Rows without any variance say nothing of noise and stay out.
 */
export function variancePrior(variances: Float64Array, df: number): VariancePrior {
  let count = 0
  let mean = 0
  let squares = 0
  const shift = digamma(df / 2) - Math.log(df / 2)
  for (const variance of variances) {
    if (!(variance > 0)) continue
    const e = Math.log(variance) - shift
    count++
    const change = e - mean
    mean += change / count
    squares += change * (e - mean)
  }
  if (count < 3) return { df: 0, variance: 0 }
  const excess = squares / (count - 1) - trigamma(df / 2)
  if (!(excess > 0)) return { df: Number.POSITIVE_INFINITY, variance: Math.exp(mean) }
  const half = inverseTrigamma(excess)
  return { df: 2 * half, variance: Math.exp(mean + digamma(half) - Math.log(half)) }
}

/** A row's own variance, from `df` degrees of freedom, drawn to that of the others. */
export function moderatedVariance(variance: number, df: number, prior: VariancePrior): number {
  if (prior.df === Number.POSITIVE_INFINITY) return prior.variance
  return (prior.df * prior.variance + df * variance) / (prior.df + df)
}
