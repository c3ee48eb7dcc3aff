import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import type { MatchTable } from '../../../src/analysis/diff/match.js'
import { findShifts } from '../../../src/analysis/diff/shifts.js'
import type { Pair } from '../../../src/analysis/diff/side.js'
import { NONE } from '../../../src/model/tables.js'
import { alignedFrom, type DrawnEdge, type DrawnRow, turned } from './aligned-graph.js'

/** A row that is on both sides, only after, or only before. */
type Where = 'both' | 'new' | 'gone'
type Row = readonly [where: Where, self: Pair<number>, calls?: Pair<number>]
type Edge = readonly [caller: number, callee: number, total: Pair<number>, calls?: Pair<number>]

interface Program {
  readonly graph: AlignedGraph
  readonly matches: MatchTable
}

function program(rows: readonly Row[], edges: readonly Edge[]): Program {
  const graph = alignedFrom(
    rows.map(([, self, calls = [1, 1]]): DrawnRow => ({ self, calls })),
    edges.map(([caller, callee, total, calls = [1, 1]]): DrawnEdge => ({ caller, callee, total, calls })),
  )
  const side = (absent: Where): Int32Array => Int32Array.from(rows, ([where], row) => (where === absent ? NONE : row))
  return { graph, matches: { before: side('new'), after: side('gone') } as MatchTable }
}

const mirrored = ({ graph, matches }: Program): Program => ({
  graph: turned(graph),
  matches: { ...matches, before: matches.after, after: matches.before },
})

interface Found {
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly net: number
  readonly isNeutral: boolean
}

const shiftsOf = ({ graph, matches }: Program, callCost = 0, noise: number | null = null): Found[] =>
  findShifts(graph, matches, noise, callCost).map(({ from, to, net, isNeutral }) => ({
    from: [...from],
    to: [...to],
    net,
    isNeutral,
  }))

/** The rows of each shift, both ways in time. */
function groups(drawn: Program, callCost = 0): string[] {
  const found = shiftsOf(drawn, callCost).map(({ from, to }) => `${from} > ${to}`)
  const back = shiftsOf(mirrored(drawn), callCost).map(({ from, to }) => `${to} > ${from}`)
  expect(back).toEqual(found)
  return found
}

/** Row 0 loses 60 to a new function that costs as much as is said, as callers and callees may be drawn. */
const lost: Row = ['both', [100, 40]]
const fresh = (self: number, calls = 1): Row => ['new', [0, self], [0, calls]]
const total = (value: number, calls = 1): [Pair<number>, Pair<number>] => [
  [0, value],
  [0, calls],
]

