import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../src/model/profile.js'
import { type Drawn, pairs, profileOf } from './drawn-functions.js'

/** Functions of a name, cheap and dear ones in turn; `first` is 0 to begin with a cheap one. */
function turns(name: string, count: number, first: 0 | 1, callees: readonly number[] = []): Drawn[] {
  return Array.from({ length: count }, (_, at) => ({
    name,
    file: '/a/x.py',
    line: 100 + at,
    self: (at + first) % 2 === 0 ? 1 : 1000,
    callees,
  }))
}

/** How functions from `start` on are paired: each with the one at its place, with the one before that, or otherwise. */
function order(matched: readonly string[], start: number, count: number): 'same' | 'shifted' | 'other' {
  const found = matched
    .filter((pair) => pair.startsWith('exact') || pair.startsWith('name'))
    .map((pair) => pair.replace(/^\w+ /, '').split(' = ').map(Number) as [number, number])
    .filter(([a]) => a >= start && a < start + count)
  const by = (shift: number): boolean =>
    found.length === count - shift && found.every(([a, b], at) => a === start + at + shift && b === start + at)
  return by(0) ? 'same' : by(1) ? 'shifted' : 'other'
}

describe('crowds of one name', () => {
  // The first is gone and another one came at the end: all are one place on, which only their costs say.
  it('are compared each with each up to 400,000 comparisons, and go by their order beyond', () => {
    const crowd = (count: number) =>
      order(pairs(profileOf(turns('f', count, 0)), profileOf(turns('f', count, 1))), 0, count)
    // 632² is 399,424.
    expect([crowd(20), crowd(632), crowd(633)]).toEqual(['shifted', 'shifted', 'same'])
  })

  it('take more comparisons with neighbours, on either side, of either kind', () => {
    const others = [0, 1, 2, 3].map((at): Drawn => ({ name: `u${at}` }))
    const crowd = (first: 0 | 1, callees: number, callers: number): Profile => {
      const own = turns('f', 300, first, [0, 1, 2, 3].slice(0, callees))
      const calling = others.map(
        (other, at): Drawn => ({ ...other, callees: at < callers ? own.map((_, fn) => 4 + fn) : [] }),
      )
      return profileOf([...calling, ...own])
    }
    const found = (before: readonly [number, number], after: readonly [number, number]) =>
      order(pairs(crowd(0, ...before), crowd(1, ...after)), 4, 300)
    // 300 x 300, and 300 times for each neighbour of the 300 on the other side: three are 360,000, four are 450,000.
    for (const [callees, callers] of [
      [3, 0],
      [0, 3],
    ] as const) {
      expect([found([callees, callers], [0, 0]), found([0, 0], [callees, callers])]).toEqual(['shifted', 'shifted'])
    }
    for (const [callees, callers] of [
      [4, 0],
      [0, 4],
      [2, 2],
    ] as const) {
      expect([found([callees, callers], [0, 0]), found([0, 0], [callees, callers])]).toEqual(['same', 'same'])
    }
    expect(found([1, 1], [1, 1])).toBe('same')
    // Compared, and found to be unlike in both kinds of neighbours: 0.15 for calls and 0.05 for cost are too little.
    expect(found([1, 2], [0, 0])).toBe('other')
  })

  it('are all together compared no more than two million times: the largest go by their order', () => {
    const large = ['a', 'b', 'c', 'd', 'e', 'f']
    const drawn = (first: 0 | 1, names: readonly string[]): Profile =>
      profileOf([...turns('small', 20, first), ...names.flatMap((name) => turns(name, 632, first))])
    const found = pairs(drawn(0, large), drawn(1, large))
    expect(order(found, 0, 20)).toBe('shifted')
    for (const at of large.keys()) expect(order(found, 20 + 632 * at, 632)).toBe('same')
  })
})
