import { describe, expect, it } from 'vitest'
import { diffProfiles } from '../../../src/analysis/diff/diff.js'
import { growthOf } from '../../../src/analysis/diff/growth.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { graph } from '../../support/draw.js'
import { alignedFrom, type DrawnEdge, type DrawnRow } from './aligned-graph.js'

/** A program with n items: one linear function, one that each pair of items calls, one whose own time is cubic. */
function program(n: number): Profile {
  const linear = 100 * n
  const pairs = n * n
  const cubic = n ** 3 / 10
  return graph(`
    main 1x self=5 total=${5 + linear + pairs + cubic}
    main -> each ${n}x total=${linear}
    each ${n}x self=${linear} total=${linear}
    main -> pair ${pairs}x total=${pairs}
    pair ${pairs}x self=${pairs} total=${pairs}
    main -> matrix 1x total=${cubic}
    matrix 1x self=${cubic} total=${cubic}
  `)
}

describe('growthOf', () => {
  it('finds what grows faster than the input, with its exponent and caller', () => {
    const diff = diffProfiles(program(50), program(100))
    const names = growthOf(diff.graph, 2).map(({ row, callsExponent, selfExponent, caller }) => {
      const name = (index: number): string =>
        diff.after.strings.text(diff.after.functions.name[diff.matches.after[index]!]!)
      return [name(row), callsExponent, selfExponent!.toFixed(6), name(caller)]
    })
    expect(names).toEqual([
      ['matrix', 0, '3.000000', 'main'],
      ['pair', 2, '2.000000', 'main'],
    ])
  })

  it('finds nothing in a program that is linear', () => {
    const linear = (n: number): Profile =>
      graph(`main 1x self=1 total=${1 + n}\nmain -> f ${n}x total=${n}\nf ${n}x self=${n} total=${n}`)
    expect(growthOf(diffProfiles(linear(100), linear(800)).graph, 8)).toEqual([])
  })

  /** What grows between two drawings: name, exponents and main caller; `-` where there is none. */
  function grown(before: string, after: string, scale: number): unknown[] {
    const diff = diffProfiles(graph(before), graph(after))
    const name = (row: number): string =>
      row < 0 ? '-' : diff.after.strings.text(diff.after.functions.name[diff.matches.after[row]!]!)
    return growthOf(diff.graph, scale).map((one) => [
      name(one.row),
      one.callsExponent,
      one.selfExponent,
      name(one.caller),
    ])
  }

  // Four times the input and eight times the calls: log 8 / log 4 is 1.5.
  it.each([
    ['8 times the calls', 8, [['f', 1.5, 0, 'main']]],
    ['7 times the calls', 7, []],
  ])('counts from an exponent of 1.5 on: %s', (_, factor, expected) => {
    const drawn = (calls: number) => `
      main 1x self=50 total=100
      f ${calls}x self=50 total=50
      main -> f ${calls}x total=50`
    expect(grown(drawn(10), drawn(10 * factor), 4)).toEqual(expected)
  })

  it.each([
    ['a hundredth of the whole', 1, [['f', 2, 0, 'main']]],
    ['less', 0.99, []],
  ])('counts where a function has %s with all it calls', (_, total, expected) => {
    const drawn = (calls: number) => `
      main 1x self=${100 - total} total=100
      f ${calls}x self=${total} total=${total}
      main -> f ${calls}x total=${total}`
    expect(grown(drawn(5), drawn(80), 4)).toEqual(expected)
  })

  // Own time grows 16 times with 4 times the input, and nothing is called more often.
  it.each([
    ['a tenth of the whole', [144, 144], [['f', 0, 2, 'main']]],
    ['less than a tenth', [145, 145], []],
    ['a part that does not rise', [1.5, 24], []],
  ])('by its own time where that is %s', (_, rest, expected) => {
    const drawn = (own: number, other: number) => `
      main 1x self=${other} total=${own + other}
      f 1x self=${own} total=${own}
      main -> f 1x total=${own}`
    expect(grown(drawn(1, rest[0]!), drawn(16, rest[1]!), 4)).toEqual(expected)
  })

  it('has no exponent where a side has nothing, and no caller where nobody calls', () => {
    expect(
      grown(
        `
        main 1x self=0 total=1
        f 2x self=1 total=1`,
        `
        main 1x self=9 total=10
        f 32x self=1 total=1`,
        4,
      ),
    ).toEqual([['f', 2, 0, '-']])
  })

  it('names the caller that makes most of the calls, not the function itself', () => {
    const drawn = (few: number, many: number, own: number) => `
      main 1x self=10 total=30
      a ${few}x self=5 total=10
      b ${many}x self=5 total=10
      f ${few + many + own}/${few + many}x self=10 total=10
      main -> a ${few}x total=10
      main -> b ${many}x total=10
      a -> f ${few}x total=4
      b -> f ${many}x total=6
      f -> f ${own}x total=5`
    const rows = grown(drawn(2, 3, 5), drawn(32, 48, 80), 4) as string[][]
    expect(rows.map(([name, , , caller]) => [name, caller])).toEqual([
      ['f', 'b'],
      ['a', 'main'],
      ['b', 'main'],
    ])
  })

  it('puts what costs most by itself first', () => {
    const drawn = (calls: number) => `
      main 1x self=10 total=100
      f ${calls}x self=30 total=30
      g ${calls}x self=60 total=60
      main -> f ${calls}x total=30
      main -> g ${calls}x total=60`
    expect((grown(drawn(1), drawn(16), 4) as string[][]).map(([name]) => name)).toEqual(['g', 'f'])
  })

  it('puts what costs the same in the order of its rows', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const rows = names.map((): DrawnRow => ({ calls: [1, 16], self: [10, 10] }))
    expect(growthOf(alignedFrom(rows, []), 4).map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('has no exponent where nothing is called any more, and counts own time from 1.5 on too', () => {
    // Own time grows by 8 with 4 times the input.
    const rows: DrawnRow[] = [
      { calls: [4, 0], self: [10, 80], total: [10, 80] },
      { calls: [1, 1], self: [90, 20], total: [100, 100] },
    ]
    expect(growthOf(alignedFrom(rows, []), 4)).toEqual([
      { row: 0, callsExponent: null, selfExponent: 1.5, caller: NONE },
    ])
    const gone: DrawnRow[] = [{ calls: [1, 16], self: [10, 0], total: [10, 10] }, rows[1]!]
    expect(growthOf(alignedFrom(gone, []), 4)).toEqual([{ row: 0, callsExponent: 2, selfExponent: null, caller: NONE }])
  })

  it('names the first of two callers that call as often, and none where edges say nothing', () => {
    const rows: DrawnRow[] = [1, 1, 1].map((): DrawnRow => ({ calls: [1, 1], self: [5, 5] }))
    rows.push({ calls: [2, 32], self: [10, 10] })
    const edge = (caller: number, calls: number): DrawnEdge => ({ caller, callee: 3, calls: [1, calls] })
    const caller = (...weights: number[]): number =>
      growthOf(
        alignedFrom(
          rows,
          weights.map((calls, from) => edge(from, calls)),
        ),
        4,
      )[0]!.caller
    expect([caller(16, 16, 0), caller(1, 20, 11), caller(0, 0, 0)]).toEqual([0, 1, NONE])
    const silent = alignedFrom(rows, [edge(0, 16)])
    expect(growthOf({ ...silent, edges: { ...silent.edges, calls: null } }, 4)[0]!.caller).toBe(NONE)
  })
})
