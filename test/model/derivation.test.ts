import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { edgesBy } from '../../src/model/adjacency.js'
import { callGraph, groupCallGraph } from '../../src/model/call-graph.js'
import { type Flow, flowOf } from '../../src/model/flow.js'
import { inferStacks } from '../../src/model/infer.js'
import { preorder } from '../../src/model/preorder.js'
import type { Profile } from '../../src/model/profile.js'
import { NO_POSITION, NONE, type StackTable } from '../../src/model/tables.js'
import { functionCosts, graph, nameOf, sampleLines, stacks } from '../support/draw.js'

function stackTable(parent: readonly number[]): StackTable {
  const none = { calls: null, hits: null, deoptReason: null, positionTicks: null }
  return { length: parent.length, parent: Int32Array.from(parent), frame: new Int32Array(parent.length), ...none }
}

describe('preorder', () => {
  const walk = (parent: readonly number[]): { readonly order: number[]; readonly ends: number[] } => {
    const order: number[] = []
    const ends: number[] = []
    const visit = (above: number): void => {
      parent.forEach((own, stack) => {
        if (own !== above) return
        const at = order.push(stack) - 1
        visit(stack)
        ends[at] = order.length
      })
    }
    visit(NONE)
    return { order, ends }
  }
  const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b)

  test('puts everything below a stack right behind it', () => {
    // 0 → 1 → 5, 0 → 3; 2 → 4.
    const { stackAt, end } = preorder(stackTable([NONE, 0, NONE, 0, 2, 1]), new Allocator())
    expect([...stackAt!]).toEqual([0, 1, 5, 3, 2, 4])
    expect(ascending(end)).toEqual([3, 3, 4, 4, 6, 6])
  })

  test.each([
    [
      [NONE, 0, 1, 0, NONE, 4],
      [4, 3, 3, 4, 6, 6],
    ],
    [[], []],
    [
      [NONE, NONE],
      [1, 2],
    ],
  ])('leaves stacks that are sorted as they are: %j', (parent, ends) => {
    const { stackAt, end } = preorder(stackTable(parent), new Allocator())
    expect([stackAt, [...end]]).toEqual([null, ends])
  })

  test('is that of a walk over the children', () => {
    const parents = fc.array(fc.nat(), { maxLength: 40 }).map((picks) => picks.map((pick, i) => (pick % (i + 1)) - 1))
    fc.assert(
      fc.property(parents, (parent) => {
        const { stackAt, end } = preorder(stackTable(parent), new Allocator())
        const { order, ends } = walk(parent)
        expect([...(stackAt ?? parent.keys())]).toEqual(order)
        expect(ascending(end)).toEqual(ascending(ends))
      }),
    )
  })
})

describe('edgesBy', () => {
  test('groups rows by one end, in their order', () => {
    const by = edgesBy(Int32Array.of(2, 0, 2, 9), 3, 4)
    expect([...by.start]).toEqual([0, 1, 1, 3, 3])
    expect([...by.edges]).toEqual([1, 0, 2])
    expect([0, 1, 2, 3].map((fn) => [...by.of(fn)])).toEqual([[1], [], [0, 2], []])
  })
})

