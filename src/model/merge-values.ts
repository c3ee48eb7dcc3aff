import { CallcostError } from '../errors.js'
import { dimension, finerUnit, unitFactor } from '../units.js'
import type { Profile, ValueType } from './profile.js'

/** Which value of a profile goes into a sum, and the factor that brings it to the unit of the sum: an integer. */
export interface ValuePick {
  readonly index: number
  readonly factor: number
}

/** What one more profile does to the values of a sum. */
export interface ValueStep {
  /** Values of the sum so far that stay, in their order, and the factors that bring them to their new units. */
  readonly kept: readonly ValuePick[]
  /** Value of the sum from now on → value of the profile. */
  readonly picks: readonly ValuePick[]
}

/**
 * The value types that all profiles of a sum have: those of the same name and dimension, in the order of the first
 * profile and in the finest unit of all.
 */
export class CommonValues {
  #valueTypes: readonly ValueType[] | null = null
  /** Index of the first profile's default value; negative once it is left out. */
  #defaultValue = 0
  #profiles = 0

  /** No profile was added. */
  get isEmpty(): boolean {
    return this.#valueTypes === null
  }

  get valueTypes(): readonly ValueType[] {
    return this.#valueTypes ?? []
  }

  get defaultValue(): number {
    return Math.max(0, this.#defaultValue)
  }

  /** Throws {@link CallcostError} when the profile measures nothing of what the others have in common. */
  add(profile: Profile): ValueStep {
    this.#profiles++
    if (this.#valueTypes === null) {
      this.#valueTypes = profile.valueTypes
      this.#defaultValue = profile.defaultValue
      const all = profile.valueTypes.map((_, index) => ({ index, factor: 1 }))
      return { kept: all, picks: all }
    }
    const before = this.#valueTypes
    const valueTypes: ValueType[] = []
    const kept: ValuePick[] = []
    const picks: ValuePick[] = []
    const taken = new Set<number>()
    for (const [index, { name, unit }] of before.entries()) {
      // Where a profile measures the same twice, the first belongs to the first: any other rule depends on the order.
      const found = profile.valueTypes.findIndex(
        (type, at) => !taken.has(at) && type.name === name && dimension(type.unit) === dimension(unit),
      )
      if (found < 0) continue
      taken.add(found)
      const own = profile.valueTypes[found]!.unit
      const finer = finerUnit(unit, own)
      valueTypes.push({ name, unit: finer })
      kept.push({ index, factor: unitFactor(unit, finer)! })
      picks.push({ index: found, factor: unitFactor(own, finer)! })
    }
    if (valueTypes.length === 0 && before.length + profile.valueTypes.length > 0) {
      throw nothingInCommon(before, profile.valueTypes, this.#profiles - 1)
    }
    this.#defaultValue = kept.findIndex(({ index }) => index === this.#defaultValue)
    this.#valueTypes = valueTypes
    return { kept, picks }
  }
}

function nothingInCommon(before: readonly ValueType[], own: readonly ValueType[], count: number): CallcostError {
  const list = (types: readonly ValueType[]): string =>
    types.map(({ name, unit }) => `${name} in ${unit}`).join(', ') || 'nothing'
  const first = count === 1 ? `the first has ${list(before)}` : `those before have ${list(before)} in common`
  return new CallcostError('data', 'the profiles cannot be added up: they measure nothing in common', {
    hint: `${first}, the ${count === 1 ? 'second' : 'next'} ${list(own)}`,
  })
}
