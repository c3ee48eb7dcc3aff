import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callGraph } from '../../src/model/call-graph.js'
import { inferStacks } from '../../src/model/infer.js'
import { sumColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { edgeCosts, functionCosts, graph, nameOf, sampleLines, stacks } from '../support/draw.js'

const EVERYTHING = { threshold: 0, nodes: 1e6 }

/** A profile of stacks as a tracing profiler would have summed it: only its call graph is left. */
function withoutStacks(profile: Profile): Profile {
  const { source } = profile
  const none = { frames: null, stacks: null, samples: null }
  return { ...profile, ...none, graph: callGraph(profile), source: { ...source, stacks: 'none' } }
}

/** The samples by path; each path occurs once in inferred stacks. */
function weights(profile: Profile): Record<string, number> {
  return Object.fromEntries(sampleLines(profile).map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]))
}

describe('inferStacks', () => {
  test('splits what a function passes on as the graph knows it, and its own time by caller', () => {
    const inferred = inferStacks(
      graph(`
        main 1x self=1 total=16
        a 1x self=1 total=9
        b 1x self=1 total=6
        f 4x self=5 total=13
        c 4x self=8 total=8
        main -> a 1x self=1 total=9
        main -> b 1x self=1 total=6
        a -> f 2x self=4 total=8
        b -> f 2x self=1 total=5
        f -> c 4x self=8 total=8
      `),
    )
    expect(weights(inferred)).toEqual({
      main: 1,
      'main;a': 1,
      'main;b': 1,
      'main;a;f': 4,
      'main;b;f': 1,
      'main;a;f;c': 4,
      'main;b;f;c': 4,
    })
    expect(inferred.source.stacks).toBe('inferred')
    expect(inferred.source.notes.map((note) => note.code)).toEqual(['stacks-inferred'])
  })

  test('goes by totals alone where edges have no self', () => {
    const inferred = inferStacks(
      graph(`
        main 1x self=0 total=12
        a 1x self=0 total=8
        b 1x self=0 total=4
        f 2x self=6 total=12
        c 2x self=6 total=6
        main -> a 1x total=8
        main -> b 1x total=4
        a -> f 1x total=8
        b -> f 1x total=4
        f -> c 2x total=6
      `),
    )
    expect(weights(inferred)).toEqual({ 'main;a;f': 4, 'main;a;f;c': 4, 'main;b;f': 2, 'main;b;f;c': 2 })
  })

  test('goes by calls where edges have no costs, and says so', () => {
    const inferred = inferStacks(
      graph(`
        main 1x self=0 total=9
        a 1x self=0 total=6
        b 1x self=0 total=3
        f 3x self=9 total=9
        main -> a 1x
        main -> b 1x
        a -> f 2x
        b -> f 1x
      `),
    )
    expect(weights(inferred)).toEqual({ 'main;a;f': 6, 'main;b;f': 3 })
    expect(inferred.source.notes[0]?.message).toContain('as if every call of a function cost the same')
  })

  test('does not enter a function twice, and keeps the refused weight in a leaf', () => {
    const inferred = inferStacks(
      graph(`
        main 1x self=1 total=10
        fib 9/1x self=9 total=9
        main -> fib 1x self=1 total=9
        fib -> fib 8/2x self=8 total=8
      `),
    )
    expect(sampleLines(inferred)).toEqual(['main 1', 'main;fib 1', 'main;fib;[recursion: fib] 8'])
    expect(inferred.source.details.get('inference.recursion-share')).toBeCloseTo(0.8)
    expect(inferred.source.notes[0]?.message).toContain('80 % of the weight is recursion')
    // The graph stays the truth, with rows for the functions that were added.
    expect(functionCosts(inferred)).toMatchObject({ fib: { self: 9, total: 9 }, '[recursion: fib]': { self: 0 } })
  })

  test('enters mutual recursion where calls come from outside', () => {
    const inferred = inferStacks(
      graph(`
        odd 2x self=4 total=10
        even 3/1x self=6 total=10
        even -> odd 2x self=4 total=8
        odd -> even 2x self=3 total=6
      `),
    )
    const roots = new Set(sampleLines(inferred).map((line) => line.split(/[; ]/)[0]))
    expect([...roots]).toEqual(['even'])
    expect(sumColumn(inferred.samples!.values[0]!)).toBeCloseTo(10)
  })

  test('finds a root that is also called from inside (exec while modules are imported)', () => {
    const inferred = inferStacks(
      graph(`
        exec 3/1x self=1 total=10
        module 3/1x self=3 total=9
        import 2x self=2 total=5
        work 1x self=4 total=4
        exec -> module 3x self=3 total=9
        module -> import 2x self=2 total=5
        import -> exec 2x self=0.5 total=3
        module -> work 1x self=4 total=4
      `),
    )
    const roots = new Set(sampleLines(inferred).map((line) => line.split(/[; ]/)[0]))
    expect([...roots]).toEqual(['exec'])
    expect(sumColumn(inferred.samples!.values[0]!)).toBeCloseTo(10)
  })

  test('takes the heaviest function when a damaged graph has no way in', () => {
    const inferred = inferStacks(
      graph(`
        a self=1 total=2
        b self=1 total=5
        a -> b total=5
        b -> a total=2
        b -> b total=1
      `),
    )
    expect(sampleLines(inferred)[0]).toMatch(/^b /)
    expect(sumColumn(inferred.samples!.values[0]!)).toBeCloseTo(2)
  })

  test('cuts what is too light, and what exceeds the budget, into a leaf', () => {
    const profile = graph(`
      main 1x self=0 total=100
      big 1x self=99 total=99
      small 1x self=1 total=1
      main -> big 1x self=99 total=99
      main -> small 1x self=1 total=1
    `)
    expect(sampleLines(inferStacks(profile, { threshold: 0.05 }))).toEqual(['main;big 99', 'main;[below threshold] 1'])
    const one = inferStacks(profile, { nodes: 1 })
    expect(weights(one)).toMatchObject({ 'main;big': 99 })
    expect(sumColumn(one.samples!.values[0]!)).toBe(100)
  })

  test('takes other value types along', () => {
    const valueTypes = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'memory', unit: 'bytes' as const },
    ]
    const profile = graph(
      `
        main self=1,10 total=4,70
        a self=3,60 total=3,60
        main -> a self=3,60 total=3,60
      `,
      { valueTypes },
    )
    expect(sampleLines(inferStacks(profile))).toEqual(['main 1 10', 'main;a 3 60'])
  })

  test('leaves profiles with stacks and empty profiles alone', () => {
    const recorded = stacks('main;a 1')
    expect(inferStacks(recorded)).toBe(recorded)
    const empty = inferStacks(graph(''))
    expect(empty.stacks?.length).toBe(0)
  })

  test('is done in time with 100,000 callees of one function and a cycle of 5,000', () => {
    const wide = withoutStacks(
      stacks(Array.from({ length: 100_000 }, (_, i) => `main;f${i} ${1 + (i % 7)}`).join('\n')),
    )
    const inferred = inferStacks(wide, { threshold: 1e-6, nodes: 1000 })
    expect(sumColumn(inferred.samples!.values[0]!)).toBeCloseTo(Number(sumColumn(wide.graph!.self[0]!)), 3)
    const ring = Array.from(
      { length: 5000 },
      (_, i) => `f${i} self=1 total=5000\nf${i} -> f${(i + 1) % 5000} total=5000`,
    )
    const unrolled = inferStacks(graph(ring.join('\n')), { threshold: 0 })
    expect(sumColumn(unrolled.samples!.values[0]!)).toBeCloseTo(5000, 3)
  })
})

