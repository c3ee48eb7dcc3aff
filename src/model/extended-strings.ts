import { encodeText } from '../bytes/text.js'
import type { StringIndex, StringTable } from './strings.js'

/** A string table plus a few texts: those of `base` keep their indices, `texts` follow in order. Copies nothing. */
export function extendStrings(base: StringTable, texts: readonly string[]): StringTable {
  const first = base.length
  const encoded = texts.map(encodeText)
  const bytes = (index: StringIndex): Uint8Array => (index < first ? base.bytes(index) : encoded[index - first]!)
  return {
    length: first + texts.length,
    bytes,
    text: (index) => (index < first ? base.text(index) : texts[index - first]!),
    compare(a, b) {
      if (a < first && b < first) return base.compare(a, b)
      return Buffer.compare(bytes(a), bytes(b))
    },
    find(text) {
      const found = base.find(text)
      if (found >= 0) return found
      const added = texts.indexOf(text)
      return added < 0 ? -1 : first + added
    },
  }
}
