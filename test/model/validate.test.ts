import { describe, expect, test } from 'vitest'
import type { Profile } from '../../src/model/profile.js'
import { validate } from '../../src/model/validate.js'
import { graph, stacks } from '../support/draw.js'

const codes = (profile: Profile): string[] => validate(profile).notes.map((note) => note.code)

describe('validate', () => {
  test('has nothing to say about sound profiles', () => {
    const sound = graph(`
      main 1x self=1 total=10
      fib 5/1x self=9 total=9
      main -> fib 1x self=1 total=9
      fib -> fib 4/2x self=8 total=8
    `)
    expect(validate(sound)).toEqual({ errors: [], notes: [] })
    expect(validate(stacks('main;a 1\n- 2'))).toEqual({ errors: [], notes: [] })
    expect(validate(graph(''))).toEqual({ errors: [], notes: [] })
  })

  const drawn = stacks('main;a 1\nmain;b 2')
  const withStacks = (part: Partial<NonNullable<Profile['stacks']>>): Profile => ({
    ...drawn,
    stacks: { ...drawn.stacks!, ...part },
  })
  const withSamples = (part: Partial<NonNullable<Profile['samples']>>): Profile => ({
    ...drawn,
    samples: { ...drawn.samples!, ...part },
  })
  const labels = {
    length: 1,
    key: Int32Array.of(0),
    text: Int32Array.of(1),
    number: { values: Float64Array.of(0), exact: null },
    unit: Int32Array.of(-1),
    setStart: Int32Array.of(0, 0, 1),
    members: Int32Array.of(0),
  }

  test.each<[string, Profile]>([
    ['stack 1 has the parent 2', withStacks({ parent: Int32Array.of(-1, 2, 0) })],
    ['stack 1 has the parent 1', withStacks({ parent: Int32Array.of(-1, 1, 0) })],
    ['stack frame of row 2 is 3', withStacks({ frame: Int32Array.of(0, 1, 3) })],
    ['stack parent has 2 rows', withStacks({ parent: Int32Array.of(-1, 0) })],
    ['sample stack of row 0 is 7', withSamples({ stack: Int32Array.of(7, 0) })],
    ['sample stack of row 1 is -2', withSamples({ stack: Int32Array.of(0, -2) })],
    ['samples have 0 of 1 values', withSamples({ values: [] })],
    ['sample value has 1 rows', withSamples({ values: [{ values: Float64Array.of(1), exact: null }] })],
    ['sample labels of row 0 is 1', withSamples({ labels: Int32Array.of(1, 0) })],
    ['frames, stacks and samples go together', { ...drawn, frames: null }],
    ['the default value is 3 of 1', { ...drawn, defaultValue: 3 }],
    ['frame function of row 0 is 9', { ...drawn, frames: { ...drawn.frames!, function: Int32Array.of(9, 1, 2) } }],
    ['function name of row 0 is -1', { ...drawn, functions: { ...drawn.functions, name: Int32Array.of(-1, 1, 2) } }],
    ['the call graph has 1 functions', { ...drawn, graph: graph('a 1x self=1 total=1').graph }],
    ['label set 1 begins at 2', { ...drawn, labels: { ...labels, setStart: Int32Array.of(0, 2, 1) } }],
    ['label of a set of row 0 is 4', { ...drawn, labels: { ...labels, members: Int32Array.of(4) } }],
  ])('finds that %s', (message, profile) => {
    expect(validate(profile).errors.join('\n')).toContain(message)
  })

  test('finds edges that point nowhere', () => {
    const sound = graph('a -> b 1x')
    const edges = { ...sound.graph!.edges, callee: Int32Array.of(2) }
    const profile = { ...sound, graph: { ...sound.graph!, edges } }
    expect(validate(profile).errors).toEqual(['edge callee of row 0 is 2, expected 0 to 1'])
  })

  test('notes call counts that cannot be', () => {
    expect(codes(graph('a -1x self=1 total=1'))).toEqual(['negative-calls'])
    expect(codes(graph('a 1/4x self=1 total=1'))).toEqual(['primitive-above-calls'])
    expect(codes(graph('a 2/0x self=1 total=1'))).toEqual(['no-primitive-calls'])
    const called = graph('a 1x self=1 total=2\nb 1x self=1 total=1\na -> b 3x self=1 total=1')
    expect(codes(called)).toEqual(['callers-exceed-calls'])
  })

  test('notes costs that cannot be, with how many', () => {
    expect(validate(graph('a 1x self=2 total=1\nb 1x self=3 total=1')).notes).toEqual([
      { code: 'total-below-self', count: 2, message: '2 functions have totals below their self' },
    ])
    expect(codes(graph('a 1x self=-1 total=0'))).toEqual(['negative-costs'])
    expect(codes(graph('a 1x self=NaN total=1'))).toContain('costs-not-finite')
    expect(codes(stacks('a -4'))).toEqual(['negative-weights'])
  })

  test('notes when self adds up to less than the largest total', () => {
    const clash = graph(
      'main 1x self=0.023 total=0.124\nf 3x self=0.078 total=0.078\nmain -> f 3x self=0.078 total=0.078',
    )
    expect(validate(clash).notes).toEqual([
      {
        code: 'total-above-sum',
        count: 1,
        message: 'self of all functions adds up to 18.5 % less than the largest total, so some entries were lost',
      },
    ])
  })
})
