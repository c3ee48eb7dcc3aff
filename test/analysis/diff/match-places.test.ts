import { describe, expect, it } from 'vitest'
import type { Language, Profile } from '../../../src/model/profile.js'
import { graph } from '../../support/draw.js'
import { pairs, profileOf } from './drawn-functions.js'

const file = (path: string, language: Language = 'python'): Profile =>
  profileOf([{ name: 'f', file: path, line: 3 }], language)

describe('files of bundlers', () => {
  const level = (before: string, after: string): string | undefined => {
    const at = (name: string): string => `https://shop.example/assets/${name}.js`
    return pairs(file(at(before), 'javascript'), file(at(after), 'javascript'))[0]?.split(' ')[0]
  }

  it.each([
    ['index-3f2a1b0c', 'index-0d9e8f7a'],
    ['main.3f2a1b0c.chunk', 'main.99aa00bb.chunk'],
    ['index-BdWY8v3c', 'index-Ca1bZ_9-'],
    ['index-123456', 'index-a23456'],
    [`index-${'1a'.repeat(32)}`, `index-${'2b'.repeat(32)}`],
    ['index-3f2a1b0c', 'index'],
    ['index.abcdeX8_', 'index.8Xabcdef'],
  ])('%s and %s are one but for a hash', (before, after) => {
    expect([level(before, after), level(after, before)]).toEqual(['exact', 'exact'])
  })

  it.each([
    ['index-12345', 'index-12346'],
    ['index-abcdef', 'index-fedcba'],
    ['index-BdWYxvzc', 'index-CdWYxvzc'],
    ['index-bzwy8v3c', 'index-czwy8v3c'],
    ['index-BZWY8V3C', 'index-CZWY8V3C'],
    ['index_3f2a1b0c', 'index_0d9e8f7a'],
    ['index-3f2a1b0cx', 'index-0d9e8f7ax'],
    ['index-BdWY8v3cc', 'index-Ca1bZ_9-c'],
    ['index-BdWY8v3', 'index-Ca1bZ_9'],
    [`index-${'1a'.repeat(32)}1`, `index-${'2b'.repeat(32)}2`],
    ['index-3f2a1b0c', 'other-0d9e8f7a'],
  ])('%s and %s are two, of which one may be the other renamed', (before, after) => {
    expect([level(before, after), level(after, before)]).toEqual(['file', 'file'])
  })

  it('have no hash in Python', () => {
    expect(pairs(file('/a/index-3f2a1b0c.py'), file('/b/index-0d9e8f7a.py'))).toEqual(['file 0 = 0'])
    expect(pairs(file('/a/index.py'), file('/b/index.py'))).toEqual(['exact 0 = 0'])
  })
})

describe('files of the project', () => {
  const two = (...files: readonly string[]): Profile =>
    profileOf(files.map((path, at) => ({ name: `f${at}`, file: path, line: 3 })))

  it('are where they were in one checkout, which only whole paths tell', () => {
    // In one checkout a file elsewhere was moved or renamed; of paths that begin anywhere it may be the same.
    const both = (root: string): string[] =>
      pairs(two(`${root}app/db.py`, `${root}x/one.py`), two(`${root}app/db.py`, `${root}y/one.py`))
    expect(both('/srv/')).toEqual(['exact 0 = 0', 'file 1 = 1'])
    expect(both('C:\\srv\\')).toEqual(['exact 0 = 0', 'file 1 = 1'])
    expect(both('')).toEqual(['exact 0 = 0', 'exact 1 = 1'])
    const web = (folder: string): Profile =>
      profileOf(
        ['app/db', `${folder}/one`].map((path, at) => ({
          name: `f${at}`,
          file: `http://h.example/${path}.js`,
          line: 3,
        })),
        'javascript',
      )
    expect(pairs(web('x'), web('y'))).toEqual(['exact 0 = 0', 'file 1 = 1'])
  })

  it('are never files of packages or of the runtime', () => {
    const packaged = '/usr/lib/python3/dist-packages/p/one.py'
    expect(pairs(two('/srv/main.py', '/srv/p/one.py'), two('/srv/main.py', packaged))).toEqual(['exact 0 = 0'])
    expect(pairs(two(packaged, '/srv/a.py'), two('/opt/lib/python3.12/site-packages/p/one.py', '/srv/a.py'))).toEqual([
      'exact 0 = 0',
      'exact 1 = 1',
    ])
  })

  it('are one place on each side', () => {
    // Both begin at a root: only the first of two that could be the same is.
    const before = two('/a/p/one.py', '/a/q/two.py')
    expect(pairs(before, two('/b/p/one.py', '/b/q/two.py'))).toEqual(['exact 0 = 0', 'exact 1 = 1'])
    expect(pairs(before, before)).toEqual(['exact 0 = 0', 'exact 1 = 1'])
  })
})

