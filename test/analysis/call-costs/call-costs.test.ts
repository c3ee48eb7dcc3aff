import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CallCounts, callRates } from '../../../src/analysis/call-costs/call-rates.js'
import { type CallEdges, callStructure } from '../../../src/analysis/call-costs/call-structure.js'
import { callCosts, callsFrom } from '../../../src/analysis/call-costs/solve.js'

type Pairs = readonly (readonly [caller: number, callee: number])[]

function edgesOf(pairs: Pairs): CallEdges {
  return {
    length: pairs.length,
    caller: Int32Array.from(pairs, ([caller]) => caller),
    callee: Int32Array.from(pairs, ([, callee]) => callee),
  }
}

/** A graph without cycles, numbered anyhow: pairs go from a smaller to a larger rank, and ranks are shuffled. */
const acyclic = fc.integer({ min: 1, max: 7 }).chain((length) => {
  const end = fc.integer({ min: 0, max: length - 1 })
  const pairs = fc.uniqueArray(fc.tuple(end, end), {
    maxLength: 12,
    selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
  })
  return fc.record({
    length: fc.constant(length),
    pairs: pairs.map((all) =>
      all.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    ),
    names: fc.shuffledSubarray(
      Array.from({ length }, (_, index) => index),
      { minLength: length, maxLength: length },
    ),
    self: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }),
    times: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 12 }),
  })
})

describe('callCosts', () => {
  it('is the sum over all paths', () => {
    fc.assert(
      fc.property(acyclic, ({ length, pairs, names, self, times }) => {
        const edges = edgesOf(pairs.map(([a, b]) => [names[a]!, names[b]!] as const))
        const structure = callStructure(length, edges, [])
        const { once, entered } = callCosts(structure, {
          selfPerCall: Float64Array.from(self),
          callsPerCall: Float64Array.from(pairs, (_, edge) => times[edge]!),
        })
        const walk = (fn: number): number => {
          let cost = self[fn]!
          for (let edge = 0; edge < edges.length; edge++) {
            if (edges.caller[edge] === fn) cost += times[edge]! * walk(edges.callee[edge]!)
          }
          return cost
        }
        expect([...once]).toEqual(Array.from({ length }, (_, fn) => walk(fn)))
        expect(entered).toEqual(once)
      }),
      { numRuns: 300 },
    )
  })

  it('counts what comes back round a cycle by its entries', () => {
    // main calls walk twice; walk calls itself 6 times in all and leaf from each of its 8 calls.
    const edges = edgesOf([
      [0, 1],
      [1, 1],
      [1, 2],
    ])
    const structure = callStructure(3, edges, [])
    const counts: CallCounts = {
      calls: Float64Array.of(1, 8, 8),
      self: Float64Array.of(1, 16, 24),
      edgeCalls: Float64Array.of(2, 6, 8),
    }
    const rates = callRates(structure, counts)
    expect([...rates.entries]).toEqual([1, 0, 0])
    expect([...rates.callsPerCall]).toEqual([2, 3, 1])
    const { once, entered } = callCosts(structure, rates)
    // One activation of walk is 2 + 3; a call from main makes four of them.
    expect([...once]).toEqual([41, 5, 3])
    expect([...entered]).toEqual([41, 20, 3])
  })
})

describe('callStructure', () => {
  it('cuts a cycle where its lowest function calls its highest', () => {
    const edges = edgesOf([
      [0, 1],
      [1, 2],
      [2, 1],
      [2, 3],
      [3, 3],
    ])
    const structure = callStructure(4, edges, [Float64Array.of(9, 5, 7, 1)])
    expect([...structure.back]).toEqual([0, 1, 0, 0, 1])
    expect([...structure.order]).toEqual([0, 2, 1, 3])
    expect([...structure.cyclic].filter((cyclic) => cyclic === 1)).toHaveLength(2)
  })

  it('cuts both ways between functions of one height', () => {
    const edges = edgesOf([
      [0, 1],
      [1, 0],
    ])
    expect([...callStructure(2, edges, [Float64Array.of(3, 3)]).back]).toEqual([1, 1])
    expect([...callStructure(2, edges, [Float64Array.of(3, 3), Float64Array.of(-2, -1)]).back]).toEqual([1, 0])
  })
})

describe('callsFrom', () => {
  it('finds the calls of any graph again', () => {
    const graph = fc.integer({ min: 1, max: 6 }).chain((length) => {
      const end = fc.integer({ min: 0, max: length - 1 })
      const count = fc.integer({ min: 1, max: 30 })
      return fc.record({
        calls: fc.array(count, { minLength: length, maxLength: length }),
        heights: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: length, maxLength: length }),
        edges: fc.uniqueArray(fc.tuple(end, end, count), { maxLength: 14, selector: ([a, b]) => `${a} ${b}` }),
      })
    })
    fc.assert(
      fc.property(graph, ({ calls, heights, edges }) => {
        const structure = callStructure(calls.length, edgesOf(edges.map(([a, b]) => [a, b] as const)), [
          Float64Array.from(heights),
        ])
        const rates = callRates(structure, {
          calls: Float64Array.from(calls),
          self: Float64Array.from(calls),
          edgeCalls: Float64Array.from(edges, ([, , count]) => count),
        })
        // A cycle that nobody enters has no rates.
        fc.pre(!rates.callsPerCall.some(Number.isNaN))
        const again = callsFrom(structure, rates)
        for (let fn = 0; fn < calls.length; fn++) expect(again[fn]).toBeCloseTo(calls[fn]!, 9)
        // Σ self = Σ entries x cost, when every call costs 1: the two passes agree.
        const { once, entered } = callCosts(structure, rates)
        const spent = rates.entries.reduce(
          (sum, entry, fn) => sum + entry * once[fn]! + Math.max(entry, 0) * (entered[fn]! - once[fn]!),
          0,
        )
        expect(spent).toBeCloseTo(
          calls.reduce((sum, count) => sum + count, 0),
          6,
        )
      }),
      { numRuns: 500 },
    )
  })

  it('says what would be called', () => {
    // main → handle 10x → query 40x; one query a request would be 10.
    const structure = callStructure(
      3,
      edgesOf([
        [0, 1],
        [1, 2],
      ]),
      [],
    )
    const rates = callRates(structure, {
      calls: Float64Array.of(1, 10, 40),
      self: Float64Array.of(0, 0, 0),
      edgeCalls: Float64Array.of(10, 40),
    })
    expect([...callsFrom(structure, { ...rates, callsPerCall: Float64Array.of(10, 1) })]).toEqual([1, 10, 10])
  })
})
