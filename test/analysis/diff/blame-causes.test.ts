import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { blame } from '../../../src/analysis/diff/blame/blame.js'
import { causeTerm } from '../../../src/analysis/diff/blame/cause-term.js'
import { type CauseOptions, causesOf } from '../../../src/analysis/diff/blame/causes.js'
import { NONE } from '../../../src/model/tables.js'
import { alignedByName, alignedFrom, PAGE, page } from './aligned-graph.js'

describe('causesOf', () => {
  it('puts the terms of one function together, largest first', () => {
    const { list, length, explained } = causesOf(page(true), blame(page(true)), { enough: 1 })
    expect(length).toBe(2)
    expect(explained).toBeCloseTo(1, 12)
    expect(list.map(({ row, terms }) => [PAGE[row], terms.map(({ kind, callee }) => [kind, PAGE[callee]])])).toEqual([
      [
        'render',
        [
          ['edge', 'fetch'],
          ['edge', 'log_row'],
        ],
      ],
      ['execute', [['self', undefined]]],
    ])
    const [fetch, log] = list[0]!.terms
    expect(fetch).toMatchObject({ calls: [12, 500], perCall: [0.024, 1], error: null })
    expect(fetch!.share).toBeCloseTo(229.36 / 242.1, 12)
    // Without calls of log_row there is still render, which could have called it.
    expect(log).toMatchObject({ calls: [0, 500], perCall: [0, 1] })
    expect(list[0]!.delta).toBeCloseTo(231_860, 8)
    expect(list[1]!.terms[0]).toMatchObject({ calls: [12, 500], perCall: [400, 440] })
  })

  it('stops when the change is explained', () => {
    const { list, length, explained } = causesOf(page(true), blame(page(true)))
    expect([list.length, length]).toEqual([1, 2])
    expect(explained).toBeCloseTo(231.86 / 242.1, 12)
  })

  it('ranks by what is certain, and leaves neutral rows out of the ranking', () => {
    const result = blame(page(true))
    const termErrors = new Float64Array(result.length)
    termErrors[page(true).length + 1] = 3e5
    const ranked = causesOf(page(true), result, { termErrors, enough: 1 })
    expect(ranked.list.map(({ row, error }) => [PAGE[row], error])).toEqual([
      ['execute', 0],
      ['render', 3e5],
    ])
    const rowErrors = Float64Array.of(0, 1, 0, 3e5, 0)
    expect(causesOf(page(true), result, { rowErrors, enough: 1 }).list.map(({ row }) => PAGE[row])).toEqual([
      'render',
      'execute',
    ])
    const neutral = Uint8Array.of(0, 0, 0, 1, 0)
    const without = causesOf(page(true), result, { neutral, enough: 1 })
    expect(without.list.map(({ row }) => PAGE[row])).toEqual(['render'])
    expect(without.neutral).toBeCloseTo(10_240, 8)
  })

  /** Rows that cost more or less by themselves, called once. */
  const own = (...deltas: number[]) =>
    alignedFrom(
      deltas.map((delta) => ({ calls: [1, 1], self: [100, 100 + delta] })),
      [],
    )
  const rowsOf = (graph: AlignedGraph, options: CauseOptions): number[] =>
    causesOf(graph, blame(graph), { enough: 1, ...options }).list.map(({ row }) => row)

  it('puts what is certain before what is large, and the larger of what may be nothing first', () => {
    // 1.64 errors of the first leave 18 of its 100.
    expect(rowsOf(own(100, 60), { rowErrors: Float64Array.of(50, 0) })).toEqual([1, 0])
    expect(rowsOf(own(3, -9, 5), { rowErrors: Float64Array.of(50, 50, 50) })).toEqual([1, 2, 0])
    expect(rowsOf(own(3, 3, 3, 4), {})).toEqual([3, 0, 1, 2])
  })

  it('passes over neutral rows wherever they are', () => {
    const graph = own(100, 60, 20)
    expect(rowsOf(graph, { neutral: Uint8Array.of(1, 0, 0) })).toEqual([1, 2])
    expect(causesOf(graph, blame(graph), { neutral: Uint8Array.of(1, 0, 1) })).toMatchObject({
      length: 1,
      neutral: 120,
    })
  })

  it('has one cause at least, as many as asked for at most, and no more than is enough', () => {
    const graph = own(50, 30, 20)
    expect([rowsOf(graph, { enough: 0 }), rowsOf(graph, { enough: 0.5 }), rowsOf(graph, { enough: 0.51 })]).toEqual([
      [0],
      [0],
      [0, 1],
    ])
    expect([rowsOf(graph, { limit: 2 }), rowsOf(graph, { limit: 0 })]).toEqual([[0, 1], []])
  })

  it('has no shares of a change that is none, and names all of its parts', () => {
    const graph = own(7, -7)
    const { list, explained } = causesOf(graph, blame(graph))
    expect(explained).toBeNull()
    expect(list.map(({ row, share, terms }) => [row, share, terms[0]!.share])).toEqual([
      [0, null, null],
      [1, null, null],
    ])
  })

  it('lists the largest term of a cause first, wherever it stands, and only as many as asked for', () => {
    const graph = alignedByName(
      {
        main: { calls: [1, 1], self: [10, 12] },
        a: { calls: [1, 4], self: [10, 40] },
        b: { calls: [1, 11], self: [10, 110] },
        c: { calls: [2, 5], self: [20, 50] },
      },
      [
        ['main', 'a', { calls: [1, 4] }],
        ['main', 'b', { calls: [1, 11] }],
        ['main', 'c', { calls: [2, 5] }],
      ],
    )
    const terms = (limit?: number) =>
      causesOf(graph, blame(graph), limit === undefined ? {} : { limit }).list[0]!.terms.map(({ callee, delta }) => [
        callee,
        delta,
      ])
    expect(terms()).toEqual([
      [2, 100],
      [1, 30],
      [3, 30],
      [NONE, 2],
    ])
    expect(terms(2)).toEqual([
      [2, 100],
      [1, 30],
    ])
  })

  it('gives each term its own error', () => {
    const graph = own(50, 30)
    const termErrors = Float64Array.from(blame(graph).delta, (_, term) => term + 1)
    const { list } = causesOf(graph, blame(graph), { termErrors })
    expect(list.map(({ terms }) => terms[0]!.error)).toEqual([1, 2])
    // Independent: the roots of the sums of squares of self and entry, terms 0 and 2, and 1 and 3.
    expect(list.map(({ error }) => error)).toEqual([Math.hypot(1, 3), Math.hypot(2, 4)])
  })
})

