import { Int32Builder } from '../../src/bytes/columns.js'
import { CallcostError, FormatError } from '../../src/errors.js'
import { limitError } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'
import { CODE_LAYOUTS, type CodeLayout, type CodeParts, fitsField } from './code-object.js'
import { readFloatText, readLong } from './marshal-numbers.js'
import type { MarshalReader } from './marshal-reader.js'
import { TYPE, TYPE_MASK, typeNoun } from './marshal-types.js'
import { REF } from './ref-table.js'

/**
 * Passes over the object that is next, whatever it is, keeping the tables of references. Gives the parts of a code
 * object when it is one, else null. The first code object of a file is tried in all layouts.
 */
export function skipObject(reader: MarshalReader): CodeParts | null {
  if (reader.codeLayout !== null) return new Skipper(reader, reader.codeLayout).run()
  const { cursor, refs, interned } = reader
  const start = cursor.offset
  const refCount = refs.length
  const internedCount = interned.length
  let failure: unknown
  let furthest = -1
  for (const layout of CODE_LAYOUTS) {
    cursor.offset = start
    refs.truncate(refCount)
    interned.truncate(internedCount)
    const skipper = new Skipper(reader, layout)
    try {
      const parts = skipper.run()
      if (skipper.metCode) reader.codeLayout = layout
      return parts
    } catch (error) {
      if (!(error instanceof CallcostError) || error.kind !== 'data' || !skipper.metCode) throw error
      // The layout that came furthest was most likely the right one, so its error is the one to tell.
      if (cursor.offset > furthest) {
        furthest = cursor.offset
        failure = error
      }
    }
  }
  throw failure
}

/** One walk over an object with a stack of its own, so that depth is ours to limit. */
class Skipper {
  metCode = false
  readonly #reader: MarshalReader
  readonly #layout: CodeLayout
  /** Open containers: type, items left (dicts: 1 while open), index taken or NONE, offset, parts of a code object read. */
  readonly #types: Int32Builder
  readonly #left: Int32Builder
  readonly #refs: Int32Builder
  readonly #starts: Int32Builder
  readonly #fields: Int32Builder
  #parts: CodeParts | null = null

  constructor(reader: MarshalReader, layout: CodeLayout) {
    this.#reader = reader
    this.#layout = layout
    const column = (): Int32Builder => new Int32Builder(reader.allocator, 16)
    this.#types = column()
    this.#left = column()
    this.#refs = column()
    this.#starts = column()
    this.#fields = column()
  }

