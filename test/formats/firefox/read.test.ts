import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLocation } from '../../../formats/firefox/location.js'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { dump } from '../../support/dump.js'
import { FIXTURES } from '../../support/fixtures.js'

async function read(file: unknown, options: ReadOptions = {}) {
  return readProfileSet(memorySource('a.json', Buffer.from(JSON.stringify(file))), options)
}

const fixture = (name: string) => JSON.parse(readFileSync(join(FIXTURES, 'firefox', name), 'utf8'))

/** Function → self and total of each value. */
function costs(profile: Profile): Record<string, readonly number[]> {
  const { self, total, length } = callGraph(profile)
  const { functions, strings } = profile
  return Object.fromEntries(
    Array.from({ length }, (_, func) => [
      strings.text(functions.name[func]!),
      self.flatMap((column, value) => [column.values[func]!, total[value]!.values[func]!]),
    ]),
  )
}

const sum = (profile: Profile): number => callGraph(profile).self[0]!.values.reduce((a, b) => a + b, 0)

describe('versions', () => {
  const versionless = (text: string): string => text.replace(/preprocessedProfileVersion = \d+/g, '')

  it('one program in the forms of versions 48, 62 and 66 reads as one', async () => {
    const [old, shared, offsets] = await Promise.all(
      ['handmade-v48.json', 'handmade-v62.json', 'handmade-v66.json'].map(async (name) =>
        versionless(dump((await read(fixture(name))).set)),
      ),
    )
    expect(shared).toBe(old)
    expect(offsets).toBe(old)
  })

  it('has the numbers that were put in', async () => {
    const { set } = await read(fixture('handmade-v66.json'))
    // Weights 1, 1, 1, 1, 1, 4 on inline_me, inline_me, read_file, nothing, 0x4f10, parse; the interval is 1 ms.
    expect(costs(set.profiles[0]!)).toEqual({
      main: [0, 8, 0, 8],
      parse: [4, 7, 4, 7],
      inline_me: [2, 2, 2, 2],
      read_file: [1, 1, 1, 1],
      '0x4f10': [1, 1, 1, 1],
    })
    const { frames, functions, strings, samples } = set.profiles[0]!
    const inlined = frames!.inlined!.indexOf(1)
    expect(strings.text(functions.name[frames!.function[inlined]!]!)).toBe('inline_me')
    expect([...samples!.time!]).toEqual([0, 1, 2.1, 3, 4, 9])
    expect(set.profiles.map(({ name, process }) => [name, process])).toEqual([
      ['shop', 'shop'],
      ['worker', 'shop'],
    ])
    expect(set.profiles[0]!.source.notes.map(({ code }) => code)).toContain('unsymbolicated')
  })

  it("does not take Python's executing lines as definitions", async () => {
    const { set } = await read(fixture('handmade-python-v57.json'))
    const { functions, frames, source } = set.profiles[0]!
    expect(new Set(functions.line)).toEqual(new Set([-0x8000_0000]))
    expect([...frames!.line].sort()).toEqual([-0x8000_0000, 3, 5, 5, 9].sort())
    expect([source.language, source.producer]).toEqual(['python', 'Tachyon Sampling Profiler'])
  })

  it('keeps processes of a raw file apart, with clocks of their own', async () => {
    const { set } = await read(fixture('handmade-gecko.json'))
    expect(set.profiles.map(({ name, source }) => [name, source.recordedAt])).toEqual([
      ['Parent Process: GeckoMain', 1636162232100000000n],
      ['Web Content: GeckoMain', 1636162233002000000n],
    ])
  })
})

