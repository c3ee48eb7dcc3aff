import { ByteCursor } from '../../src/bytes/cursor.js'
import { FormatError } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { type CodeLayout, codeText } from './code-object.js'
import { readFloatText, readLong } from './marshal-numbers.js'
import { FLAG_REF, LEAF, TYPE, TYPE_MASK, typeNoun } from './marshal-types.js'
import { REF, RefTable } from './ref-table.js'
import { skipObject } from './skip-object.js'

/** A stats dict nests four containers: dict, value, callers, key or costs. */
const DEEPEST = 8

/** Bytes that may be read again through references before we give up, for files smaller than that. */
const REREAD_FLOOR = 1 << 20

/**
 * Reads a marshal stream object by object, without building objects of ours: texts go into a string table, numbers into
 * fields, what nobody asked for is skipped. References are kept as what they stand for; a container that is referred to
 * is read again at its offset, and how much may be read again is bounded, so that nested references cannot blow up.
 */
export class MarshalReader {
  readonly cursor: ByteCursor
  readonly allocator: Allocator
  readonly strings: StringInterner
  /** What `r` refers to, in the order of flagged type bytes (3.4 and newer). */
  readonly refs: RefTable
  /** What `R` refers to, in the order of `t` texts (2.x). */
  readonly interned: RefTable
  /** The form of code objects in this file, once one was read. */
  codeLayout: CodeLayout | null = null

  /** The last leaf: its type byte without flag, its text or number, and where its payload stood. */
  leafType = 0
  text: StringIndex = NONE
  number: ExactNumber = 0
  leafOffset = 0
  /** Number of items of the tuple that was entered last. */
  count = 0

  /** Some type byte had the flag, so the stream is of version 3 or newer. */
  hasFlags = false
  hasStringRefs = false
  /** A type of version 4: a short text or a small tuple. */
  hasShortForms = false

  #depth = 0
  readonly #enteredRef = new Int32Array(DEEPEST)
  readonly #enteredStart = new Float64Array(DEEPEST)
  /** Where reading goes on after a container that was entered through a reference; -1 for one that stands in place. */
  readonly #enteredReturn = new Float64Array(DEEPEST)
  #replays = 0
  #reread = 0

  constructor(data: Uint8Array, allocator: Allocator, strings: StringInterner) {
    this.cursor = new ByteCursor(data)
    this.allocator = allocator
    this.strings = strings
    this.refs = new RefTable(allocator)
    this.interned = new RefTable(allocator)
  }

  /** Objects that are read again must not take an index a second time. */
  get replaying(): boolean {
    return this.#replays > 0
  }

  /** Moves past the NULL that ends a dict, if it is next. */
  atEnd(): boolean {
    const { cursor } = this
    if (cursor.remaining === 0 || (cursor.data[cursor.offset]! & TYPE_MASK) !== TYPE.null) return false
    cursor.offset++
    return true
  }

  /** Moves past a reference to a key that was read before and gives its payload; {@link NONE} when that is not next. */
  knownKey(): number {
    const { cursor, refs } = this
    if (cursor.remaining === 0 || (cursor.data[cursor.offset]! & TYPE_MASK) !== TYPE.ref) return NONE
    const start = cursor.offset
    cursor.offset++
    const index = this.refIndex()
    if (refs.kind(index) === REF.key) return refs.payload(index)
    cursor.offset = start
    return NONE
  }

  /**
   * Enters a tuple, whose item count is then in `count`, or a dict, in place or through a reference. Reads nothing and
   * gives false when something else is next. Every container that was entered must be left.
   */
  enter(wanted: typeof TYPE.tuple | typeof TYPE.dict): boolean {
    const { cursor } = this
    const start = cursor.offset
    let byte = cursor.u8()
    let ref = NONE
    let returnTo = -1
    let begin = start
    if ((byte & TYPE_MASK) === TYPE.ref) {
      ref = this.refIndex()
      const kind = this.refs.kind(ref)
      if (kind === REF.object) {
        returnTo = cursor.offset
        begin = this.refs.payload(ref)
        cursor.offset = begin
        byte = cursor.u8()
      }
    }
    const type = byte & TYPE_MASK
    const isTuple = type === TYPE.tuple || type === TYPE.smallTuple
    if (wanted === TYPE.tuple ? !isTuple : type !== TYPE.dict && type !== TYPE.frozendict) {
      cursor.offset = start
      return false
    }
    if (isTuple) {
      if (type === TYPE.smallTuple) this.hasShortForms = true
      const items = type === TYPE.tuple ? cursor.i32() : cursor.u8()
      this.count = cursor.count(items, 1, 'items', 'a tuple')
    }
    if (returnTo >= 0) this.#replays++
    else if (this.takesIndex(byte)) {
      ref = this.refs.length
      this.refs.push(REF.hole, 0)
    }
    this.#enteredRef[this.#depth] = ref
    this.#enteredStart[this.#depth] = begin
    this.#enteredReturn[this.#depth] = returnTo
    this.#depth++
    return true
  }

