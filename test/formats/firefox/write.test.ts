import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile, ProfileSet } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { graph, stacks } from '../../support/draw.js'
import { readableFixtures } from '../../support/fixtures.js'

// biome-ignore lint/suspicious/noExplicitAny: a file as JSON.parse gives it
type File = any

const set = (...profiles: Profile[]): ProfileSet => ({ profiles, active: 0 })

async function bytesOf(profiles: ProfileSet, notes: string[] = []): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const onNote = (note: string): unknown => notes.push(note)
  for await (const part of await convertProfiles(profiles, { to: 'firefox', onNote })) parts.push(part.slice())
  return Buffer.concat(parts)
}

const written = async (profiles: ProfileSet, notes: string[] = []): Promise<File> =>
  JSON.parse(Buffer.from(await bytesOf(profiles, notes)).toString('utf8'))

/** What the profiler's code takes for granted of a file of version 57. */
function expectLoadable(file: File): void {
  expect(file.meta).toMatchObject({ preprocessedProfileVersion: 57, processType: 0 })
  expect(file.meta.interval).toBeGreaterThan(0)
  expect(file.meta.categories.some(({ color }: File) => color === 'grey')).toBe(true)
  const strings = file.shared.stringArray.length
  expect(new Set(file.shared.stringArray).size).toBe(strings)
  expect(new Set(file.threads.map(({ pid, tid }: File) => `${pid} ${tid}`)).size).toBe(file.threads.length)
  for (const thread of file.threads) {
    expect(typeof thread.pid).toBe('string')
    const tables = ['samples', 'stackTable', 'frameTable', 'funcTable', 'resourceTable', 'nativeSymbols', 'markers']
    for (const table of tables) {
      for (const [name, column] of Object.entries<File>(thread[table])) {
        if (Array.isArray(column)) expect([table, name, column.length]).toEqual([table, name, thread[table].length])
      }
    }
    const { samples, stackTable, frameTable, funcTable } = thread
    const isRow = (row: File, length: number): boolean => Number.isInteger(row) && row >= 0 && row < length
    expect(samples.stack.every((row: File) => row === null || isRow(row, stackTable.length))).toBe(true)
    expect(stackTable.prefix.every((row: File, stack: number) => row === null || isRow(row, stack))).toBe(true)
    expect(stackTable.frame.every((row: File) => isRow(row, frameTable.length))).toBe(true)
    expect(frameTable.func.every((row: File) => isRow(row, funcTable.length))).toBe(true)
    expect(funcTable.name.every((row: File) => isRow(row, strings))).toBe(true)
    expect(funcTable.fileName.every((row: File) => row === null || isRow(row, strings))).toBe(true)
    expect(
      samples.time.every((time: File, at: number) => Number.isFinite(time) && time >= (samples.time[at - 1] ?? 0)),
    ).toBe(true)
    expect(samples.weight.every((weight: File) => Number.isFinite(weight))).toBe(true)
  }
}