describe('causeTerm', () => {
  const copied = alignedByName(
    {
      main: { calls: [1, 3], self: [0, 0] },
      big: { calls: [10, 30], self: [0, 0] },
      copy: { calls: [20, 60], self: [20, 90] },
    },
    [
      ['main', 'big', { calls: [10, 30], self: [0, 0] }],
      ['big', 'copy', { calls: [20, 60], self: [20, 90] }],
    ],
  )
  /** The calls and numbers per call of every term of a kind. */
  const numbers = (graph: AlignedGraph, wanted: string): unknown[] => {
    const result = blame(graph)
    return Array.from({ length: result.length }, (_, term) => causeTerm(graph, result, term, null))
      .filter(({ kind }) => kind === wanted)
      .map(({ calls, perCall }) => [calls, perCall])
  }

  it('has the calls and what changed per call, by its kind', () => {
    expect(numbers(copied, 'self')[2]).toEqual([
      [20, 60],
      [1, 1.5],
    ])
    expect(numbers(copied, 'edge')).toEqual([
      [
        [10, 30],
        [10, 10],
      ],
      [
        [20, 60],
        [2, 2],
      ],
    ])
    // Nobody calls main; per call there is nothing to say of it.
    expect(numbers(copied, 'entry')[0]).toEqual([
      [1, 3],
      [null, null],
    ])
    expect(numbers(copied, 'context')[1]).toEqual([
      [20, 60],
      [1, 1.5],
    ])
  })

  it('has nothing where nothing is known', () => {
    const nothing = [
      [null, null],
      [null, null],
    ]
    const { edges } = copied
    for (const kind of ['self', 'entry', 'context']) {
      const uncounted = { ...copied, calls: null, edges: { ...edges, calls: null } }
      expect(numbers(uncounted, kind)[0]).toEqual(nothing)
    }
    const uncountedEdges = { ...copied, edges: { ...edges, calls: null } }
    expect(numbers(uncountedEdges, 'context')[1]).toEqual(nothing)
    expect(numbers({ ...copied, edges: { ...edges, self: null } }, 'context')[1]).toEqual([
      [20, 60],
      [null, null],
    ])
  })
})