describe('a graph between groups', () => {
  const paths = fc.array(
    fc.record({
      path: fc.array(fc.nat(5), { minLength: 1, maxLength: 7 }),
      weight: fc.integer({ min: 1, max: 9 }),
      entries: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  const groupings = fc.array(fc.integer({ min: NONE, max: 2 }), { minLength: 6, maxLength: 6 })

  test('is what a walk over every sample counts', () => {
    fc.assert(
      fc.property(paths, groupings, (list, groups) => {
        const drawn = stacks(
          list.map(({ path, weight, entries }) => `${path.join(';')} ${weight} ${entries}x`).join('\n'),
        )
        const groupOf = Int32Array.from(
          { length: drawn.functions.length },
          (_, fn) => groups[Number(nameOf(drawn, fn))]!,
        )
        const self = [0, 0, 0]
        const total = [0, 0, 0]
        const calls = [0, 0, 0]
        const primitive = [0, 0, 0]
        const edges = new Map<string, { self: number; total: number; calls: number; primitive: number }>()
        for (const { path, weight, entries } of list) {
          const on = path.map((fn) => groups[fn]!)
          const pairs = on.map((group, i) =>
            i > 0 && on[i - 1] !== NONE && group !== NONE ? `${on[i - 1]} ${group}` : '',
          )
          for (const group of new Set(on)) if (group !== NONE) total[group]! += weight
          for (const pair of new Set(pairs)) {
            const edge = edges.get(pair) ?? { self: 0, total: 0, calls: 0, primitive: 0 }
            edges.set(pair, edge)
            edge.total += weight
            if (pair !== pairs.at(-1)) continue
            edge.self += weight
            edge.calls += entries
            if (pairs.indexOf(pair) === pairs.length - 1) edge.primitive += entries
          }
          const leaf = on.at(-1)!
          if (leaf === NONE) continue
          self[leaf]! += weight
          calls[leaf]! += entries
          if (on.indexOf(leaf) === on.length - 1) primitive[leaf]! += entries
        }
        edges.delete('')
        const found = groupCallGraph(drawn, groupOf, 3)!
        expect([...found.self[0]!.values]).toEqual(self)
        expect([...found.total[0]!.values]).toEqual(total)
        expect([...found.calls!.values]).toEqual(calls)
        expect([...found.primitiveCalls!.values]).toEqual(primitive)
        const sorted = [...edges].sort(([a], [b]) => (a < b ? -1 : 1))
        const rows = Array.from({ length: found.edges.length }, (_, edge) => [
          `${found.edges.caller[edge]} ${found.edges.callee[edge]}`,
          {
            self: found.edges.self[0]!.values[edge],
            total: found.edges.total[0]!.values[edge],
            calls: found.edges.calls!.values[edge],
            primitive: found.edges.primitiveCalls!.values[edge],
          },
        ])
        expect(rows).toEqual(sorted)
      }),
    )
  })

  test('of a profile without stacks or a graph has no edges and costs nothing', () => {
    const nothing = { frames: null, stacks: null, samples: null }
    const valueTypes = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'memory', unit: 'bytes' as const },
    ]
    const empty = callGraph({ ...stacks('a;b 1 2', { valueTypes }), ...nothing })
    expect([empty.length, empty.calls, empty.primitiveCalls]).toEqual([2, null, null])
    expect([...empty.self, ...empty.total].map((column) => [...column.values])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    const { edges } = empty
    expect([edges.length, edges.calls, edges.primitiveCalls, edges.self, edges.total]).toEqual([
      0,
      null,
      null,
      [null, null],
      [null, null],
    ])
  })
})

function flow(drawing: string, value = 0, options = {}): Record<keyof Flow, number[] | number | boolean | null> {
  const flowing = flowOf(graph(drawing, options).graph!, value)
  const plain = Object.entries(flowing).map(([key, part]) => [key, part instanceof Float64Array ? [...part] : part])
  return Object.fromEntries(plain)
}

describe('flow', () => {
  test('enters where calls are not explained by callers, as far as weight is left', () => {
    // One of three calls of a comes from outside. It has 4 and gets 3 from main.
    const drawing = `
      main 1x self=1 total=9
      a 3x self=4 total=4
      b 1x self=5 total=5
      main -> a 2x self=3.5 total=3
      main -> b 1x self=5 total=5
    `
    expect(flow(drawing)).toEqual({
      sum: 10,
      self: [1, 4, 5],
      total: [9, 4, 5],
      edgeTotal: [3, 5],
      edgeSelf: [3.5, 5],
      below: [8, 0, 0],
      entry: [9, 1, 0],
      // Of a it is what callers leave, 4 - 3.5; of main all of its self.
      entrySelf: [1, 0.5, 0],
      estimated: false,
    })
    // No more than enters, and nothing where callers have all or more.
    expect(flow(drawing.replace('self=3.5', 'self=2.5')).entrySelf).toEqual([1, 1, 0])
    expect(flow(drawing.replace('self=3.5', 'self=4.5')).entrySelf).toEqual([1, 0, 0])
  })

  test('is of the value asked for', () => {
    const valueTypes = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'memory', unit: 'bytes' as const },
    ]
    const drawing = `
      main self=1,10 total=4,70
      a self=3,60 total=3,60
      main -> a self=3,60 total=3,60
    `
    expect(flow(drawing, 1, { valueTypes })).toMatchObject({ sum: 70, below: [60, 0], entry: [70, 0], edgeSelf: [60] })
  })

  test('takes what is negative or infinite for nothing', () => {
    const odd = flow(`
      main self=-1 total=Infinity
      a self=2 total=NaN
      main -> a self=-1 total=1
    `)
    expect(odd).toMatchObject({ sum: 2, self: [0, 2], total: [0, 0], edgeTotal: [1], edgeSelf: [0] })
  })

  test('knows no self of edges when one of them has none', () => {
    const some = flow(`
      main self=1 total=3
      a self=1 total=1
      b self=1 total=1
      main -> a self=1 total=1
      main -> b total=1
    `)
    expect(some).toMatchObject({ edgeSelf: null, entrySelf: null, estimated: false, entry: [3, 0, 0] })
  })

  test('shares a total by calls where an edge does not say its own', () => {
    // f has 4 calls for 8, one of them by a; what b gets is known.
    const drawing = `
      f 4x self=8 total=8
      a 1x self=1 total=3
      b 1x self=1 total=6
      a -> f 1x self=1
      b -> f 1x self=1 total=5
    `
    const shared = flow(drawing)
    expect(shared).toMatchObject({ estimated: true, edgeTotal: [2, 5], edgeSelf: null, sum: 10 })
    // Two calls of f come from outside, for 4; a weighs 3 and b 6, which together must be the sum of self.
    const entry = shared.entry as number[]
    expect(entry.map((weight) => weight * 1.3)).toEqual([4, 3, 6].map((weight) => expect.closeTo(weight, 9)))
    // More calls by callers than it has: theirs are all.
    expect(flow(drawing.replace('f 4x', 'f 1x')).edgeTotal).toEqual([4, 5])
    expect(flow(drawing.replace('a -> f 1x', 'a -> f -3x')).edgeTotal).toEqual([0, 5])
    expect(flow(drawing.replace('a -> f 1x', 'a -> f')).edgeTotal).toEqual([0, 5])
    expect(flow(drawing.replace('f 4x', 'f 0x').replaceAll('-> f 1x', '-> f 0x')).edgeTotal).toEqual([0, 5])
    // Without counts every edge is as good as another.
    expect(flow(drawing.replaceAll(/ \dx/g, '')).edgeTotal).toEqual([4, 5])
  })

  test('enters a cycle by the member whose calls are not explained', () => {
    const cycle = `
      odd 2x self=4 total=10
      even 3/1x self=6 total=10
      even -> odd 2x self=4 total=8
      odd -> even 2x self=3 total=6
    `
    expect(flow(cycle)).toMatchObject({ sum: 10, entry: [0, 10], entrySelf: [0, 3] })
    // Without calls by what callers leave of the totals: 10 - 6 and 10 - 8; calls of itself do not count.
    const uncounted = cycle.replaceAll(/ \d(\/\d)?x/g, '')
    expect((flow(uncounted).entry as number[]).map((weight) => weight * 3)).toEqual([
      expect.closeTo(10, 9),
      expect.closeTo(20, 9),
    ])
    expect(flow('f self=5 total=5\nf -> f total=3').entry).toEqual([5])
  })

  test('enters by the heaviest member of a cycle that explains all of its calls', () => {
    const drawing = `
      a 1x self=1 total=1
      b 1x self=2 total=5
      c 1x self=3 total=5
      a -> b 1x total=2
      b -> c 1x total=3
      c -> b 0x total=1
    `
    // b and c have 2 + 3 and get 2; a has 1 and passes on 2.
    expect(flow(drawing).entry).toEqual([3, 3, 0])
    expect(flow(drawing.replace('c 1x self=3 total=5', 'c 1x self=3 total=6')).entry).toEqual([3, 0, 3])
  })

  test('enters a graph without a way in by the heaviest function, the first of equals', () => {
    const drawing = `
      a 1x self=1 total=5
      b 1x self=1 total=6
      c 1x self=1 total=9
      d 1x self=1 total=1
      a -> b 1x
      b -> a 1x
      c -> d 1x
      d -> c 1x
    `
    expect(flow(drawing).entry).toEqual([0, 0, 4, 0])
    expect(flow(drawing.replace('total=6', 'total=9')).entry).toEqual([0, 4, 0, 0])
    expect(flow('').entry).toEqual([])
  })

  test('weighs the sum of self even where callers send more than there is', () => {
    const drawing = `
      a self=1 total=10
      b self=1 total=1
      a -> b total=9
    `
    expect(flow(drawing)).toMatchObject({ sum: 2, entry: [2, 0], below: [9, 0] })
  })

  test('does not enter by what rounding leaves', () => {
    const drawing = `
      main self=1 total=2
      a self=1.000000000001 total=1.000000000001
      main -> a total=1
    `
    expect((flow(drawing).entry as number[])[1]).toBe(0)
    expect((flow(drawing.replaceAll('1.000000000001', '1.0001')).entry as number[])[1]).toBeCloseTo(1e-4, 9)
  })
})

