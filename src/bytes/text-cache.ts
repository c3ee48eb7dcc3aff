import type { Allocator } from '../limits.js'
import { Int32Builder } from './columns.js'
import { firstPlace, placesOf, repeated, wordsOf } from './words.js'

/** A text that is not found after this many is looked up anew: no file can make the search long. */
const MOST_PROBES = 16

/** Files repeat some thousand texts; beyond this much, in words of four bytes, no more are remembered. */
const MOST_WORDS = 2 ** 23

const EMPTY = 0
/** Integers of a record: hash, length in bytes, where in the texts it begins, value. */
const RECORD = 4
const LENGTH = 1
const START = 2
const VALUE = 3

const SEED = Math.floor(Math.random() * 0x7fffffff)

/**
 * What the texts of a file were found to mean, by their bytes: the few thousand names of a profile stand in it millions
 * of times. It finds the end of a text, its hash and its meaning in one go, four bytes at a time. It may forget: what it
 * does not know is looked up with care and added.
 */
export class TextCache {
  /** Where the text that was looked for last ends; -1 when the bytes were over before that was clear. */
  end = 0
  readonly #allocator: Allocator
  readonly #ending: number
  /** The texts, each padded with one to four zeros. */
  readonly #texts: Int32Builder
  readonly #records: Int32Builder
  /** Open addressing: slot → record + 1, 0 where empty. */
  #slots: Int32Array<ArrayBuffer>
  #count = 0

  /** `ending`: the byte that ends a text. */
  constructor(allocator: Allocator, ending: number) {
    this.#allocator = allocator
    this.#ending = repeated(ending)
    this.#texts = new Int32Builder(allocator)
    this.#records = new Int32Builder(allocator)
    this.#slots = allocator.int32(256)
  }

  /** The value of the text that begins at `start` and ends at the byte that ends texts, at `limit` at the latest; -1. */
  find(words: DataView, start: number, limit: number): number {
    const ending = this.#ending
    const last = words.byteLength - 4
    let hash = SEED
    let at = start
    let word = 0
    let places = 0
    for (; ; at += 4) {
      if (at > last) {
        this.end = -1
        return -1
      }
      word = words.getInt32(at, true)
      places = placesOf(word, ending)
      if (places !== 0 || at + 4 > limit) break
      hash = Math.imul(hash ^ word, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const end = places === 0 ? limit : Math.min(limit, at + firstPlace(places))
    this.end = end
    const rest = end - at
    word = beginning(word, rest)
    hash = finish(hash, word, end - start)

    const slots = this.#slots
    const records = this.#records.values
    const mask = slots.length - 1
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const entry = slots[(hash + probe) & mask]!
      if (entry === EMPTY) return -1
      const record = (entry - 1) * RECORD
      if (records[record] !== hash || records[record + LENGTH] !== end - start) continue
      const texts = this.#texts.values
      let own = records[record + START]!
      let from = start
      while (from < at && texts[own] === words.getInt32(from, true)) {
        own++
        from += 4
      }
      if (from === at && texts[own] === word) return records[record + VALUE]!
    }
    return -1
  }

  /** Remembers what `bytes[start..end)` means: 0 or more. The text must not hold the byte that ends texts. */
  add(bytes: Uint8Array, start: number, end: number, value: number): void {
    const texts = this.#texts
    if (texts.length + (end - start) / 4 > MOST_WORDS) return
    const words = wordsOf(bytes)
    const first = texts.length
    let hash = SEED
    let at = start
    for (; at + 4 <= end; at += 4) {
      const word = words.getInt32(at, true)
      texts.push(word)
      hash = Math.imul(hash ^ word, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    let word = 0
    for (let byte = end - 1; byte >= at; byte--) word = (word << 8) | bytes[byte]!
    texts.push(word)
    hash = finish(hash, word, end - start)
    if (!this.#place(hash, this.#count)) {
      texts.length = first
      return
    }
    this.#count++
    this.#records.push(hash)
    this.#records.push(end - start)
    this.#records.push(first)
    this.#records.push(value)
    if (this.#count * 4 > this.#slots.length) this.#rehash()
  }

  release(): void {
    for (const array of [this.#texts.values, this.#records.values, this.#slots]) this.#allocator.release(array)
  }

  #place(hash: number, record: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const slot = (hash + probe) & mask
      if (slots[slot] !== EMPTY) continue
      slots[slot] = record + 1
      return true
    }
    return false
  }

  #rehash(): void {
    this.#allocator.release(this.#slots)
    this.#slots = this.#allocator.int32(this.#slots.length * 2)
    for (let record = 0; record < this.#count; record++) this.#place(this.#records.values[record * RECORD]!, record)
  }
}

/** The first bytes of a word, 0 to 3 of them, the others 0. */
function beginning(word: number, bytes: number): number {
  return word & ((1 << (bytes * 8)) - 1)
}

/** The hash of a text whose words but for the last are in `hash` already. */
function finish(hash: number, word: number, length: number): number {
  hash = Math.imul(hash ^ word, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15) ^ length, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
