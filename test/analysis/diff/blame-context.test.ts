import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { BLAME_KINDS, blame, blamePlan } from '../../../src/analysis/diff/blame/blame.js'
import type { Pair } from '../../../src/analysis/diff/side.js'
import { alignedByName, type DrawnEdge, type DrawnRow, turned } from './aligned-graph.js'
import { words } from './blame-words.js'

type Edge = readonly [caller: string, callee: string, edge: Omit<DrawnEdge, 'caller' | 'callee'>]

describe('what only one caller sees', () => {
  /** f and its callers: [caller, calls, self of f in them]. */
  function shared(
    callers: readonly (readonly [caller: string, calls: Pair<number>, self: Pair<number>])[],
    options: { readonly counted?: boolean; readonly self?: Pair<number> } = {},
  ): AlignedGraph {
    const sum = (of: 1 | 2): Pair<number> => [
      callers.reduce((all, caller) => all + caller[of][0], 0),
      callers.reduce((all, caller) => all + caller[of][1], 0),
    ]
    const caller: DrawnRow = { calls: [1, 1], self: [0, 0], total: [1, 1] }
    const f: DrawnRow = { calls: sum(1), self: options.self ?? sum(2) }
    const rows: Record<string, DrawnRow> = { main: caller, p: caller, q: caller, r: caller, f }
    const edges: Edge[] = ['p', 'q', 'r'].map((name) => ['main', name, { calls: [1, 1], self: [0, 0] }])
    for (const [from, calls, self] of callers) edges.push([from, 'f', { calls, self }])
    return alignedByName(rows, edges, options)
  }
  const names = ['main', 'p', 'q', 'r', 'f']
  /** The callers that are singled out, both ways in time. */
  const singled = (graph: AlignedGraph): string[] => {
    const found = [graph, turned(graph)].map((way) =>
      Object.keys(words(blame(way), names)).filter((word) => word.startsWith('context')),
    )
    expect(found[1]).toEqual(found[0])
    return found[0]!
  }

  it('is a cost that rose by more than 28 %, and four times as much as with the others', () => {
    const rose = (own: number, other: number) =>
      singled(
        shared([
          ['p', [10, 10], [100, own]],
          ['q', [10, 10], [100, other]],
        ]),
      )
    // Logarithms: 0.247 is within, 0.255 is not; 0.0677 is more than a quarter of it, 0.0583 is less.
    expect([rose(128, 100), rose(129, 100)]).toEqual([[], ['context p → f']])
    expect([rose(129, 107), rose(129, 106)]).toEqual([[], ['context p → f']])
  })

  it('is a cost per call, not one of more calls', () => {
    expect(
      singled(
        shared([
          ['p', [10, 20], [10, 20]],
          ['q', [10, 10], [10, 10]],
        ]),
      ),
    ).toEqual([])
  })

  it('is not told by the calls of the function to itself, nor by calls that one side does not have', () => {
    const [dearer, same] = [
      ['p', [10, 10], [10, 40]],
      ['q', [10, 10], [10, 10]],
    ] as const
    for (const more of [
      ['f', [900, 900], [900, 3600]],
      ['r', [0, 1000], [0, 4000]],
      ['r', [0, 0], [5, 4000]],
    ] as const) {
      expect(singled(shared([dearer, same, more]))).toEqual(['context p → f'])
    }
    // Nor is its recursion singled out.
    expect(singled(shared([same, ['f', [10, 10], [10, 40]]]))).toEqual([])
    expect(singled(shared([dearer]))).toEqual([])
  })

  it('is not more than the edge, or the function, ever had', () => {
    const fewer: readonly [string, Pair<number>, Pair<number>][] = [
      ['p', [1, 100], [10, 10]],
      ['q', [10, 10], [10, 10]],
    ]
    expect(singled(shared(fewer, { self: [9000, 9000] }))).toEqual([])
    const claimed: readonly [string, Pair<number>, Pair<number>][] = [
      ['p', [10, 10], [100, 400]],
      ['q', [10, 10], [10, 10]],
    ]
    expect(singled(shared(claimed, { self: [140, 150] }))).toEqual([])
    expect(singled(shared(claimed, { self: [150, 150] }))).toEqual(['context p → f'])
  })

  it('is unknown where edges do not say their calls or their self', () => {
    const graph = shared([
      ['p', [10, 10], [10, 40]],
      ['q', [10, 10], [10, 10]],
    ])
    expect(singled(graph)).toEqual(['context p → f'])
    for (const missing of [{ calls: null }, { self: null }]) {
      expect(singled({ ...graph, edges: { ...graph.edges, ...missing } })).toEqual([])
    }
  })

  it('is, without counts, what one of several callers sees, or calls anew', () => {
    const one = shared([['p', [0, 0], [10, 40]]], { counted: false })
    expect(words(blame(one), names)).toEqual({ 'self f': 30 })
    const fresh = shared([['p', [0, 0], [0, 40]]], { counted: false })
    expect(words(blame(fresh), names)).toEqual({ 'context p → f': 40 })
    expect(words(blame(turned(fresh)), names)).toEqual({ 'context p → f': -40 })
    // p is new itself: nothing there was calls f now.
    const total = (pair: Pair<Float64Array>, value: number): Pair<Float64Array> => [
      pair[0].map((own, row) => (row === 1 ? value : own)),
      pair[1],
    ]
    const both = { ...fresh, total: total(fresh.total, 0) }
    expect(words(blame(both), names)).toEqual({ 'self f': 40 })
    expect(words(blame(turned(both)), names)).toEqual({ 'self f': -40 })
  })
})

