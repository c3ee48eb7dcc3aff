import { Allocator } from '../../../limits.js'
import type { AlignedGraph } from '../aligned.js'
import { sumOf } from '../sum.js'

/** Vance Morrison's and Rico Mariani's columns for comparing two profiles, row by row. */
export interface Overweight {
  /** How much more the total grew than that of the program, whose growth is 1; NaN for new rows and without change. */
  readonly overweight: Float64Array
  /** The change of the total as a share of the program's; NaN when that did not change. */
  readonly responsibility: Float64Array
}

export function overweight({ length, self, total }: AlignedGraph): Overweight {
  const before = sumOf(self[0])
  const change = sumOf(self[1]) - before
  const columns = { overweight: new Allocator().float64(length), responsibility: new Allocator().float64(length) }
  for (let row = 0; row < length; row++) {
    const delta = total[1][row]! - total[0][row]!
    const expected = total[0][row]! * (change / before)
    columns.overweight[row] = expected === 0 ? Number.NaN : delta / expected
    columns.responsibility[row] = change === 0 ? Number.NaN : delta / change
  }
  return columns
}
