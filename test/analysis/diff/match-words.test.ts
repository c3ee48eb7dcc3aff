import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameWords, wordLikeness } from '../../../src/analysis/diff/match/name-words.js'
import { nameCount, namesByPlace, sharedNames } from '../../../src/analysis/diff/match/names-by-place.js'
import { Allocator } from '../../../src/limits.js'
import { StringInterner } from '../../../src/model/strings.js'

/** How like each other the words of two names are. */
function likeness(a: string, b: string, wanted: readonly number[] = [1, 1]): number {
  const texts = new StringInterner(new Allocator())
  const [first, second] = [texts.internText(a), texts.internText(b)]
  const flags = new Uint8Array(texts.length)
  flags[first] = wanted[0]!
  flags[second] = wanted[1]!
  return wordLikeness(nameWords(texts, flags), first, second)
}

describe('words of names', () => {
  it.each([
    ['parseHTMLNode_v2', 'parse html node v 2'],
    ['fetch_category_name', 'fetch category name'],
    ['XMLHttpRequest', 'xml http request'],
    ['toJSON', 'to json'],
    ['JSON', 'json'],
    ['aB', 'a b'],
    ['__init__', 'init'],
    ['utf8_to_utf16', 'utf 8 to utf 16'],
    ['über_ÄnderungÖl', 'über änderung öl'],
    ['nai\u0308ve.Cafe\u0301', 'nai\u0308ve cafe\u0301'],
    ['std::vector<Item>', 'std vector item'],
    ['读取_name', '读取 name'],
  ])('%s are %j', (name, words) => {
    const list = [...new Set(words.split(' '))]
    // The same words all, one word too many, and one of them alone.
    expect(likeness(name, words)).toBe(1)
    expect(likeness(name, `${words} zzz`)).toBeCloseTo((2 * list.length) / (2 * list.length + 1), 12)
    for (const word of list) expect(likeness(name, word)).toBeCloseTo(2 / (list.length + 1), 12)
  })

  it('count once, in whatever order', () => {
    expect(likeness('read_read_row', 'row_read')).toBe(1)
    expect(likeness('read_row', 'write_column')).toBe(0)
    expect([likeness('___', 'a'), likeness('___', '---')]).toEqual([0, 0])
    expect([likeness('a', 'b_a', [0, 1]), likeness('b_a', 'a', [1, 0])]).toEqual([0, 0])
  })

  it('are as many as the first 32, in the first 512 characters', () => {
    const many = Array.from({ length: 32 }, (_, at) => String.fromCharCode(97 + (at % 26)).repeat(1 + (at % 7)))
    expect(new Set(many).size).toBe(32)
    expect(likeness(many.join('_'), [...many, 'more'].join('_'))).toBe(1)
    const long = 'x'.repeat(505)
    expect(likeness(`${long}_abc_tail`, `${long}_abc_ta`)).toBe(1)
  })

  it('are compared by Dice', () => {
    const words = fc.array(fc.constantFrom('ab', 'cd', 'ef', 'gh', 'ij', 'kl'), { maxLength: 6 })
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [own, other] = [new Set(a), new Set(b)]
        const shared = [...own].filter((word) => other.has(word)).length
        const all = own.size + other.size
        // Behind the words a text that has none, so that no two are one text.
        expect(likeness(a.join('_'), `${b.join('_')}_`)).toBeCloseTo(all === 0 ? 0 : (2 * shared) / all, 12)
      }),
    )
  })
})

describe('names by place', () => {
  const entry = fc.tuple(fc.nat(3), fc.nat(6), fc.nat(40))
  const side = fc.array(entry, { maxLength: 14 })
  /** Name 6 is that of code that has none. */
  const isAnonymous = Uint8Array.of(0, 0, 0, 0, 0, 0, 1)
  type Entries = readonly (readonly [place: number, name: number, amount: number])[]
  const made = (entries: Entries) =>
    namesByPlace(
      {
        place: Int32Array.from(entries, ([place]) => place),
        name: Int32Array.from(entries, ([, name]) => name),
        places: { length: 4 } as never,
      },
      isAnonymous,
      Float64Array.from(entries, ([, , amount]) => amount),
    )
  const namesOf = (entries: Entries, place: number): number[] =>
    [...new Set(entries.filter(([own, name]) => own === place && name !== 6).map(([, name]) => name))].sort(
      (a, b) => a - b,
    )

  it('are each once, ascending, weighing what the most used function of the name does', () => {
    fc.assert(
      fc.property(side, (entries) => {
        const { start, name, weight } = made(entries)
        expect([start.length, start[0], name.length, weight.length]).toEqual([5, 0, start[4], start[4]])
        for (let place = 0; place < 4; place++) {
          const own = namesOf(entries, place)
          expect([...name.subarray(start[place], start[place + 1])]).toEqual(own)
          expect(nameCount(made(entries), place)).toBe(own.length)
          for (const [at, text] of own.entries()) {
            const most = Math.max(...entries.filter(([p, n]) => p === place && n === text).map(([, , used]) => used))
            expect(weight[start[place]! + at]).toBeCloseTo(1 + Math.log(1 + most), 12)
          }
        }
      }),
    )
  })

  it('of two places are shared as often as they are in both', () => {
    fc.assert(
      fc.property(side, side, fc.nat(3), fc.nat(3), (before, after, a, b) => {
        const other = namesOf(after, b)
        const shared = namesOf(before, a).filter((name) => other.includes(name)).length
        expect(sharedNames(made(before), a, made(after), b)).toBe(shared)
      }),
    )
  })
})
