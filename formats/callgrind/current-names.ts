import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringIndex } from '../../src/model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { numberOf } from './numbers.js'

/** What is current, by name: indices into a list of names. */
export const OBJECT = 0
export const FILE = 1
export const INLINED_FILE = 2
export const FUNCTION = 3
export const CALLED_OBJECT = 4
export const CALLED_FILE = 5
export const CALLED_FUNCTION = 6
const FIELDS = 7

/** "No name was given", where {@link NONE} is a name that is not defined. */
export const ABSENT = -2

/** No current name is this. */
const NO_NAME = -3

/** What stands for "no source file". */
const NO_FILE = ['???', '', 'php:internal']

/** The names that are current at a line, and the functions that they mean. */
export class CurrentNames {
  readonly #functions: FunctionTableBuilder
  readonly #noFile: ReadonlySet<number>
  /** The current names; {@link ABSENT} where none was given. */
  readonly #current = new Int32Array(FIELDS).fill(ABSENT)
  /** (name, file or object) that functions were looked up by → row of `#knownFunctions`. */
  readonly #known: PairIndex
  readonly #knownFunctions: Int32Builder
  /** name → file and object that it was looked up with last, and the function that was found: most have one place. */
  readonly #last: Int32Builder
  /** The current function once it is looked up; {@link ABSENT} before. */
  #func: FunctionIndex = ABSENT

  constructor(allocator: Allocator, functions: FunctionTableBuilder) {
    this.#functions = functions
    this.#noFile = new Set(NO_FILE.map((text) => functions.strings.internText(text)))
    this.#known = new PairIndex(allocator)
    this.#knownFunctions = new Int32Builder(allocator)
    this.#last = new Int32Builder(allocator)
  }

  set(field: number, name: StringIndex): void {
    const current = this.#current
    current[field] = name
    if (field > FUNCTION) return
    if (field !== INLINED_FILE) this.#func = ABSENT
    if (field === FILE || field === FUNCTION) current[INLINED_FILE] = ABSENT
  }

  /** Another run of the program begins. */
  clear(): void {
    this.#current.fill(ABSENT)
    this.#func = ABSENT
  }

  /** The current function; {@link ABSENT} when none was named, {@link NONE} when its name is not defined. */
  func(): FunctionIndex {
    if (this.#func !== ABSENT) return this.#func
    const current = this.#current
    const name = current[FUNCTION]!
    if (name !== ABSENT) this.#func = this.#lookUp(name, current[FILE]!, current[OBJECT]!)
    return this.#func
  }

  /** Whether a function and one that it calls were named, and are defined. */
  get hasCall(): boolean {
    return this.#current[FUNCTION]! >= 0 && this.#current[CALLED_FUNCTION]! >= 0
  }

  /** The function of the pending call; its file and object are those of the caller unless said otherwise. */
  callee(): FunctionIndex {
    const current = this.#current
    const name = current[CALLED_FUNCTION]!
    const file = current[CALLED_FILE]!
    const object = current[CALLED_OBJECT]!
    current[CALLED_FUNCTION] = current[CALLED_FILE] = current[CALLED_OBJECT] = ABSENT
    if (name === ABSENT) return ABSENT
    const callerFile = current[INLINED_FILE] === ABSENT ? current[FILE]! : current[INLINED_FILE]!
    return this.#lookUp(name, file === ABSENT ? callerFile : file, object === ABSENT ? current[OBJECT]! : object)
  }

  #lookUp(name: number, file: number, object: number): FunctionIndex {
    if (name === NONE) return NONE
    const last = this.#last.values
    const at = name * 3
    if (at < this.#last.length && last[at] === file && last[at + 1] === object) return last[at + 2]!
    return this.#find(name, file, object)
  }

  /** A function without a source file is told from others by its binary. */
  #find(name: number, file: number, object: number): FunctionIndex {
    const hasFile = file >= 0 && !this.#noFile.has(file)
    const place = hasFile ? file : object >= 0 && !this.#noFile.has(object) ? object : NONE
    const row = this.#known.intern(name, place * 2 + (hasFile ? 1 : 0))
    const known = this.#knownFunctions
    if (row === known.length) known.push(hasFile ? this.#placed(name, file) : this.#functions.intern(name, place))
    const func = known.values[row]!
    const last = this.#last
    const at = name * 3
    while (last.length < at + 3) last.push(NO_NAME)
    last.values[at] = file
    last.values[at + 1] = object
    last.values[at + 2] = func
    return func
  }

  /** yappi and we write `name file:line`, where the line tells functions of one name and file apart. */
  #placed(name: number, file: number): FunctionIndex {
    const { strings } = this.#functions
    const text = strings.bytes(name)
    const path = strings.bytes(file)
    let colon = text.length - 1
    while (colon > 0 && text[colon]! >= 48 && text[colon]! <= 57) colon--
    const start = colon - path.length
    const fits = text[colon] === 58 && colon < text.length - 1 && start > 1 && text[start - 1] === 32
    for (let at = 0; fits && at < path.length; at++) {
      if (text[start + at] !== path[at]) return this.#functions.intern(name, file)
    }
    const line = fits ? numberOf(text, colon + 1, text.length) : null
    if (line === null || line > 0x7fff_ffff) return this.#functions.intern(name, file)
    return this.#functions.intern(strings.intern(text.slice(0, start - 1)), file, Number(line) || NO_POSITION)
  }
}
