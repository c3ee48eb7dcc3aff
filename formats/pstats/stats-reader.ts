import { FormatError } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import { StringInterner } from '../../src/model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { MarshalReader } from './marshal-reader.js'
import { LEAF, TYPE, TYPE_MASK } from './marshal-types.js'
import { looksLikeJson, notPstats } from './not-pstats.js'
import { StatsBuilder, type StatsTables } from './stats-builder.js'

/** A stats dict as read, and what the stream gives away about its writer. */
export interface Stats {
  readonly strings: StringInterner
  readonly tables: StatsTables
  /** The marker entry of Python 3.15's sampling profiler is there. */
  readonly sampled: boolean
  /** Names are the byte strings of Python 2. */
  readonly python2: boolean
  /** Written with marshal version 3 or newer. */
  readonly modern: boolean
  readonly codeKeys: number
  /** Dicts that end where a value was expected. */
  readonly earlyEnds: number
  /** Bytes after the dict. */
  readonly trailingBytes: number
}

/** In place of a function: the key that marks a sampled file, a key that makes no sense. */
const MARKER = -2
const NO_KEY = -3

/** Lines are kept in 32 bits; the lowest number stands for "no line". */
const LINE_END = 2 ** 31

/** Reads the stats dict that is all of `data`. */
export function readStats(data: Uint8Array, context: ReadContext): Stats {
  return new StatsReader(data, context).read()
}

class StatsReader {
  readonly #context: ReadContext
  readonly #data: Uint8Array
  readonly #strings: StringInterner
  readonly #marshal: MarshalReader
  readonly #stats: StatsBuilder
  /** The file in the keys of built-ins. */
  readonly #tilde: number
  readonly #marker: number
  /** The four numbers of an entry or a caller, in the order of the file. */
  readonly #numbers: ExactNumber[] = [0, 0, 0, 0]
  #sampled = false
  #byteNames = false
  #codeKeys = 0
  #earlyEnds = 0

  constructor(data: Uint8Array, context: ReadContext) {
    this.#context = context
    this.#data = data
    this.#strings = new StringInterner(context.allocator)
    this.#tilde = this.#strings.internText('~')
    this.#marker = this.#strings.internText('__sampled__')
    this.#marshal = new MarshalReader(data, context.allocator, this.#strings)
    this.#stats = new StatsBuilder(context.allocator, this.#strings)
  }

  read(): Stats {
    const marshal = this.#marshal
    const type = this.#data.length === 0 ? 0 : this.#data[0]! & TYPE_MASK
    if ((type !== TYPE.dict && type !== TYPE.frozendict) || looksLikeJson(this.#data)) throw notPstats(this.#data)
    marshal.enter(TYPE.dict)
    while (!marshal.atEnd()) if (!this.#entry()) break
    marshal.leave()
    const tables = this.#stats.finish()
    if (tables.entries === 0) throw new FormatError('the profile is empty: no function was recorded', { offset: 0 })
    return {
      strings: this.#strings,
      tables,
      sampled: this.#sampled,
      python2: marshal.hasStringRefs || (this.#byteNames && !marshal.hasFlags),
      modern: marshal.hasFlags || marshal.hasShortForms,
      codeKeys: this.#codeKeys,
      earlyEnds: this.#earlyEnds,
      trailingBytes: marshal.cursor.remaining,
    }
  }

  /** One key with its value; false when the dict ended between the two. */
  #entry(): boolean {
    const marshal = this.#marshal
    const fn = this.#key()
    if (marshal.atEnd()) {
      this.#earlyEnds++
      return false
    }
    const offset = marshal.cursor.offset
    if (fn < 0) {
      marshal.leaf()
    } else if (!marshal.enter(TYPE.tuple)) {
      marshal.leaf()
      this.#fault(`expected a value (cc, nc, tt, ct, callers), got ${marshal.leafNoun()}`, offset)
    } else {
      if (marshal.count === 5) this.#value(fn)
      else this.#wrongCount('a value', '5 items (cc, nc, tt, ct, callers)', offset)
      marshal.leave()
    }
    return true
  }

  /** The five items of a value. */
  #value(fn: FunctionIndex): void {
    const marshal = this.#marshal
    if (!this.#fourNumbers()) {
      marshal.leaf()
      return
    }
    const [primitive, calls, self, total] = this.#numbers as [ExactNumber, ExactNumber, ExactNumber, ExactNumber]
    this.#stats.entry(fn, primitive, calls, self, total)
    const offset = marshal.cursor.offset
    if (!marshal.enter(TYPE.dict)) {
      marshal.leaf()
      this.#fault(`expected a dict of callers, got ${marshal.leafNoun()}`, offset)
      return
    }
    while (!marshal.atEnd()) if (!this.#caller()) break
    marshal.leave()
  }

  #caller(): boolean {
    const marshal = this.#marshal
    const start = marshal.cursor.offset
    const fn = this.#key()
    if (marshal.atEnd()) {
      this.#earlyEnds++
      return false
    }
    const offset = marshal.cursor.offset
    if (fn < 0) {
      if (fn === MARKER) this.#fault('expected a key (file, line, name), got a tuple of 1 item', start)
      marshal.leaf()
    } else if (marshal.enter(TYPE.tuple)) {
      if (marshal.count !== 4) this.#wrongCount('the numbers of a caller', '4 items (nc, cc, tt, ct)', offset)
      else if (this.#fourNumbers()) {
        // All calls come first here, in an entry the primitive ones do.
        const [calls, primitive, self, total] = this.#numbers as [ExactNumber, ExactNumber, ExactNumber, ExactNumber]
        this.#stats.caller(fn, calls, primitive, self, total)
      }
      marshal.leave()
    } else if (isNumber(marshal.leaf())) {
      this.#stats.countedCaller(fn, marshal.number)
    } else {
      this.#fault(`expected the numbers of a caller (nc, cc, tt, ct), got ${marshal.leafNoun()}`, offset)
    }
    return true
  }

  /** Reads four items, all of them also when one is no number, which is then a fault. */
  #fourNumbers(): boolean {
    const marshal = this.#marshal
    let wrong: string | null = null
    let offset = 0
    for (let item = 0; item < 4; item++) {
      if (isNumber(marshal.leaf())) {
        this.#numbers[item] = marshal.number
      } else if (wrong === null) {
        wrong = marshal.leafNoun()
        offset = marshal.leafOffset
      }
    }
    if (wrong !== null) this.#fault(`expected a number, got ${wrong}`, offset)
    return wrong === null
  }

  /** Passes over the items of a tuple that does not have as many as it should. */
  #wrongCount(what: string, expected: string, offset: number): void {
    const items = this.#marshal.count
    for (let item = 0; item < items; item++) this.#marshal.leaf()
    this.#fault(`expected ${what} of ${expected}, got ${items}`, offset)
  }

