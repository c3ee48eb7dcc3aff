import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CallcostError } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { mergeProfiles } from '../../src/model/merge.js'
import { exactAt } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import type { LabelTable } from '../../src/model/tables.js'
import { validate } from '../../src/model/validate.js'
import { edgeCosts, functionCosts, graph, sampleLines, stacks } from '../support/draw.js'

/** A stack with a label and one without. */
const labelled = (key: string, text: string): Profile => {
  const drawn = stacks(`${key};${text} 1\n${key} 2`)
  const labels: LabelTable = {
    length: 1,
    key: Int32Array.of(0),
    text: Int32Array.of(1),
    number: { values: Float64Array.of(0), exact: null },
    unit: Int32Array.of(-1),
    setStart: Int32Array.of(0, 0, 1),
    members: Int32Array.of(0),
  }
  const number = (value: number) => ({ values: Float64Array.of(value), exact: null })
  const mappings = {
    length: 1,
    start: number(4096),
    limit: number(8192),
    offset: number(0),
    file: Int32Array.of(-1),
    buildId: Int32Array.of(-1),
    resolved: Uint8Array.of(7),
  }
  const frames = { ...drawn.frames!, mapping: new Int32Array(drawn.frames!.length) }
  return { ...drawn, frames, mappings, labels, samples: { ...drawn.samples!, labels: Int32Array.of(1, 0) } }
}

const codes = (profile: Profile): string[] => profile.source.notes.map((note) => note.code)
const time = (unit: 'seconds' | 'milliseconds' | 'nanoseconds') => ({ valueTypes: [{ name: 'time', unit }] })

