import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlaceTable } from '../../../src/analysis/diff/match/identities.js'
import { type NamesByPlace, namesByPlace } from '../../../src/analysis/diff/match/names-by-place.js'
import type { PlacePairs } from '../../../src/analysis/diff/match/places.js'
import { type ProjectPath, pairBelowRoots, pairHashed } from '../../../src/analysis/diff/match/project-paths.js'
import { pairRenamedFiles } from '../../../src/analysis/diff/match/renamed-files.js'
import { NONE } from '../../../src/model/tables.js'

/** The names in each place, letters of a text, all of weight 1. */
function namesOf(places: readonly string[]): NamesByPlace {
  const all = places.flatMap((names, place) => [...names].map((name) => [place, name.charCodeAt(0)] as const))
  return namesByPlace(
    {
      place: Int32Array.from(all, ([place]) => place),
      name: Int32Array.from(all, ([, name]) => name),
      places: { length: places.length } as PlaceTable,
    },
    new Uint8Array(128),
    new Float64Array(all.length),
  )
}

const pathsOf = (texts: readonly string[], isHashed = false): ProjectPath[] =>
  texts.map((text, place) => ({ place, segments: text.split('/'), isHashed }))

describe('files with the hash of a build', () => {
  const paired = (before: readonly ProjectPath[], after: readonly ProjectPath[]): number[][] => {
    const found: number[][] = []
    pairHashed([before, after], (...pair) => found.push(pair))
    return found
  }

  it('are what is called the same without it, if that is clear on both sides', () => {
    const [before, after] = [pathsOf(['a/index', 'a/x', 'b/y'], true), pathsOf(['b/y', 'c/z', 'a/index'], true)]
    expect(paired(before, after)).toEqual([
      [0, 2],
      [2, 0],
    ])
    expect(paired(pathsOf(['x', 'x'], true), pathsOf(['x'], true))).toEqual([])
    expect(paired(pathsOf(['x'], true), pathsOf(['x', 'x'], true))).toEqual([])
  })

  it('are not files that have none', () => {
    expect(paired(pathsOf(['x']), pathsOf(['x'], true))).toEqual([])
    expect(paired(pathsOf(['x'], true), pathsOf(['x']))).toEqual([])
  })
})

