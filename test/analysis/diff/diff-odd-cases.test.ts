import { describe, expect, it } from 'vitest'
import { aggregateRuns, aggregationFor } from '../../../src/analysis/diff/aggregate.js'
import { comparability } from '../../../src/analysis/diff/comparability.js'
import { diffProfiles } from '../../../src/analysis/diff/diff.js'
import { growthOf } from '../../../src/analysis/diff/growth.js'
import { selfSamples } from '../../../src/analysis/diff/judge/self-samples.js'
import { type Side, sideOf } from '../../../src/analysis/diff/side.js'
import { sortToMedian } from '../../../src/analysis/statistics/median.js'
import { studentQuantile } from '../../../src/analysis/statistics/student-t.js'
import type { Profile, Source } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { graph, nameOf, stacks } from '../../support/draw.js'

describe('several runs', () => {
  const run = (a: number, b: number): Profile => graph(`a ${a}x self=${a} total=${a}\nb 1x self=${b} total=${b}`)

  const uncountedRun = (a: number): Profile => graph(`a self=${a} total=${a}`)

  it('come to their least where they make the same calls, else to their median', () => {
    const side = (...profiles: readonly Profile[]): Side =>
      sideOf(
        profiles,
        profiles.map(() => 0),
        'seconds',
      )
    const once = side(run(2, 5))
    expect(aggregationFor([side(run(2, 9), run(2, 4), run(2, 6)), once])).toBe('min')
    const other = side(run(2, 9), run(3, 4), run(7, 6))
    expect([aggregationFor([other, once]), aggregationFor([once, other])]).toEqual(['median', 'median'])
    const uncounted = side(uncountedRun(1), uncountedRun(2))
    expect(aggregationFor([uncounted, once])).toBe('median')
    const { runs } = other
    expect([...aggregateRuns(runs, 'median').self]).toEqual([3, 6])
    expect([...aggregateRuns(runs, 'min').self]).toEqual([2, 4])
    expect([...aggregateRuns(runs, 'median', [0, 2]).self]).toEqual([4.5, 7.5])
    expect([...aggregateRuns(runs, 'min', [2, 2]).self]).toEqual([7, 6])
    expect(aggregateRuns(runs, 'median', [1])).toBe(runs[1])
    expect(aggregateRuns(uncounted.runs, 'min').calls).toBeNull()
  })

  it('there is one of at least', () => {
    expect(() => diffProfiles([], [run(1, 1)])).toThrow('there is no profile to compare')
    expect(() => diffProfiles([run(1, 1)], [])).toThrow('there is no profile to compare')
  })
})

describe('growth without counts', () => {
  it('is of own time, and its caller the one with most of the total', () => {
    const program = (n: number): Profile =>
      stacks(`
        main;few;work ${n}
        main;many;work ${n * n}
        main;idle ${10 * n}
      `)
    const { graph: aligned, after, matches } = diffProfiles(program(10), program(100))
    const name = (row: number): string => nameOf(after, matches.after[row]!)
    // work: 10 + 100 = 110 before, 100 + 10,000 after; the logarithm of 91.8 to base 10.
    expect(
      growthOf(aligned, 10).map(({ row, callsExponent, caller }) => [name(row), callsExponent, name(caller)]),
    ).toEqual([['work', null, 'many']])
    expect(growthOf(aligned, 10)[0]!.selfExponent).toBeCloseTo(Math.log10(10_100 / 110), 9)
  })
})

