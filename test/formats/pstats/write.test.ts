import { describe, expect, it } from 'vitest'
import { readPstats } from '../../../formats/pstats/read.js'
import { writePstats } from '../../../formats/pstats/write.js'
import { memorySource } from '../../../src/bytes/source.js'
import { Allocator } from '../../../src/limits.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Profile } from '../../../src/model/profile.js'
import { StackBuilder } from '../../../src/model/stack-builder.js'
import { NONE } from '../../../src/model/tables.js'
import { edgeCosts, functionCosts, graph, stacks } from '../../support/draw.js'

/** What is read back after writing, and what the user was told. */
async function roundTrip(
  ...profiles: readonly Profile[]
): Promise<{ profile: Profile; notes: string[]; bytes: Buffer }> {
  const notes: string[] = []
  const context = { options: {}, exporter: 'test', note: (message: string) => notes.push(message) }
  const bytes = Buffer.concat([...writePstats({ profiles, active: 0 }, context)])
  const set = await readPstats(memorySource('x', bytes), {
    allocator: new Allocator(),
    need: 'timeline',
    rules: { attribution: 'hold', gc: 'attach' },
    options: {},
    repair: (message) => expect.fail(message),
    fault: (message) => expect.fail(message),
  })
  return { profile: set.profiles[0]!, notes, bytes }
}

const FIB = `
  main@app.py:30 1x self=0.25 total=2
  fib@app.py:6 5/1x self=1.75 total=1.75
  main@app.py:30 -> fib@app.py:6 1/1x self=0.25 total=1.75
  fib@app.py:6 -> fib@app.py:6 4/2x self=1.5 total=1
`

describe('a call graph', () => {
  it('is written as marshal version 2 without references, times as floats', async () => {
    const { bytes, notes } = await roundTrip(graph('f@a:3 2/1x self=0.5 total=0.75'))
    const expected = [
      '{(\x03\0\0\0u\x01\0\0\0ai\x03\0\0\0u\x01\0\0\0f',
      '(\x05\0\0\0i\x01\0\0\0i\x02\0\0\0g\0\0\0\0\0\0\xe0\x3fg\0\0\0\0\0\0\xe8\x3f{0',
      '0',
    ]
    expect(bytes.toString('latin1')).toBe(expected.join(''))
    expect(notes).toEqual([])
  })

  it('comes back as it was', async () => {
    const before = graph(FIB)
    const { profile } = await roundTrip(before)
    expect(functionCosts(profile)).toEqual(functionCosts(before))
    expect(edgeCosts(profile)).toEqual(edgeCosts(before))
  })

  it('has its time in seconds', async () => {
    const valueTypes = [{ name: 'time', unit: 'nanoseconds' }] as const
    const { profile } = await roundTrip(graph('f 1x self=1500000001 total=3000000000', { valueTypes }))
    expect(functionCosts(profile).f).toMatchObject({ self: 1.500000001, total: 3 })
  })

  it('takes the time, also when that is not the default', async () => {
    const valueTypes = [
      { name: 'alloc', unit: 'bytes' },
      { name: 'time', unit: 'milliseconds' },
    ] as const
    const { profile, notes } = await roundTrip(graph('f 1x self=99,500 total=99,500', { valueTypes }))
    expect(functionCosts(profile).f).toMatchObject({ self: 0.5 })
    expect(notes).toEqual([])
  })

  it('without a time has its numbers where Python shows seconds', async () => {
    const { profile, notes } = await roundTrip(
      graph('f 1x self=4096 total=4096', { valueTypes: [{ name: 'alloc', unit: 'bytes' }] }),
    )
    expect(functionCosts(profile).f).toMatchObject({ self: 4096 })
    expect(notes).toEqual(['pstats holds times: the numbers of alloc (bytes) stand where Python shows seconds'])
  })

  it('with nothing but calls per caller keeps the form of the profile module', async () => {
    const before = graph(`
      main 1x self=1 total=3
      f 7x self=2 total=2
      main -> f 7x
    `)
    const { edges } = before.graph!
    const counted = { ...before, graph: { ...before.graph!, edges: { ...edges, primitiveCalls: null } } }
    const { profile } = await roundTrip(counted)
    expect(edgeCosts(profile)['main -> f']).toEqual({ calls: 7, primitiveCalls: null, self: null, total: null })
    expect(profile.source.details.get('pstats.callers')).toBe('counts')
  })

  it('with totals per caller only shares self out by them', async () => {
    const { profile, notes } = await roundTrip(
      graph(`
        main 1x self=0 total=12
        other 1x self=0 total=4
        f 4x self=8 total=16
        main -> f 3x total=12
        other -> f 1x total=4
      `),
    )
    expect(edgeCosts(profile)).toMatchObject({
      'main -> f': { self: 6, total: 12 },
      'other -> f': { self: 2, total: 4 },
    })
    expect(notes).toEqual([
      'self times per caller are not known: each is estimated from the total time of the same caller',
    ])
  })

  it('keeps integers of any width', async () => {
    const { profile } = await roundTrip(graph(`f ${2n ** 70n + 1n}/${2n ** 53n + 1n}x self=1 total=1`))
    expect(functionCosts(profile).f).toMatchObject({ calls: 2n ** 70n + 1n, primitiveCalls: 2n ** 53n + 1n })
  })

  it('tells functions apart that only their column does', async () => {
    const before = graph('f@min.js:1 1x self=1 total=1\ng@min.js:1 2x self=2 total=2')
    const { functions } = before
    const name = Int32Array.of(functions.name[0]!, functions.name[0]!)
    const columns = { ...before, functions: { ...functions, name, column: Int32Array.of(5, 70) } }
    const { profile, notes } = await roundTrip(columns)
    expect(Object.keys(functionCosts(profile))).toEqual(['f:5@min.js:1', 'f:70@min.js:1'])
    expect(notes).toEqual(['2 functions share file, line and name with another; a column or number tells them apart'])
  })

  it('is written in pieces', () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `f${i}@${'x'.repeat(50)}.py:1 1x self=1 total=1`)
    const context = { options: {}, exporter: 'test', note: () => {} }
    const sizes = [...writePstats({ profiles: [graph(lines.join('\n'))], active: 0 }, context)].map(
      (part) => part.length,
    )
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThan(100_000)
  })
})

