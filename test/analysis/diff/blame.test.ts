import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { blame, blamePlan } from '../../../src/analysis/diff/blame/blame.js'
import { sumOf } from '../../../src/analysis/diff/sum.js'
import { alignedByName, PAGE, page, turned } from './aligned-graph.js'
import { words } from './blame-words.js'

describe('blame', () => {
  it('names the function that calls more, not those that are called', () => {
    const result = blame(page(true))
    expect(result.total).toBe(242_100)
    const found = words(result, PAGE)
    expect(Object.keys(found)).toEqual(['self execute', 'edge render → fetch', 'edge render → log_row'])
    expect(found['edge render → fetch']).toBeCloseTo(229_360, 8)
    expect(found['self execute']).toBeCloseTo(10_240, 8)
    expect(found['edge render → log_row']).toBeCloseTo(2500, 8)
    expect(sumOf(result.delta)).toBeCloseTo(242_100, 8)
  })

  it('counts what the program is asked to do more often as its own', () => {
    const result = blame(
      alignedByName({ main: { calls: [1, 3], self: [10, 30] }, work: { calls: [4, 12], self: [8, 24] } }, [
        ['main', 'work', { calls: [4, 12] }],
      ]),
    )
    // Two more runs at 10 + 4 x 2.
    expect(words(result, ['main', 'work'])).toEqual({ 'entry main': 36 })
  })

  it('tells deeper recursion from more calls of a recursive function', () => {
    const recursive = (
      entries: readonly [number, number],
      calls: readonly [number, number],
    ): Record<string, number> => {
      const graph = alignedByName(
        { main: { calls: [1, 1], self: [0, 0] }, walk: { calls, self: [calls[0] * 2, calls[1] * 2] } },
        [
          ['main', 'walk', { calls: entries }],
          ['walk', 'walk', { calls: [calls[0] - entries[0], calls[1] - entries[1]] }],
        ],
      )
      return words(blame(graph), ['main', 'walk'])
    }
    expect(recursive([3, 3], [30, 60])).toEqual({ 'recursion walk → walk': 60 })
    expect(recursive([3, 6], [30, 60])).toEqual({ 'edge main → walk': 60 })
  })

  it('finds the call inside a cycle that there is more of', () => {
    // parse → items → item → parse, as often as before; item skips blanks, once before and 50 times after.
    const graph = alignedByName(
      {
        main: { calls: [1, 1], self: [1, 1], total: [131, 621] },
        parse: { calls: [10, 10], self: [10, 10], total: [130, 620] },
        items: { calls: [10, 10], self: [50, 50], total: [129, 619] },
        item: { calls: [10, 10], self: [60, 60], total: [120, 600] },
        skip: { calls: [10, 500], self: [10, 500], total: [10, 500] },
      },
      [
        ['main', 'parse', { calls: [1, 1] }],
        ['parse', 'items', { calls: [10, 10] }],
        ['items', 'item', { calls: [10, 10] }],
        ['item', 'skip', { calls: [10, 500] }],
        ['item', 'parse', { calls: [9, 9] }],
      ],
    )
    expect(words(blame(graph), ['main', 'parse', 'items', 'item', 'skip'])).toEqual({ 'edge item → skip': 490 })
  })

  it('says who passes dearer arguments', () => {
    const edges = [
      ['main', 'big', { calls: [10, 10], self: [0, 0] }],
      ['main', 'small', { calls: [10, 10], self: [0, 0] }],
      ['big', 'copy', { calls: [10, 10], self: [10, 40] }],
      ['small', 'copy', { calls: [10, 10], self: [10, 10.5] }],
    ] as const
    const rows = {
      main: { calls: [1, 1], self: [0, 0] },
      big: { calls: [10, 10], self: [0, 0] },
      small: { calls: [10, 10], self: [0, 0] },
      copy: { calls: [20, 20], self: [20, 50.5] },
    } as const
    const names = Object.keys(rows)
    expect(words(blame(alignedByName(rows, edges)), names)).toEqual({ 'self copy': 0.5, 'context big → copy': 30 })
    expect(words(blame(turned(alignedByName(rows, edges))), names)).toEqual({
      'self copy': -0.5,
      'context big → copy': -30,
    })
    // Dearer from everywhere: then it is the function itself.
    const [first, second, third] = edges
    const everywhere = alignedByName({ ...rows, copy: { calls: [20, 20], self: [20, 75] } }, [
      first,
      second,
      third,
      ['small', 'copy', { calls: [10, 10], self: [10, 35] }],
    ])
    expect(words(blame(everywhere), names)).toEqual({ 'self copy': 55 })
  })

  it('does not make two causes of calls that rose as far as their cost fell', () => {
    // A loop of 1000 rounds moved from `work` into `main`.
    const graph = alignedByName(
      {
        main: { calls: [1, 1], self: [1, 1] },
        work: { calls: [1, 1000], self: [500, 510] },
        step: { calls: [1000, 1000], self: [200, 200] },
      },
      [
        ['main', 'work', { calls: [1, 1000] }],
        ['work', 'step', { calls: [1000, 1000] }],
      ],
    )
    expect(words(blame(graph), ['main', 'work', 'step'])).toEqual({ 'self work': 10 })
  })

  it('leaves what calls cannot explain to the function', () => {
    const unknown = alignedByName(
      {
        main: { calls: [1, 1], self: [1, 1] },
        work: { calls: [Number.NaN, 4], self: [8, 24] },
        odd: { calls: [0, 0], self: [1, 4] },
      },
      [['main', 'work', { calls: [Number.NaN, 4] }]],
    )
    expect(words(blame(unknown), ['main', 'work', 'odd'])).toEqual({ 'self work': 16, 'self odd': 3 })
    const noEdgeCalls = { ...page(true), edges: { ...page(true).edges, calls: null } }
    expect(sumOf(blame(noEdgeCalls).delta)).toBeCloseTo(242_100, 8)
  })

  it('does without calls what can be done', () => {
    const rows = {
      main: { calls: [0, 0], self: [1, 1], total: [31, 68] },
      a: { calls: [0, 0], self: [5, 5], total: [15, 45] },
      b: { calls: [0, 0], self: [5, 5], total: [15, 22] },
      shared: { calls: [0, 0], self: [20, 50], total: [20, 50] },
      added: { calls: [0, 0], self: [0, 7], total: [0, 7] },
    } as const
    const edges = [
      ['main', 'a', { calls: [0, 0], self: [5, 5] }],
      ['main', 'b', { calls: [0, 0], self: [5, 5] }],
      ['a', 'shared', { calls: [0, 0], self: [10, 40] }],
      ['b', 'shared', { calls: [0, 0], self: [10, 10] }],
      ['b', 'added', { calls: [0, 0], self: [0, 7] }],
    ] as const
    const graph = alignedByName(rows, edges, { counted: false })
    const result = blame(graph)
    expect(result.rates).toBe(null)
    expect(words(result, Object.keys(rows))).toEqual({ 'context a → shared': 30, 'context b → added': 7 })
  })
})