  run(): CodeParts | null {
    try {
      this.#object()
      while (this.#types.length > 0) {
        if (this.#left.values[this.#left.length - 1]! > 0) this.#object()
        else this.#close()
      }
      return this.#parts
    } finally {
      for (const column of [this.#types, this.#left, this.#refs, this.#starts, this.#fields]) {
        this.#reader.allocator.release(column.values)
      }
    }
  }

  /** Reads one object, or the head of one that holds others. */
  #object(): void {
    const { cursor, refs } = this.#reader
    const start = cursor.offset
    this.#noteField(start)
    const byte = cursor.u8()
    const type = byte & TYPE_MASK
    switch (type) {
      case TYPE.null:
        this.#endDict(start)
        return
      case TYPE.none:
      case TYPE.stopIteration:
      case TYPE.ellipsis:
      case TYPE.false:
      case TYPE.true:
        // The flag means nothing on these.
        this.#done(type)
        return
      case TYPE.ref: {
        const index = this.#reader.refIndex()
        const kind = refs.kind(index)
        this.#done(kind === REF.object ? cursor.data[refs.payload(index)]! & TYPE_MASK : kindType(kind))
        return
      }
      case TYPE.stringRef:
        this.#reader.stringRefIndex()
        this.#done(type)
        return
      case TYPE.tuple:
      case TYPE.list:
      case TYPE.set:
      case TYPE.frozenset:
        this.#open(type, byte, start, cursor.count(cursor.i32(), 1, 'items', typeNoun(type) ?? 'an object'))
        return
      case TYPE.smallTuple:
        this.#open(type, byte, start, cursor.count(cursor.u8(), 1, 'items', 'a tuple'))
        return
      case TYPE.dict:
      case TYPE.frozendict:
        this.#open(type, byte, start, 1)
        return
      case TYPE.slice:
        this.#open(type, byte, start, 3)
        return
      case TYPE.code:
        this.metCode = true
        this.#open(type, byte, start, this.#layout.fields.length)
        cursor.bytes(4 * this.#layout.integers, 'a code object')
        return
      default:
        this.#skipPayload(type, start)
        if (this.#reader.takesIndex(byte)) refs.push(REF.object, start)
        if (type === TYPE.interned && !this.#reader.replaying) this.#reader.interned.push(REF.object, start)
        this.#done(type)
    }
  }

  #skipPayload(type: number, start: number): void {
    const { cursor } = this.#reader
    switch (type) {
      case TYPE.int32:
        cursor.i32()
        return
      case TYPE.int64:
        cursor.i64()
        return
      case TYPE.long:
        readLong(cursor)
        return
      case TYPE.float:
        cursor.f64()
        return
      case TYPE.floatText:
        readFloatText(cursor)
        return
      case TYPE.complex:
        cursor.f64()
        cursor.f64()
        return
      case TYPE.complexText:
        readFloatText(cursor)
        readFloatText(cursor)
        return
      case TYPE.bytes:
      case TYPE.interned:
      case TYPE.unicode:
      case TYPE.ascii:
      case TYPE.asciiInterned:
        cursor.bytes(cursor.i32())
        return
      case TYPE.shortAscii:
      case TYPE.shortAsciiInterned:
        cursor.bytes(cursor.u8())
        return
      default:
        throw new FormatError(unknownType(type), { offset: start })
    }
  }

  #open(type: number, byte: number, start: number, items: number): void {
    const { allocator, refs } = this.#reader
    const limit = allocator.limits['marshal-depth']
    if (this.#types.length >= limit) {
      throw limitError('marshal-depth', limit, `objects are nested more than ${limit} deep at byte ${start}`)
    }
    let ref: number = NONE
    if (this.#reader.takesIndex(byte)) {
      ref = refs.length
      refs.push(REF.hole, 0)
    }
    this.#types.push(type)
    this.#left.push(items)
    this.#refs.push(ref)
    this.#starts.push(start)
    this.#fields.push(0)
  }

  /** Closes the innermost container, which is complete. */
  #close(): void {
    const top = this.#types.length - 1
    const type = this.#types.values[top]!
    const ref = this.#refs.values[top]!
    if (ref !== NONE) this.#reader.refs.set(ref, REF.object, this.#starts.values[top]! >>> 0)
    for (const column of [this.#types, this.#left, this.#refs, this.#starts, this.#fields]) column.length--
    this.#done(type)
  }

  #endDict(start: number): void {
    const top = this.#types.length - 1
    const type = top < 0 ? TYPE.null : this.#types.values[top]!
    if (type !== TYPE.dict && type !== TYPE.frozendict) {
      throw new FormatError('the end of a dict stands outside of one', { offset: start })
    }
    this.#left.values[top] = 0
  }

  /** Counts an object of this type as an item of the container around it. */
  #done(type: number): void {
    const top = this.#types.length - 1
    if (top < 0) return
    const around = this.#types.values[top]!
    if (around === TYPE.dict || around === TYPE.frozendict) return
    this.#left.values[top] = this.#left.values[top]! - 1
    if (around === TYPE.code) this.#codePart(top, type)
  }

  /** Holds a part of a code object against the layout, and reads the line number when that is next. */
  #codePart(top: number, type: number): void {
    const { cursor } = this.#reader
    const { fields } = this.#layout
    let at = this.#fields.values[top]!
    if (!fitsField(fields[at]!, type)) {
      throw new FormatError('the code object is in no form that a version of Python writes', {
        offset: this.#starts.values[top]! >>> 0,
      })
    }
    at++
    if (fields[at] === 'line') {
      const line = cursor.i32()
      if (top === 0 && this.#parts !== null) this.#parts.line = line
      this.#left.values[top] = this.#left.values[top]! - 1
      at++
    }
    this.#fields.values[top] = at
  }

  /** Remembers where the file and the name of the outermost code object stand. */
  #noteField(offset: number): void {
    if (this.#types.length !== 1 || this.#types.values[0] !== TYPE.code) return
    this.#parts ??= { file: 0, name: 0, line: 0, layout: this.#layout }
    const field = this.#layout.fields[this.#fields.values[0]!]
    if (field === 'file' || field === 'name') this.#parts[field] = offset
  }
}

function kindType(kind: number): number {
  if (kind === REF.text) return TYPE.interned
  if (kind === REF.key) return TYPE.tuple
  if (kind === REF.code) return TYPE.code
  return TYPE.int32
}

function unknownType(type: number): string {
  if (type === TYPE.unknown) return 'the program that wrote the file could not write this object'
  const shown = type > 0x20 && type < 0x7f ? JSON.stringify(String.fromCharCode(type)) : `0x${type.toString(16)}`
  return `expected an object, got the unknown type ${shown}`
}