  /** The function that the key stands for that is next, or {@link MARKER}, or {@link NO_KEY} after a fault. */
  #key(): FunctionIndex {
    const marshal = this.#marshal
    const known = marshal.knownKey()
    if (known !== NONE) return known
    const offset = marshal.cursor.offset
    if (!marshal.enter(TYPE.tuple)) {
      marshal.leaf()
      return this.#noKey(`expected a key (file, line, name), got ${marshal.leafNoun()}`, offset)
    }
    const items = marshal.count
    if (items === 3) {
      const fn = this.#function()
      marshal.leave(fn < 0 ? NONE : fn)
      return fn
    }
    let isMarker = items === 1
    for (let item = 0; item < items; item++) {
      isMarker = marshal.leaf() === LEAF.text && marshal.text === this.#marker && isMarker
    }
    marshal.leave()
    if (isMarker) {
      this.#sampled = true
      return MARKER
    }
    return this.#noKey(`expected a key of 3 items (file, line, name), got ${items}`, offset)
  }

  /** The function of the three items of a key. All are read, also when one makes no sense. */
  #function(): FunctionIndex {
    const marshal = this.#marshal
    const fileLeaf = marshal.leaf()
    const file = marshal.text
    let wrong = fileLeaf === LEAF.text ? null : `expected a file name, got ${marshal.leafNoun()}`
    let offset = marshal.leafOffset
    this.#noteText()

    const lineLeaf = marshal.leaf()
    const line = marshal.number
    if (wrong === null && (lineLeaf !== LEAF.integer || !fitsLine(line))) {
      wrong = `expected a line number, got ${lineLeaf === LEAF.integer ? line : marshal.leafNoun()}`
      offset = marshal.leafOffset
    }

    const nameLeaf = marshal.leaf()
    if (wrong === null && nameLeaf !== LEAF.text && nameLeaf !== LEAF.code) {
      wrong = `expected a function name, got ${marshal.leafNoun()}`
      offset = marshal.leafOffset
    }
    this.#noteText()
    if (wrong !== null) return this.#noKey(wrong, offset)

    const { functions } = this.#stats
    const before = functions.length
    // How built-ins are written: they have neither file nor line.
    const isBuiltIn = file === this.#tilde && line === 0
    const fn = functions.intern(marshal.text, isBuiltIn ? NONE : file, isBuiltIn ? NO_POSITION : Number(line))
    if (nameLeaf === LEAF.code && functions.length > before) this.#codeKeys++
    return fn
  }

  /** Python 2 writes names as bytes, which no other Python does. */
  #noteText(): void {
    const type = this.#marshal.leafType
    if (type === TYPE.bytes || type === TYPE.interned) this.#byteNames = true
  }

  #noKey(message: string, offset: number): number {
    this.#fault(message, offset)
    return NO_KEY
  }

  #fault(message: string, offset: number): void {
    this.#context.fault(message, { offset })
  }
}

function isNumber(leaf: number): boolean {
  return leaf === LEAF.integer || leaf === LEAF.float
}

function fitsLine(line: ExactNumber): boolean {
  return line < LINE_END && line > -LINE_END
}