describe('functions that share name and file', () => {
  it('come in the order of their lines and columns, wherever tables have them', () => {
    const at = (...places: readonly (readonly [line: number, column: number])[]): Profile =>
      profileOf(places.map(([line, column]) => ({ name: '<lambda>', file: '/a/x.py', line, column })))
    expect(pairs(at([3, 20], [3, 5], [2, 9]), at([2, 9], [3, 5], [3, 20]))).toEqual([
      'exact 0 = 2',
      'exact 1 = 1',
      'exact 2 = 0',
    ])
    expect(pairs(at([3, 20], [3, 5], [9, 1]), at([7, 1], [3, 25], [3, 6]))).toEqual([
      'exact 0 = 1',
      'exact 1 = 2',
      'name 2 = 0',
    ])
  })

  it('come by their calls, then by their cost, where they have no place', () => {
    const at = (...list: readonly (readonly [calls: number, self: number])[]): Profile =>
      profileOf(list.map(([calls, self], fn) => ({ name: `<f at 0x${fn + 1}>`, calls, self })))
    expect(pairs(at([5, 1], [50, 1], [500, 1]), at([500, 1], [50, 1], [5, 1]))).toEqual([
      'exact 0 = 2',
      'exact 1 = 1',
      'exact 2 = 0',
    ])
    expect(pairs(at([5, 1], [5, 40], [5, 9]), at([5, 9], [5, 1], [5, 40]))).toEqual([
      'exact 0 = 1',
      'exact 1 = 2',
      'exact 2 = 0',
    ])
  })

  /** Lambdas in the order of their lines; a number is the callee that a lambda alone has, null for one like all others. */
  const crowd = (list: readonly (number | null)[], first = 10): Profile => {
    const own = [{ name: 'main', file: '/a/x.py', line: 1 }]
    const callees = [0, 1, 2, 3, 4].map((at) => ({ name: `u${at}` }))
    return profileOf([
      ...own,
      ...callees,
      ...list.map((callee, at) => ({
        name: '<lambda>',
        file: '/a/x.py',
        line: first + 2 * at,
        callees: callee === null ? [] : [1 + callee],
      })),
    ])
  }
  /** Pairs of lambdas, by their number in the lists. */
  const lambdas = (before: Profile, after: Profile): number[][] =>
    pairs(before, after)
      .filter((pair) => pair.startsWith('exact') || pair.startsWith('name'))
      .map((pair) =>
        pair
          .replace(/^\w+ /, '')
          .split(' = ')
          .map((fn) => Number(fn) - 6),
      )
      .filter(([a]) => a! >= 0)
  const likeAll = (count: number): null[] => Array(count).fill(null)

  it('go by their order where hundreds are alike', () => {
    expect(lambdas(crowd(likeAll(700)), crowd(likeAll(690), 11))).toEqual(
      Array.from({ length: 690 }, (_, at) => [at, at]),
    )
    expect(lambdas(crowd(likeAll(690)), crowd(likeAll(700), 11))).toEqual(
      Array.from({ length: 690 }, (_, at) => [at, at]),
    )
  })

  it('go by their order between those that only one can be', () => {
    const before = [...likeAll(300), 0, ...likeAll(200), 1, ...likeAll(250), 2, ...likeAll(3)]
    const after = [...likeAll(302), 0, ...likeAll(190), 1, ...likeAll(250), 2, ...likeAll(1)]
    const run = (count: number, a: number, b: number): number[][] =>
      Array.from({ length: count }, (_, at) => [a + at, b + at])
    expect(lambdas(crowd(before), crowd(after, 11))).toEqual([
      ...run(300, 0, 0),
      ...run(191, 300, 302),
      ...run(252, 501, 493),
      ...run(1, 753, 745),
    ])
  })

  it('do not take for such what several are, or what changed places with more of them', () => {
    const before = [...likeAll(300), 0, ...likeAll(200), 1, 2, ...likeAll(200)]
    const after = [...likeAll(300), 1, 2, ...likeAll(200), 0, ...likeAll(200)]
    const found = lambdas(crowd(before), crowd(after, 11))
    // 1 and 2 stay in order; 0, which crosses both, is no anchor.
    expect(found).toContainEqual([501, 300])
    expect(found).toContainEqual([502, 301])
    expect(found).not.toContainEqual([300, 502])
    const several = lambdas(
      crowd([...likeAll(350), 3, ...likeAll(350), 3]),
      crowd([3, ...likeAll(350), 3, ...likeAll(350)], 11),
    )
    // One of the two after is the first one before, in order: none of both is an anchor by itself.
    expect(several).toEqual(Array.from({ length: 702 }, (_, at) => [at, at]))
  })
})

describe('lines around functions of one name', () => {
  it('are those of the only functions of their names, that have one', () => {
    const drawn = (text: string): Profile =>
      graph(
        text
          .split(' ')
          .map((word) => `${word} 1x self=1`)
          .join('\n'),
        {
          source: { language: 'python' },
        },
      )
    const lambda = (line: number): string => `<lambda>@/a/m.py:${line}`
    // a moved by 0, b by 10: of two lambdas between and below, the one after is where the code below b went.
    expect(
      pairs(
        drawn(`a@/a/m.py:10 ${lambda(12)} b@/a/m.py:30 ${lambda(32)}`),
        drawn(`a@/a/m.py:10 b@/a/m.py:40 ${lambda(42)}`),
      ),
    ).toEqual(['exact 0 = 0', 'name 2 = 1', 'name 3 = 2'])
    // The other way, the one above b stayed.
    expect(
      pairs(
        drawn(`a@/a/m.py:10 ${lambda(12)} b@/a/m.py:30 ${lambda(32)}`),
        drawn(`a@/a/m.py:10 ${lambda(12)} b@/a/m.py:40`),
      ),
    ).toEqual(['exact 0 = 0', 'exact 1 = 1', 'name 2 = 2'])
    // Without lines of the others the first is the first.
    expect(
      pairs(drawn(`a@/a/m.py ${lambda(12)} b@/a/m.py ${lambda(32)}`), drawn(`a@/a/m.py b@/a/m.py ${lambda(42)}`)),
    ).toEqual(['exact 0 = 0', 'name 1 = 2', 'exact 2 = 1'])
  })
})
