import { CallcostError, counted } from '../../src/errors.js'
import { addExact, type ExactNumber, exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ValueType } from '../../src/model/profile.js'
import type { CallGraph, EdgeIndex, FunctionIndex } from '../../src/model/tables.js'
import { unitFactor } from '../../src/units.js'

/** What valgrind counts in; kcachegrind reads no more. */
const MOST = 2n ** 64n - 1n

/**
 * The costs of a call graph as natural numbers, which is all that the format has: times that are not whole become
 * nanoseconds, what is not known becomes 0 and is counted, what is less than nothing is refused.
 */
export class WholeCosts {
  /** As written, that is with the unit that the numbers are in. */
  readonly valueTypes: readonly ValueType[]
  readonly #graph: CallGraph
  /** value type → factor to the unit that is written. */
  readonly #factors: readonly number[]
  #rounded = false
  #unknown = 0

  constructor(profile: Profile, graph: CallGraph) {
    this.#graph = graph
    const factors: number[] = []
    this.valueTypes = profile.valueTypes.map((type, value) => {
      const factor = unitFactor(type.unit, 'nanoseconds')
      if (isWhole(graph.self[value]!) && isWhole(graph.edges.total[value] ?? null)) {
        factors.push(1)
        return type
      }
      factors.push(factor ?? 1)
      return factor === null ? type : { name: type.name, unit: 'nanoseconds' }
    })
    this.#factors = factors
  }

  self(func: FunctionIndex): string {
    return this.#factors.map((factor, value) => this.#whole(this.#graph.self[value]!, func, factor)).join(' ')
  }

  call(edge: EdgeIndex): string {
    const { total } = this.#graph.edges
    return this.#factors.map((factor, value) => this.#whole(total[value] ?? null, edge, factor)).join(' ')
  }

  /** The sums of what functions cost themselves. */
  sums(): string {
    const unknown = this.#unknown
    const sums = this.#factors.map((factor, value) => {
      let sum: ExactNumber = 0
      const column = this.#graph.self[value]!
      for (let func = 0; func < this.#graph.length; func++) sum = addExact(sum, this.#whole(column, func, factor))
      return sum
    })
    // What is not known is counted where it is written.
    this.#unknown = unknown
    return sums.join(' ')
  }

  notes(): string[] {
    const notes: string[] = []
    if (this.#rounded) notes.push('costs are written as whole numbers, times as whole nanoseconds')
    if (this.#unknown > 0) notes.push(`${counted(this.#unknown, 'cost is', 'costs are')} not known and written as 0`)
    return notes
  }

  #whole(column: NumberColumn | null, row: number, factor: number): ExactNumber {
    const cost = column === null ? Number.NaN : exactAt(column, row)
    if (Number.isNaN(cost)) {
      this.#unknown++
      return 0
    }
    const scaled = typeof cost === 'bigint' ? cost * BigInt(factor) : cost * factor
    if (!(scaled >= 0 && scaled <= MOST)) {
      throw new CallcostError('data', `callgrind cannot hold a cost of ${cost}`, {
        hint: 'it has natural numbers of 64 bits only',
      })
    }
    if (typeof scaled === 'bigint') return scaled
    if (!Number.isInteger(scaled)) this.#rounded = true
    const whole = Math.round(scaled)
    // In full, because a number past 10^21 would be written with an exponent.
    return Number.isSafeInteger(whole) ? whole : BigInt(whole)
  }
}

function isWhole(column: NumberColumn | null): boolean {
  return column === null || column.values.every((cost) => Number.isInteger(cost) || !Number.isFinite(cost))
}