describe('what pstats lacks', () => {
  it('samples stand for calls', async () => {
    const valueTypes = [
      { name: 'samples', unit: 'count' },
      { name: 'cpu', unit: 'nanoseconds' },
    ] as const
    const { profile, notes } = await roundTrip(
      stacks('main;f;f 3 3000000000\nmain 1 1000000000', { valueTypes, defaultValue: 1 }),
    )
    expect(functionCosts(profile)).toEqual({
      main: { calls: 4, primitiveCalls: 4, self: 1, total: 4 },
      f: { calls: 3, primitiveCalls: 3, self: 3, total: 3 },
    })
    expect(edgeCosts(profile)['main -> f']).toMatchObject({ calls: 3, total: 3 })
    expect(notes).toEqual(['calls were not counted: the number of samples stands where Python shows calls'])
  })

  it('calls that nothing counts are 0', async () => {
    const { profile, notes } = await roundTrip(stacks('main;f 3', { valueTypes: [{ name: 'time', unit: 'seconds' }] }))
    expect(functionCosts(profile).f).toEqual({ calls: 0, primitiveCalls: 0, self: 3, total: 3 })
    expect(notes).toEqual(['calls were not counted: they are written as 0'])
  })

  it('entries of spans are calls', async () => {
    const valueTypes = [{ name: 'time', unit: 'seconds' }] as const
    const { profile, notes } = await roundTrip(stacks('main 1 1x\nmain;f 3 2x\nmain;f;f 1 5x', { valueTypes }))
    expect(functionCosts(profile).f).toEqual({ calls: 7, primitiveCalls: 2, self: 4, total: 4 })
    expect(notes).toEqual([])
  })

  it('refuses several profiles and profiles without functions', async () => {
    const one = graph('f 1x self=1 total=1')
    await expect(roundTrip(one, one)).rejects.toThrow('a pstats file holds one profile, got 2')
    await expect(roundTrip(graph(''))).rejects.toThrow('the profile has no function')
  })
})

describe('names', () => {
  async function writtenName(bytes: Uint8Array): Promise<{ name: Buffer; notes: string[] }> {
    const builder = new StackBuilder(new Allocator(), { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    const fn = builder.functions.intern(builder.functions.strings.intern(bytes))
    builder.sample(builder.stack(NONE, builder.frame(fn)), [1])
    const valueTypes = [{ name: 'time', unit: 'seconds' }] as const
    const before = makeProfile({ strings: builder.functions.strings, ...builder.finish(), valueTypes })
    const { profile, notes } = await roundTrip(before)
    return { name: Buffer.from(profile.strings.bytes(profile.functions.name[0]!)), notes: notes.slice(1) }
  }

  it.each([
    ['UTF-8', 'c3a9f09f9880', 'c3a9f09f9880'],
    ['a lone surrogate', '61edb3a9', '61edb3a9'],
    // As bytes.decode('utf-8', 'surrogateescape').encode('utf-8', 'surrogatepass') gives.
    ['Latin-1', '2fe92e', '2fedb3a92e'],
    ['Latin-1 beside UTF-8', 'c3a9e961', 'c3a9edb3a961'],
    ['a sequence that is cut', 'f09f98', 'edb3b0edb29fedb298'],
  ])('%s', async (_, before, after) => {
    const { name, notes } = await writtenName(Buffer.from(before, 'hex'))
    expect(name.toString('hex')).toBe(after)
    expect(notes.length).toBe(before === after ? 0 : 1)
  })
})
