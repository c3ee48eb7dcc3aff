import { Int32Builder } from '../../../bytes/columns.js'
import { Allocator } from '../../../limits.js'
import { StringInterner, type StringTable } from '../../../model/strings.js'

/** The words in names: those of name n are `word[start[n]]` to `word[start[n + 1] - 1]`, each once, ascending. */
export interface NameWords {
  readonly start: Int32Array
  readonly word: Int32Array
}

/** Words of a name beyond which it is no name. */
const MAX_WORDS = 32

/** @param wanted text → 1 for the names to look at; others have no words */
export function nameWords(texts: StringTable, wanted: Uint8Array): NameWords {
  const allocator = new Allocator()
  const words = new StringInterner(allocator)
  const start = allocator.int32(texts.length + 1)
  const word = new Int32Builder(allocator)
  for (let text = 0; text < texts.length; text++) {
    if (wanted[text] === 1) {
      const own = Int32Array.from(new Set(wordsIn(texts.text(text)).map((each) => words.internText(each)))).sort()
      for (const each of own) word.push(each)
    }
    start[text + 1] = word.length
  }
  return { start, word: word.finish() }
}

/** `parseHTMLNode_v2` → parse, html, node, v, 2. */
function wordsIn(name: string): string[] {
  const parts = name.slice(0, 512).match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{L}\p{M}]+?(?=\p{Lu}|[^\p{L}\p{M}]|$)|\p{N}+/gu)
  return (parts ?? []).slice(0, MAX_WORDS).map((part) => part.toLowerCase())
}

/** Dice's coefficient of the words in two names: from 0, none in common, to 1. */
export function wordLikeness({ start, word }: NameWords, a: number, b: number): number {
  let shared = 0
  let atA = start[a]!
  let atB = start[b]!
  const endA = start[a + 1]!
  const endB = start[b + 1]!
  const words = endA - atA + endB - atB
  while (atA < endA && atB < endB) {
    const difference = word[atA]! - word[atB]!
    if (difference === 0) shared++
    if (difference <= 0) atA++
    if (difference >= 0) atB++
  }
  return words === 0 ? 0 : (2 * shared) / words
}
