import { Int32Builder } from '../../src/bytes/columns.js'
import { decodeText, encodeText } from '../../src/bytes/text.js'
import { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import type { StringIndex } from '../../src/model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { TupleIndex } from '../../src/model/tuple-index.js'
import type { MarshalWriter } from './marshal-writer.js'

const TILDE = encodeText('~')

const UNKNOWN = 0
const IS_TEXT = 1
const IS_BYTES = 2

/** Longest UTF-8 sequence of one character. */
const LONGEST = 4

/**
 * Writes functions as keys (file, line, name). Keys must differ, because Python would drop all but one of those that do
 * not: functions that only differ by what a key lacks get their column, or a number, behind their name.
 *
 * Bytes that are not UTF-8 become U+DC80 to U+DCFF, as in the paths that Python 3 itself reads ("surrogateescape"). Byte
 * strings would keep them, but neither Python 2 nor 3 can sort or print those beside texts.
 */
export class KeyWriter {
  readonly #profile: Profile
  readonly #marshal: MarshalWriter
  /** text → whether Python can decode it. */
  readonly #sort: Uint8Array
  /** function → 0, or the number of it among those of the same key, from 1. */
  readonly #ordinal: Int32Array
  /** How many functions got another name. */
  renamed = 0
  /** How many texts are not UTF-8. */
  escaped = 0

  constructor(profile: Profile, marshal: MarshalWriter) {
    this.#profile = profile
    this.#marshal = marshal
    this.#sort = new Allocator().bytes(profile.strings.length)
    this.#ordinal = this.#numberAlike()
  }

  write(fn: FunctionIndex): void {
    const { functions } = this.#profile
    const marshal = this.#marshal
    const file = functions.file[fn]!
    marshal.tuple(3)
    if (file === NONE) marshal.text(TILDE)
    else this.#text(file, '')
    marshal.number(this.#line(fn))
    this.#text(functions.name[fn]!, this.#suffix(fn))
  }

  #line(fn: FunctionIndex): number {
    const line = this.#profile.functions.line[fn]!
    return line === NO_POSITION ? 0 : line
  }

  #suffix(fn: FunctionIndex): string {
    const ordinal = this.#ordinal[fn]!
    if (ordinal === 0) return ''
    const column = this.#profile.functions.column[fn]!
    return column === NO_POSITION ? ` #${ordinal}` : `:${column}`
  }

  #text(index: StringIndex, suffix: string): void {
    let bytes = this.#profile.strings.bytes(index)
    if (this.#sort[index] === UNKNOWN) {
      this.#sort[index] = isText(bytes) ? IS_TEXT : IS_BYTES
      if (this.#sort[index] === IS_BYTES) this.escaped++
    }
    if (this.#sort[index] === IS_BYTES) bytes = escapeBytes(bytes)
    this.#marshal.text(suffix === '' ? bytes : Buffer.concat([bytes, encodeText(suffix)]))
  }

  #numberAlike(): Int32Array {
    const { functions, strings } = this.#profile
    const allocator = new Allocator()
    const tilde = strings.find('~')
    const columns = [new Int32Builder(allocator), new Int32Builder(allocator), new Int32Builder(allocator)]
    const index = new TupleIndex(allocator, columns)
    const key = new Int32Array(3)
    const rowOf = allocator.int32(functions.length)
    const members = allocator.int32(functions.length)
    for (let fn = 0; fn < functions.length; fn++) {
      const file = functions.file[fn]!
      key[0] = functions.name[fn]!
      key[1] = file === NONE ? tilde : file
      key[2] = this.#line(fn)
      const row = index.intern(key)
      rowOf[fn] = row
      members[row] = members[row]! + 1
    }
    const ordinal = allocator.int32(functions.length)
    const seen = allocator.int32(columns[0]!.length)
    for (let fn = 0; fn < functions.length; fn++) {
      const row = rowOf[fn]!
      if (members[row] === 1) continue
      seen[row] = seen[row]! + 1
      ordinal[fn] = seen[row]!
      this.renamed++
    }
    return ordinal
  }
}

/** Whether Python can decode the bytes as text: UTF-8 in which lone surrogates may occur. */
function isText(bytes: Uint8Array): boolean {
  let at = 0
  while (at < bytes.length && bytes[at]! < 0x80) at++
  return at === bytes.length || Buffer.compare(encodeText(decodeText(bytes)), bytes) === 0
}

function escapeBytes(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    let end = at + 1
    while (end <= at + LONGEST && end <= bytes.length && !isText(bytes.subarray(at, end))) end++
    const found = end <= at + LONGEST && end <= bytes.length
    parts.push(found ? bytes.subarray(at, end) : encodeText(String.fromCharCode(0xdc00 + bytes[at]!)))
    at = found ? end : at + 1
  }
  return Buffer.concat(parts)
}
