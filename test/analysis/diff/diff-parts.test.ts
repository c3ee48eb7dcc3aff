import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../../src/analysis/diff/diff.js'
import type { Profile, Source } from '../../../src/model/profile.js'
import { graph, stacks } from '../../support/draw.js'

const once = graph('f 1x self=10')

describe('what cannot be compared', () => {
  it('says what to choose from where the units differ', () => {
    const [name, unit] = ['space', 'bytes'] as const
    const times = graph('f 1x self=1,2', {
      valueTypes: [
        { name: 'time', unit: 'seconds' },
        { name: 'waits', unit: 'count' },
      ],
    })
    expect(() => diffProfiles(times, graph('f 1x self=1', { valueTypes: [{ name, unit }] }))).toThrow(
      expect.objectContaining({
        kind: 'data',
        message: 'the two profiles cannot be compared: seconds against bytes',
        hint: 'choose a value with --value; before has time (seconds), waits (count), after has space (bytes)',
      }),
    )
  })

  it('says how to compare two clocks all the same', () => {
    const clock = (name: string): Profile => graph('f 1x self=1', { valueTypes: [{ name, unit: 'seconds' }] })
    expect(() => diffProfiles(clock('wall'), clock('cpu'))).toThrow(
      expect.objectContaining({
        kind: 'data',
        message: 'the two profiles cannot be compared: wall time against cpu time',
        hint: 'choose what to compare with --value, or add --allow-incomparable',
      }),
    )
    const { comparable, preflight } = diffProfiles(clock('wall'), clock('cpu'), { allowIncomparable: true })
    expect([comparable, preflight[0]!.ok]).toEqual([false, false])
  })

  it('is not what only another tool recorded', () => {
    const by = (producer: string): Profile => ({ ...once, source: { ...once.source, producer } })
    const { comparable, preflight } = diffProfiles(by('perf'), by('py-spy'))
    expect(comparable).toBe(true)
    expect(preflight.map(({ check, ok }) => `${check} ${ok}`)).toEqual([
      'clock true',
      'runtime false',
      'method true',
      'workload true',
      'unmatched true',
    ])
  })
})

describe('the total of a diff', () => {
  it('has no ratio to nothing', () => {
    expect(diffProfiles(graph('f 1x self=0'), once).total).toEqual({ before: 0, after: 10, delta: 10, ratio: null })
    expect(diffProfiles(once, graph('f 1x self=0')).total).toEqual({ before: 10, after: 0, delta: -10, ratio: 0 })
  })
})

describe('several runs of a diff', () => {
  const run = (self: number): Profile => graph(`f 1x self=${self} total=${self}`)

  it('are put together as soon as one side has them', () => {
    const { aggregation, runs, errors, total } = diffProfiles(run(9), [run(12), run(11), run(30)])
    expect([aggregation, runs, errors, total.after]).toEqual(['min', [1, 3], null, 11])
    const single = diffProfiles(run(9), run(12))
    expect([single.aggregation, single.runs, single.errors]).toEqual([null, [1, 1], null])
  })

  it('say how far a cause may be off', () => {
    const diff = diffProfiles([run(10), run(14)], [run(20), run(26)])
    // The least of each side, 10 and 20. Without a run before, 6 and 10; without one after, 16 and 10: the jackknife's
    // variances are 8 / 2 and 18 / 2.
    const error = Math.sqrt(4 + 9)
    expect(diff.errors!.rows[0]).toBeCloseTo(error, 12)
    const [cause] = diff.causes.list
    expect([cause!.delta, cause!.terms[0]!.delta]).toEqual([10, 10])
    expect(cause!.error).toBeCloseTo(error, 12)
    expect(cause!.terms[0]!.error).toBeCloseTo(error, 12)
    expect(diffProfiles(run(10), run(20)).causes.list[0]).toMatchObject({ delta: 10, error: null })
  })
})

describe('the way down of a diff', () => {
  it('is for profiles without counts of calls', () => {
    const sampled = diffProfiles(stacks('main;f 2'), stacks('main;f 8'))
    expect(sampled.descent).toMatchObject({ label: 'self', rows: Int32Array.of(0, 1) })
    expect(diffProfiles(once, graph('f 1x self=20')).descent).toBeNull()
  })
})

describe('code that moved, in a diff', () => {
  const NANOSECONDS = [{ name: 'time', unit: 'nanoseconds' as const }]
  const traced = (drawing: string, version: string, source: Partial<Source>, unit: 'nanoseconds' | 'bytes'): Profile =>
    graph(`${drawing}\nget@/usr/lib/python${version}/json/decoder.py:5 1x self=0 total=0`, {
      valueTypes: unit === 'bytes' ? [{ name: 'space', unit }] : NANOSECONDS,
      source,
    })
  const cProfile: Partial<Source> = { method: 'deterministic', language: 'python' }

  /** 60,000 of f's 100,000 go to a new function, which is called `calls` times and takes 90,000. */
  function split(
    calls: number,
    versions: readonly [string, string] = ['3.11', '3.11'],
    source = cProfile,
    unit: 'nanoseconds' | 'bytes' = 'nanoseconds',
  ): Diff {
    const before = `
      main@/a.py:1 1x self=10 total=100010
      main@/a.py:1 -> f@/a.py:9 10x total=100000
      f@/a.py:9 10x self=100000 total=100000
    `
    const after = `
      main@/a.py:1 1x self=10 total=130010
      main@/a.py:1 -> f@/a.py:9 10x total=130000
      f@/a.py:9 10x self=40000 total=130000
      f@/a.py:9 -> g@/a.py:20 ${calls}x total=90000
      g@/a.py:20 ${calls}x self=90000 total=90000
    `
    return diffProfiles(traced(before, versions[0], source, unit), traced(after, versions[1], source, unit))
  }

  const isNeutral = (diff: Diff): boolean => diff.shifts[0]!.isNeutral

  it('is neutral if what it costs more is what the profiler adds to so many calls', () => {
    // 30,000 more of 150,000 that moved: 15,000 are within a tenth. A call costs 360 ns, half as much again is allowed.
    expect(isNeutral(split(1000))).toBe(true)
    expect(isNeutral(split(28))).toBe(true)
    expect(isNeutral(split(27))).toBe(false)
  })

  it('is not neutral by what the profiler of one side adds, or one that is no tracer, or to what is no time', () => {
    // 190 ns with Python 3.12.
    expect([isNeutral(split(53, ['3.12', '3.11'])), isNeutral(split(53, ['3.11', '3.12']))]).toEqual([true, true])
    expect([isNeutral(split(52, ['3.12', '3.11'])), isNeutral(split(52, ['3.11', '3.12']))]).toEqual([false, false])
    expect(isNeutral(split(1000, ['3.11', '3.11'], { method: 'sampled', language: 'python' }))).toBe(false)
    expect(isNeutral(split(1000, ['3.11', '3.11'], cProfile, 'bytes'))).toBe(false)
  })

  it('is no cause where it is neutral', () => {
    const moved = split(1000)
    expect(moved.causes).toMatchObject({ list: [], length: 0, explained: 0 })
    expect(moved.causes.neutral).toBeCloseTo(30_000, 6)
    const dearer = split(10)
    expect(dearer.causes.neutral).toBe(0)
    expect(dearer.causes.list.length).toBeGreaterThan(0)
    expect(dearer.causes.explained).toBeCloseTo(1, 1)
  })
})
