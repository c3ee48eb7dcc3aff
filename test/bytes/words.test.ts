import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areSame, commonLength, firstPlace, placesOf, repeated, wordOf, wordsOf } from '../../src/bytes/words.js'

/** Two runs of bytes that are mostly the same, at other places of other buffers. */
const pairs = fc
  .tuple(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(39), fc.nat(255)), { maxLength: 2 }),
    fc.nat(9),
    fc.nat(9),
  )
  .map(([bytes, changes, beforeA, beforeB]) => {
    const other = bytes.slice()
    for (const [at, byte] of changes) if (at < other.length) other[at] = byte
    const placed = (run: Uint8Array, before: number) => wordsOf(Uint8Array.from([...Array(before).fill(7), ...run]))
    return { bytes, other, a: placed(bytes, beforeA), beforeA, b: placed(other, beforeB), beforeB }
  })

describe('bytes that are read four at a time', () => {
  it('are the same where each of them is', () => {
    fc.assert(
      fc.property(pairs, ({ bytes, other, a, beforeA, b, beforeB }) => {
        const firstOther = bytes.findIndex((byte, at) => byte !== other[at])
        const same = firstOther < 0 ? bytes.length : firstOther
        expect(commonLength(a, beforeA, b, beforeB, bytes.length)).toBe(same)
        expect(areSame(a, beforeA, b, beforeB, bytes.length)).toBe(firstOther < 0)
        expect(areSame(a, beforeA, b, beforeB, same)).toBe(true)
        if (firstOther >= 0) expect(areSame(a, beforeA, b, beforeB, firstOther + 1)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('are searched for a byte: the first place that holds it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(255), (bytes, byte) => {
        const places = placesOf(wordsOf(bytes).getInt32(0, true), repeated(byte))
        const first = bytes.indexOf(byte)
        expect(places === 0 ? -1 : firstPlace(places)).toBe(first)
      }),
      { numRuns: 2000 },
    )
  })

  it('are the word of their characters', () => {
    expect(wordOf('name')).toBe(wordsOf(Buffer.from('name')).getInt32(0, true))
  })
})
