import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TextCache } from '../../src/bytes/text-cache.js'
import { commonLength, firstPlace, placesOf, repeated, wordsOf } from '../../src/bytes/words.js'
import { Allocator } from '../../src/limits.js'

const END = 0x3b
const anyBytes = fc.array(fc.constantFrom(0, 0x3a, 0x3b, 0x3c, 0xba, 0xbb, 0xff), { maxLength: 14 })

describe('words', () => {
  it('count the same bytes as a loop over bytes', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, anyBytes, fc.nat(3), (shared, left, right, shift) => {
        const a = wordsOf(Uint8Array.from([...shared, ...left]))
        const b = wordsOf(Uint8Array.from([...new Array(shift).fill(7), ...shared, ...right]))
        const most = Math.min(a.byteLength, b.byteLength - shift)
        let same = 0
        while (same < most && a.getUint8(same) === b.getUint8(shift + same)) same++
        expect(commonLength(a, 0, b, shift, most)).toBe(same)
      }),
    )
  })

  it('find the first place of a byte', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0x3a, 0x3b, 0x3c, 0xbb), { minLength: 4, maxLength: 4 }), (bytes) => {
        const places = placesOf(wordsOf(Uint8Array.from(bytes)).getInt32(0, true), repeated(END))
        expect(places === 0 ? -1 : firstPlace(places)).toBe(bytes.indexOf(END))
      }),
    )
  })
})

describe('a text cache', () => {
  it('finds the end of each text, and the value it was given', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 30 }), fc.nat(20), (texts, cut) => {
        const cache = new TextCache(new Allocator(), END)
        const values = new Map<string, number>()
        const bytes = Uint8Array.from(texts.flatMap((text) => [...text, END]))
        const limit = Math.max(0, bytes.length - cut)
        for (let start = 0; start <= limit; ) {
          const found = bytes.indexOf(END, start)
          const end = found < 0 ? limit : Math.min(found, limit)
          const key = bytes.subarray(start, end).join()
          const value = cache.find(wordsOf(bytes), start, limit)
          if (cache.end < 0) expect(end + 4).toBeGreaterThan(bytes.length)
          else {
            expect(cache.end).toBe(end)
            expect(value).toBe(values.get(key) ?? -1)
          }
          if (!values.has(key)) {
            values.set(key, values.size)
            cache.add(bytes, start, end, values.size - 1)
          }
          start = end + 1
        }
      }),
    )
  })

  it('may forget a text, but takes none for another', () => {
    const cache = new TextCache(new Allocator(), END)
    const text = (index: number) => Buffer.from(`package_${index % 50}.module.function_${index};    `)
    for (let index = 0; index < 20_000; index++) cache.add(text(index), 0, text(index).indexOf(END), index)
    let known = 0
    for (let index = 0; index < 20_000; index++) {
      const found = cache.find(wordsOf(text(index)), 0, text(index).length)
      expect([-1, index]).toContain(found)
      if (found === index) known++
    }
    expect(known).toBeGreaterThan(19_900)
  })
})
