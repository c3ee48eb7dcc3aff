import { bisect } from '../../statistics/bisect.js'
import { normalQuantile } from '../../statistics/normal.js'

/**
 * The smallest ratio above 1 that a comparison would find in four of five cases, for a function of which the profile
 * before has `samples` samples, tested at 5 %; Infinity when no ratio up to a million is.
 *
 * @param dispersion variance of the samples against that of independent ones
 * @param tolerance the interval of the ratio has to be clear of 1 + this
 */
export function detectableRatio(samples: number, dispersion = 1, tolerance = 0): number {
  const quantiles = normalQuantile(0.975) + normalQuantile(0.8)
  const finds = (ratio: number): boolean =>
    Math.log(ratio / (1 + tolerance)) >= quantiles * Math.sqrt((dispersion * (1 + 1 / ratio)) / samples)
  const most = 1e6
  return finds(most) ? bisect(1 + tolerance, most, (ratio) => !finds(ratio)) : Number.POSITIVE_INFINITY
}
