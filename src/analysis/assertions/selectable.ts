import { describeFunction, placeOfFunction } from '../../model/modules/describe-function.js'
import type { Scope } from '../../model/modules/description.js'
import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'
import { nameOfFunction, shownName } from '../function-text.js'

/** What a function can be chosen by. */
export interface Selectable {
  /** As the source has it. */
  readonly name: string
  /** As people know it: `{built-in method len}`. */
  readonly shownName: string
  readonly file: string | null
  readonly line: number | null
  readonly module: string | null
  readonly package: string | null
  readonly scope: Scope
}

/** A function of a profile; its texts are decoded when they are asked for. */
export class SelectableFunction implements Selectable {
  readonly #profile: Profile
  readonly #function: FunctionIndex

  constructor(profile: Profile, fn: FunctionIndex) {
    this.#profile = profile
    this.#function = fn
  }

  get name(): string {
    return nameOfFunction(this.#profile, this.#function)
  }

  get shownName(): string {
    return shownName(this.#profile, this.#function)
  }

  get file(): string | null {
    return placeOfFunction(this.#profile, this.#function).file
  }

  get line(): number | null {
    return placeOfFunction(this.#profile, this.#function).line
  }

  get module(): string | null {
    return describeFunction(this.#profile, this.#function).module
  }

  get package(): string | null {
    return describeFunction(this.#profile, this.#function).package
  }

  get scope(): Scope {
    return describeFunction(this.#profile, this.#function).scope
  }
}
