import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calleesOf, callersOf } from '../../src/model/adjacency.js'
import { callGraph, groupCallGraph } from '../../src/model/call-graph.js'
import type { Profile } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import { edgeCosts, functionCosts, graph, nameOf, stacks } from '../support/draw.js'

describe('callGraph', () => {
  test('returns the graph of the source as it is', () => {
    const profile = graph('main 1x self=1 total=3')
    expect(callGraph(profile)).toBe(profile.graph)
  })

  test('counts a recursive function and a recursive pair once a stack', () => {
    const profile = stacks(`
      main 1
      main;fib 2
      main;fib;fib 4
      main;fib;fib;fib 8
    `)
    const unknown = { calls: null, primitiveCalls: null }
    expect(functionCosts(profile)).toEqual({
      main: { ...unknown, self: 1, total: 15 },
      fib: { ...unknown, self: 14, total: 14 },
    })
    expect(edgeCosts(profile)).toEqual({
      'main -> fib': { ...unknown, self: 2, total: 14 },
      'fib -> fib': { ...unknown, self: 12, total: 12 },
    })
  })

  test('counts mutual recursion once for each function and each pair', () => {
    const profile = stacks(`
      main;even;odd;even;odd 3
      main;even 1
    `)
    expect(functionCosts(profile)).toMatchObject({ even: { self: 1, total: 4 }, odd: { self: 3, total: 3 } })
    expect(edgeCosts(profile)).toMatchObject({
      'main -> even': { self: 1, total: 4 },
      'even -> odd': { self: 3, total: 3 },
      'odd -> even': { self: 0, total: 3 },
    })
  })

  test('keeps several roots apart and leaves empty stacks to the profile total', () => {
    const profile = stacks(`
      a;x 1
      b;x 2
      - 9
    `)
    expect(functionCosts(profile)).toMatchObject({ a: { total: 1 }, b: { total: 2 }, x: { self: 3, total: 3 } })
    expect(Object.keys(edgeCosts(profile))).toEqual(['a -> x', 'b -> x'])
  })

  test('takes calls from recorded entries, primitive ones from outermost activations', () => {
    const profile = stacks(`
      main 0 1x
      main;fib 1 3x
      main;fib;fib 1 4x
      main;fib;fib;fib 1 2x
    `)
    expect(functionCosts(profile)).toMatchObject({ fib: { calls: 9, primitiveCalls: 3, self: 3, total: 3 } })
    expect(edgeCosts(profile)).toMatchObject({
      'main -> fib': { calls: 3, primitiveCalls: 3 },
      'fib -> fib': { calls: 6, primitiveCalls: 4 },
    })
  })

  test('keeps sums of integers past 2^53 exact', () => {
    const profile = stacks(`
      main;a 9007199254740993
      main;b 9007199254740993
      main;b 1
      main 1
    `)
    expect(functionCosts(profile)).toMatchObject({
      main: { self: 1, total: 18014398509481988n },
      a: { self: 9007199254740993n, total: 9007199254740993n },
      b: { self: 9007199254740994n },
    })
  })

  test('does not lose small fractions beside large ones', () => {
    const profile = stacks(`
      main;a 1000000000000000.5
      main;b 0.1
      main;a -1000000000000000.5
      main;b 0.2
    `)
    const { main, a, b } = functionCosts(profile)
    expect(a?.self).toBe(0)
    expect(b?.self).toBeCloseTo(0.3, 15)
    expect(main?.total).toBeCloseTo(0.3, 15)
  })

  test('says "unknown" for a value that its samples do not have yet', () => {
    const drawn = stacks('main;a 5')
    const profile: Profile = { ...drawn, samples: { ...drawn.samples!, values: [null] } }
    expect(functionCosts(profile)).toMatchObject({ main: { self: null, total: null } })
    expect(callGraph(profile).edges.self).toEqual([null])
  })

  test('is computed once a profile', () => {
    const profile = stacks('main 1')
    expect(callGraph(profile)).toBe(callGraph(profile))
  })

  test('works a million frames deep and a million children wide', () => {
    for (const parentOf of [(stack: number) => stack - 1, (stack: number) => (stack === 0 ? NONE : 0)]) {
      const drawn = stacks('main;work 1')
      const length = 1_000_000
      const profile: Profile = {
        ...drawn,
        stacks: {
          ...drawn.stacks!,
          length,
          parent: Int32Array.from({ length }, (_, stack) => parentOf(stack)),
          frame: Int32Array.from({ length }, (_, stack) => (stack === 0 ? 0 : 1)),
        },
        samples: { ...drawn.samples!, length: 1, stack: Int32Array.of(length - 1) },
      }
      expect(functionCosts(profile)).toMatchObject({ main: { self: 0, total: 1 }, work: { self: 1, total: 1 } })
    }
  })
})

describe('groupCallGraph', () => {
  test('counts a stack once a group, even when it leaves the group and comes back', () => {
    const profile = stacks(`
      a1;b1;a2 4
      a1;a2 2
    `)
    const groups = groupCallGraph(profile, Int32Array.of(0, 1, 0), 2)!
    expect([...groups.self[0]!.values]).toEqual([6, 0])
    expect([...groups.total[0]!.values]).toEqual([6, 4])
    expect(groupCallGraph(graph('a 1x'), Int32Array.of(0), 1)).toBeNull()
  })

  test('leaves out functions without a group', () => {
    const profile = stacks('a;b;c 4')
    const groups = groupCallGraph(profile, Int32Array.of(0, NONE, 1), 2)!
    expect([...groups.total[0]!.values]).toEqual([4, 4])
    expect(groups.edges.length).toBe(0)
  })
})