describe('files below the roots of two checkouts', () => {
  /** Pairs as `before = after`. A path alone has the name f in it; others are drawn as `path:names`. */
  function paired(before: readonly string[], after: readonly string[]): string[] {
    const split = (texts: readonly string[]) => texts.map((text) => text.split(':') as [string, string | undefined])
    const [own, other] = [split(before), split(after)]
    const found: string[] = []
    pairBelowRoots(
      [pathsOf(own.map(([path]) => path)), pathsOf(other.map(([path]) => path))],
      [namesOf(own.map(([, names]) => names ?? 'f')), namesOf(other.map(([, names]) => names ?? 'f'))],
      (a, b) => found.push(`${own[a]![0]} = ${other[b]![0]}`),
    )
    return found.sort()
  }
  /** The same the other way round, too. */
  function bothWays(before: readonly string[], after: readonly string[]): string[] {
    const found = paired(before, after)
    const back = paired(after, before).map((pair) => pair.split(' = ').reverse().join(' = '))
    expect(back.sort()).toEqual(found)
    return found
  }

  it('are called the same below', () => {
    expect(bothWays(['shop/app/db', 'shop/app/views'], ['app/views', 'app/db'])).toEqual([
      'shop/app/db = app/db',
      'shop/app/views = app/views',
    ])
    expect(bothWays(['p/q/x', 'p/q/y', 'p/z'], ['r/s/y', 'r/s/x', 'r/t/z'])).toEqual(['p/q/x = r/s/x', 'p/q/y = r/s/y'])
    expect(bothWays(['x'], ['deep/down/x'])).toEqual(['x = deep/down/x'])
    expect([bothWays(['a/x'], []), bothWays(['a/x'], ['a/y']), bothWays([], [])]).toEqual([[], [], []])
  })

  it('hold the same, half of the names of the smaller; where both begin there they may be what they like', () => {
    expect(bothWays(['a/x:fg'], ['b/x:fhij'])).toEqual(['a/x = b/x'])
    expect(bothWays(['a/x:fghi'], ['b/x:fjkl'])).toEqual([])
    expect(bothWays(['a/x:fgh'], ['b/x:fjklm'])).toEqual([])
    expect([bothWays(['a/x:'], ['b/x:']), bothWays(['a/x:'], ['x:'])]).toEqual([[], []])
    // Two files together: 3 of 5, although the second alone has none.
    expect(bothWays(['a/x:fgh', 'a/y:ij'], ['b/x:fgh', 'b/y:kl'])).toEqual(['a/x = b/x', 'a/y = b/y'])
    expect(bothWays(['a/x:f'], ['a/x:g'])).toEqual(['a/x = a/x'])
    expect([bothWays(['a/x:f'], ['x:g']), bothWays(['a/x:f'], ['b/x:g'])]).toEqual([[], []])
  })

  it('are below the roots that most files agree on, then the shortest, then the first by name', () => {
    expect(bothWays(['a/x', 'a/y'], ['d/x', 'c/x', 'c/y'])).toEqual(['a/x = c/x', 'a/y = c/y'])
    expect(bothWays(['a/x'], ['p/q/x', 'x'])).toEqual(['a/x = x'])
    expect(bothWays(['a/x'], ['x', 'p/q/x'])).toEqual(['a/x = x'])
    expect([bothWays(['a/x'], ['b/x', 'c/x']), bothWays(['a/x'], ['c/x', 'b/x'])]).toEqual([
      ['a/x = b/x'],
      ['a/x = b/x'],
    ])
    expect([bothWays(['k/x'], ['z/x', 'b/x']), bothWays(['k/x'], ['b/x', 'z/x'])]).toEqual([
      ['k/x = b/x'],
      ['k/x = b/x'],
    ])
  })

  it('are below several roots, each of two files at least past the first', () => {
    const before = ['a/x', 'a/y', 'a/w', 'b/z', 'b/v']
    expect(bothWays(before, ['c/x', 'c/y', 'c/w', 'd/z', 'd/v'])).toEqual([
      'a/w = c/w',
      'a/x = c/x',
      'a/y = c/y',
      'b/v = d/v',
      'b/z = d/z',
    ])
    expect(bothWays(before, ['c/x', 'c/y', 'c/w', 'd/z', 'e/v'])).toEqual(['a/w = c/w', 'a/x = c/x', 'a/y = c/y'])
  })

  it('are below a folder, not beside one that begins alike, and no two files', () => {
    expect(bothWays(['a/x', 'a/y', 'bxq'], ['c/x', 'c/y', 'c/q'])).toEqual(['a/x = c/x', 'a/y = c/y'])
    expect(bothWays(['a/x', 'a/y', 'a/y'], ['c/x', 'c/y'])).toEqual(['a/x = c/x'])
  })

  it('try eight roots', () => {
    // The roots with most votes hold other code: seven of those are passed over, eight are too many.
    const decoys = (count: number): string[] => Array.from({ length: count }, (_, at) => `d${at}/x:z`)
    expect(paired(['a/x:f'], [...decoys(7), 'longer/x:f'])).toEqual(['a/x = longer/x'])
    expect(paired(['a/x:f'], [...decoys(8), 'longer/x:f'])).toEqual([])
  })

  it('say nothing where thousands have one name, or there are more than twenty thousand', () => {
    const many = (root: string, count: number): string[] =>
      Array.from({ length: count }, (_, at) => `${root}${at}/index`)
    expect(paired(many('a', 32), many('b', 32)).length).toBeGreaterThan(0)
    expect([paired(many('a', 33), many('b', 32)), paired(many('a', 32), many('b', 33))]).toEqual([[], []])
    const all = (count: number): string[] => ['a/x', ...Array.from({ length: count - 1 }, (_, at) => `a/n${at}:`)]
    expect([paired(all(20_000), ['b/x']), paired(['b/x'], all(20_000))].map((found) => found.length)).toEqual([1, 1])
    expect([paired(all(20_001), ['b/x']), paired(['b/x'], all(20_001))]).toEqual([[], []])
  })
})

