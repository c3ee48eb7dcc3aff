import { ByteBuilder, Int32Builder } from '../../src/bytes/columns.js'
import { areSame, wordsOf } from '../../src/bytes/words.js'
import type { Allocator } from '../../src/limits.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'

/** `"functionName":"","scriptId":"0","url":"","lineNumber":0,"columnNumber":0`: the closing brace is never before that. */
const SHORTEST = 73

/** A text that is not found after this many is read anew: no file can make the search long. */
const MOST_PROBES = 16

/** Profiles have thousands of functions, and a text of each; beyond this much no more are remembered. */
const MOST_BYTES = 32 * 1024 * 1024

const BRACES = 0x7d7d7d7d
const EMPTY = 0

/**
 * The call frames that were met, by their JSON text: a profile has some hundred nodes for each, written the same way
 * every time. A text that is equal to one that was read with care, up to the closing brace, means the same.
 */
export class FrameTexts {
  /** Where the closing brace of the frame that was looked for last seems to be; the right place when it was found. */
  end = 0
  readonly #allocator: Allocator
  readonly #texts: ByteBuilder
  /** The texts, four bytes at a time. */
  #words: DataView
  readonly #start: Int32Builder
  readonly #length: Int32Builder
  readonly #hash: Int32Builder
  readonly #func: Int32Builder
  /** Open addressing: slot → text + 1, 0 where empty. */
  #slots: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#texts = new ByteBuilder(allocator, 4096)
    this.#words = wordsOf(this.#texts.values)
    this.#start = new Int32Builder(allocator)
    this.#length = new Int32Builder(allocator)
    this.#hash = new Int32Builder(allocator)
    this.#func = new Int32Builder(allocator)
    this.#slots = allocator.int32(256)
  }

  /** The function of the frame whose text begins at `at`, behind its opening brace; {@link NONE} when it is new. */
  find(words: DataView, at: number, end: number): FunctionIndex {
    let stop = at + SHORTEST
    for (; ; stop += 4) {
      if (stop + 4 > end) return NONE
      // The lowest of four bytes that is a brace shows as a high bit; what borrows may set lies above it.
      const differs = words.getInt32(stop, true) ^ BRACES
      const found = (differs - 0x01010101) & ~differs & 0x80808080
      if (found !== 0) {
        stop += (31 - Math.clz32(found & -found)) >> 3
        break
      }
    }
    this.end = stop
    const length = stop - at
    const hash = hashText(words, at, stop)
    const slots = this.#slots
    const mask = slots.length - 1
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const entry = slots[(hash + probe) & mask]!
      if (entry === EMPTY) return NONE
      const text = entry - 1
      if (this.#hash.values[text] !== hash || this.#length.values[text] !== length) continue
      if (areSame(this.#words, this.#start.values[text]!, words, at, length)) return this.#func.values[text]!
    }
    return NONE
  }

  /** Remembers the frame whose text is `bytes[start..stop)`, without its braces. */
  add(bytes: Uint8Array, words: DataView, start: number, stop: number, func: FunctionIndex): void {
    if (this.#texts.length + stop - start > MOST_BYTES) return
    const hash = hashText(words, start, stop)
    const text = this.#hash.length
    if (!this.#place(hash, text)) return
    this.#start.push(this.#texts.length)
    this.#length.push(stop - start)
    this.#hash.push(hash)
    this.#func.push(func)
    this.#texts.append(bytes, start, stop)
    if (this.#words.buffer !== this.#texts.values.buffer) this.#words = wordsOf(this.#texts.values)
    if (this.#hash.length * 4 > this.#slots.length) this.#rehash()
  }

  release(): void {
    for (const column of [this.#texts, this.#start, this.#length, this.#hash, this.#func]) {
      this.#allocator.release(column.values)
    }
    this.#allocator.release(this.#slots)
  }

  #place(hash: number, text: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const slot = (hash + probe) & mask
      if (slots[slot] !== EMPTY) continue
      slots[slot] = text + 1
      return true
    }
    return false
  }

  #rehash(): void {
    this.#allocator.release(this.#slots)
    this.#slots = this.#allocator.int32(this.#slots.length * 2)
    for (let text = 0; text < this.#hash.length; text++) this.#place(this.#hash.values[text]!, text)
  }
}

/** Mixes what differs between frames: the beginning of the name, the line and the column, and the length. */
function hashText(words: DataView, start: number, stop: number): number {
  let hash = Math.imul(stop - start, 0x2c1b3c6d)
  hash = Math.imul(hash ^ words.getInt32(stop - 4, true), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words.getInt32(stop - 8, true), 0x01000193)
  hash = Math.imul(hash ^ words.getInt32(stop - 20, true), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words.getInt32(stop - 24, true), 0x01000193)
  hash = Math.imul(hash ^ words.getInt32(start + 16, true), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words.getInt32(start + 22, true), 0x01000193)
  return hash ^ (hash >>> 13)
}
