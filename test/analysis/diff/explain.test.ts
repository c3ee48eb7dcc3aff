import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { descent } from '../../../src/analysis/diff/blame/descent.js'
import { explain } from '../../../src/analysis/diff/blame/explain.js'
import { overweight } from '../../../src/analysis/diff/blame/overweight.js'
import { CallcostError } from '../../../src/errors.js'
import { alignedByName, alignedFrom, type DrawnEdge, type DrawnRow, PAGE, page, turned } from './aligned-graph.js'

describe('explain', () => {
  it('splits the total of one function', () => {
    const result = explain(page(true), 1)
    expect(result).toMatchObject({ delta: 242_100, counted: true, calledMore: 0, ownCode: 0 })
    expect(Array.from(result.callees.row, (row) => PAGE[row])).toEqual(['fetch', 'log_row'])
    // 488 more calls at the mean of 450 and 490, and 256 calls on average that cost 40 more.
    expect(result.callees.byCalls![0]).toBeCloseTo(488 * 470, 8)
    expect(result.callees.byCost[0]).toBeCloseTo(256 * 40, 8)
    expect([result.callees.byCalls![1], result.callees.byCost[1]]).toEqual([2500, 0])
    expect(result.residual).toBeCloseTo(0, 8)
    expect(explain(page(true), 2)).toMatchObject({ calledMore: 488 * 470, ownCode: 0 })
    expect(explain(page(true), 4)).toMatchObject({ delta: 2500, calledMore: 2500, ownCode: 0, residual: 0 })
  })

  it('has no words about calls without them', () => {
    const result = explain(page(false), 1)
    expect(result).toMatchObject({ delta: 242_100, counted: false, calledMore: null, ownCode: 0, residual: 0 })
    expect(result.callees.byCalls).toBe(null)
    expect([...result.callees.byCost]).toEqual([239_600, 2500])
  })

  it('keeps recursion in the own code, by primitive calls', () => {
    const graph = alignedByName(
      {
        walk: { calls: [30, 60], primitiveCalls: [3, 3], self: [60, 120], total: [90, 180] },
        leaf: { calls: [30, 60], primitiveCalls: [30, 60], self: [30, 60], total: [30, 60] },
      },
      [
        ['walk', 'walk', { calls: [27, 57], total: [81, 171] }],
        ['walk', 'leaf', { calls: [30, 60], total: [30, 60] }],
      ],
    )
    const result = explain(graph, 0)
    expect(result).toMatchObject({ delta: 90, calledMore: 0, ownCode: 60, residual: 0 })
    expect([result.callees.length, result.callees.byCalls![0]]).toEqual([1, 30])
  })

  it('refuses a row that is not there', () => {
    expect(() => explain(page(true), 5)).toThrow(CallcostError)
  })

  it('sums to the change of the total, and turns its signs with time', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
    const count = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(0, Number.NaN))
    const sides = (value: fc.Arbitrary<number>) => fc.tuple(value, value)
    const row: fc.Arbitrary<DrawnRow> = fc.record({ calls: sides(count), self: sides(number), total: sides(number) })
    const edge: fc.Arbitrary<DrawnEdge> = fc.record({
      caller: fc.constant(0),
      callee: fc.integer({ min: 0, max: 3 }),
      calls: sides(count),
      total: sides(number),
    })
    const rows = fc.array(row, { minLength: 4, maxLength: 4 })
    const edges = fc.uniqueArray(edge, { selector: ({ callee }) => callee })
    fc.assert(
      fc.property(rows, edges, fc.boolean(), (functions, calls, counted) => {
        const graph = alignedFrom(functions, calls, { counted })
        const parts = (of: typeof graph): number[] => {
          const { calledMore, ownCode, residual, callees } = explain(of, 0)
          const byEdge = Array.from(
            callees.edge,
            (at, i) => [at, callees.byCalls?.[i] ?? 0, callees.byCost[i]!] as const,
          )
          byEdge.sort((a, b) => a[0] - b[0])
          return [calledMore ?? 0, ownCode, residual, ...byEdge.flatMap(([, more, dearer]) => [more, dearer])]
        }
        const own = parts(graph)
        const size = own.reduce((sum, part) => sum + Math.abs(part), 0)
        const sum = own.reduce((all, part) => all + part, 0)
        expect(Math.abs(sum - explain(graph, 0).delta)).toBeLessThanOrEqual(1e-12 * size)
        const back = parts(turned(graph))
        for (const [i, part] of own.entries()) expect(Math.abs(part + back[i]!)).toBeLessThanOrEqual(1e-12 * size)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('descent', () => {
  const names = (rows: Int32Array): string[] => Array.from(rows, (row) => PAGE[row]!)

  it('follows the change down to where it is', () => {
    const result = descent(page(false))
    expect(result).toMatchObject({ label: 'self', callees: 0 })
    expect(names(result.rows)).toEqual(['main', 'render', 'fetch', 'execute'])
    expect([...result.delta]).toEqual([242_100, 242_100, 239_600, 215_200])
    expect(names(descent(turned(page(false))).rows)).toEqual(names(result.rows))
  })

  const drawn = (added: readonly [number, number][]) => {
    const totals = [0, 1].map((side) => added.reduce((sum, pair) => sum + pair[side]!, 10))
    const rows: DrawnRow[] = [
      { calls: [0, 0], self: [10, 10], total: [totals[0]!, totals[1]!] },
      ...added.map((pair): DrawnRow => ({ calls: [0, 0], self: pair, total: pair })),
    ]
    const edges = added.map((pair, i): DrawnEdge => ({ caller: 0, callee: i + 1, calls: [0, 0], total: pair }))
    return alignedFrom(rows, edges, { counted: false })
  }

  it('stops at what is new or gone', () => {
    const graph = drawn([
      [0, 50],
      [20, 25],
    ])
    expect(descent(graph)).toMatchObject({ rows: Int32Array.of(0, 1), label: 'new subtree' })
    expect(descent(turned(graph))).toMatchObject({ rows: Int32Array.of(0, 1), label: 'gone subtree' })
  })

  it('stops where the change spreads', () => {
    const graph = drawn([
      [10, 20],
      [10, 20],
      [10, 20],
      [30, 15],
      [5, 6],
    ])
    // 16 in all: two of the three that grew by 10 are more than 70 %.
    expect(descent(graph)).toMatchObject({ rows: Int32Array.of(0), label: 'spread', callees: 2 })
  })

  it('finds nothing where nothing changed', () => {
    expect(descent(drawn([[5, 5]]))).toMatchObject({ rows: new Int32Array(0), label: 'none' })
    expect(descent(alignedFrom([], []))).toMatchObject({ label: 'none' })
  })

  it('ends in a cycle, and enters one that has no way in', () => {
    const pair = [10, 30] as const
    const rows: DrawnRow[] = [
      { calls: [0, 0], self: [4, 4], total: pair },
      { calls: [0, 0], self: [6, 26], total: [9, 29] },
    ]
    const edge = (caller: number, callee: number): DrawnEdge => ({ caller, callee, calls: [0, 0], total: [9, 29] })
    const result = descent(alignedFrom(rows, [edge(0, 1), edge(1, 0)], { counted: false }))
    expect(result).toMatchObject({ rows: Int32Array.of(0, 1), label: 'self' })
  })
})

describe('overweight', () => {
  it('is growth over the growth of the program, and share of its change', () => {
    const { overweight: over, responsibility } = overweight(page(false))
    // The program grew by 242.1 / 16.4; fetch grew three times as much from 5.4.
    expect(over[0]).toBeCloseTo(1, 12)
    expect(over[2]).toBeCloseTo(239.6 / 5.4 / (242.1 / 16.4), 12)
    expect(over[4]).toBeNaN()
    expect(responsibility[3]).toBeCloseTo(215.2 / 242.1, 12)
  })
})
