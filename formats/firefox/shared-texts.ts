import { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { type StringIndex, StringInterner, type StringTable } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'

/** The one list of texts that all threads of a file share: names and files of functions. */
export class SharedTexts {
  readonly #texts: StringInterner
  /** Text of a profile → text of the file. Threads of one file share their texts. */
  readonly #indexOf = new Map<StringTable, Int32Array>()

  constructor(profiles: readonly Profile[]) {
    const allocator = new Allocator()
    this.#texts = new StringInterner(allocator)
    for (const { strings, functions } of profiles) {
      let indexOf = this.#indexOf.get(strings)
      if (indexOf === undefined) {
        indexOf = allocator.int32(strings.length).fill(NONE)
        this.#indexOf.set(strings, indexOf)
      }
      for (const column of [functions.name, functions.file]) {
        for (const text of column) {
          if (text !== NONE && indexOf[text] === NONE) indexOf[text] = this.#texts.intern(strings.bytes(text))
        }
      }
    }
  }

  *all(): Iterable<string> {
    for (let text = 0; text < this.#texts.length; text++) yield this.#texts.text(text)
  }

  indexOf({ strings }: Profile, text: StringIndex): number {
    return this.#indexOf.get(strings)![text]!
  }
}
