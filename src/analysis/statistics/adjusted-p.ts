/**
 * p-values of one family, adjusted for how many there are. `benjamini-hochberg`: of what lies below q, a share q is
 * false at most. `holm`: the chance of any false one below q is q at most.
 */
export type Correction = 'benjamini-hochberg' | 'holm'

/** row → adjusted p-value. NaN is not part of the family and stays NaN. */
export function adjustedP(p: Float64Array, correction: Correction = 'benjamini-hochberg'): Float64Array {
  const adjusted = new Float64Array(p.length).fill(Number.NaN)
  const order = Int32Array.from(p.keys())
    .filter((row) => !Number.isNaN(p[row]!))
    .sort((a, b) => p[a]! - p[b]!)
  const count = order.length
  if (correction === 'holm') {
    let highest = 0
    for (let rank = 0; rank < count; rank++) {
      highest = Math.max(highest, Math.min(1, p[order[rank]!]! * (count - rank)))
      adjusted[order[rank]!] = highest
    }
  } else {
    let lowest = 1
    for (let rank = count - 1; rank >= 0; rank--) {
      lowest = Math.min(lowest, (p[order[rank]!]! * count) / (rank + 1))
      adjusted[order[rank]!] = lowest
    }
  }
  return adjusted
}
