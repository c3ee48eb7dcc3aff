import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { functionsPresent } from '../../src/analysis/function-rows.js'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'
import { callGraph, groupCallGraph } from '../../src/model/call-graph.js'
import { leafFunctions } from '../../src/model/leaf-functions.js'
import type { NumberColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import { tablesOf, WholeStackBuilder, wholeStacksOf } from '../../src/model/whole-stacks.js'
import { graph, stacks } from '../support/draw.js'

const FUNCTIONS = 6

interface Sample {
  readonly path: readonly number[]
  readonly weights: readonly number[]
}

/** A profile whose function f is called `f` and whose frame f is in it, with a whole stack for each sample. */
function profileOf(samples: readonly Sample[], valueTypes: number, exact: NumberColumn['exact'] = null): Profile {
  const types = Array.from({ length: valueTypes }, (_, value) => ({ name: `v${value}`, unit: 'count' as const }))
  const drawn = stacks(
    Array.from({ length: FUNCTIONS }, (_, fn) => `${fn} ${'0 '.repeat(valueTypes)}`.trim()).join('\n'),
    { valueTypes: types },
  )
  const builder = new WholeStackBuilder(new Allocator())
  for (const { path } of samples) {
    for (const frame of path) builder.push(frame)
    builder.endStack()
  }
  const values = types.map((_, value) => ({
    values: Float64Array.from(samples, ({ weights }) => weights[value]!),
    exact: value === 0 ? exact : null,
  }))
  return {
    ...drawn,
    ...tablesOf(new Allocator(), builder.finish(), { ...drawn.samples!, length: samples.length, values }),
  }
}

/** What a walk over every frame of every sample counts, value type by value type. */
function walk(samples: readonly Sample[], groupOf: readonly number[], groups: number, value: number) {
  const self = new Array<number>(groups).fill(0)
  const total = new Array<number>(groups).fill(0)
  const edges = new Map<string, [self: number, total: number]>()
  for (const { path, weights } of samples) {
    const weight = weights[value]!
    const on = path.map((fn) => groupOf[fn]!)
    const pairs = on.map((group, i) => (i > 0 && on[i - 1] !== NONE && group !== NONE ? `${on[i - 1]} ${group}` : ''))
    for (const group of new Set(on)) if (group !== NONE) total[group]! += weight
    for (const pair of new Set(pairs)) {
      const [own, all] = edges.get(pair) ?? [0, 0]
      edges.set(pair, [pair === pairs.at(-1) ? own + weight : own, all + weight])
    }
    const leaf = on.at(-1) ?? NONE
    if (leaf !== NONE) self[leaf]! += weight
  }
  edges.delete('')
  return { self, total, edges: [...edges].sort(([a], [b]) => (a < b ? -1 : 1)) }
}

const samplesWith = (valueTypes: number) =>
  fc.array(
    fc.record({
      path: fc.array(fc.nat(FUNCTIONS - 1), { maxLength: 8 }),
      weights: fc.array(fc.integer({ min: -3, max: 9 }), { minLength: valueTypes, maxLength: valueTypes }),
    }),
    { maxLength: 40 },
  )

describe('the call graph of whole stacks', () => {
  test.each([1, 2, 3, 4])('is what a walk over every sample counts, with value types: %i', (valueTypes) => {
    const groupings = fc.array(fc.integer({ min: NONE, max: 3 }), { minLength: FUNCTIONS, maxLength: FUNCTIONS })
    fc.assert(
      fc.property(samplesWith(valueTypes), groupings, (samples, groupOf) => {
        const profile = profileOf(samples, valueTypes)
        const own = groupOf.map((_, fn) => fn)
        for (const [graph, groups, count] of [
          [callGraph(profile), own, FUNCTIONS],
          [groupCallGraph(profile, Int32Array.from(groupOf), 4)!, groupOf, 4],
        ] as const) {
          for (let value = 0; value < valueTypes; value++) {
            const expected = walk(samples, groups, count, value)
            expect([...graph.self[value]!.values]).toEqual(expected.self)
            expect([...graph.total[value]!.values]).toEqual(expected.total)
            const rows = Array.from({ length: graph.edges.length }, (_, edge) => [
              `${graph.edges.caller[edge]} ${graph.edges.callee[edge]}`,
              [graph.edges.self[value]!.values[edge], graph.edges.total[value]!.values[edge]],
            ])
            expect(rows).toEqual(expected.edges)
          }
        }
        expect(wholeStacksOf(profile.samples)).not.toBe(null)
      }),
    )
  })

  test('keeps its edges apart when there are more of them than it has room for at first', () => {
    // Every pair of 40 functions, each in a stack of its own: 1,600 edges of weight 1.
    const names = Array.from({ length: 40 }, (_, fn) => fn)
    const drawn = stacks(names.map((fn) => `${fn} 0`).join('\n'))
    const builder = new WholeStackBuilder(new Allocator())
    for (const caller of names) {
      for (const callee of names) {
        builder.push(caller)
        builder.push(callee)
        builder.endStack()
      }
    }
    const values = [{ values: new Float64Array(1600).fill(1), exact: null }]
    const tables = tablesOf(new Allocator(), builder.finish(), { ...drawn.samples!, length: 1600, values })
    const { edges, total } = callGraph({ ...drawn, ...tables })
    expect(edges.length).toBe(1600)
    expect(new Set(edges.total[0]!.values)).toEqual(new Set([1]))
    expect([...edges.caller]).toEqual(names.flatMap((caller) => names.map(() => caller)))
    expect([...edges.callee]).toEqual(names.flatMap(() => names))
    // Each calls 40 and is called by 40, once by itself.
    expect(new Set(total[0]!.values)).toEqual(new Set([79]))
  })

  test('is exact where doubles are not: fractions and integers past 2^53 go the longer way', () => {
    const path = [0, 1]
    const large = profileOf(
      [
        { path, weights: [2 ** 53] },
        { path, weights: [1] },
      ],
      1,
    )
    expect(callGraph(large).total[0]!.exact?.get(0)).toBe(2n ** 53n + 1n)
    const wide = profileOf([{ path, weights: [2 ** 60] }], 1, new Map([[0, 2n ** 60n + 1n]]))
    expect(callGraph(wide).self[0]!.exact?.get(1)).toBe(2n ** 60n + 1n)
    const fractions = profileOf(
      [0.1, 0.2, 0.3].map((weight) => ({ path, weights: [weight] })),
      1,
    )
    // 0.1 + 0.2 + 0.3 is 0.6000000000000001 in doubles.
    expect(callGraph(fractions).total[0]!.values[0]).toBe(0.6)
  })
})

describe('tables of whole stacks', () => {
  const path = [0, 1, 2]
  const samples = [
    { path, weights: [5] },
    { path: [], weights: [7] },
    { path: [0, 1], weights: [3] },
    { path, weights: [1] },
  ]

  test('are sorted when a column is read, and not before', () => {
    const profile = profileOf(samples, 1)
    const before = callGraph(profile)
    expect(wholeStacksOf(profile.samples)?.length).toBe(4)
    expect(profile.stacks!.length).toBe(3)
    expect(wholeStacksOf(profile.samples)).toBe(null)
    expect([...profile.stacks!.parent]).toEqual([NONE, 0, 1])
    expect([...profile.stacks!.frame]).toEqual([0, 1, 2])
    expect([...profile.samples!.stack]).toEqual([2, NONE, 1, 2])
    // A profile of its own, so that its graph is derived anew, from the table.
    expect(callGraph({ ...profile })).toEqual(before)
  })

  test('are refused when they are made, not when they are read', () => {
    const builder = new WholeStackBuilder(new Allocator())
    for (const frame of [0, 1, 2]) builder.push(frame)
    builder.endStack()
    const rest = profileOf([], 1).samples!
    const limited = (stacks: number) => new Allocator({ ...DEFAULT_LIMITS, stacks })
    expect(() => tablesOf(limited(2), builder.finish(), rest)).toThrow('more than 2 stacks')
    expect(tablesOf(limited(3), builder.finish(), rest).stacks.length).toBe(3)
  })

  test('copies of them have all columns', () => {
    const { samples: original, stacks: table } = profileOf(samples, 1)
    const copy = { ...original! }
    expect([...copy.stack]).toEqual([2, NONE, 1, 2])
    expect({ ...table! }.length).toBe(3)
  })

  test('say the same of what was executing, before and after', () => {
    const profile = profileOf(samples, 1)
    const leaf = [2, NONE, 1, 2]
    expect([...leafFunctions(profile, new Allocator())!]).toEqual(leaf)
    expect(wholeStacksOf(profile.samples)).not.toBe(null)
    expect(profile.stacks!.length).toBe(3)
    expect([...leafFunctions(profile, new Allocator())!]).toEqual(leaf)
    expect(leafFunctions(graph('a self=1'), new Allocator())).toBe(null)
  })

  test('say the same of which functions are on a stack, before and after', () => {
    const present = [1, 1, 1, 0, 0, 0]
    const profile = profileOf(samples, 1)
    expect([...functionsPresent(profile)!]).toEqual(present)
    expect(profile.stacks!.length).toBe(3)
    expect([...functionsPresent({ ...profile })!]).toEqual(present)
  })
})
