import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import { BLAME_KINDS, type Blame, blame, blamePlan } from '../../../src/analysis/diff/blame/blame.js'
import { causesOf } from '../../../src/analysis/diff/blame/causes.js'
import { NONE } from '../../../src/model/tables.js'
import { alignedByName, alignedFrom, type DrawnEdge, type DrawnRow, turned } from './aligned-graph.js'

/** A page is rendered 500 times. Its category came from a cache, which is gone; a row is logged now; a query is dearer. */
const PAGE = ['main', 'render', 'fetch', 'execute', 'log_row']
const page = alignedByName(
  {
    main: { calls: [1, 1], self: [1000, 1000] },
    render: { calls: [500, 500], self: [10_000, 10_000] },
    fetch: { calls: [12, 500], self: [600, 25_000] },
    execute: { calls: [12, 500], self: [4800, 220_000] },
    log_row: { calls: [0, 500], self: [0, 2500] },
  },
  [
    ['main', 'render', { calls: [500, 500] }],
    ['render', 'fetch', { calls: [12, 500] }],
    ['fetch', 'execute', { calls: [12, 500] }],
    ['render', 'log_row', { calls: [0, 500] }],
  ],
)

/** The terms that are not 0 in words: `kind row → callee`. */
function words(result: Blame, names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (let term = 0; term < result.length; term++) {
    if (result.delta[term] === 0) continue
    const callee = result.callee[term]!
    const name = `${BLAME_KINDS[result.kind[term]!]} ${names[result.row[term]!]}`
    found[callee === NONE ? name : `${name} → ${names[callee]}`] = result.delta[term]!
  }
  return found
}

const sum = (values: ArrayLike<number>): number => {
  let high = 0
  let low = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const next = high + value
    low += Math.abs(high) >= Math.abs(value) ? high - next + value : value - next + high
    high = next
  }
  return high + low
}

describe('blame', () => {
  it('names the function that calls more, not those that are called', () => {
    const result = blame(page)
    expect(result.total).toBe(242_100)
    const found = words(result, PAGE)
    expect(Object.keys(found)).toEqual(['self execute', 'edge render → fetch', 'edge render → log_row'])
    expect(found['edge render → fetch']).toBeCloseTo(229_360, 8)
    expect(found['self execute']).toBeCloseTo(10_240, 8)
    expect(found['edge render → log_row']).toBeCloseTo(2500, 8)
    expect(sum(result.delta)).toBeCloseTo(242_100, 8)
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
    const noEdgeCalls = { ...page, edges: { ...page.edges, calls: null } }
    expect(sum(blame(noEdgeCalls).delta)).toBeCloseTo(242_100, 8)
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
const tolerance = ({ self }: AlignedGraph): number => 1e-9 * (sum(self[0]) + sum(self[1]))

describe('blame of any graph', () => {
  it('sums to the change of the profile total', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const change = sum([...graph.self[1], ...graph.self[0].map((value) => -value)])
        expect(Math.abs(sum(blame(graph).delta) - change)).toBeLessThanOrEqual(tolerance(graph))
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
        const allowed = tolerance(graph) + 1e-12 * sum(own.delta.map(Math.abs))
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
      expect(sum(delta)).toBe(1)
    }
  })

  it('keeps terms comparable over runs with one plan', () => {
    const plan = blamePlan(page)
    expect(blame(page, plan).delta).toEqual(blame(page).delta)
    expect(blame(turned(page), plan).row).toBe(plan.terms.row)
  })
})

describe('causesOf', () => {
  it('puts the terms of one function together, largest first', () => {
    const { list, length, explained } = causesOf(page, blame(page), { enough: 1 })
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
    const { list, length, explained } = causesOf(page, blame(page))
    expect([list.length, length]).toEqual([1, 2])
    expect(explained).toBeCloseTo(231.86 / 242.1, 12)
  })

  it('ranks by what is certain, and leaves neutral rows out of the ranking', () => {
    const result = blame(page)
    const termErrors = new Float64Array(result.length)
    termErrors[page.length + 1] = 3e5
    const ranked = causesOf(page, result, { termErrors, enough: 1 })
    expect(ranked.list.map(({ row, error }) => [PAGE[row], error])).toEqual([
      ['execute', 0],
      ['render', 3e5],
    ])
    const rowErrors = Float64Array.of(0, 1, 0, 3e5, 0)
    expect(causesOf(page, result, { rowErrors, enough: 1 }).list.map(({ row }) => PAGE[row])).toEqual([
      'render',
      'execute',
    ])
    const neutral = Uint8Array.of(0, 0, 0, 1, 0)
    const without = causesOf(page, result, { neutral, enough: 1 })
    expect(without.list.map(({ row }) => PAGE[row])).toEqual(['render'])
    expect(without.neutral).toBeCloseTo(10_240, 8)
  })
})