describe('what calls say', () => {
  it('is left out where it is unknown, and for that function alone', () => {
    const rows = {
      main: { calls: [1, 1], self: [1, 1] },
      odd: { calls: [Number.NaN, 4], self: [8, 24] },
      work: { calls: [2, 6], self: [20, 60] },
    } as const
    const edges: Edge[] = [
      ['main', 'odd', { calls: [Number.NaN, 4] }],
      ['main', 'work', { calls: [2, 6] }],
    ]
    const graph = alignedByName(rows, edges)
    // Four more calls at 10.
    const expected = { 'self odd': 16, 'edge main → work': 40 }
    expect(words(blame(graph), Object.keys(rows))).toEqual(expected)
    expect(words(blame(turned(graph)), Object.keys(rows))).toEqual({ 'self odd': -16, 'edge main → work': -40 })
    const infinite = alignedByName({ ...rows, odd: { calls: [3, Number.POSITIVE_INFINITY], self: [8, 24] } }, [
      ['main', 'odd', { calls: [3, Number.POSITIVE_INFINITY] }],
      edges[1]!,
    ])
    expect(words(blame(infinite), Object.keys(rows))).toEqual(expected)
  })

  it('is said although costs elsewhere overflow, as long as these did not change', () => {
    const rows = {
      main: { calls: [1, 1], self: [1, 1] },
      huge: { calls: [1, 1], self: [1, 1] },
      deep: { calls: [1, 1], self: [1e10, 1e10] },
      work: { calls: [2, 6], self: [20, 60] },
    } as const
    const graph = alignedByName(rows, [
      ['main', 'huge', { calls: [1e308, 1e308] }],
      ['huge', 'deep', { calls: [1e308, 1e308] }],
      ['main', 'work', { calls: [2, 6] }],
    ])
    expect(words(blame(graph), Object.keys(rows))).toEqual({ 'edge main → work': 40 })
  })

  it('is not believed where ten times the calls cost what they did', () => {
    const rows = { main: { calls: [1, 1], self: [1, 1] }, work: { calls: [1, 10], self: [10, 10] } } as const
    expect(words(blame(alignedByName(rows, [['main', 'work', { calls: [1, 10] }]])), ['main', 'work'])).toEqual({})
  })
})

describe('the way down a cycle', () => {
  /** Which of the two edges between a and b leads back up. */
  function back(a: DrawnRow, b: DrawnRow, counted = true): string[] {
    const edges: Edge[] = [
      ['a', 'b', { calls: [1, 1] }],
      ['b', 'a', { calls: [1, 1] }],
    ]
    const { terms } = blamePlan(alignedByName({ a, b }, edges, { counted }))
    return ['a → b', 'b → a'].filter((_, edge) => BLAME_KINDS[terms.kind[2 + edge]!] === 'recursion')
  }

  it('leads from what costs most with all it calls on both sides together', () => {
    const row = (...total: Pair<number>): DrawnRow => ({ calls: [1, 1], self: [1, 1], total })
    expect(back(row(10, 30), row(15, 20))).toEqual(['b → a'])
    expect(back(row(15, 20), row(30, 10))).toEqual(['a → b'])
    expect(back(row(Number.NaN, 50), row(20, 20))).toEqual(['b → a'])
    expect(back(row(50, Number.NaN), row(20, 20))).toEqual(['b → a'])
  })

  it('then from what is called least, then from what costs least by itself', () => {
    const row = (calls: Pair<number>, self: Pair<number>): DrawnRow => ({ calls, self, total: [9, 9] })
    expect(back(row([1, 2], [5, 5]), row([2, 3], [1, 1]))).toEqual(['b → a'])
    expect(back(row([2, 3], [5, 5]), row([1, 2], [9, 9]))).toEqual(['a → b'])
    expect(back(row([2, 2], [1, 3]), row([2, 2], [3, 2]))).toEqual(['b → a'])
    expect(back(row([2, 3], [5, 5]), row([1, 2], [9, 9]), false)).toEqual(['b → a'])
  })

  it('is none where nothing tells the two apart', () => {
    const row: DrawnRow = { calls: [2, 2], self: [1, 1], total: [9, 9] }
    expect(back(row, row)).toEqual(['a → b', 'b → a'])
  })
})
