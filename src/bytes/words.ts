/** The bytes as a view that reads four of them at a time, which is what makes loops over long texts fast. */
export function wordsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The word that the first four characters of a text are, which are ASCII. */
export function wordOf(text: string): number {
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24)
}

/** A byte in all four places of a word, for {@link placesOf}. */
export function repeated(byte: number): number {
  return Math.imul(byte, 0x01010101)
}

/**
 * Not 0 where a byte of a word, read with the lowest byte first, is the one that `pattern` repeats. The lowest bit that
 * is set is the highest of the first such byte: {@link firstPlace} says which that is.
 */
export function placesOf(word: number, pattern: number): number {
  const differs = word ^ pattern
  return (differs - 0x01010101) & ~differs & 0x80808080
}

/** Which byte of a word, 0 to 3, holds the lowest bit that is set. */
export function firstPlace(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3
}

/** How many bytes from `a[fromA..]` and `b[fromB..]` on are the same, `most` at most; both must have so many. */
export function commonLength(a: DataView, fromA: number, b: DataView, fromB: number, most: number): number {
  let same = 0
  // Two words at a time, because a step costs as much as a comparison.
  for (; same + 8 <= most; same += 8) {
    const first = a.getInt32(fromA + same, true) ^ b.getInt32(fromB + same, true)
    if ((first | (a.getInt32(fromA + same + 4, true) ^ b.getInt32(fromB + same + 4, true))) !== 0) break
  }
  for (; same + 4 <= most; same += 4) {
    const differs = a.getInt32(fromA + same, true) ^ b.getInt32(fromB + same, true)
    if (differs !== 0) return same + firstPlace(differs)
  }
  while (same < most && a.getUint8(fromA + same) === b.getUint8(fromB + same)) same++
  return same
}

/** Whether so many bytes from `a` and from `b` on are the same; both must be inside. */
export function areSame(words: DataView, a: number, b: number, length: number): boolean {
  let at = 0
  for (; at + 4 <= length; at += 4) if (words.getInt32(a + at, true) !== words.getInt32(b + at, true)) return false
  for (; at < length; at++) if (words.getUint8(a + at) !== words.getUint8(b + at)) return false
  return true
}
