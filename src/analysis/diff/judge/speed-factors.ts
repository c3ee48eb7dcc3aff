import { sortToMedian } from '../../statistics/median.js'
import type { Pair } from '../side.js'

/** With fewer functions their median is too much any one's own change. */
const FEWEST = 8

/** How fast the machine was in each run, told from what all functions have in common. */
export interface SpeedFactors {
  /** side → run → ln of its times against the mean of all runs: 0.1 is 10 % slower. */
  readonly logs: Pair<Float64Array>
  /** What a median function takes after, against before: another machine or runtime, or all code became dearer. */
  readonly change: number
  /** How many functions say so. */
  readonly functions: number
}

/**
 * The speed factor of each run: the median over the functions of ln(value / geometric mean over all runs), as DESeq
 * scales its samples. null when fewer than 8 of the chosen rows have a value in every run.
 *
 * @param values side → run → row → self
 * @param chosen row → 1 where the row counts, see heavyRows
 */
export function speedFactors(values: Pair<readonly Float64Array[]>, chosen: Uint8Array): SpeedFactors | null {
  const runs = [...values[0], ...values[1]]
  const rows: number[] = []
  const means: number[] = []
  for (let row = 0; row < chosen.length; row++) {
    if (chosen[row] === 0 || !runs.every((run) => run[row]! > 0)) continue
    let sum = 0
    for (const run of runs) sum += Math.log(run[row]!)
    rows.push(row)
    means.push(sum / runs.length)
  }
  if (rows.length < FEWEST) return null
  const factorOf = (run: Float64Array): number =>
    sortToMedian(Float64Array.from(rows, (row, index) => Math.log(run[row]!) - means[index]!))
  const logs = [Float64Array.from(values[0], factorOf), Float64Array.from(values[1], factorOf)] as const
  return { logs, change: Math.exp(mean(logs[1]) - mean(logs[0])), functions: rows.length }
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