  /** Leaves the container entered last, all of whose items were read; `key` is its payload when it turned out a key. */
  leave(key = NONE): void {
    const depth = --this.#depth
    const start = this.#enteredStart[depth]!
    const returnTo = this.#enteredReturn[depth]!
    const ref = this.#enteredRef[depth]!
    if (ref !== NONE) this.refs.set(ref, key === NONE ? REF.object : REF.key, key === NONE ? start : key)
    if (returnTo < 0) return
    this.#replays--
    this.#countReread(this.cursor.offset - start)
    this.cursor.offset = returnTo
  }

  /**
   * Reads one whole object. Texts, numbers and code objects are left in the fields above; of anything else only
   * `leafType` tells.
   */
  leaf(): number {
    const { cursor } = this
    const start = cursor.offset
    this.leafOffset = start
    const byte = cursor.u8()
    const type = byte & TYPE_MASK
    this.leafType = type
    switch (type) {
      case TYPE.int32:
        return this.#numberLeaf(LEAF.integer, cursor.i32(), byte, start)
      case TYPE.float:
        return this.#numberLeaf(LEAF.float, cursor.f64(), byte, start)
      case TYPE.shortAscii:
      case TYPE.shortAsciiInterned:
        this.hasShortForms = true
        return this.#asciiLeaf(cursor.u8(), byte)
      case TYPE.ascii:
      case TYPE.asciiInterned:
        return this.#asciiLeaf(cursor.i32(), byte)
      case TYPE.unicode:
      case TYPE.interned:
      case TYPE.bytes:
        return this.#textLeaf(cursor.i32(), byte)
      case TYPE.ref:
        return this.#refLeaf(this.refIndex())
      case TYPE.stringRef:
        return this.#resolve(this.interned, this.stringRefIndex())
      case TYPE.int64:
        return this.#numberLeaf(LEAF.integer, cursor.i64(), byte, start)
      case TYPE.long: {
        const value = readLong(cursor)
        if (value !== null) return this.#numberLeaf(LEAF.integer, value, byte, start)
        this.#keep(byte, REF.object, start)
        return LEAF.other
      }
      case TYPE.floatText:
        return this.#numberLeaf(LEAF.float, readFloatText(cursor), byte, start)
      case TYPE.code:
        cursor.offset = start
        return this.#codeLeaf(start)
      default:
        cursor.offset = start
        skipObject(this)
        this.leafType = type
        return LEAF.other
    }
  }

  /** What the last leaf was, as in "got a list". */
  leafNoun(): string {
    if (this.leafType === TYPE.long) return 'an integer of more than 1024 bits'
    return typeNoun(this.leafType) ?? 'an object'
  }

  /** The index of a reference, once it is sure that it can be followed. */
  refIndex(): number {
    const offset = this.cursor.offset
    const index = this.cursor.i32()
    if (index < 0 || index >= this.refs.length) {
      throw new FormatError(`the reference to object ${index} points at nothing, ${this.refs.length} came before it`, {
        offset,
      })
    }
    if (this.refs.kind(index) === REF.hole) {
      throw new FormatError(`the reference to object ${index} points at the object that it is part of`, { offset })
    }
    return index
  }

  /** The index of a reference to an interned text of Python 2. */
  stringRefIndex(): number {
    const offset = this.cursor.offset
    const index = this.cursor.i32()
    this.hasStringRefs = true
    if (index < 0 || index >= this.interned.length) {
      throw new FormatError(
        `the reference to text ${index} points at nothing, ${this.interned.length} came before it`,
        {
          offset,
        },
      )
    }
    return index
  }

  /** Whether an object with this type byte takes the next index. */
  takesIndex(byte: number): boolean {
    if ((byte & FLAG_REF) === 0) return false
    this.hasFlags = true
    return this.#replays === 0
  }

