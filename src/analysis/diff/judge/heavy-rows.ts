import type { Unit } from '../../../units.js'
import { unitFactor } from '../../../units.js'
import type { Pair } from '../side.js'

/** Rows below this share of the profile total are not tested: their times are mostly noise, and there are many. */
const MINIMUM_SHARE = 0.005

/**
 * row → 1 where the mean of its shares before and after is at least `share`. Choosing what to test by the mean of both
 * sides does not disturb the test, choosing by their difference would.
 *
 * @param values side → run → row → self
 * @param totals side → run → profile total
 */
export function heavyRows(
  values: Pair<readonly Float64Array[]>,
  totals: Pair<readonly number[]>,
  share = MINIMUM_SHARE,
): Uint8Array {
  const rows = values[0][0]!.length
  const means = new Float64Array(rows)
  for (const side of [0, 1] as const) {
    const runs = values[side]
    for (let run = 0; run < runs.length; run++) {
      const scale = totals[side][run]! > 0 ? 1 / (2 * runs.length * totals[side][run]!) : 0
      for (let row = 0; row < rows; row++) means[row] = means[row]! + runs[run]![row]! * scale
    }
  }
  return Uint8Array.from(means, (mean) => (mean >= share ? 1 : 0))
}

/** The least difference that is worth a word: 1 % of the mean profile total, and 1 ms where the unit is one of time. */
export function minimumDelta(totals: Pair<readonly number[]>, unit: Unit): number {
  const mean = (runs: readonly number[]): number => runs.reduce((sum, total) => sum + total, 0) / runs.length
  return Math.max(0.005 * (mean(totals[0]) + mean(totals[1])), unitFactor('milliseconds', unit) ?? 0)
}