describe('blame of large graphs', () => {
  it('takes a chain of 1,000,000 functions, and a cycle of 100,000', () => {
    for (const [length, edgeCount] of [
      [1_000_000, 999_999],
      [100_000, 100_000],
    ] as const) {
      const ones = new Float64Array(length).fill(1)
      const doubled = ones.map((value, fn) => (fn === length - 1 ? 2 : value))
      const callee = new Int32Array(edgeCount).map((_, fn) => (fn + 1) % length)
      const total = ones.map((_, fn) => length - fn)
      const calls = new Float64Array(edgeCount).fill(1)
      if (edgeCount === length) calls[length - 1] = 0
      const graph: AlignedGraph = {
        length,
        calls: [ones, ones],
        primitiveCalls: null,
        self: [ones, doubled],
        total: [total, total],
        edges: {
          length: edgeCount,
          caller: new Int32Array(edgeCount).map((_, fn) => fn),
          callee,
          calls: [calls, calls],
          self: null,
          total: null,
        },
      }
      const { delta } = blame(graph)
      expect(delta[length - 1]).toBe(1)
      expect(sumOf(delta)).toBe(1)
    }
  })

  it('keeps terms comparable over runs with one plan', () => {
    const plan = blamePlan(page(true))
    expect(blame(page(true), plan).delta).toEqual(blame(page(true)).delta)
    expect(blame(turned(page(true)), plan).row).toBe(plan.terms.row)
  })
})
