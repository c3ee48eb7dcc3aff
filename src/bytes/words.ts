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

/** Whether so many bytes from `a[fromA..]` and `b[fromB..]` on are the same; both must have so many. */
export function areSame(a: DataView, fromA: number, b: DataView, fromB: number, length: number): boolean {
  const last = length - 8
  // Two words at a time, because a step costs as much as a comparison.
  for (let at = 0; at < last; at += 8) if (pairsDiffer(a, fromA + at, b, fromB + at)) return false
  // The last of them once more, rather than what is left byte by byte.
  if (last >= 0) return !pairsDiffer(a, fromA + last, b, fromB + last)
  for (let at = 0; at < length; at++) if (a.getUint8(fromA + at) !== b.getUint8(fromB + at)) return false
  return true
}

function pairsDiffer(a: DataView, atA: number, b: DataView, atB: number): boolean {
  const first = a.getInt32(atA, true) ^ b.getInt32(atB, true)
  return (first | (a.getInt32(atA + 4, true) ^ b.getInt32(atB + 4, true))) !== 0
}
