/** The word that was probably meant: the nearest within two slips of the keyboard, or the only one it begins; else null. */
export function nearest(word: string, words: Iterable<string>): string | null {
  // Longer words are no slips, and the distance takes time in the product of the lengths.
  if (word.length > 40) return null
  let best: string | null = null
  let bestDistance = Math.min(3, Math.ceil(word.length / 2) + 1)
  const begun: string[] = []
  for (const candidate of words) {
    if (word.length > 1 && candidate.startsWith(word)) begun.push(candidate)
    const distance = editDistance(word, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? (begun.length === 1 ? begun[0]! : null)
}

/** Letters to insert, delete, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) distance = Math.min(distance, beforeLast[column - 2]! + 1)
      current.push(distance)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
