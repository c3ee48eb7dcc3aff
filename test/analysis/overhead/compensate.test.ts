import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure } from '../../../src/analysis/costs.js'
import { sumOf } from '../../../src/analysis/diff/sum.js'
import { compensate } from '../../../src/analysis/overhead/compensate.js'
import { compensatedRows } from '../../../src/analysis/overhead/compensated-rows.js'
import { type Overhead, roughOverhead } from '../../../src/analysis/overhead/overhead.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph, nameOf, stacks } from '../../support/draw.js'

/** Nanoseconds, so that a drawing has whole numbers. */
const TIME = { valueTypes: [{ name: 'time', unit: 'nanoseconds' }] as const }
const OVERHEAD: Overhead = {
  calls: { inside: 100e-9, outside: 300e-9 },
  builtins: { inside: 50e-9, outside: 70e-9 },
  runtime: 'Python 3.11.7',
  quality: 'calibrated',
}

/** What a function costs per call, and how often a call of it calls others: callees have higher numbers. */
interface Plan {
  readonly self: readonly number[]
  readonly times: readonly (readonly number[])[]
}

/** The profile that a profiler with these constants would write of a program, call by call; and the truth. */
function profiled({ self, times }: Plan): {
  readonly profile: Profile
  readonly self: number[]
  readonly total: number[]
} {
  const { inside, outside } = { inside: 100, outside: 300 }
  const length = self.length
  const zeros = (): number[] => self.map(() => 0)
  const [calls, ownTrue, ownSeen, totalTrue, totalSeen] = [zeros(), zeros(), zeros(), zeros(), zeros()]
  const edges = new Map<string, { calls: number; total: number }>()
  const call = (fn: number): readonly [number, number] => {
    let [isTrue, isSeen] = [self[fn]!, self[fn]! + inside]
    calls[fn]!++
    ownTrue[fn]! += self[fn]!
    ownSeen[fn]! += self[fn]! + inside
    for (let callee = fn + 1; callee < length; callee++) {
      for (let i = 0; i < times[fn]![callee]!; i++) {
        const [truth, seen] = call(callee)
        const edge = edges.get(`f${fn} -> f${callee}`) ?? { calls: 0, total: 0 }
        edges.set(`f${fn} -> f${callee}`, { calls: edge.calls + 1, total: edge.total + seen })
        ownSeen[fn]! += outside
        isTrue += truth
        isSeen += seen + outside
      }
    }
    totalTrue[fn]! += isTrue
    totalSeen[fn]! += isSeen
    return [isTrue, isSeen]
  }
  call(0)
  const functions = self.map(
    (_, fn) => `f${fn}@a.py:${fn + 1} ${calls[fn]}x self=${ownSeen[fn]} total=${totalSeen[fn]}`,
  )
  const calling = [...edges].map(([pair, edge]) => {
    const place = pair.replace(/f(\d)/g, (name, fn) => `${name}@a.py:${Number(fn) + 1}`)
    return `${place} ${edge.calls}x total=${edge.total}`
  })
  return { profile: graph([...functions, ...calling].join('\n'), TIME), self: ownTrue, total: totalTrue }
}

