import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { BLAME_KINDS, blame } from '../../../src/analysis/diff/blame/blame.js'
import { sumOf } from '../../../src/analysis/diff/sum.js'
import { NONE } from '../../../src/model/tables.js'
import { alignedFrom, type DrawnEdge, type DrawnRow, turned } from './aligned-graph.js'

const number = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.double({ min: 1e-9, max: 1000, noNaN: true }),
  fc.constantFrom(0, 1e-9, 1e12),
)
const count = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 0, 1, 1e9, Number.NaN))
const sides = (value: fc.Arbitrary<number>): fc.Arbitrary<readonly [number, number]> => fc.tuple(value, value)
const row: fc.Arbitrary<DrawnRow> = fc.record({ calls: sides(count), self: sides(number), total: sides(number) })

/** Any numbers at all: cycles, counts that contradict each other, functions that one side does not have. */
const anyGraph: fc.Arbitrary<AlignedGraph> = fc
  .array(row, { minLength: 1, maxLength: 8 })
  .chain((rows) => {
    const end = fc.integer({ min: 0, max: rows.length - 1 })
    const edge: fc.Arbitrary<DrawnEdge> = fc.record({
      caller: end,
      callee: end,
      calls: sides(count),
      self: sides(number),
      total: sides(number),
    })
    const edges = fc.uniqueArray(edge, { maxLength: 20, selector: ({ caller, callee }) => `${caller} ${callee}` })
    return fc.tuple(fc.constant(rows), edges, fc.boolean())
  })
  .map(([rows, edges, counted]) => alignedFrom(rows, edges, { counted }))

/** 1e-9 of what the program costs. */
const tolerance = ({ self }: AlignedGraph): number => 1e-9 * (sumOf(self[0]) + sumOf(self[1]))

