import { FormatError, type Place } from '../errors.js'
import { type Limits, limitError } from '../limits.js'

/** A class of faults of one input: one line for people, however often it occurred. */
export interface InputProblem {
  /** `repaired`: read in its one sensible way. `dropped`: left out under --lenient. */
  readonly outcome: 'repaired' | 'dropped'
  readonly message: string
  readonly count: number
  readonly first: Place
}

/** Messages beyond this many are counted under one heading: a hostile file can make each of its faults a new one. */
const DISTINCT_MESSAGES = 50

/**
 * Decides what a fault of an input means: repairs are made unless --strict, faults end the read unless --lenient, and
 * whatever was mended or left out is counted and told.
 */
export class FaultLog {
  readonly #limits: Limits
  readonly #strict: boolean
  readonly #lenient: boolean
  readonly #problems = new Map<string, { -readonly [key in keyof InputProblem]: InputProblem[key] }>()
  #count = 0

  constructor(limits: Limits, mode: { readonly strict?: boolean; readonly lenient?: boolean }) {
    this.#limits = limits
    this.#strict = mode.strict ?? false
    this.#lenient = mode.lenient ?? false
  }

  get problems(): readonly InputProblem[] {
    return [...this.#problems.values()]
  }

  repair(message: string, place: Place): void {
    if (this.#strict) throw new FormatError(message, place, { hint: 'without --strict this is repaired and counted' })
    this.#add('repaired', message, place)
  }

  fault(message: string, place: Place): void {
    if (!this.#lenient) throw new FormatError(message, place, { hint: 'with --lenient such records are left out' })
    this.#add('dropped', message, place)
  }

  #add(outcome: InputProblem['outcome'], message: string, place: Place): void {
    if (++this.#count > this.#limits.faults) {
      throw limitError('faults', this.#limits.faults, `more than ${this.#limits.faults} faults in the input`)
    }
    const known = this.#problems.get(`${outcome} ${message}`)
    if (known !== undefined) known.count++
    else if (this.#problems.size < DISTINCT_MESSAGES) {
      this.#problems.set(`${outcome} ${message}`, { outcome, message, count: 1, first: place })
    } else this.#addOther(outcome, place)
  }

  #addOther(outcome: InputProblem['outcome'], place: Place): void {
    const known = this.#problems.get(outcome)
    if (known === undefined) this.#problems.set(outcome, { outcome, message: 'other faults', count: 1, first: place })
    else known.count++
  }
}