describe('adjacency', () => {
  test('lists the edges into and out of a function in row order', () => {
    const profile = graph(`
      main -> a 1x
      b -> a 2x
      main -> b 3x
      a -> a 4x
    `)
    const names = (rows: Int32Array, end: 'caller' | 'callee'): string[] =>
      Array.from(rows, (edge) => nameOf(profile, profile.graph!.edges[end][edge]!))
    const [main, a, b] = [0, 1, 2]
    expect(names(callersOf(profile.graph!).of(a), 'caller')).toEqual(['main', 'b', 'a'])
    expect(names(calleesOf(profile.graph!).of(main), 'callee')).toEqual(['a', 'b'])
    expect(callersOf(profile.graph!).of(main)).toHaveLength(0)
    expect(names(calleesOf(profile.graph!).of(b), 'callee')).toEqual(['a'])
    expect(callersOf(profile.graph!)).toBe(callersOf(profile.graph!))
  })
})

/** Samples over a handful of functions, so that recursion is common. */
const samples = fc.array(
  fc.record({
    path: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 7 }),
    weight: fc.integer({ min: 0, max: 1000 }),
  }),
  { minLength: 1, maxLength: 30 },
)
type Sample = { path: string[]; weight: number }

const draw = (list: readonly Sample[]): Profile =>
  stacks(list.map(({ path, weight }) => `${path.join(';')} ${weight}`).join('\n'))

/** Self and total by walking every sample: what callGraph must agree with. */
function bruteForce(list: readonly Sample[]) {
  const functions = new Map<string, { self: number; total: number }>()
  const edges = new Map<string, { self: number; total: number }>()
  const at = (map: typeof functions, key: string) => {
    const found = map.get(key) ?? { self: 0, total: 0 }
    map.set(key, found)
    return found
  }
  for (const { path, weight } of list) {
    const pairs = path.slice(1).map((callee, index) => `${path[index]} -> ${callee}`)
    for (const name of new Set(path)) at(functions, name).total += weight
    for (const pair of new Set(pairs)) at(edges, pair).total += weight
    at(functions, path.at(-1)!).self += weight
    if (pairs.length > 0) at(edges, pairs.at(-1)!).self += weight
  }
  return { functions: Object.fromEntries(functions), edges: Object.fromEntries(edges) }
}

function computed(profile: Profile) {
  const pick = (costs: ReturnType<typeof functionCosts>) =>
    Object.fromEntries(Object.entries(costs).map(([key, { self, total }]) => [key, { self, total }]))
  return { functions: pick(functionCosts(profile)), edges: pick(edgeCosts(profile)) }
}

const TOP = 'main'

describe('callGraph against a walk over every sample', () => {
  test('functions and edges agree', () => {
    fc.assert(
      fc.property(samples, (list) => {
        expect(computed(draw(list))).toEqual(bruteForce(list))
      }),
    )
  })

  test('order and splitting of samples change nothing', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 2 ** 30 }), (list, seed) => {
        const split = list.flatMap(({ path, weight }) => [
          { path, weight: Math.floor(weight / 3) },
          { path, weight: weight - Math.floor(weight / 3) },
        ])
        split.sort((a, b) => ((a.weight * 7919 + seed) % 101) - ((b.weight * 7919 + seed) % 101))
        expect(computed(draw(split))).toEqual(computed(draw(list)))
      }),
    )
  })

  test('fractions are summed as well as in exact arithmetic, in any order', () => {
    const fractions = fc.array(fc.double({ min: -1e6, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(fractions, (weights) => {
        const text = (list: number[]) => list.map((weight) => `${TOP};f ${weight}`).join('\n')
        const total = (list: number[]) => functionCosts(stacks(text(list)))[TOP]?.total as number
        const forwards = total(weights)
        const backwards = total([...weights].reverse())
        // Every double of this range is an integer times 2^-1074.
        const exact = weights.reduce((sum, weight) => sum + toFixedPoint(weight), 0n)
        const magnitude = weights.reduce((sum, weight) => sum + Math.abs(weight), 0)
        const error = Number(((toFixedPoint(forwards) - exact) * 2n ** 60n) >> 1074n) / 2 ** 60
        expect(Math.abs(error)).toBeLessThanOrEqual(2 ** -52 * magnitude + 2 ** -60)
        expect(Math.abs(forwards - backwards)).toBeLessThanOrEqual(2 ** -52 * magnitude)
      }),
    )
  })

  test('calls are the sums of entries, primitive ones those of outermost activations', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const drawing = list.map(({ path, weight }) => `${path.join(';')} 0 ${weight}x`).join('\n')
        const costs = functionCosts(stacks(drawing))
        for (const [name, { calls, primitiveCalls }] of Object.entries(costs)) {
          const entries = list.filter(({ path }) => path.at(-1) === name)
          const outermost = entries.filter(({ path }) => path.indexOf(path.at(-1)!) === path.length - 1)
          expect(calls).toBe(entries.reduce((sum, { weight }) => sum + weight, 0))
          expect(primitiveCalls).toBe(outermost.reduce((sum, { weight }) => sum + weight, 0))
        }
      }),
    )
  })
})

/** A double as an integer number of 2^-1074, exact. */
function toFixedPoint(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const word = bits.getBigUint64(0)
  const exponent = (word >> 52n) & 0x7ffn
  const fraction = word & ((1n << 52n) - 1n)
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return word >> 63n === 1n ? -magnitude : magnitude
}
