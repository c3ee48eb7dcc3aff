import { Int32Builder } from '../../../bytes/columns.js'
import { Allocator } from '../../../limits.js'
import { describeFunction } from '../../../model/modules/describe-function.js'
import type { Profile } from '../../../model/profile.js'
import type { StringIndex, StringInterner, StringTable } from '../../../model/strings.js'
import { NONE } from '../../../model/tables.js'
import { PairIndex } from '../../../model/tuple-index.js'
import { stableName } from '../side.js'

/** Names of code that has none: they say nothing about which function it is. */
const ANONYMOUS = /^(?:|\(?anonymous\)?|<(?:anonymous|lambda|module|listcomp|setcomp|dictcomp|genexpr)>)$/

/**
 * Where the functions of one side are: modules, or files where no module is known. Functions are only ever matched
 * within one realm: the project, one installed package, the runtime.
 */
export interface PlaceTable {
  readonly length: number
  /** place → text that names its realm. */
  readonly realm: Int32Array
  /** place → text: the module. Empty for built-ins and evaluated code, which have none. */
  readonly module: Int32Array
  /** place → text: a file of it as the source wrote it, with slashes; {@link NONE} without one. */
  readonly file: Int32Array
  /** place → 1 for files of the project, whose modules depend on where the project is taken to begin. */
  readonly isProjectFile: Uint8Array
  /** place → 1 for the runtime's own, which nobody renames. */
  readonly isRuntime: Uint8Array
}

/** What the functions of one side are called. Texts are those of an interner that both sides share. */
export interface Identities {
  readonly places: PlaceTable
  /** function → place. */
  readonly place: Int32Array
  /** function → text of its name. */
  readonly name: Int32Array
}

export function identitiesOf(profile: Profile, texts: StringInterner): Identities {
  const { functions, strings } = profile
  const allocator = new Allocator()
  const place = allocator.int32(functions.length)
  const name = allocator.int32(functions.length)
  // text of the profile → its name, the place of its file; both + 1.
  const names = allocator.int32(strings.length)
  const files = allocator.int32(strings.length)
  const places = new Places(allocator, texts)
  for (let fn = 0; fn < functions.length; fn++) {
    const own = functions.name[fn]!
    if (names[own] === 0) names[own] = internName(strings, own, texts) + 1
    name[fn] = names[own]! - 1
    const file = functions.file[fn]!
    if (file === NONE) {
      place[fn] = places.add(profile, fn, '')
      continue
    }
    if (files[file] === 0) {
      const text = strings.text(file)
      const found = places.add(profile, fn, text)
      // What has no real file is told apart by its name.
      if (isNoFile(text)) {
        place[fn] = found
        continue
      }
      files[file] = found + 1
    }
    place[fn] = files[file]! - 1
  }
  return { places: places.finish(), place, name }
}

/** Almost no name holds an address; the bytes of the others are taken as they are. */
function internName(strings: StringTable, name: StringIndex, texts: StringInterner): StringIndex {
  const bytes = strings.bytes(name)
  for (let at = 0; at + 6 < bytes.length; at++) {
    if (bytes[at] === SPACE && bytes[at + 4] === ZERO && bytes[at + 5] === X) {
      return texts.internText(stableName(strings.text(name)))
    }
  }
  return texts.intern(bytes)
}

// Of ` at 0x`.
const SPACE = 0x20
const ZERO = 0x30
const X = 0x78

/** pstats has `~` for built-ins, the `profile` module an empty file. */
function isNoFile(file: string): boolean {
  return file === '' || file === '~'
}

class Places {
  readonly #texts: StringInterner
  /** Scope and package → text. */
  readonly #realms = new Map<string, StringIndex>()
  readonly #index: PairIndex
  readonly #file: Int32Builder
  readonly #isProjectFile: Int32Builder
  readonly #isRuntime: Int32Builder

  constructor(allocator: Allocator, texts: StringInterner) {
    this.#texts = texts
    this.#index = new PairIndex(allocator)
    this.#file = new Int32Builder(allocator)
    this.#isProjectFile = new Int32Builder(allocator)
    this.#isRuntime = new Int32Builder(allocator)
  }

  /** The place of a function whose file is `file`. */
  add(profile: Profile, fn: number, file: string): number {
    const { scope, module, category, package: owner } = describeFunction(profile, fn)
    const hasFile = !isNoFile(file)
    const path = hasFile ? folded(file.replaceAll('\\', '/')) : ''
    // The number in `eval:105` counts what was evaluated before; a library of the system lies elsewhere on each.
    const named = !hasFile || category === 'eval' ? '' : (module ?? baseName(stableName(path)))
    const key = isOnWindows(path) ? named.toLowerCase() : named
    const row = this.#index.intern(this.#realm(`${scope} ${owner ?? ''}`), this.#texts.internText(key))
    if (row === this.#file.length) {
      this.#file.push(hasFile ? this.#texts.internText(path) : NONE)
      this.#isProjectFile.push(hasFile && category === 'project' && module !== null ? 1 : 0)
      this.#isRuntime.push(scope === 'runtime' ? 1 : 0)
    }
    return row
  }

  #realm(text: string): StringIndex {
    let realm = this.#realms.get(text)
    if (realm === undefined) {
      realm = this.#texts.internText(text)
      this.#realms.set(text, realm)
    }
    return realm
  }

  finish(): PlaceTable {
    return {
      length: this.#file.length,
      realm: this.#index.first.finish(),
      module: this.#index.second.finish(),
      file: this.#file.finish(),
      isProjectFile: Uint8Array.from(this.#isProjectFile.finish()),
      isRuntime: Uint8Array.from(this.#isRuntime.finish()),
    }
  }
}

function isOnWindows(path: string): boolean {
  return /^(?:file:\/\/\/?)?[A-Za-z]:\//.test(path)
}

/** Windows does not tell upper case from lower case. */
function folded(path: string): string {
  return isOnWindows(path) ? path.toLowerCase() : path
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** text → 1 when it is the name of code that has none; asked only for names. */
export function anonymousNames(texts: StringInterner, sides: readonly Identities[]): Uint8Array {
  const isAnonymous = new Uint8Array(texts.length)
  const isKnown = new Uint8Array(texts.length)
  for (const { name } of sides) {
    for (const text of name) {
      if (isKnown[text] === 1) continue
      isKnown[text] = 1
      if (texts.bytes(text).length <= 16 && ANONYMOUS.test(texts.text(text))) isAnonymous[text] = 1
    }
  }
  return isAnonymous
}