describe('weights', () => {
  const file = (samples: object, meta: object = {}) => ({
    meta: { interval: 2, startTime: 0, preprocessedProfileVersion: 66, version: 24, ...meta },
    shared: {
      stringArray: ['a', 'b'],
      funcTable: { name: [0, 1] },
      frameTable: { func: [0, 1] },
      stackTable: { frame: [0, 1], prefixOffset: [0, 1] },
    },
    threads: [{ name: 't', samples: { stack: [0, 1, 1], timeDeltas: [0, 1, 50], ...samples } }],
  })

  it('samples are worth an interval, whatever the clock says', async () => {
    const { set } = await read(file({ weight: null, weightType: 'samples' }))
    expect(set.profiles[0]!.valueTypes).toEqual([
      { name: 'time', unit: 'milliseconds' },
      { name: 'samples', unit: 'count' },
    ])
    expect(costs(set.profiles[0]!)).toEqual({ a: [2, 6, 1, 3], b: [4, 4, 2, 2] })
  })

  it('are milliseconds or bytes where the file says so, also below 0', async () => {
    const time = (await read(file({ weight: [0.5, -1, 3], weightType: 'tracing-ms' }))).set.profiles[0]!
    expect([time.valueTypes, costs(time)]).toEqual([
      [{ name: 'time', unit: 'milliseconds' }],
      { a: [0.5, 2.5], b: [2, 2] },
    ])
    const bytes = (await read(file({ weight: [8, 16, 32], weightType: 'bytes' }))).set.profiles[0]!
    expect([bytes.valueTypes, costs(bytes)]).toEqual([[{ name: 'space', unit: 'bytes' }], { a: [8, 56], b: [48, 48] }])
  })

  it('without an interval only samples are counted', async () => {
    const { set } = await read(file({}, { interval: 0 }))
    expect(set.profiles[0]!.valueTypes).toEqual([{ name: 'samples', unit: 'count' }])
  })

  it('columns of different lengths are refused', async () => {
    await expect(read(file({ weight: [1] }))).rejects.toThrow('expected as many weights as samples, got 1 and 3')
    await expect(read(file({ time: [1, 2] }))).rejects.toThrow('expected as many times as samples, got 2 and 3')
    await expect(read(file({ stack: [0, 1, 2] }))).rejects.toThrow('expected one of 2 stacks, got stack 2')
    await expect(read(file({ stack: [0, 1, 0.5] }))).rejects.toThrow('expected one of 2 stacks, got stack 0.5')
  })

  it('threads without samples are left out beside others, and kept when there are only such', async () => {
    const whole = file({})
    const idle = { name: 'idle', samples: { stack: [], timeDeltas: [] } }
    const { set } = await read({ ...whole, threads: [idle, ...whole.threads, idle] })
    expect(set.profiles.map(({ name }) => name)).toEqual(['t'])
    expect((await read({ ...whole, threads: [idle] })).set.profiles[0]?.samples?.length).toBe(0)
    await expect(read({ ...whole, threads: [] })).rejects.toThrow('expected at least one thread')
  })
})

describe('any tree of stacks', () => {
  it('has the totals that walking each sample gives', async () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        parents,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 })), { minLength: 1 }),
        fc.boolean(),
        async (seeds, seen, isOffset) => {
          const count = seeds.length
          // A stack continues one before it, or none.
          const parent = seeds.map((seed, row) => (seed % (row + 1)) - 1)
          const frame = seeds.map((seed) => seed % 4)
          const samples = seen.map(([stack, weight]) => [stack % count, weight] as const)
          const column = isOffset
            ? { prefixOffset: parent.map((each, row) => (each < 0 ? 0 : row - each)) }
            : { prefix: parent.map((each) => (each < 0 ? null : each)) }
          const { set } = await read({
            meta: { interval: 1, startTime: 0, preprocessedProfileVersion: isOffset ? 66 : 62, version: 24 },
            shared: {
              stringArray: ['a', 'b', 'c', 'd'],
              funcTable: { name: [0, 1, 2, 3] },
              frameTable: { func: [0, 1, 2, 3] },
              stackTable: { frame, ...column },
            },
            threads: [
              {
                name: 't',
                samples: {
                  stack: samples.map(([stack]) => stack),
                  weight: samples.map(([, weight]) => weight),
                  weightType: 'tracing-ms',
                  time: samples.map((_, at) => at),
                },
              },
            ],
          })
          const expected: Record<string, number[]> = {}
          for (const [stack, weight] of samples) {
            const names = new Set<string>()
            for (let at = stack; at >= 0; at = parent[at]!) names.add('abcd'[frame[at]!]!)
            for (const name of names) {
              expected[name] ??= [0, 0]
              expected[name][1]! += weight
            }
            expected['abcd'[frame[stack]!]!]![0]! += weight
          }
          expect(costs(set.profiles[0]!)).toEqual(expected)
          expect(sum(set.profiles[0]!)).toBe(samples.reduce((total, [, weight]) => total + weight, 0))
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('locations of raw files', () => {
  it.each([
    ['work (in libshop.so) + 123', 'work', 'libshop.so', null, null],
    ['a::b(int, char) (in libshop.so) (shop.cpp:12)', 'a::b(int, char)', 'shop.cpp', null, null],
    ['work (in libshop.so)', 'work', 'libshop.so', null, null],
    ['work (https://shop.example/app.js:12:3)[4]', 'work', 'https://shop.example/app.js', 12, 3],
    ['work (resource://gre/a.sys.mjs:12)', 'work', 'resource://gre/a.sys.mjs', 12, null],
    ['https://shop.example/app.js:12:3', '(top level)', 'https://shop.example/app.js', 12, 3],
    ['0x7f76b7ffc0e6', '0x7f76b7ffc0e6', null, null, null],
    ['js::RunScript', 'js::RunScript', null, null, null],
    ['IPC:5', 'IPC:5', null, null, null],
    ['(root)', '(root)', null, null, null],
  ] as const)('%s', (text, name, file, line, column) => {
    expect(parseLocation(text)).toEqual({ name, file, line, column })
  })
})
