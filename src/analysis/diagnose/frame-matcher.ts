import { Allocator } from '../../limits.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'
import { nameOfFunction } from '../function-text.js'

/** What globs of rules are matched against: `copy.deepcopy`, `method 'execute' of 'sqlite3.Connection' objects`. */
export function frameText(profile: Profile, fn: FunctionIndex): string {
  const name = nameOfFunction(profile, fn)
  const { module, category } = describeFunction(profile, fn)
  if (category === 'builtin') return name.startsWith('<') && name.endsWith('>') ? name.slice(1, -1) : name
  // Methods of classes are `Class.method` in some versions: the class is no part of what is meant.
  return module === null ? name : `${module}.${name}`
}

/** Functions that globs match, each function asked once. */
export class FrameMatcher {
  readonly #profile: Profile
  readonly #tests: readonly ((text: string) => boolean)[]
  readonly #known: Uint8Array

  constructor(profile: Profile, globs: readonly string[]) {
    this.#profile = profile
    this.#tests = globs.map(globTest)
    this.#known = new Allocator().bytes(profile.functions.length)
  }

  has(fn: FunctionIndex): boolean {
    if (this.#known[fn] === 0) {
      const text = frameText(this.#profile, fn)
      this.#known[fn] = this.#tests.some((test) => test(text)) ? 1 : 2
    }
    return this.#known[fn] === 1
  }
}

/** `*` is any text, all else itself. Linear in the text: parts are looked for one after the other. */
export function globTest(glob: string): (text: string) => boolean {
  const parts = glob.split('*')
  const first = parts[0]!
  if (parts.length === 1) return (text) => text === glob
  const last = parts.at(-1)!
  return (text) => {
    if (!text.startsWith(first)) return false
    let at = first.length
    for (let part = 1; part < parts.length - 1; part++) {
      const found = text.indexOf(parts[part]!, at)
      if (found < 0) return false
      at = found + parts[part]!.length
    }
    return text.length - last.length >= at && text.endsWith(last)
  }
}