describe('samples behind a call graph', () => {
  const valueTypes = [
    { name: 'samples', unit: 'count' as const },
    { name: 'time', unit: 'seconds' as const },
  ]
  const source = { method: 'sampled' as const }
  const drawing = 'a self=4,8 total=4,8\nb self=0,3 total=0,3\nc self=1,2 total=1,2'

  it('are its own column of them', () => {
    const found = selfSamples(graph(drawing, { valueTypes, source }), 1, 10)!
    expect([[...found.counts], [...found.weights], [...found.squares]]).toEqual([
      [4, 0, 1],
      [80, 0, 20],
      // 80² / 4 and 20² / 1.
      [1600, 0, 400],
    ])
    expect([found.count, found.weight, found.square, found.dispersion]).toEqual([5, 100, 2000, null])
  })

  it('are unknown without one, and make no sense where all is seen', () => {
    const time = [{ name: 'time', unit: 'seconds' as const }]
    expect(selfSamples(graph('a self=8 total=8', { valueTypes: time, source }), 0)).toBeNull()
    expect(selfSamples(graph(drawing, { valueTypes }), 1)).toBeNull()
  })
})

describe('statistics of nothing', () => {
  it('are unknown', () => {
    expect(sortToMedian(new Float64Array(0))).toBeNaN()
    expect(studentQuantile(0.5, 3)).toBe(0)
  })
})

describe('comparability', () => {
  const times = [
    { name: 'time', unit: 'seconds' as const },
    { name: 'time', unit: 'seconds' as const },
  ] as const
  const recorded = (source: Partial<Source>): Profile => {
    const drawn = graph('f 1x self=1 total=1')
    return { ...drawn, source: { ...drawn.source, ...source } }
  }
  const failed = (before: Partial<Source>, after: Partial<Source>): string[] =>
    comparability(recorded(before), recorded(after), times)
      .filter(({ ok }) => !ok)
      .map(({ check, severity, message }) => `${check} ${severity}: ${message}`)

  it('asks for the same tool, method and interval', () => {
    expect(failed({ producer: 'perf' }, { producer: 'py-spy' })).toEqual([
      'runtime warn: recorded by perf and by py-spy',
    ])
    expect(failed({ producer: 'perf' }, { producer: null })).toEqual([])
    expect(failed({ method: 'sampled' }, { method: 'deterministic' })).toEqual([
      "method warn: one is sampled, the other deterministic: a tracer's overhead is in its times",
    ])
    expect(failed({ intervalNs: 1e6 }, { intervalNs: 2e6 })).toEqual([
      'interval warn: sampled every 1000 and every 2000 microseconds',
    ])
    // One and a half times is as far as it may be.
    expect(failed({ intervalNs: 1e6 }, { intervalNs: 1.5e6 })).toEqual([])
    expect(failed({ intervalNs: 1e6 }, { intervalNs: null })).toEqual([])
  })
})

describe('rows of a diff', () => {
  const names = (before: Profile, after: Profile): string[] => {
    const diff = diffProfiles(before, after)
    return Array.from({ length: diff.length }, (_, index) => {
      const { functionBefore, functionAfter } = diff.row(index)
      return functionAfter === NONE ? nameOf(before, functionBefore) : nameOf(after, functionAfter)
    })
  }

  it('of the same change go by name, file and line, those without a file first', () => {
    const before = graph(
      'b@/x.py:1 1x self=1\na@/y.py:1 1x self=1\na 1x self=1\na@/x.py:9 1x self=1\na@/x.py:2 1x self=1',
    )
    const after = graph(
      'a@/x.py:2 1x self=2\na@/x.py:9 1x self=2\nb@/x.py:1 1x self=3\na 1x self=2\na@/y.py:1 1x self=2',
    )
    expect(names(before, after)).toEqual(['b@/x.py:1', 'a', 'a@/x.py:2', 'a@/x.py:9', 'a@/y.py:1'])
    const gone = graph('c 1x self=2\nd 1x self=2\ne@/z.py:1 1x self=2')
    expect(names(gone, graph('z 1x self=2'))).toEqual(['c', 'd', 'e@/z.py:1', 'z'])
  })

  it('have counts past 2^53 as they are', () => {
    const wide = 2n ** 53n + 1n
    const diff = diffProfiles(graph(`f ${wide}x self=1`), graph('f 5x self=3'))
    expect(diff.row(0).calls).toEqual([wide, 5])
  })
})
