import { expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { descent } from '../../../src/analysis/diff/blame/descent.js'
import { overweight } from '../../../src/analysis/diff/blame/overweight.js'
import type { Pair } from '../../../src/analysis/diff/side.js'
import { alignedFrom, type DrawnEdge, type DrawnRow } from './aligned-graph.js'

/** Self and total of rows, callers and callees with the total of the edge; nothing counts calls. */
function sampled(
  rows: readonly (readonly [self: Pair<number>, total: Pair<number>])[],
  edges: readonly (readonly [caller: number, callee: number, total?: Pair<number>])[] = [],
): AlignedGraph {
  return alignedFrom(
    rows.map(([self, total]): DrawnRow => ({ calls: [0, 0], self, total })),
    edges.map(([caller, callee, total]): DrawnEdge => ({ caller, callee, calls: [0, 0], ...(total && { total }) })),
    { counted: false },
  )
}

it('begins at what nobody else calls, even if it calls itself, and what is called changed more', () => {
  const graph = sampled(
    [
      [
        [4, 24],
        [10, 30],
      ],
      [
        [50, 50],
        [50, 75],
      ],
    ],
    [
      [0, 0, [3, 3]],
      [0, 1, [5, 6]],
    ],
  )
  expect(descent(graph)).toMatchObject({ rows: Int32Array.of(0), delta: Float64Array.of(20), label: 'self' })
})

it('begins at the largest of a program that is one cycle, both sides together, the first of several', () => {
  const rows = (...totals: readonly Pair<number>[]) =>
    totals.map((total): readonly [Pair<number>, Pair<number>] => [[5, 15], total])
  const cycle = [
    [0, 1, [0, 0]],
    [1, 2, [0, 0]],
    [2, 0, [0, 0]],
  ] as const
  // The program grew by 30.
  const start = (...totals: readonly Pair<number>[]): number => descent(sampled(rows(...totals), cycle)).rows[0]!
  expect(start([10, 40], [10, 60], [10, 50])).toBe(1)
  expect(start([10, 40], [10, 50], [10, 60])).toBe(2)
  expect(start([10, 50], [10, 40], [10, 40])).toBe(0)
  expect(start([9, 40], [10, 41], [10, 41])).toBe(1)
})

it('takes the way that changed most, the first of two that changed alike', () => {
  const tops = (...deltas: number[]): AlignedGraph =>
    sampled(
      deltas.map((delta) => [
        [10, 10 + delta],
        [10, 10 + delta],
      ]),
    )
  expect(descent(tops(2, 18)).rows).toEqual(Int32Array.of(1))
  expect(descent(tops(18, 2)).rows).toEqual(Int32Array.of(0))
  expect(descent(tops(-2, -18)).rows).toEqual(Int32Array.of(1))
  // Both explain all of the 10: what they call in common.
  const shared: readonly [Pair<number>, Pair<number>] = [
    [0, 5],
    [10, 20],
  ]
  expect(descent(sampled([shared, shared])).rows).toEqual(Int32Array.of(0))
})

it('goes down from 70 %, and takes half for its own', () => {
  const graph = (own: number, below: number): AlignedGraph =>
    sampled(
      [
        [
          [1, 1 + own],
          [5, 15],
        ],
        [
          [4, 14 - own],
          [4, 4 + below],
        ],
      ],
      [[0, 1, [4, 4 + below]]],
    )
  expect(descent(graph(3, 7))).toMatchObject({ rows: Int32Array.of(0, 1), label: 'self' })
  expect(descent(graph(4, 6))).toMatchObject({ rows: Int32Array.of(0), label: 'spread', callees: 1 })
  expect(descent(graph(5, 5))).toMatchObject({ rows: Int32Array.of(0), label: 'self', callees: 0 })
})

it('has no place where no function at the top explains the change', () => {
  const top = [
    [10, 13],
    [10, 13],
  ] as const
  expect(descent(sampled([top, top, top]))).toMatchObject({ rows: new Int32Array(0), label: 'spread', callees: 3 })
})

it('counts the callees that together explain 70 %, none that did not grow', () => {
  const callees = (...deltas: number[]): AlignedGraph =>
    sampled(
      [
        [
          [0, 0],
          [50, 60],
        ],
        ...deltas.map(
          (delta) =>
            [
              [10, 10 + delta],
              [10, 10 + delta],
            ] as const,
        ),
      ],
      deltas.map((delta, i) => [0, i + 1, [10, 10 + delta]] as const),
    )
  const count = (graph: AlignedGraph): number => {
    const { label, rows, callees: found } = descent(graph)
    expect([label, ...rows]).toEqual(['spread', 0])
    return found
  }
  // The change that led to the caller is 10.
  expect(count(callees(4, 3, 3))).toBe(2)
  expect(count(callees(3, 2, 0, -1))).toBe(2)
  expect(count(callees(1, 6, 2, 1))).toBe(2)
})

it('goes by the totals of the callees where edges have none', () => {
  const graph = sampled(
    [
      [
        [1, 1],
        [50, 60],
      ],
      [
        [5, 5],
        [30, 31],
      ],
      [
        [20, 29],
        [20, 29],
      ],
    ],
    [
      [0, 1],
      [0, 2],
    ],
  )
  expect(descent(graph)).toMatchObject({ rows: Int32Array.of(0, 2), delta: Float64Array.of(10, 9), label: 'self' })
})

it('holds nobody responsible where the program did not change', () => {
  const graph = sampled([
    [
      [5, 7],
      [5, 7],
    ],
    [
      [5, 3],
      [5, 3],
    ],
  ])
  expect([...overweight(graph).responsibility, ...overweight(graph).overweight]).toEqual(Array(4).fill(Number.NaN))
})