describe('what takes part in a shift', () => {
  it('is the same with its signs turned when time is', () => {
    const value = fc.integer({ min: 0, max: 60 })
    const row = fc.tuple(fc.constantFrom<Where>('both', 'new', 'gone'), value, value, value, value)
    const rows = fc.array(row, { minLength: 2, maxLength: 7 })
    const edge = fc.tuple(fc.nat(6), fc.nat(6), value, value)
    const edges = fc.uniqueArray(edge, { maxLength: 9, selector: ([a, b]) => `${a} ${b}` })
    fc.assert(
      fc.property(rows, edges, fc.constantFrom(0, 0.2, 1), (functions, calls, callCost) => {
        const on = (where: Where, a: number, b: number): Pair<number> => [
          where === 'new' ? 0 : a,
          where === 'gone' ? 0 : b,
        ]
        const drawn = program(
          functions.map(([where, a, b, m, n]): Row => [where, on(where, a, b), on(where, m, n)]),
          calls
            .filter(([from, to]) => from < functions.length && to < functions.length)
            .filter(([from, to]) => {
              const ends = [functions[from]![0], functions[to]![0]]
              return !(ends.includes('new') && ends.includes('gone'))
            })
            .map(([from, to, a, b]): Edge => {
              const ends = [functions[from]![0], functions[to]![0]]
              return [from, to, on(ends.find((where) => where !== 'both') ?? 'both', a, b)]
            }),
        )
        const order = (found: Found[]): string[] =>
          found.map(({ from, to, net, isNeutral }) => `${from} > ${to}: ${net + 0} ${isNeutral}`).sort()
        const back = shiftsOf(mirrored(drawn), callCost).map(({ from, to, net, isNeutral }) => ({
          from: to,
          to: from,
          net: 0 - net,
          isNeutral,
        }))
        expect(order(back)).toEqual(order(shiftsOf(drawn, callCost)))
      }),
      { numRuns: 500 },
    )
  })

  it('is in balance: half of what went came, or the other way', () => {
    const split = (self: number): string[] => groups(program([lost, fresh(self)], [[0, 1, ...total(self)]]))
    expect([split(30), split(29), split(120), split(121)]).toEqual([['0 > 1'], [], ['0 > 1'], []])
  })

  it('may cost more by what the profiler adds to calls, but has to have a part of its own', () => {
    const split = (before: number, self: number, calls: number): string[] =>
      groups(program([['both', [before, 40]], fresh(self, calls)], [[0, 1, ...total(self, calls)]]), 1)
    // 1.5 a call: 60 went, and 120 of 240 came from nowhere; half of the rest is 60.
    expect([split(100, 240, 80), split(100, 240, 79)]).toEqual([['0 > 1'], []])
    // A twentieth of what came has to have gone.
    expect([split(52, 240, 1000), split(51, 240, 1000)]).toEqual([['0 > 1'], []])
  })

  it('is no function with less than a twentieth of what moved there', () => {
    const helper = (self: number): string[] =>
      groups(
        program(
          [lost, fresh(60 - self), fresh(self)],
          [
            [0, 1, ...total(60 - self)],
            [0, 2, ...total(self)],
          ],
        ),
      )
    expect([helper(3), helper(2)]).toEqual([['0 > 1,2'], ['0 > 1']])
    // One is called in the place of another: the caller, which changed by itself by little, is no part of it.
    const replaced = (own: number): string[] =>
      groups(
        program(
          [['both', [own, 0]], ['gone', [60, 0], [1, 0]], fresh(60)],
          [
            [0, 1, [60, 0], [1, 0]],
            [0, 2, ...total(60)],
          ],
        ),
      )
    expect([replaced(3), replaced(4)]).toEqual([['1 > 2'], ['0,1 > 2']])
  })

  it('shares what several call by their totals, else by their calls, else alike', () => {
    const rows: Row[] = [lost, ['both', [100, 95]], fresh(65, 10)]
    const drawn = program(rows, [
      [0, 2, ...total(60, 5)],
      [1, 2, ...total(5, 5)],
    ])
    expect(groups(drawn)).toEqual(['0,1 > 2'])
    // By calls each has half, 32.5, which is more than row 1 lost; alike is the same here.
    const { edges } = drawn.graph
    const byCalls = { ...drawn, graph: { ...drawn.graph, edges: { ...edges, total: null } } }
    expect(groups(byCalls)).toEqual(['0 > 2'])
    const alike = { ...drawn, graph: { ...drawn.graph, edges: { ...edges, total: null, calls: null } } }
    expect(groups(alike)).toEqual(['0 > 2'])
    const uncounted = { ...drawn, graph: { ...drawn.graph, calls: null } }
    expect(groups(uncounted, 1)).toEqual(['0,1 > 2'])
  })

  it('is a whole part of new functions, whatever these call among themselves', () => {
    const chain: Row[] = [lost, fresh(0), fresh(0), fresh(60)]
    const edges: Edge[] = [
      [0, 1, ...total(60)],
      [1, 2, ...total(60)],
      [2, 3, ...total(60)],
    ]
    expect(groups(program(chain, edges))).toEqual(['0 > 3'])
    expect([...findShifts(program(chain, edges).graph, program(chain, edges).matches, null)[0]!.rows]).toEqual([
      0, 1, 2, 3,
    ])
    // New all the way, and nothing fell.
    expect(groups(program([['both', [5, 5]], fresh(30), fresh(30)], edges.slice(0, 2)))).toEqual([])
  })

  it('is not upset by a call that is not known to cost anything, nor by an unknown count', () => {
    const rows: Row[] = [lost, fresh(60, Number.NaN), fresh(0)]
    const drawn = program(rows, [
      [0, 1, ...total(60)],
      [0, 2, ...total(0)],
    ])
    expect(groups(drawn, 1)).toEqual(['0 > 1'])
    expect(shiftsOf(drawn, 1)[0]!.isNeutral).toBe(true)
    const unknown = program(rows, [[0, 1, [0, Number.NaN]]])
    expect(groups(unknown)).toEqual([])
  })

  it('is not hidden by a new function that costs nothing, however often it is called', () => {
    const rows: Row[] = [lost, fresh(60), fresh(0, 1000)]
    const edges: Edge[] = [
      [0, 1, ...total(60)],
      [0, 2, ...total(5, 1000)],
    ]
    expect(groups(program(rows, edges), 1)).toEqual(['0 > 1'])
  })

  it('is at most sixteen functions', () => {
    const parts = (count: number): number => {
      const rows = Array.from({ length: count }, (): Row => fresh(60 / count))
      return groups(
        program(
          [lost, ...rows],
          rows.map((_, at): Edge => [0, at + 1, ...total(60 / count)]),
        ),
      ).length
    }
    expect([parts(15), parts(16)]).toEqual([1, 0])
  })
})

describe('shifts', () => {
  it('come by what moved, largest first', () => {
    const moved = (self: number): Row[] => [
      ['both', [self, 0]],
      ['new', [0, self], [0, 1]],
    ]
    const rows = [...moved(10), ...moved(30), ...moved(20)]
    const edges = [0, 2, 4].map((row): Edge => [row, row + 1, ...total(rows[row + 1]![1][1])])
    expect(shiftsOf(program(rows, edges)).map(({ from }) => from)).toEqual([[2], [4], [0]])
  })

  it('are neutral up to a tenth of what moved, and up to two errors', () => {
    const neutral = (after: number, noise: number | null = null): boolean => {
      const drawn = program([['both', [90, 0]], fresh(after)], [[0, 1, ...total(after)]])
      const [found, back] = [shiftsOf(drawn, 0, noise), shiftsOf(mirrored(drawn), 0, noise)]
      expect(back[0]!.isNeutral).toBe(found[0]!.isNeutral)
      return found[0]!.isNeutral
    }
    // 110 - 90 is a tenth of 200.
    expect([neutral(110), neutral(111), neutral(74), neutral(73)]).toEqual([true, false, true, false])
    // Twice the error of the sum of two rows: 2 √2 of 10 is 28.3.
    expect([neutral(118, 10), neutral(119, 10)]).toEqual([true, false])
  })

  it('are no more neutral for calls of functions that were there before', () => {
    const drawn = program([['both', [100, 40], [10, 4000]], fresh(90, 10)], [[0, 1, ...total(90, 10)]])
    expect(shiftsOf(drawn, 1)[0]!.isNeutral).toBe(true)
    // 30 more, of which the ten calls explain 3 at a fifth each.
    expect(shiftsOf(drawn, 0.2)[0]!.isNeutral).toBe(false)
  })
})
