import { isSpace } from './json-text.js'
import { decodeText } from './text.js'

/** The keys of a JSON text, as far as its head shows them. */
export interface JsonKeys {
  /** What the text begins with. */
  readonly root: 'object' | 'array'
  /** Keys of the outermost object, or of the first object in the outermost array. */
  readonly keys: readonly string[]
  /** Keys of objects one to three levels further in, each once. */
  readonly inner: readonly string[]
  /** Values of outermost keys that are short strings: `$schema`, `schema`. */
  readonly texts: ReadonlyMap<string, string>
}

/** Longer keys and texts, in bytes, are data and tell nothing about the format. */
const LONGEST = 256
/** Levels of objects below the outermost one whose keys are told. */
const INNER_LEVELS = 3

/** Keys that are looked for by their bytes. */
const MOST_KNOWN = 32

const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const QUOTE = 0x22
const COLON = 0x3a
const COMMA = 0x2c

/**
 * The keys in the head of a JSON text, which may be cut anywhere; null when it does not begin with an object or an
 * array. Looks at brackets and strings only and never throws: whether the text is JSON, its reader finds out. A quote
 * that neither a comma, a colon nor a bracket follows does not end its string, because V8 writes names unescaped; the
 * escapes of others stay as they are.
 */
export function jsonKeys(head: Uint8Array): JsonKeys | null {
  let at = skipSpace(head, head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0)
  const first = head[at]
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return null
  const keys = new Set<string>()
  const inner = new InnerKeys(head)
  const texts = new Map<string, string>()
  /** Depth → whether it is an object. */
  const isObject = new Uint8Array(head.length - at + 1)
  let depth = 0
  /** Objects that are open. */
  let objects = 0
  /** Whether the outermost object was closed: only the first one of an array counts. */
  let outermostSeen = false
  let outermostKey: string | null = null

  for (; at < head.length; at++) {
    const byte = head[at]!
    if (byte === QUOTE) {
      const start = at + 1
      const end = stringEnd(head, start)
      if (end < 0) break
      const isShort = end - at <= LONGEST
      at = end
      const next = skipSpace(head, end + 1)
      if (isObject[depth] === 1 && head[next] === COLON) {
        at = next
        outermostKey = objects === 1 && !outermostSeen && isShort ? decodeText(head, start, end) : null
        if (outermostKey !== null) keys.add(outermostKey)
        else if (isShort && objects > 1 && objects <= 1 + INNER_LEVELS) inner.add(start, end)
      } else if (isObject[depth] === 1 && outermostKey !== null && isShort) {
        texts.set(outermostKey, decodeText(head, start, end))
      }
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      outermostKey = null
      isObject[++depth] = byte === OPEN_OBJECT ? 1 : 0
      objects += isObject[depth]!
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      outermostKey = null
      if (isObject[depth] === 1 && --objects === 0) outermostSeen = true
      if (--depth <= 0) break
    } else if (byte === COMMA) outermostKey = null
  }
  return { root: first === OPEN_OBJECT ? 'object' : 'array', keys: [...keys], inner: [...inner.keys], texts }
}

/** Keys of inner objects, of which most are the same few: those are told by their bytes, and decoded once. */
class InnerKeys {
  readonly keys = new Set<string>()
  readonly #head: Uint8Array
  /** Where the first few of them begin and end. */
  readonly #known: number[] = []

  constructor(head: Uint8Array) {
    this.#head = head
  }

  add(start: number, end: number): void {
    const known = this.#known
    for (let at = 0; at < known.length; at += 2) if (this.#isSame(known[at]!, known[at + 1]!, start, end)) return
    if (known.length < 2 * MOST_KNOWN) known.push(start, end)
    this.keys.add(decodeText(this.#head, start, end))
  }

  #isSame(start: number, end: number, other: number, otherEnd: number): boolean {
    const head = this.#head
    if (end - start !== otherEnd - other) return false
    for (let at = start; at < end; at++) if (head[at] !== head[other + at - start]) return false
    return true
  }
}

/** Where the string is over that begins at `at`: its closing quote; -1 when the head ends before. */
function stringEnd(head: Uint8Array, at: number): number {
  for (; at < head.length; at++) {
    const byte = head[at]!
    if (byte === 0x5c) at++
    else if (byte === QUOTE) {
      const next = skipSpace(head, at + 1)
      if (next >= head.length) return at
      const follower = head[next]!
      if (follower === COLON || follower === COMMA || follower === CLOSE_OBJECT || follower === CLOSE_ARRAY) return at
    }
  }
  return -1
}

function skipSpace(head: Uint8Array, at: number): number {
  while (at < head.length) {
    const byte = head[at]!
    if (!isSpace(byte)) break
    at++
  }
  return at
}
