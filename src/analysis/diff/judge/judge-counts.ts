import { studentQuantile } from '../../statistics/student-t.js'
import type { Pair } from '../side.js'

/** `unclear`: counts differ within a side by as much as between the sides. */
export type CountChange = 'same' | 'more' | 'fewer' | 'unclear'

const CHANGES: readonly CountChange[] = ['same', 'more', 'fewer', 'unclear']

/** What can be said of the counts of many rows. */
export interface CountJudgements {
  readonly length: number
  /** row → 1 where all runs of a side count the same: then any difference is a fact and not a matter of chance. */
  readonly certain: Uint8Array
  /** row → after / before, of the means; Infinity where there were none before, NaN where unknown or none at all. */
  readonly ratio: Float64Array
  /** row → where the ratio lies; the ratio itself where it is certain. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Whether every count is known, certain and the same on both sides. */
  readonly identical: boolean
  /** null where a run does not know the count. */
  change(row: number): CountChange | null
}

/**
 * Judges counts of calls. Where all runs of a side agree, they are compared as they are. Where they vary they are taken
 * as quasi-Poisson: the variance is φ times the mean, φ from what the runs of a side show, at least 1.
 *
 * @param values side → run → row → count
 */
export function judgeCounts(values: Pair<readonly Float64Array[]>, confidence = 0.95): CountJudgements {
  const length = values[0][0]!.length
  const df = values[0].length + values[1].length - 2
  const quantile = df > 0 ? studentQuantile(0.5 + confidence / 2, df) : Number.NaN
  const certain = new Uint8Array(length)
  const ratio = new Float64Array(length)
  const low = new Float64Array(length)
  const high = new Float64Array(length)
  const changes = new Uint8Array(length).fill(CHANGES.length)
  let identical = true
  for (let row = 0; row < length; row++) {
    const before = tallyOf(values[0], row)
    const after = tallyOf(values[1], row)
    const known = !Number.isNaN(before.sum) && !Number.isNaN(after.sum)
    ratio[row] = after.mean / before.mean
    low[row] = ratio[row]!
    high[row] = ratio[row]!
    if (known && before.constant && after.constant) {
      certain[row] = 1
      const change = before.mean === after.mean ? 'same' : before.mean < after.mean ? 'more' : 'fewer'
      changes[row] = CHANGES.indexOf(change)
    } else if (known) {
      const scatter = ratioOrZero(before.squares, before.mean) + ratioOrZero(after.squares, after.mean)
      // Half a call more: a side without any has a logarithm too.
      const margin = quantile * Math.sqrt(Math.max(1, scatter / df) * (1 / (before.sum + 0.5) + 1 / (after.sum + 0.5)))
      const log = Math.log((after.sum + 0.5) / values[1].length / ((before.sum + 0.5) / values[0].length))
      low[row] = Math.exp(log - margin)
      high[row] = Math.exp(log + margin)
      changes[row] = CHANGES.indexOf(low[row]! > 1 ? 'more' : high[row]! < 1 ? 'fewer' : 'unclear')
    }
    if (changes[row] !== CHANGES.indexOf('same')) identical = false
  }
  return { length, certain, ratio, low, high, identical, change: (row) => CHANGES[changes[row]!] ?? null }
}

interface Tally {
  readonly sum: number
  readonly mean: number
  readonly constant: boolean
  /** Σ of squared distances from the mean. */
  readonly squares: number
}

function tallyOf(runs: readonly Float64Array[], row: number): Tally {
  const first = runs[0]![row]!
  let sum = 0
  let constant = true
  for (const run of runs) {
    sum += run[row]!
    if (run[row] !== first) constant = false
  }
  const mean = constant ? first : sum / runs.length
  let squares = 0
  for (const run of runs) squares += (run[row]! - mean) ** 2
  return { sum, mean, constant, squares }
}

function ratioOrZero(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : 0
}
