import { type ByteBuilder, Int32Builder } from '../../src/bytes/columns.js'
import { encodeText } from '../../src/bytes/text.js'
import { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'
import { TupleIndex } from '../../src/model/tuple-index.js'

const LF = 10
const CR = 13
const SPACE = 32

/** What stands for no source file, as valgrind has it. */
const NO_FILE = encodeText('???')
const NO_NAME = encodeText('(unnamed)')

/**
 * Writes names with their numbers, in full where they come first. Files know functions by name and file alone, so of
 * functions that share both each gets its place into its name, `work app.js:12`, which our reader takes off again.
 */
export class NameWriter {
  readonly #profile: Profile
  /** Function → 1 when its name alone is not enough, 2 when its line is not enough either. */
  readonly #shared: Uint8Array
  readonly #isFunctionKnown: Uint8Array
  /** Text of a file → whether it was written; the last is for functions without a file. */
  readonly #isFileKnown: Uint8Array
  #renamed = 0

  constructor(profile: Profile) {
    const { functions, strings } = profile
    this.#profile = profile
    this.#shared = sharedNames(profile)
    this.#isFunctionKnown = new Uint8Array(functions.length)
    this.#isFileKnown = new Uint8Array(strings.length + 1)
  }

  /** Begins the block of a function. */
  block(out: ByteBuilder, func: FunctionIndex): void {
    out.push(LF)
    this.#file(out, 'fl=', func)
    this.#function(out, 'fn=', func)
  }

  /** Names the function that is called. */
  call(out: ByteBuilder, func: FunctionIndex): void {
    this.#file(out, 'cfi=', func)
    this.#function(out, 'cfn=', func)
  }

  notes(): string[] {
    if (this.#renamed === 0) return []
    return [`${this.#renamed} functions share name and file with another: their place is written into the name`]
  }

  #file(out: ByteBuilder, key: string, func: FunctionIndex): void {
    const { functions, strings } = this.#profile
    const file = functions.file[func]!
    const row = file === NONE ? strings.length : file
    out.append(encodeText(`${key}(${row + 1})`))
    if (this.#isFileKnown[row] === 0) {
      this.#isFileKnown[row] = 1
      out.push(SPACE)
      const bytes = file === NONE ? NO_FILE : strings.bytes(file)
      appendOnLine(out, isBlank(bytes) ? NO_FILE : bytes)
    }
    out.push(LF)
  }

  #function(out: ByteBuilder, key: string, func: FunctionIndex): void {
    const { functions, strings } = this.#profile
    out.append(encodeText(`${key}(${func + 1})`))
    if (this.#isFunctionKnown[func] === 0) {
      this.#isFunctionKnown[func] = 1
      out.push(SPACE)
      const bytes = strings.bytes(functions.name[func]!)
      appendOnLine(out, isBlank(bytes) ? NO_NAME : bytes)
      if (this.#shared[func] !== 0) this.#place(out, func)
    }
    out.push(LF)
  }

  #place(out: ByteBuilder, func: FunctionIndex): void {
    const { functions, strings } = this.#profile
    const file = functions.file[func]!
    this.#renamed++
    if (this.#shared[func] === 2 || file === NONE || functions.line[func]! <= 0) {
      out.append(encodeText(` #${func + 1}`))
      return
    }
    out.push(SPACE)
    appendOnLine(out, strings.bytes(file))
    out.append(encodeText(`:${functions.line[func]}`))
  }
}

/** Nothing that a reader of lines would see. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === SPACE || (byte >= 9 && byte <= CR))
}

function appendOnLine(out: ByteBuilder, bytes: Uint8Array): void {
  const start = out.length
  out.append(bytes)
  const { values } = out
  for (let at = start; at < out.length; at++) if (values[at] === LF || values[at] === CR) values[at] = SPACE
}

function sharedNames({ functions }: Profile): Uint8Array {
  const { length, name, file, line } = functions
  const shared = new Uint8Array(length)
  mark(shared, 1, [name, file])
  mark(shared, 2, [name, file, line])
  return shared
}

/** Marks the functions that have the same cells in these columns as another. */
function mark(shared: Uint8Array, sign: number, columns: readonly Int32Array[]): void {
  const allocator = new Allocator()
  const index = new TupleIndex(
    allocator,
    columns.map(() => new Int32Builder(allocator)),
  )
  const firsts = new Int32Builder(allocator)
  for (let func = 0; func < shared.length; func++) {
    const row = index.intern(columns.map((column) => column[func]!))
    if (row === firsts.length) {
      firsts.push(func)
    } else {
      shared[firsts.values[row]!] = sign
      shared[func] = sign
    }
  }
}