describe('compensate', () => {
  const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 5 }).chain((length) =>
    fc.record({
      self: fc.array(fc.integer({ min: 200, max: 9000 }), { minLength: length, maxLength: length }),
      times: fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: length, maxLength: length }), {
        minLength: length,
        maxLength: length,
      }),
    }),
  )

  it('gives back what a program costs without the profiler', () => {
    fc.assert(
      fc.property(plan, (program) => {
        const { profile, self, total } = profiled(program)
        const found = compensate(measure(profile), OVERHEAD)!
        for (let fn = 0; fn < callGraph(profile).length; fn++) {
          const drawn = Number(/^f(\d)/.exec(nameOf(profile, fn))![1])
          expect(found.self[fn]).toBeCloseTo(self[drawn]!, 6)
        }
        // The program as a whole is exact; shares of what is below follow what was seen.
        expect(found.whole).toBeCloseTo(total[0]!, 6)
        expect(found.total[0]).toBeCloseTo(total[0]!, 6)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps the tree: a total is self and the totals of what is called', () => {
    fc.assert(
      fc.property(plan, (program) => {
        const { profile } = profiled(program)
        const { edges, total: seen } = callGraph(profile)
        const found = compensate(measure(profile), OVERHEAD)!
        const below = Float64Array.from(found.self)
        for (let edge = 0; edge < edges.length; edge++) {
          const [caller, callee] = [edges.caller[edge]!, edges.callee[edge]!]
          const share = edges.total[0]!.values[edge]! / seen[0]!.values[callee]!
          below[caller] = below[caller]! + found.total[callee]! * share
        }
        for (let fn = 0; fn < below.length; fn++) expect(found.total[fn]).toBeCloseTo(below[fn]!, 6)
      }),
      { numRuns: 100 },
    )
  })

  const busy = graph(
    `
    main@a.py:1 1x self=400000 total=1000000
    main@a.py:1 -> tiny@a.py:9 1000x total=110000
    main@a.py:1 -> work@a.py:5 10x total=490000
    tiny@a.py:9 1000x self=110000 total=110000
    work@a.py:5 10x self=490000 total=490000
  `,
    TIME,
  )

  it('calls what remains of little unknown, and sorts by what remains', () => {
    const found = compensate(measure(busy), OVERHEAD)!
    expect(found.subtracted).toBeCloseTo(100 + 303_000 + 100_000 + 1000, 6)
    const rows = compensatedRows(busy, found, { sort: 'self' })
    const shown = Array.from({ length: rows.length }, (_, index) => {
      const { function: fn, self, compensated } = rows.row(index)
      return [nameOf(busy, fn), self, compensated.self]
    })
    expect(shown).toEqual([
      ['work@a.py:5', 490_000, 489_000],
      ['main@a.py:1', 400_000, expect.closeTo(96_900, 6)],
      ['tiny@a.py:9', 110_000, null],
    ])
    expect(rows.unresolved).toBe(1)
    expect(rows.row(1).compensated.selfShare).toBeCloseTo(96_900 / 595_900, 9)
  })

  it('subtracts no more than a plain run leaves', () => {
    const found = compensate(measure(busy), OVERHEAD, { plainTime: 900_000 })!
    expect(found.cap).toBe(100_000)
    expect(found.subtracted).toBeCloseTo(100_000, 6)
    expect(found.whole).toBeCloseTo(900_000, 6)
    expect(sumOf(found.self)).toBeCloseTo(900_000, 6)
    // tiny lost a quarter of what the constants say.
    expect(Array.from(found.unresolved)).toEqual([0, 0, 0])
    expect(compensate(measure(busy), OVERHEAD, { plainTime: 2_000_000 })!.subtracted).toBe(0)
    expect(compensate(measure(busy), OVERHEAD, { plainTime: 100 })!.subtracted).toBeCloseTo(404_100, 6)
  })

  it('never takes more than there is', () => {
    const dear = { ...OVERHEAD, calls: { inside: 1e-6, outside: 1e-6 } }
    const found = compensate(measure(busy), dear)!
    expect(Array.from(found.self)).toEqual([0, 0, 480_000])
    expect(found.whole).toBe(480_000)
    expect(found.expected).toBeGreaterThan(found.subtracted)
  })

  it('leaves a fifth of self where constants are rough, and does not show it', () => {
    const found = compensate(measure(busy), { ...OVERHEAD, quality: 'rough' })!
    expect(Array.from(found.self)).toEqual([
      expect.closeTo(96_900, 6),
      expect.closeTo(110_000 * 0.2, 6),
      expect.closeTo(489_000, 6),
    ])
    expect(Array.from(found.unresolved)).toEqual([0, 2, 0])
    expect(found.total[0]).toBeCloseTo(96_900 + 22_000 + 489_000, 6)
  })

  it('takes built-ins for what they cost', () => {
    const builtin = graph(
      `
      main@a.py:1 1x self=1000000 total=1100000
      main@a.py:1 -> <built-in@method:len> 1000x total=100000
      <built-in@method:len> 1000x self=100000 total=100000
    `.replaceAll('<built-in@method:len>', 'len@~:0'),
      { ...TIME, source: { language: 'python' } },
    )
    const found = compensate(measure(builtin), OVERHEAD)!
    expect(found.subtracted).toBeCloseTo(100 + 70_000 + 50_000, 6)
  })

  it('has nothing to say of samples, bytes and profiles without counts', () => {
    expect(compensate(measure(stacks('main;a 5')), OVERHEAD)).toBeNull()
    const bytes = graph('main 1x self=9 total=9', { valueTypes: [{ name: 'space', unit: 'bytes' }] })
    expect(compensate(measure(bytes), OVERHEAD)).toBeNull()
    expect(compensate(measure(graph('main self=9 total=9')), OVERHEAD)).toBeNull()
  })
})

describe('roughOverhead', () => {
  const python = (file: string, source: Partial<Profile['source']> = {}): Overhead | null =>
    roughOverhead(graph(`f@${file}:1 1x self=1 total=1`, { source: { language: 'python', ...source } }))

  it('goes by the version that paths of the standard library show', () => {
    expect(python('/usr/lib/python3.11/csv.py')).toMatchObject({
      runtime: 'Python 3.11',
      quality: 'rough',
      calls: { inside: 9e-8, outside: 2.7e-7 },
    })
    expect(python('C\\Python312\\Lib\\csv.py')).toMatchObject({ runtime: 'Python 3.12' })
    expect(python('/srv/app/main.py')).toMatchObject({ runtime: null, quality: 'rough' })
    expect(python('/usr/lib/python3.99/csv.py')).toMatchObject({ runtime: null })
    // A format that does not name its language.
    expect(python('/usr/lib/python3.13/csv.py', { language: null })).toMatchObject({ runtime: 'Python 3.13' })
    expect(python('/srv/app/main.py', { language: null })).toBeNull()
  })

  it('knows only cProfile', () => {
    expect(python('/srv/main.py', { method: 'sampled' })).toBeNull()
    expect(python('/srv/main.py', { producer: 'yappi' })).toBeNull()
    expect(python('/srv/main.php', { language: 'php' })).toBeNull()
  })
})