describe('writing', () => {
  it('time becomes milliseconds, one sample behind the other', async () => {
    const time = stacks('a;b@b.js:3 0.002\na 0.003', { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    const file = await written(set(time))
    expectLoadable(file)
    expect(file.threads[0].samples).toMatchObject({ time: [0, 2], weight: [2, 3], weightType: 'tracing-ms' })
    expect(file.shared.stringArray).toEqual(expect.arrayContaining(['a', 'b', 'b.js']))
    expect(file.threads[0].funcTable.lineNumber).toEqual([null, 3])
  })

  it('bytes stay bytes, samples stay samples, other values are said to be', async () => {
    const bytes = await written(set(stacks('a 100', { valueTypes: [{ name: 'alloc_space', unit: 'bytes' }] })))
    expect(bytes.threads[0].samples).toMatchObject({ weight: [100], weightType: 'bytes' })
    const notes: string[] = []
    expect((await written(set(stacks('a 3')), notes)).threads[0].samples).toMatchObject({
      weight: [3],
      weightType: 'samples',
    })
    const interval = 'the Firefox Profiler takes a sample for an interval, and knows of none here: 1 ms are written'
    expect(notes).toEqual([interval])
    await written(set(stacks('a 3', { valueTypes: [{ name: 'faults', unit: 'count' }] })), notes)
    expect(notes.slice(1)).toEqual([
      'the Firefox Profiler has no word for faults (count), so it is written as samples',
      interval,
    ])
  })

  it('a thread for each profile, over one list of texts', async () => {
    const file = await written(
      set(
        stacks('a;b 1', { process: 'one', thread: 'main' }),
        stacks('b;c 2', { process: 'one', thread: 'worker' }),
        stacks('a 3', { process: 'two', thread: 'main' }),
      ),
    )
    expectLoadable(file)
    expect(file.shared.stringArray).toEqual(['a', 'b', 'c'])
    expect(file.threads.map(({ name, pid, isMainThread }: File) => [name, pid, isMainThread])).toEqual([
      ['main', '1', true],
      ['worker', '1', false],
      ['main', '2', true],
    ])
    const back = await readProfileSet(memorySource('a.json', await bytesOf(set(stacks('a;b 1'), stacks('b 2')))))
    expect(back.set.profiles).toHaveLength(2)
  })

  it('what cannot be added up is left out, with a note', async () => {
    const time = stacks('a 1', { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    const wall = stacks('a 1', { valueTypes: [{ name: 'wall', unit: 'seconds' }] })
    const notes: string[] = []
    expect((await written(set(time, wall), notes)).threads).toHaveLength(1)
    expect(notes).toEqual(['another time than time is left out: 1 profile measures it'])
  })

  it('marks stacks that were inferred', async () => {
    const drawn = graph('main 1x self=1 total=10\nmain -> work 3x self=9 total=9\nwork 3x self=9 total=9')
    const file = await written(set(drawn))
    expectLoadable(file)
    expect(file.threads[0].name).toBe('main [stacks inferred from call graph]')
    expect(file.threads[0].samples.weight.reduce((a: number, b: number) => a + b, 0)).toBeCloseTo(10_000, 6)
  })

  it('refuses weights that are not finite', async () => {
    const odd = stacks('a NaN', { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    await expect(written(set(odd))).rejects.toThrow('cannot hold a weight of NaN')
  })
})

describe('every fixture', () => {
  const fixtures = readableFixtures().filter(({ bytes, path }) => bytes.length < 30_000 && !path.includes('numbers'))
  it.each(fixtures.map(({ path, bytes, format }) => ({ path, bytes, format })))(
    '$path is loadable, and keeps self and total of its value',
    async ({ bytes, format }) => {
      const before = await readProfileSet(memorySource('a', bytes), { from: format })
      const text = await bytesOf(before.set).catch((error: Error) => error.message)
      if (typeof text === 'string') {
        expect(text).toMatch(/needs stacks|cannot hold|no /)
        return
      }
      expectLoadable(JSON.parse(Buffer.from(text).toString('utf8')))
      const after = await readProfileSet(memorySource('b', text))
      if (before.set.profiles.length > 1 || before.set.profiles[0]!.graph !== null) return
      const [kept] = after.set.profiles
      const [was] = before.set.profiles
      if (was!.samples!.values.includes(null)) return
      const unit = was!.valueTypes[was!.defaultValue]!.unit
      const factor = { nanoseconds: 1e-6, microseconds: 1e-3, seconds: 1e3 }[unit as string] ?? 1
      const scale = was!.valueTypes[was!.defaultValue]!.unit === 'count' ? kept!.valueTypes.length - 1 : 0
      const own = [...callGraph(was!).self[was!.defaultValue]!.values].map((self) => self * factor)
      const theirs = [...callGraph(kept!).self[scale]!.values]
      const order = (a: number, b: number): number => a - b
      const positive = (values: number[]): number[] => values.filter((value) => value !== 0).sort(order)
      const expected = positive(own)
      positive(theirs).forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 6)
      })
      expect(positive(theirs)).toHaveLength(expected.length)
    },
  )
})
