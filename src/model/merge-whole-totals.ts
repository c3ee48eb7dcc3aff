import { callGraph } from './call-graph.js'
import type { ValueStep } from './merge-values.js'
import { addExact, type ExactNumber, narrow, sumColumn } from './numbers.js'
import type { Profile } from './profile.js'

/** What the profiles of a sum weighed before filters, and before they became a call graph. */
export class WholeTotals {
  /** One a value type; null where a profile does not know. */
  #sums: readonly (ExactNumber | null)[] | null = null
  #isFiltered = false

  add(profile: Profile, { kept, picks }: ValueStep): void {
    const { wholeTotals } = profile
    if (wholeTotals !== null) this.#isFiltered = true
    const before = this.#sums
    this.#sums = picks.map(({ index, factor }, value) => {
      const own = scaled(wholeTotals === null ? weightOf(profile, index) : wholeTotals[index]!, factor)
      const sum = before === null ? 0 : scaled(before[kept[value]!.index]!, kept[value]!.factor)
      return own === null || sum === null ? null : addExact(sum, own)
    })
  }

  /** null when no profile was filtered. `isPart`: the tables of the sum lack weight for another reason. */
  finish(isPart: boolean): Profile['wholeTotals'] {
    return this.#isFiltered || isPart ? this.#sums : null
  }
}

function weightOf(profile: Profile, value: number): ExactNumber | null {
  const column = profile.samples === null ? callGraph(profile).self[value] : profile.samples.values[value]
  return column ? sumColumn(column) : null
}

function scaled(sum: ExactNumber | null, factor: number): ExactNumber | null {
  return typeof sum === 'bigint' ? narrow(sum * BigInt(factor)) : sum === null ? null : sum * factor
}