const paths = fc.array(
  fc.record({
    path: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 6 }),
    weight: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 1, maxLength: 25 },
)

describe('inferred stacks', () => {
  test('have the costs of every function and the total of every pair on graphs without recursion', () => {
    fc.assert(
      fc.property(paths, (list) => {
        // Ascending names: no path comes back to a function, and no cycle arises between paths.
        const lines = list.map(({ path, weight }) => `${[...new Set(path)].sort().join(';')} ${weight}`)
        const truth = withoutStacks(stacks(lines.join('\n')))
        const inferred = { ...inferStacks(truth, EVERYTHING), graph: null }
        const found = functionCosts(inferred)
        const pairs = edgeCosts(inferred)
        expect(Object.keys(found)).toEqual(Object.keys(functionCosts(truth)))
        for (const [name, { self, total }] of Object.entries(functionCosts(truth))) {
          expect(found[name]?.self).toBeCloseTo(Number(self), 6)
          expect(found[name]?.total).toBeCloseTo(Number(total), 6)
        }
        for (const [pair, { self, total }] of Object.entries(edgeCosts(truth))) {
          expect(pairs[pair]?.total).toBeCloseTo(Number(total), 6)
          expect(pairs[pair]?.self).toBeCloseTo(Number(self), 6)
        }
      }),
    )
  })

  test('weigh what self adds up to, never negative, and never enter a function twice, whatever the recursion', () => {
    fc.assert(
      fc.property(paths, fc.constantFrom(0, 1e-3, 0.05), (list, threshold) => {
        const lines = list.map(({ path, weight }) => `${path.join(';')} ${weight}`)
        const truth = withoutStacks(stacks(lines.join('\n')))
        const inferred = inferStacks(truth, { threshold })
        const sum = list.reduce((total, { weight }) => total + weight, 0)
        expect(Number(sumColumn(inferred.samples!.values[0]!))).toBeCloseTo(sum, 6)
        for (const line of sampleLines(inferred)) {
          const [path = '', weight] = line.replaceAll('[recursion: ', '[').replace('[below threshold]', '[]').split(' ')
          expect(new Set(path.split(';')).size).toBe(path.split(';').length)
          expect(Number(weight)).toBeGreaterThan(-1e-9)
        }
        expect(nameOf(inferred, 0)).toBe(nameOf(truth, 0))
      }),
    )
  })
})
