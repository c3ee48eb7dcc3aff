import { ByteBuilder, Float64Builder, Int32Builder } from '../bytes/columns.js'
import { decodeText, encodeText } from '../bytes/text.js'
import { type Allocator, limitError } from '../limits.js'

/** Index into a {@link StringTable}. */
export type StringIndex = number

/**
 * The distinct texts of a profile as bytes in one arena, UTF-8 as far as the source was. They become JavaScript strings
 * only when shown: a profile with a million names prints twenty.
 */
export interface StringTable {
  readonly length: number
  /** The bytes of a text, a view that must not be written to. */
  bytes(index: StringIndex): Uint8Array
  /** The text; bytes that are not UTF-8 read as U+FFFD, see {@link decodeText}. */
  text(index: StringIndex): string
  /** Orders two texts by code point: negative, 0, positive. Bytes of UTF-8 compare as their code points do. */
  compare(a: StringIndex, b: StringIndex): number
  /** The index of a text; -1 when the table does not have it. */
  find(text: string): StringIndex
}

const EMPTY = 0

// Names that collide on purpose cost quadratic time unless the hash cannot be foreseen. No output depends on it.
const SEED = Math.floor(Math.random() * 0x7fffffff)

/** Collects texts, each once, in the order of first use. Also the finished table: what is interned stays. */
export class StringInterner implements StringTable {
  readonly #allocator: Allocator
  readonly #arena: ByteBuilder
  /** Text → offset in the arena where it begins; one more entry than texts. */
  readonly #starts: Float64Builder
  readonly #hashes: Int32Builder
  /** Open addressing: slot → index + 1, 0 where empty. */
  #slots: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#arena = new ByteBuilder(allocator, 1024)
    this.#starts = new Float64Builder(allocator)
    this.#starts.push(0)
    this.#hashes = new Int32Builder(allocator)
    this.#slots = allocator.int32(128)
  }

  get length(): number {
    return this.#hashes.length
  }

  /** The index of `bytes[start..end)`, which is copied when it is new. */
  intern(bytes: Uint8Array, start = 0, end = bytes.length): StringIndex {
    const limit = this.#allocator.limits.text
    if (end - start > limit) throw limitError('text', limit, `a text of ${end - start} bytes`)
    const hash = hashBytes(bytes, start, end)
    const slot = this.#slotOf(bytes, start, end, hash)
    const found = this.#slots[slot]!
    if (found !== EMPTY) return found - 1

    const index = this.#hashes.length
    this.#arena.append(bytes, start, end)
    this.#starts.push(this.#arena.length)
    this.#hashes.push(hash)
    this.#slots[slot] = index + 1
    if (this.#hashes.length * 2 > this.#slots.length) this.#rehash()
    return index
  }

  internText(text: string): StringIndex {
    return this.intern(encodeText(text))
  }

  find(text: string): StringIndex {
    const bytes = encodeText(text)
    return this.#slots[this.#slotOf(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length))]! - 1
  }

  bytes(index: StringIndex): Uint8Array {
    const starts = this.#starts.values
    return this.#arena.values.subarray(starts[index]!, starts[index + 1]!)
  }

  text(index: StringIndex): string {
    const starts = this.#starts.values
    return decodeText(this.#arena.values, starts[index]!, starts[index + 1]!)
  }

  compare(a: StringIndex, b: StringIndex): number {
    if (a === b) return 0
    const starts = this.#starts.values
    const bytes = this.#arena.values
    const endA = starts[a + 1]!
    const endB = starts[b + 1]!
    let atA = starts[a]!
    let atB = starts[b]!
    while (atA < endA && atB < endB) {
      const difference = bytes[atA++]! - bytes[atB++]!
      if (difference !== 0) return difference
    }
    return endA - atA - (endB - atB)
  }

  /** The slot that holds these bytes, or the empty one where they belong. */
  #slotOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1
    const hashes = this.#hashes.values
    let slot = hash & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === EMPTY || (hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end))) return slot
      slot = (slot + 1) & mask
    }
  }

  #equals(index: StringIndex, bytes: Uint8Array, start: number, end: number): boolean {
    const starts = this.#starts.values
    const from = starts[index]!
    if (starts[index + 1]! - from !== end - start) return false
    const arena = this.#arena.values
    for (let at = start, own = from; at < end; at++, own++) if (arena[own] !== bytes[at]) return false
    return true
  }

  #rehash(): void {
    const old = this.#slots
    this.#slots = this.#allocator.int32(old.length * 2)
    const mask = this.#slots.length - 1
    const hashes = this.#hashes.values
    for (let index = 0; index < this.#hashes.length; index++) {
      let slot = hashes[index]! & mask
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask
      this.#slots[slot] = index + 1
    }
    this.#allocator.release(old)
  }
}

/** Seeded FNV-1a with a final mix, so that the low bits depend on every byte. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
