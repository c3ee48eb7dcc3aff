import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BestPairs } from '../../../src/analysis/diff/match/best-pairs.js'
import { closeness, Likeness } from '../../../src/analysis/diff/match/likeness.js'
import { lineOffsets } from '../../../src/analysis/diff/match/line-offsets.js'
import { type Adjacency, amountsOf, neighboursOf } from '../../../src/analysis/diff/match/neighbours.js'
import { alignSequences, longestAscending } from '../../../src/analysis/diff/match/sequences.js'
import { type Side, sideOf } from '../../../src/analysis/diff/side.js'
import type { Profile } from '../../../src/model/profile.js'
import { NO_POSITION } from '../../../src/model/tables.js'
import { graph } from '../../support/draw.js'

describe('lineOffsets', () => {
  const fn = fc.record({
    line: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(NO_POSITION)),
    place: fc.nat(2),
    moved: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN)),
  })

  it('says by how much the nearest known function above and below moved', () => {
    fc.assert(
      fc.property(fc.array(fn, { minLength: 1, maxLength: 10 }), (all) => {
        // Of several functions in one line the last in the table is the nearest above.
        const { above, below } = lineOffsets(
          Int32Array.from(all, ({ line }) => line),
          Int32Array.from(all, ({ place }) => place),
          3,
          Float64Array.from(all, ({ moved }) => moved),
        )
        for (const [at, own] of all.entries()) {
          const known = all
            .filter(({ place, line, moved }) => place === own.place && line > 1 && !Number.isNaN(moved))
            .sort((a, b) => a.line - b.line)
          const isSomewhere = own.line !== NO_POSITION
          const nearest = known.filter(({ line }) => line <= own.line).at(-1)
          const next = known.find(({ line }) => line > own.line)
          expect(above(at)).toBe(isSomewhere ? (nearest?.moved ?? Number.NaN) : Number.NaN)
          expect(below(at)).toBe(isSomewhere ? (next?.moved ?? Number.NaN) : Number.NaN)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('sequences', () => {
  it('are aligned with the largest sum of positive scores that does not cross', () => {
    const table = fc.integer({ min: 1, max: 4 }).chain((width) => {
      const cell = fc.integer({ min: -3, max: 6 })
      return fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 })
    })
    fc.assert(
      fc.property(table, (scores) => {
        const [before, after] = [scores.length, scores[0]!.length]
        const best = (i: number, j: number): number => {
          if (i === before || j === after) return 0
          const own = scores[i]![j]!
          return Math.max(best(i + 1, j), best(i, j + 1), own > 0 ? own + best(i + 1, j + 1) : 0)
        }
        const pairs: [number, number][] = []
        alignSequences(
          before,
          after,
          (i, j) => scores[i]![j]!,
          (i, j) => pairs.push([i, j]),
        )
        expect(pairs.reduce((sum, [i, j]) => sum + scores[i]![j]!, 0)).toBe(best(0, 0))
        expect(pairs.every(([i, j]) => scores[i]![j]! > 0)).toBe(true)
        for (const [at, [i, j]] of pairs.slice(1).entries()) expect(i > pairs[at]![0] && j > pairs[at]![1]).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('have a longest run of partners that ascend', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 9 }), { maxLength: 9 }), (partner) => {
        let longest = 0
        for (let set = 0; set < 1 << partner.length; set++) {
          const chosen = partner.filter((_, at) => (set >> at) & 1)
          const ascends = chosen.every((value, at) => value >= 0 && (at === 0 || value > chosen[at - 1]!))
          if (ascends) longest = Math.max(longest, chosen.length)
        }
        const run = [...longestAscending(Int32Array.from(partner))]
        expect(run).toHaveLength(longest)
        for (const [at, i] of run.entries()) {
          expect(partner[i]!).toBeGreaterThanOrEqual(0)
          if (at > 0) expect(i > run[at - 1]! && partner[i]! > partner[run[at - 1]!]!).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('BestPairs', () => {
  it('takes those that are best for both by a margin, and score enough', () => {
    const score = fc.constantFrom(0, 1, 2, 3, 4, 5, 6)
    const row = fc.array(score, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), (scores, margin) => {
        const best = new BestPairs([scores.length, 3])
        for (const [a, others] of scores.entries()) {
          for (const [b, value] of others.entries()) if (value > 0) best.see(a, b, value)
        }
        const expected: number[][] = []
        for (const [a, others] of scores.entries()) {
          for (const [b, value] of others.entries()) {
            const rivals = [
              ...others.filter((_, at) => at !== b),
              ...scores.filter((_, at) => at !== a).map((r) => r[b]!),
            ]
            if (value >= 3 && rivals.every((rival) => value - rival >= margin)) expected.push([a, b, value])
          }
        }
        const taken: number[][] = []
        expect(best.take(3, margin, (...pair) => taken.push(pair))).toBe(expected.length)
        expect(taken).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('likeness', () => {
  it('is the weighted Jaccard index of the neighbours that are known', () => {
    const edge = fc.tuple(fc.nat(2), fc.nat(5), fc.integer({ min: 1, max: 5 }))
    const side = fc.array(edge, { maxLength: 8 })
    const adjacency = (edges: readonly (readonly [number, number, number])[]): Adjacency => {
      const sorted = [...edges].sort((a, b) => a[0] - b[0])
      return {
        start: Int32Array.from({ length: 4 }, (_, fn) => sorted.filter(([own]) => own < fn).length),
        other: Int32Array.from(sorted, ([, other]) => other),
        weight: Float64Array.from(sorted, ([, , weight]) => weight),
      }
    }
    // Neighbours 0 and 1 before are one thing, 5 is not known.
    const tokens = [Int32Array.of(0, 0, 1, 2, 3, -1), Int32Array.of(3, 0, 1, 1, 2, -1)] as const
    fc.assert(
      fc.property(side, side, (before, after) => {
        const like = new Likeness([adjacency(before), adjacency(after)], tokens, 4)
        for (let a = 0; a < 3; a++) {
          like.load(a)
          for (let b = 0; b < 3; b++) {
            const [own, other] = [before.filter(([fn]) => fn === a), after.filter(([fn]) => fn === b)]
            const sum = (edges: typeof own, s: 0 | 1, token: number): number =>
              edges.filter(([, to]) => tokens[s][to] === token).reduce((all, [, , weight]) => all + weight, 0)
            let [shared, either] = [0, 0]
            for (let token = 0; token < 4; token++) {
              const pair = [sum(own, 0, token), sum(other, 1, token)]
              shared += Math.min(...pair)
              either += Math.max(...pair)
            }
            const expected = own.length + other.length === 0 ? Number.NaN : shared === 0 ? 0 : shared / either
            const found = like.with(b)
            expect([Number.isNaN(found), Math.abs((found || 0) - (expected || 0)) < 1e-12]).toEqual([
              Number.isNaN(expected),
              true,
            ])
          }
        }
      }),
    )
  })

  it('of amounts is their ratio, and none with nothing', () => {
    expect([closeness(2, 2), closeness(2, 4), closeness(4, 2), closeness(0, 0)]).toEqual([1, 0.5, 0.5, 1])
    expect([closeness(0, 3), closeness(3, 0), closeness(-1, -2), closeness(-2, 4), closeness(4, -2)]).toEqual([
      0, 0, 0, 0, 0,
    ])
  })
})

describe('neighbours', () => {
  const side = (...profiles: readonly Profile[]): Side =>
    sideOf(
      profiles,
      profiles.map(() => 0),
      'seconds',
    )
  const counted = side(
    graph('a 1x self=1 total=4\na -> b 4x total=3\nb 4/3x self=3 total=3\nb -> b 1x total=1'),
    graph('a 1x self=1 total=4\na -> b 8x total=3\nb 8/7x self=3 total=3\nb -> b 1x total=1\nb -> c 0x total=0\nc -2x'),
  )
  const uncounted = side(graph('a self=10 total=50\na -> b total=40\nb self=40 total=40\nc self=-9 total=-9'))

  it('are the ends of calls, but for a function itself, weighed by the mean number of calls', () => {
    expect(amountsOf([counted, counted])[0]).toEqual(Float64Array.of(1, 6, 0))
    const [{ callers, callees }] = neighboursOf([counted, counted])
    expect([[...callers.start], [...callers.other]]).toEqual([
      [0, 0, 1, 2],
      [0, 1],
    ])
    expect([[...callees.start], [...callees.other]]).toEqual([
      [0, 1, 2, 2],
      [1, 2],
    ])
    // Of no call a little: an edge is an edge.
    expect([...callees.weight]).toEqual([Math.log1p(6), Math.log1p(0.1)])
  })

  it('are weighed by thousandths of the whole on both sides where one does not count calls', () => {
    // Of 50 and of 4 in all; a value below 0 is no part.
    const amounts = amountsOf([uncounted, counted])
    const expected = [
      [1000, 800, 0],
      [1000, 750, 0],
    ]
    for (const [at, column] of amounts.entries()) {
      for (const [fn, value] of column.entries()) expect(value).toBeCloseTo(expected[at]![fn]!, 9)
    }
    expect(amountsOf([counted, uncounted])[1][1]).toBeCloseTo(800, 9)
    const [own, other] = neighboursOf([uncounted, counted])
    expect(own.callees.weight[0]).toBeCloseTo(Math.log1p(800), 9)
    expect(other.callees.weight[0]).toBeCloseTo(Math.log1p(750), 9)
  })

  it('all weigh the same where nothing is known of the edges, or nothing took any time', () => {
    const bare = side(graph('a self=1\nb self=1\na -> b'))
    expect(neighboursOf([bare, uncounted]).map(({ callees }) => [...callees.weight])).toEqual([
      [Math.log1p(1)],
      [Math.log1p(1)],
    ])
    const idle = side(graph('a self=0 total=0\na -> b total=0\nb self=0 total=0'))
    expect(amountsOf([idle, idle])[0]).toEqual(Float64Array.of(0, 0))
    const infinite = {
      ...uncounted,
      runs: [{ ...uncounted.runs[0]!, total: Float64Array.of(1, Number.POSITIVE_INFINITY, 2) }],
    }
    expect(amountsOf([infinite, uncounted])[0]![1]).toBe(0)
  })
})