describe('blame of any graph', () => {
  it('sums to the change of the profile total', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const change = sumOf(Float64Array.of(...graph.self[1], ...graph.self[0].map((value) => -value)))
        expect(Math.abs(sumOf(blame(graph).delta) - change)).toBeLessThanOrEqual(tolerance(graph))
      }),
      { numRuns: 1000 },
    )
  })

  it('turns its signs with time, term by term', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const back = blame(turned(graph)).delta.map((value) => 0 - value)
        expect(blame(graph).delta.map((value) => value + 0)).toEqual(back)
      }),
      { numRuns: 500 },
    )
  })

  it('finds nothing where nothing changed', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const { edges } = graph
        const same = (pair: AlignedGraph['calls']) => (pair === null ? null : ([pair[0], pair[0]] as const))
        const twice = {
          ...graph,
          calls: same(graph.calls),
          self: same(graph.self)!,
          total: same(graph.total)!,
          edges: { ...edges, calls: same(edges.calls), self: same(edges.self), total: same(edges.total) },
        }
        expect(blame(twice).delta.every((value) => value === 0)).toBe(true)
      }),
    )
  })

  it('scales with the unit, and does not see the order of rows and edges', () => {
    fc.assert(
      fc.property(anyGraph, fc.infiniteStream(fc.nat()), (graph, random) => {
        const factor = 1024
        const scaled = (pair: AlignedGraph['calls']) =>
          pair === null ? null : ([pair[0].map((x) => x * factor), pair[1].map((x) => x * factor)] as const)
        const { edges } = graph
        const large = {
          ...graph,
          self: scaled(graph.self)!,
          total: scaled(graph.total)!,
          edges: { ...edges, self: scaled(edges.self), total: scaled(edges.total) },
        }
        const own = blame(graph)
        expect(blame(large).delta).toEqual(own.delta.map((value) => value * factor))

        const rows = shuffled(graph.length, random)
        const order = shuffled(edges.length, random)
        const moved = permuted(graph, rows, order)
        const other = blame(moved)
        const allowed = tolerance(graph) + 1e-12 * sumOf(own.delta.map(Math.abs))
        for (let term = 0; term < own.length; term++) {
          const isRow = own.edge[term] === NONE
          const [from, to] = isRow ? [own.row[term]!, rows] : [own.edge[term]!, order]
          const at = term - from + to.indexOf(from)
          expect(BLAME_KINDS[other.kind[at]!]).toBe(BLAME_KINDS[own.kind[term]!])
          expect(Math.abs(other.delta[at]! - own.delta[term]!)).toBeLessThanOrEqual(allowed)
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** 0 … length - 1 in any order. */
function shuffled(length: number, random: Iterator<number>): number[] {
  const order = Array.from({ length }, (_, index) => index)
  for (let i = length - 1; i > 0; i--) {
    const j = (random.next().value as number) % (i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** The graph with row `rows[i]` as row i and edge `order[i]` as edge i. */
function permuted(graph: AlignedGraph, rows: readonly number[], order: readonly number[]): AlignedGraph {
  const take = <T extends AlignedGraph['calls']>(pair: T, from: readonly number[]): T =>
    (pair === null ? null : pair.map((column) => Float64Array.from(from, (index) => column[index]!))) as T
  const { edges } = graph
  const ends = (column: Int32Array): Int32Array => Int32Array.from(order, (edge) => rows.indexOf(column[edge]!))
  return {
    length: graph.length,
    calls: take(graph.calls, rows),
    primitiveCalls: null,
    self: take(graph.self, rows),
    total: take(graph.total, rows),
    edges: {
      length: edges.length,
      caller: ends(edges.caller),
      callee: ends(edges.callee),
      calls: take(edges.calls, order),
      self: take(edges.self, order),
      total: take(edges.total, order),
    },
  }
}

/** Rates of both sides without cycles: edges go from a smaller to a larger function, all counts follow from the rates. */
const rated = fc.integer({ min: 2, max: 7 }).chain((length) => {
  const end = fc.integer({ min: 0, max: length - 1 })
  // Below 3 the rates cannot move against calls far enough to be set apart.
  const rate = sides(fc.integer({ min: 1, max: 3 }))
  return fc.record({
    entries: fc.array(sides(fc.integer({ min: 0, max: 3 })), { minLength: length, maxLength: length }),
    costs: fc.array(rate, { minLength: length, maxLength: length }),
    edges: fc
      .uniqueArray(fc.tuple(end, end, rate), {
        maxLength: 12,
        selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
      })
      .map((all) =>
        all.filter(([a, b]) => a !== b).map(([a, b, k]) => ({ caller: Math.min(a, b), callee: Math.max(a, b), k })),
      ),
  })
})

describe('the terms of a graph whose counts agree', () => {
  it('are those of the formula, with costs summed over all paths', () => {
    fc.assert(
      fc.property(rated, ({ entries, costs, edges }) => {
        const length = costs.length
        const callsOn = (side: 0 | 1): number[] => {
          const calls = entries.map((pair) => pair[side])
          for (let fn = 0; fn < length; fn++) {
            for (const { caller, callee, k } of edges) if (caller === fn) calls[callee]! += calls[fn]! * k[side]
          }
          return calls
        }
        const calls = [callsOn(0), callsOn(1)] as const
        const graph = alignedFrom(
          costs.map((cost, fn): DrawnRow => {
            const pair = [calls[0][fn]!, calls[1][fn]!] as const
            return { calls: pair, self: [pair[0] * cost[0], pair[1] * cost[1]] }
          }),
          edges.map(({ caller, callee, k }): DrawnEdge => {
            return { caller, callee, calls: [calls[0][caller]! * k[0], calls[1][caller]! * k[1]] }
          }),
        )
        /** What a side has that calls the function; else what the other one has; [0, 0] where neither calls it. */
        const seen = (fn: number, rates: readonly [number, number]): readonly [number, number] => {
          const [has0, has1] = [calls[0][fn]! > 0, calls[1][fn]! > 0]
          return [has0 ? rates[0] : has1 ? rates[1] : 0, has1 ? rates[1] : has0 ? rates[0] : 0]
        }
        const mean = ([a, b]: readonly [number, number]): number => (a + b) / 2
        const change = ([a, b]: readonly [number, number]): number => b - a
        const meanCalls = (fn: number): number => mean([calls[0][fn]!, calls[1][fn]!])
        const costOf = (fn: number): number =>
          edges
            .filter(({ caller }) => caller === fn)
            .reduce((cost, { callee, k }) => cost + mean(seen(fn, k)) * costOf(callee), mean(seen(fn, costs[fn]!)))
        const expected = [
          ...costs.map((cost, fn) => meanCalls(fn) * change(seen(fn, cost))),
          ...edges.map(({ caller, callee, k }) => meanCalls(caller) * change(seen(caller, k)) * costOf(callee)),
          ...entries.map((pair, fn) => change(pair) * costOf(fn)),
        ]
        const { delta } = blame(graph)
        for (const [term, value] of expected.entries()) {
          expect(Math.abs(delta[term]! - value)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)))
        }
      }),
      { numRuns: 500 },
    )
  })
})