  #keep(byte: number, kind: number, payload: number): void {
    if (this.takesIndex(byte)) this.refs.push(kind, payload)
  }

  #numberLeaf(leaf: number, value: ExactNumber, byte: number, start: number): number {
    this.number = value
    if (this.takesIndex(byte)) {
      // An integer and a float look alike in the table; a whole float is read again, so that it stays one.
      const plain = typeof value === 'number' && (leaf === LEAF.integer) === Number.isInteger(value)
      this.refs.push(plain ? REF.number : REF.object, plain ? value : start)
    }
    return leaf
  }

  #textLeaf(length: number, byte: number): number {
    const { cursor } = this
    const start = cursor.offset
    cursor.offset = start + cursor.count(length, 1, 'bytes', 'a text')
    this.text = this.strings.intern(cursor.data, start, cursor.offset)
    if ((byte & TYPE_MASK) === TYPE.interned && this.#replays === 0) this.interned.push(REF.text, this.text)
    this.#keep(byte, REF.text, this.text)
    return LEAF.text
  }

  #asciiLeaf(length: number, byte: number): number {
    const { cursor } = this
    const { data } = cursor
    const start = cursor.offset
    const end = start + cursor.count(length, 1, 'bytes', 'a text')
    cursor.offset = end
    let at = start
    while (at < end && data[at]! < 0x80) at++
    // Python takes what is not ASCII here as Latin-1.
    this.text =
      at === end
        ? this.strings.intern(data, start, end)
        : this.strings.intern(Buffer.from(Buffer.from(data.subarray(start, end)).toString('latin1')))
    this.#keep(byte, REF.text, this.text)
    return LEAF.text
  }

  #codeLeaf(start: number): number {
    const { cursor } = this
    const refs = this.refs.length
    const capture = skipObject(this)
    this.leafType = TYPE.code
    this.leafOffset = start
    if (capture === null) return LEAF.other
    const end = cursor.offset
    this.text = this.#again(start, () => codeText(this, capture))
    cursor.offset = end
    this.leafType = TYPE.code
    this.leafOffset = start
    // The code object itself is the first that took an index, before its parts.
    if (!this.replaying && refs < this.refs.length && (cursor.data[start]! & FLAG_REF) !== 0) {
      this.refs.set(refs, REF.code, this.text)
    }
    return LEAF.code
  }

  #refLeaf(index: number): number {
    const leaf = this.#resolve(this.refs, index)
    // So that a code object is not read again for each of its callers.
    if (leaf === LEAF.code) this.refs.set(index, REF.code, this.text)
    return leaf
  }

  /** The leaf that an entry of a table stands for. */
  #resolve(table: RefTable, index: number): number {
    const payload = table.payload(index)
    switch (table.kind(index)) {
      case REF.text:
        this.text = payload
        this.leafType = TYPE.unicode
        return LEAF.text
      case REF.number:
        this.number = payload
        if (Number.isInteger(payload)) {
          this.leafType = TYPE.int32
          return LEAF.integer
        }
        this.leafType = TYPE.float
        return LEAF.float
      case REF.code:
        this.text = payload
        this.leafType = TYPE.code
        return LEAF.code
      case REF.key:
        this.leafType = TYPE.tuple
        return LEAF.other
      default:
        return this.#objectLeaf(payload)
    }
  }

  /** The leaf at an offset that was read before; a container is not read again, only named. */
  #objectLeaf(at: number): number {
    const offset = this.leafOffset
    const type = this.cursor.data[at]! & TYPE_MASK
    const isContainer =
      type === TYPE.tuple ||
      type === TYPE.smallTuple ||
      type === TYPE.list ||
      type === TYPE.set ||
      type === TYPE.frozenset ||
      type === TYPE.dict ||
      type === TYPE.frozendict ||
      type === TYPE.slice
    this.leafType = type
    if (isContainer) return LEAF.other
    const leaf = this.#again(at, () => this.leaf())
    this.leafOffset = offset
    return leaf
  }

  /** Runs `read` at an offset that was read before, then goes on where we were. */
  #again<T>(at: number, read: () => T): T {
    const { cursor } = this
    const returnTo = cursor.offset
    cursor.offset = at
    this.#replays++
    const result = read()
    this.#replays--
    this.#countReread(Math.max(0, cursor.offset - at))
    cursor.offset = returnTo
    return result
  }

  #countReread(bytes: number): void {
    this.#reread += bytes
    const limit = Math.max(REREAD_FLOOR, 4 * this.cursor.data.length)
    if (this.#reread > limit) {
      throw new FormatError(`objects that are referred to again and again stand for more than ${limit} bytes`, {
        offset: this.cursor.offset,
      })
    }
  }
}