describe('files that have another name', () => {
  interface Files {
    /** Names as letters, realms, whether there is a file. */
    readonly names: readonly string[]
    readonly realm: readonly number[]
    readonly isFile: readonly boolean[]
  }

  function renamed(before: Files, after: Files, paired: readonly (readonly [number, number])[] = []): number[][] {
    const tableOf = ({ names, realm, isFile }: Files): PlaceTable =>
      ({
        length: names.length,
        realm: Int32Array.from(realm),
        file: Int32Array.from(isFile, (is) => (is ? 1 : NONE)),
      }) as PlaceTable
    const pairs: PlacePairs = {
      partner: [new Int32Array(before.names.length).fill(NONE), new Int32Array(after.names.length).fill(NONE)],
      isRenamed: new Uint8Array(before.names.length),
    }
    for (const [a, b] of paired) {
      pairs.partner[0][a] = b
      pairs.partner[1][b] = a
    }
    pairRenamedFiles([tableOf(before), tableOf(after)], [namesOf(before.names), namesOf(after.names)], 128, pairs)
    const found = [...pairs.isRenamed.entries()].filter(([, is]) => is === 1).map(([a]) => [a, pairs.partner[0][a]!])
    for (const [a, b] of found) expect(pairs.partner[1][b!]).toBe(a)
    return found
  }

  const names = fc.uniqueArray(fc.constantFrom(...'abcdef'), { maxLength: 5 }).map((all) => all.sort().join(''))
  const files = (length: number) =>
    fc.record({
      names: fc.array(names, { minLength: length, maxLength: length }),
      realm: fc.array(fc.constantFrom(0, 0, 1), { minLength: length, maxLength: length }),
      isFile: fc.array(fc.constantFrom(true, true, true, false), { minLength: length, maxLength: length }),
    })

  it('hold half of the same names, and 0.15 less with every other', () => {
    fc.assert(
      fc.property(files(3), files(4), fc.boolean(), (before, after, isPaired) => {
        const paired = isPaired ? ([[2, 1]] as const) : []
        const like = (a: number, b: number): number => {
          if (before.realm[a] !== after.realm[b] || !before.isFile[a] || !after.isFile[b]) return 0
          if (isPaired && (a === 2 || b === 1)) return 0
          const [own, other] = [before.names[a]!, after.names[b]!]
          const shared = [...own].filter((name) => other.includes(name)).length
          const isWhole = own.length === 1 && other.length === 1
          return shared >= 2 || (isWhole && shared === 1) ? shared / new Set(own + other).size : 0
        }
        const expected: number[][] = []
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 4; b++) {
            const own = like(a, b)
            const rivals = [0, 1, 2, 3].filter((at) => at !== b).map((at) => like(a, at))
            rivals.push(...[0, 1, 2].filter((at) => at !== a).map((at) => like(at, b)))
            if (own >= 0.5 && rivals.every((rival) => own - rival >= 0.15)) expected.push([a, b])
          }
        }
        expect(renamed(before, after, paired)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('weigh a name by how often it is called on either side', () => {
    const place = (calls: readonly number[]): NamesByPlace =>
      namesByPlace(
        {
          place: new Int32Array(calls.length),
          name: Int32Array.from(calls.keys()),
          places: { length: 1 } as PlaceTable,
        },
        new Uint8Array(8),
        Float64Array.from(calls),
      )
    const table = { length: 1, realm: Int32Array.of(0), file: Int32Array.of(1) } as PlaceTable
    const isRenamed = (before: readonly number[], after: readonly number[]): boolean => {
      const pairs: PlacePairs = { partner: [Int32Array.of(NONE), Int32Array.of(NONE)], isRenamed: new Uint8Array(1) }
      pairRenamedFiles([table, table], [place(before), place(after)], 8, pairs)
      return pairs.isRenamed[0] === 1
    }
    const seldom = [0, 0, 0, 0, 0]
    // Two of five names, or two that are called 1,000 times: 7.9 each against 3 in all.
    expect([isRenamed([0, 0], seldom), isRenamed(seldom, [0, 0])]).toEqual([false, false])
    expect([isRenamed([1000, 1000], seldom), isRenamed(seldom, [1000, 1000])]).toEqual([true, true])
    expect([isRenamed([0, 0], [1000, 1000, 0, 0, 0]), isRenamed([1000, 1000, 0, 0, 0], [0, 0])]).toEqual([true, true])
    expect([isRenamed([9, 9], [9, 9, 1000, 0, 0]), isRenamed([9, 9, 1000, 0, 0], [9, 9])]).toEqual([false, false])
  })

  it('are not found by names that more than fifty files have', () => {
    const many = (count: number): Files => ({
      names: Array.from({ length: count }, (_, at) => (at === 0 ? 'ab' : 'a')),
      realm: Array(count).fill(0),
      isFile: Array(count).fill(true),
    })
    const one: Files = { names: ['ab'], realm: [0], isFile: [true] }
    expect([renamed(many(50), one), renamed(one, many(50))]).toEqual([[[0, 0]], [[0, 0]]])
    // b leads to it all the same; without b nothing does.
    const only = (count: number): Files => ({ ...many(count), names: many(count).names.map(() => 'ab') })
    expect(renamed(many(51), one)).toEqual([[0, 0]])
    expect([renamed(only(51), one), renamed(one, only(51))]).toEqual([[], []])
    const lone = (count: number): Files => ({
      ...many(count),
      names: Array.from({ length: count }, (_, at) => (at === 0 ? 'ab' : 'abcde')),
    })
    expect([renamed(lone(50), one), renamed(one, lone(50))]).toEqual([[[0, 0]], [[0, 0]]])
    expect([renamed(lone(51), one), renamed(one, lone(51))]).toEqual([[], []])
  })
})