describe('mergeProfiles', () => {
  test('adds up graphs by the identity of functions', () => {
    const sum = mergeProfiles([
      graph(`
        main@a.py:1 1x self=1 total=4
        f@a.py:9 3/2x self=3 total=3
        main@a.py:1 -> f@a.py:9 2x self=2 total=3
        f@a.py:9 -> f@a.py:9 1x self=1 total=1
      `),
      graph(`
        f@a.py:9 1x self=5 total=5
        f@b.py:9 1x self=7 total=7
        main@a.py:1 1x self=0 total=12
        main@a.py:1 -> f@b.py:9 1x self=7 total=7
        main@a.py:1 -> f@a.py:9 1x self=5 total=5
      `),
    ])
    expect(functionCosts(sum)).toEqual({
      'main@a.py:1': { calls: 2, primitiveCalls: 2, self: 1, total: 16 },
      'f@a.py:9': { calls: 4, primitiveCalls: 3, self: 8, total: 8 },
      'f@b.py:9': { calls: 1, primitiveCalls: 1, self: 7, total: 7 },
    })
    expect(edgeCosts(sum)).toEqual({
      'main@a.py:1 -> f@a.py:9': { calls: 3, primitiveCalls: 3, self: 7, total: 8 },
      'f@a.py:9 -> f@a.py:9': { calls: 1, primitiveCalls: 1, self: 1, total: 1 },
      'main@a.py:1 -> f@b.py:9': { calls: 1, primitiveCalls: 1, self: 7, total: 7 },
    })
    expect(codes(sum)).toEqual([])
  })

  test('keeps stacks, appends samples or folds them', () => {
    const one = stacks('main;a 1\nmain;b 2')
    const two = stacks('main;b 4\n- 8\nmain;c 16')
    const sum = mergeProfiles([one, two])
    expect(sum.graph).toBeNull()
    expect(sum.stacks?.length).toBe(4)
    expect(sampleLines(sum)).toEqual(['main;a 1', 'main;b 2', 'main;b 4', ' 8', 'main;c 16'])
    expect(sampleLines(mergeProfiles([one, two], { fold: true }))).toEqual(['main;a 1', 'main;b 6', ' 8', 'main;c 16'])
  })

  test('makes a call graph of stacks and a call graph, and says so', () => {
    const sum = mergeProfiles([
      stacks('main;a 5', time('seconds')),
      graph('main 1x self=1 total=3\na 1x self=2 total=2\nmain -> a 1x self=2 total=2'),
    ])
    expect(sum.stacks).toBeNull()
    expect(functionCosts(sum)).toMatchObject({ main: { calls: null, self: 1, total: 8 }, a: { self: 7 } })
    expect(edgeCosts(sum)).toMatchObject({ 'main -> a': { calls: null, self: 7, total: 7 } })
    expect(codes(sum).sort()).toEqual(['calls-unknown', 'merged-as-call-graph'])
  })

  test('scales to the finer unit, exactly for integers', () => {
    const sum = mergeProfiles([stacks('main 3', time('seconds')), stacks('main 5', time('nanoseconds'))])
    expect(sum.valueTypes).toEqual([{ name: 'time', unit: 'nanoseconds' }])
    expect(functionCosts(sum)).toMatchObject({ main: { total: 3_000_000_005 } })
    const wide = mergeProfiles([
      stacks('main 9007199254740993', time('seconds')),
      stacks('main 1', time('nanoseconds')),
    ])
    expect(exactAt(callGraph(wide).total[0]!, 0)).toBe(9007199254740993000000001n)
  })

  test('drops value types that not all have, and refuses when none is left', () => {
    const two = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'memory', unit: 'bytes' as const },
    ]
    const sum = mergeProfiles([
      stacks('main 1 100', { valueTypes: two, defaultValue: 1 }),
      stacks('main 200', { valueTypes: [two[1]!] }),
    ])
    expect(sum.valueTypes).toEqual([{ name: 'memory', unit: 'bytes' }])
    expect(sum.defaultValue).toBe(0)
    expect(functionCosts(sum)).toMatchObject({ main: { total: 300 } })
    expect(sum.source.notes[0]?.message).toBe('not all profiles measure time, so the sum leaves it out')

    const bytes = stacks('main 1', { valueTypes: [{ name: 'time', unit: 'bytes' }] })
    expect(() => mergeProfiles([bytes, stacks('main 1', time('seconds'))])).toThrow(CallcostError)
  })

  test('knows no calls per caller that one side does not know', () => {
    const sum = mergeProfiles([graph('a -> b 2x\nc -> b 1x'), graph('a -> b\nc -> d 3x')])
    expect(edgeCosts(sum)).toMatchObject({ 'a -> b': { calls: null }, 'c -> b': { calls: 1 }, 'c -> d': { calls: 3 } })
  })

  test('unites labels and mappings', () => {
    const sum = mergeProfiles([labelled('user', 'ann'), labelled('user', 'bob')])
    expect(validate(sum).errors).toEqual([])
    const { setStart, members, key, text } = sum.labels!
    const setOf = (sample: number): string[] => {
      const set = sum.samples!.labels![sample]!
      const rows = members.subarray(setStart[set]!, setStart[set + 1]!)
      return Array.from(rows, (label) => `${sum.strings.text(key[label]!)}=${sum.strings.text(text[label]!)}`)
    }
    expect([0, 1, 2, 3].map(setOf)).toEqual([['user=ann'], [], ['user=bob'], []])
    expect(sum.mappings?.length).toBe(1)
    expect(sum.stacks?.length).toBe(3)

    const [ann, more] = [labelled('user', 'ann'), { ...labelled('user', 'ann'), name: 'more' }]
    const folded = mergeProfiles([ann, more, labelled('user', 'bob')], { fold: true })
    expect(validate(folded).errors).toEqual([])
    expect(folded.labels?.length).toBe(2)
    expect(sampleLines(folded)).toEqual(['user;ann 2', 'user 6', 'user;bob 1'])
    expect(folded.samples?.labels).toEqual(Int32Array.of(1, 0, 2))
  })

  test('adds up what an engine counted, and keeps one reason not to optimise', () => {
    const counted = (ticks: number, reason: string): Profile => {
      const drawn = stacks(`main;${reason} 1`)
      const text = (value: number) => ({ values: Float64Array.of(value, value * 2), exact: null })
      return {
        ...drawn,
        functions: { ...drawn.functions, name: Int32Array.of(0, 0), line: Int32Array.of(1, 2) },
        stacks: {
          ...drawn.stacks!,
          hits: text(ticks),
          deoptReason: Int32Array.of(-1, 1),
          positionTicks: {
            length: 2,
            stack: Int32Array.of(1, 1),
            line: Int32Array.of(4, 5),
            ticks: Int32Array.of(ticks, 1),
          },
        },
      }
    }
    for (const profiles of [
      [counted(3, 'loop'), counted(7, 'bailout')],
      [counted(7, 'bailout'), counted(3, 'loop')],
    ]) {
      const { stacks: sum, strings } = mergeProfiles(profiles, { fold: true })
      expect(Array.from(sum!.hits!.values)).toEqual([10, 20])
      expect(Array.from(sum!.deoptReason!, (reason) => (reason < 0 ? null : strings.text(reason)))).toEqual([
        null,
        'bailout',
      ])
      const { stack, line, ticks } = sum!.positionTicks!
      expect([stack, line, ticks].map((column) => Array.from(column))).toEqual([
        [1, 1],
        [4, 5],
        [10, 2],
      ])
    }
    const unfolded = mergeProfiles([counted(3, 'loop'), counted(7, 'bailout')])
    expect(unfolded.stacks?.positionTicks?.length).toBe(4)
    const most = counted(2 ** 31 - 1, 'loop')
    expect(() => mergeProfiles([most, { ...most, name: 'more' }], { fold: true })).toThrow(/the most is 2147483647/)
  })

  test('tells what a call graph has no place for', () => {
    const sum = mergeProfiles([stacks('main 2\n- 5', time('seconds')), graph('main self=3 total=3')])
    expect(functionCosts(sum)).toMatchObject({ main: { self: 5 } })
    expect(sum.wholeTotals).toEqual([10])
    expect(sum.source.notes.map(({ message }) => message)).toContain(
      '1 of 2 profiles have samples without a stack, which no function of their sum has',
    )
  })

  test('keeps what all sources agree in, and the earliest beginning', () => {
    const recorded = (recordedAt: bigint, producer: string): Profile =>
      stacks('main 1', { name: 'run', source: { format: 'pprof', clock: 'epoch', recordedAt, producer } })
    const { name, source } = mergeProfiles([recorded(20n, 'go'), recorded(10n, 'rust'), recorded(30n, 'go')])
    expect(name).toBe('run')
    expect(source).toMatchObject({ format: 'pprof', recordedAt: 10n, producer: null, method: 'sampled' })
  })

  test('returns a single profile as it is and refuses none', () => {
    const only = stacks('main 1')
    expect(mergeProfiles([only])).toBe(only)
    expect(() => mergeProfiles([])).toThrow(CallcostError)
  })
})

const drawing = fc
  .array(
    fc.record({
      path: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 }),
      weight: fc.integer({ min: 0, max: 1000 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((list) => list.map(({ path, weight }) => `${path.join(';')} ${weight}`).join('\n'))

const withoutStacks = (profile: Profile): Profile => ({
  ...profile,
  graph: callGraph(profile),
  frames: null,
  stacks: null,
  samples: null,
})

const costs = (profile: Profile) => ({ functions: functionCosts(profile), edges: edgeCosts(profile) })

describe('the sum of profiles', () => {
  test('of stacks is what all their samples together give, folded or not', () => {
    fc.assert(
      fc.property(drawing, drawing, fc.boolean(), (a, b, fold) => {
        expect(costs(mergeProfiles([stacks(a), stacks(b)], { fold }))).toEqual(costs(stacks(`${a}\n${b}`)))
      }),
    )
  })

  test('of graphs is the same as of the stacks that they came from', () => {
    fc.assert(
      fc.property(drawing, drawing, (a, b) => {
        const graphs = mergeProfiles([withoutStacks(stacks(a)), withoutStacks(stacks(b))])
        expect(costs(graphs)).toEqual(costs(stacks(`${a}\n${b}`)))
      }),
    )
  })
})