describe('inferred stacks', () => {
  const recursive = `
    main 1x self=1 total=10
    fib 9/1x self=9 total=9
    main -> fib 1x self=1 total=9
    fib -> fib 8/2x self=8 total=8
  `

  test('have a frame for each function, and rows for the leaves that stand for something', () => {
    const drawn = graph(recursive)
    const profile: Profile = {
      ...drawn,
      functions: {
        ...drawn.functions,
        systemName: Int32Array.of(1, 0),
        distinctArgs: { values: Float64Array.of(1, 5), exact: null },
      },
      source: {
        ...drawn.source,
        details: new Map([['kept', 'yes']]),
        notes: [{ code: 'x', message: 'kept', count: 1 }],
      },
    }
    const { functions, frames, stacks: table, samples, graph: wide, source } = inferStacks(profile)
    expect([functions.length, frames!.length, wide!.length]).toEqual([3, 3, 3])
    expect([...frames!.function]).toEqual([0, 1, 2])
    expect([...frames!.line, ...frames!.column]).toEqual(Array(6).fill(NO_POSITION))
    expect([frames!.inlined, frames!.address, frames!.mapping]).toEqual([null, null, null])
    expect([functions.file[2], functions.line[2], functions.column[2]]).toEqual([NONE, NO_POSITION, NO_POSITION])
    expect([...functions.systemName!]).toEqual([1, 0, NONE])
    expect([...functions.distinctArgs!.values]).toEqual([1, 5, Number.NaN])
    expect([...wide!.calls!.values, ...wide!.primitiveCalls!.values]).toEqual([1, 9, 0, 1, 1, 0])
    expect([...wide!.self[0]!.values, ...wide!.total[0]!.values]).toEqual([1, 9, 0, 10, 9, 0])
    expect(wide!.edges).toBe(profile.graph!.edges)
    expect([table!.length, [...table!.parent], [...table!.frame]]).toEqual([3, [NONE, 0, 1], [0, 1, 2]])
    expect([table!.calls, table!.hits, table!.deoptReason, table!.positionTicks]).toEqual([null, null, null, null])
    expect([samples!.length, [...samples!.stack]]).toEqual([3, [0, 1, 2]])
    expect([samples!.time, samples!.duration, samples!.timeUnit, samples!.labels]).toEqual([null, null, 'none', null])
    expect(source.stacks).toBe('inferred')
    expect(source.details.get('kept')).toBe('yes')
    expect(source.notes.map(({ code, count }) => [code, count])).toEqual([
      ['x', 1],
      ['stacks-inferred', 3],
    ])
  })

  test('without such leaves leave functions and graph as they are', () => {
    const profile = graph('main self=1 total=3\na self=2 total=2\nmain -> a total=2')
    const inferred = inferStacks(profile)
    expect(inferred.graph).toBe(profile.graph)
    expect([inferred.functions.systemName, inferred.functions.distinctArgs]).toEqual([null, null])
    const details = ['recursion-share', 'below-threshold-share', 'median-uncertainty']
    expect(details.map((key) => inferred.source.details.get(`inference.${key}`))).toEqual([0, 0, 0])
    expect(inferred.source.notes[0]!.message).toBe(
      'stacks inferred from call graph: costs per function and direct caller are true, longer paths are a proportional guess',
    )
  })

  test('say how much was cut off, and how much is recursion', () => {
    const cut = inferStacks(
      graph(`
        main self=0 total=100
        big self=99 total=99
        small self=1 total=1
        main -> big total=99
        main -> small total=1
      `),
      { threshold: 0.05 },
    )
    expect(nameOf(cut, 3)).toBe('[below threshold]')
    expect(cut.source.details.get('inference.below-threshold-share')).toBeCloseTo(0.01, 9)
    expect(cut.source.details.get('inference.recursion-share')).toBe(0)
    expect(cut.source.notes[0]!.message).not.toContain('recursion')
    const { message } = inferStacks(graph(recursive)).source.notes[0]!
    expect(message).toMatch(/; 80 % of the weight is recursion and could not be unfolded$/)
  })

  test('name each function that they would enter again', () => {
    const inferred = inferStacks(
      graph(`
        main 1x self=0 total=8
        a 4/2x self=4 total=4
        b 4/2x self=4 total=4
        main -> a 2x self=2 total=4
        main -> b 2x self=2 total=4
        a -> a 2x self=2 total=2
        b -> b 2x self=2 total=2
      `),
    )
    expect(sampleLines(inferred)).toEqual([
      'main;a 2',
      'main;b 2',
      'main;a;[recursion: a] 2',
      'main;b;[recursion: b] 2',
    ])
    expect(Object.keys(functionCosts(inferred))).toEqual(['main', 'a', 'b', '[recursion: a]', '[recursion: b]'])
  })

  test('say how far half of the weight may be off', () => {
    // f passes on to c half of what it has; which caller that was for nobody knows.
    const { source } = inferStacks(
      graph(`
        main 1x self=0 total=20
        a 1x self=0 total=10
        b 1x self=0 total=10
        f 2x self=10 total=20
        c 1x self=10 total=10
        main -> a 1x self=0 total=10
        main -> b 1x self=0 total=10
        a -> f 1x self=5 total=10
        b -> f 1x self=5 total=10
        f -> c 1x self=10 total=10
      `),
    )
    const doubt = source.details.get('inference.median-uncertainty') as number
    expect(doubt).toBeGreaterThan(0)
    expect(source.notes[0]!.message).toContain(
      `; half of the weight is on paths that may be off by ${Math.round(doubt * 100)} % or more`,
    )
  })

  test('follow the first value that weighs anything when the default one does not', () => {
    const valueTypes = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'memory', unit: 'bytes' as const },
    ]
    const drawing = `
      main self=0,0 total=0,100
      big self=0,99 total=0,99
      small self=0,1 total=0,1
      main -> big self=0,99 total=0,99
      main -> small self=0,1 total=0,1
    `
    const inferred = inferStacks(graph(drawing, { valueTypes }), { threshold: 0.05 })
    expect(sampleLines(inferred)).toEqual(['main;big 0 99', 'main;[below threshold] 0 1'])
    const nothing = inferStacks(graph(drawing.replaceAll(/\d+,\d+/g, '0,0'), { valueTypes }))
    expect([nothing.samples!.length, nothing.source.details.get('inference.recursion-share')]).toEqual([0, 0])
    const valueless = graph('', { valueTypes: [] })
    expect(inferStacks(valueless)).toBe(valueless)
  })
})
