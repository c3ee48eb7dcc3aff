import { ByteBuilder, Float64Builder } from '../../bytes/columns.js'
import { decodeLatin1, decodeText } from '../../bytes/text.js'
import { Allocator } from '../../limits.js'
import { type FunctionIndex, NONE } from '../../model/tables.js'
import { lineOf, type Stats } from './stats.js'

const LESS = 0x3c
const GREATER = 0x3e
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const TILDE = Uint8Array.of(0x7e)

/**
 * What pstats calls a function: `file:line(name)`, or for `('~', 0, '<built-in method len>')` the name in braces.
 * Built when asked for: a report on ten of 100,000 functions needs ten.
 */
export class StandardNames {
  readonly #stats: Stats
  #sorted: { readonly bytes: Uint8Array; readonly starts: Float64Array } | null = null
  readonly #scratch = new ByteBuilder(new Allocator(), 256)

  constructor(stats: Stats) {
    this.#stats = stats
  }

  append(out: ByteBuilder, fn: FunctionIndex): void {
    const { strings, functions } = this.#stats
    const name = strings.bytes(functions.name[fn]!)
    const line = lineOf(this.#stats, fn)
    const file = this.#file(fn)
    if (line === 0 && file.length === 1 && file[0] === TILDE[0]) {
      appendBuiltIn(out, name)
      return
    }
    out.append(file)
    out.push(0x3a)
    appendAscii(out, String(line))
    out.push(0x28)
    out.append(name)
    out.push(0x29)
  }

  /** Length in characters; in bytes for Python 2.7. */
  width(fn: FunctionIndex): number {
    const bytes = this.#bytes(fn)
    return this.#stats.python2 ? bytes.length : codePoints(bytes)
  }

  /** As text, for regular expressions; for Python 2.7 one character a byte. */
  text(fn: FunctionIndex): string {
    const bytes = this.#bytes(fn)
    return this.#stats.python2 ? decodeLatin1(bytes) : decodeText(bytes)
  }

  /** Orders by code point. The first call builds the names of all functions. */
  compare(a: FunctionIndex, b: FunctionIndex): number {
    this.#sorted ??= this.#all()
    const { bytes, starts } = this.#sorted
    return compareBytes(bytes, starts[a]!, starts[a + 1]!, bytes, starts[b]!, starts[b + 1]!)
  }

  /** Orders by file, by code point. */
  compareFiles(a: FunctionIndex, b: FunctionIndex): number {
    const { strings, functions } = this.#stats
    const fileA = functions.file[a]!
    const fileB = functions.file[b]!
    if (fileA === fileB) return 0
    if (fileA !== NONE && fileB !== NONE) return strings.compare(fileA, fileB)
    const bytesA = this.#file(a)
    const bytesB = this.#file(b)
    return compareBytes(bytesA, 0, bytesA.length, bytesB, 0, bytesB.length)
  }

  compareNames(a: FunctionIndex, b: FunctionIndex): number {
    const { strings, functions } = this.#stats
    return strings.compare(functions.name[a]!, functions.name[b]!)
  }

  /** Orders by the key of the dict: file, line, name. */
  compareKeys(a: FunctionIndex, b: FunctionIndex): number {
    return this.compareFiles(a, b) || lineOf(this.#stats, a) - lineOf(this.#stats, b) || this.compareNames(a, b)
  }

  #file(fn: FunctionIndex): Uint8Array {
    const file = this.#stats.functions.file[fn]!
    return file === NONE ? TILDE : this.#stats.strings.bytes(file)
  }

  /** The name in the scratch buffer, valid until the next one. */
  #bytes(fn: FunctionIndex): Uint8Array {
    this.#scratch.length = 0
    this.append(this.#scratch, fn)
    return this.#scratch.finish()
  }

  #all(): { readonly bytes: Uint8Array; readonly starts: Float64Array } {
    const allocator = new Allocator()
    const { length } = this.#stats.functions
    const bytes = new ByteBuilder(allocator, 1024)
    const starts = new Float64Builder(allocator, length + 1)
    for (let fn = 0; fn < length; fn++) {
      starts.push(bytes.length)
      this.append(bytes, fn)
    }
    starts.push(bytes.length)
    return { bytes: bytes.finish(), starts: starts.finish() }
  }
}

function appendBuiltIn(out: ByteBuilder, name: Uint8Array): void {
  if (name[0] !== LESS || name[name.length - 1] !== GREATER) {
    out.append(name)
    return
  }
  out.push(OPEN_BRACE)
  out.append(name, 1, name.length - 1)
  out.push(CLOSE_BRACE)
}

export function appendAscii(out: ByteBuilder, text: string): void {
  for (let i = 0; i < text.length; i++) out.push(text.charCodeAt(i))
}

/** Characters of UTF-8 bytes: those that do not continue one. */
function codePoints(bytes: Uint8Array): number {
  let count = 0
  for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0xc0) !== 0x80) count++
  return count
}

function compareBytes(
  a: Uint8Array,
  startA: number,
  endA: number,
  b: Uint8Array,
  startB: number,
  endB: number,
): number {
  const common = Math.min(endA - startA, endB - startB)
  for (let i = 0; i < common; i++) {
    const difference = a[startA + i]! - b[startB + i]!
    if (difference !== 0) return difference
  }
  return endA - startA - (endB - startB)
}
