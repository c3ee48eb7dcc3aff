import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpeedscopeFile } from '../../../formats/speedscope/file-format.js'
import { memorySource } from '../../../src/bytes/source.js'
import { CallcostError, placeText } from '../../../src/errors.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile, ProfileSet } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { graph, stacks } from '../../support/draw.js'
import { readableFixtures } from '../../support/fixtures.js'

const schema = createRequire(import.meta.url)('speedscope/dist/release/file-format-schema.json')
const isValid = new Ajv({ strict: false }).compile(schema)

async function written(set: ProfileSet, to = 'speedscope'): Promise<SpeedscopeFile> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, { to })) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

async function read(file: unknown, options: ReadOptions = {}) {
  return readProfileSet(memorySource('a.json', Buffer.from(JSON.stringify(file))), options)
}

async function refusal(file: unknown, options: ReadOptions = {}): Promise<string> {
  try {
    await read(file, options)
    return 'read'
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    return `${error.message}${'place' in error ? ` (${placeText(error.place as object)})` : ''}`
  }
}

type Event = readonly [type: 'O' | 'C', frame: number, at: number]

function evented(events: readonly Event[], more: object = {}): object {
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames: [{ name: 'a' }, { name: 'b', file: 'b.js', line: 3, col: 7 }, { name: 'c' }] },
    profiles: [
      {
        type: 'evented',
        name: 'main',
        unit: 'milliseconds',
        startValue: 0,
        endValue: events.at(-1)?.[2] ?? 0,
        events: events.map(([type, frame, at]) => ({ type, frame, at })),
        ...more,
      },
    ],
  }
}

const set = (...profiles: Profile[]): ProfileSet => ({ profiles, active: 0 })

function costs(profile: Profile): Record<string, readonly [calls: number | undefined, self: number, total: number]> {
  const { calls, self, total, length } = callGraph(profile)
  const { functions, strings } = profile
  return Object.fromEntries(
    Array.from({ length }, (_, func) => [
      strings.text(functions.name[func]!),
      [calls?.values[func], self[0]!.values[func]!, total[0]!.values[func]!],
    ]),
  )
}

describe('writing', () => {
  it('writes samples as samples, equal neighbours merged', async () => {
    const file = await written(set(stacks('a;b 2\na;b 3\na;c 5\na;b 1')))
    expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
    const [profile] = file.profiles
    expect(profile).toMatchObject({ type: 'sampled', unit: 'none', endValue: 11, weights: [5, 5, 1] })
    const names =
      profile?.type === 'sampled' ? profile.samples.map((each) => each.map((f) => file.shared.frames[f]?.name)) : []
    expect(names).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'b'],
    ])
  })

  it('writes a profile for each thread and value type over one list of frames', async () => {
    const valueTypes = [
      { name: 'time', unit: 'seconds' as const },
      { name: 'space', unit: 'bytes' as const },
    ]
    const file = await written(
      set(stacks('a;b 2 100', { valueTypes, name: 'one' }), stacks('b;a 3 50', { valueTypes, name: 'two' })),
    )
    expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
    expect(file.shared.frames).toEqual([{ name: 'a' }, { name: 'b' }])
    expect(file.profiles.map(({ name, unit, endValue }) => [name, unit, endValue])).toEqual([
      ['one (time)', 'seconds', 2],
      ['one (space)', 'bytes', 100],
      ['two (time)', 'seconds', 3],
      ['two (space)', 'bytes', 50],
    ])
  })

  it('marks stacks that were inferred from a call graph, and keeps the total', async () => {
    const drawn = graph('main 1x self=1 total=10\nmain -> work 3x self=9 total=9\nwork 3x self=9 total=9', {
      name: 'run',
    })
    const file = await written(set(drawn))
    expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
    expect(file.profiles[0]?.name).toMatch(/^run \[stacks inferred from call graph/)
    expect(file.profiles[0]?.endValue).toBeCloseTo(10, 9)
  })

  it('refuses weights that the format cannot hold', async () => {
    await expect(written(set(stacks('a -1')))).rejects.toThrow(/cannot hold a weight of -1/)
  })

  it.each(readableFixtures().map(({ path, bytes }) => ({ path, bytes })))(
    'writes $path as its schema says',
    async ({ bytes }) => {
      const { set: profiles } = await readProfileSet(memorySource('fixture', bytes))
      const negative = profiles.profiles.some(({ samples, graph: own }) =>
        [...(samples?.values ?? []), ...(own?.self ?? [])].some((column) =>
          column?.values.some((value) => !(value >= 0)),
        ),
      )
      if (negative) return
      const file = await written(profiles)
      expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
    },
  )
})

describe('reading', () => {
  it('counts the entries of functions and the time in them, recursion once', async () => {
    const { set: profiles } = await read(
      evented([
        ['O', 0, 0],
        ['O', 1, 2],
        ['O', 1, 3],
        ['C', 1, 6],
        ['C', 1, 7],
        ['C', 0, 10],
        ['O', 0, 10],
        ['C', 0, 11],
      ]),
    )
    expect(costs(profiles.profiles[0]!)).toEqual({ a: [2, 6, 11], b: [2, 5, 5], c: [0, 0, 0] })
  })

  it('reads frames that stand behind the profiles, and nulls of optional keys', async () => {
    const file = {
      $schema: 'https://www.speedscope.app/file-format-schema.json',
      name: null,
      exporter: null,
      activeProfileIndex: null,
      profiles: [
        {
          type: 'sampled',
          name: 'x',
          unit: 'seconds',
          startValue: 0,
          endValue: 3,
          samples: [[0, 1], [], [0]],
          weights: [1, 1.5, 0.5],
        },
      ],
      shared: { frames: [{ name: 'a', file: null, line: null, col: null }, { name: 'b' }] },
    }
    const { set: profiles, problems } = await read(file)
    expect(problems).toEqual([])
    expect(costs(profiles.profiles[0]!)).toEqual({ a: [undefined, 0.5, 1.5], b: [undefined, 1, 1] })
  })

  it('repairs what has one sensible reading, and refuses it under strict', async () => {
    const unclosed = evented(
      [
        ['O', 0, 0],
        ['O', 1, 2],
      ],
      { endValue: 5 },
    )
    const { set: profiles, problems } = await read(unclosed)
    expect(costs(profiles.profiles[0]!)).toMatchObject({ a: [1, 2, 5], b: [1, 3, 3] })
    expect(problems).toHaveLength(1)
    expect(await refusal(unclosed, { strict: true })).toMatch(/^a frame is never left/)

    const crossed = evented([
      ['O', 0, 0],
      ['O', 1, 2],
      ['C', 0, 5],
    ])
    expect(costs((await read(crossed)).set.profiles[0]!)).toMatchObject({ a: [1, 2, 5], b: [1, 3, 3] })
    const backwards = evented([
      ['O', 0, 0],
      ['O', 1, 4],
      ['C', 1, 3],
      ['C', 0, 6],
    ])
    expect(costs((await read(backwards)).set.profiles[0]!)).toMatchObject({ a: [1, 6, 6], b: [1, 0, 0] })
  })

  it.each([
    [
      'a frame that does not exist',
      evented([
        ['O', 9, 0],
        ['C', 9, 1],
      ]),
      'expected one of 3 frames, got frame 9 (profiles[0])',
    ],
    [
      'an exit without entry',
      evented([['C', 1, 1]]),
      /^a frame is left that was not entered \(profiles\[0\]\.events\[0\], byte \d+\)$/,
    ],
    [
      'a weight that is text',
      { ...evented([]), profiles: [{ type: 'sampled', unit: 'none', samples: [[0]], weights: ['2'] }] },
      /^expected a number or null, got a string/,
    ],
    [
      'a negative weight',
      { ...evented([]), profiles: [{ type: 'sampled', unit: 'none', samples: [[0]], weights: [-2] }] },
      /^expected a weight of 0 or more, got -2/,
    ],
    [
      'lengths that differ',
      { ...evented([]), profiles: [{ type: 'sampled', unit: 'none', samples: [[0]], weights: [] }] },
      /^expected as many samples as weights/,
    ],
    ['no profile', { ...evented([]), profiles: [] }, /^expected at least one profile/],
  ])('refuses %s with its place', async (_, file, expected) => {
    expect(await refusal(file)).toMatch(expected)
  })

  it('tells the same entries and exits again', async () => {
    // A walk of entries and exits, each at the same moment as the one before or later.
    const step = fc.tuple(
      fc.constantFrom('O', 'O', 'C'),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 5 }),
        async (steps, start) => {
          const open: number[] = []
          const events: Event[] = []
          let at = start
          for (const [type, frame, passed] of steps) {
            at += passed
            if (type === 'O') open.push(frame)
            else if (open.length === 0) continue
            events.push([type as 'O' | 'C', type === 'O' ? frame : open.pop()!, at])
          }
          while (open.length > 0) events.push(['C', open.pop()!, ++at])
          const file = evented(events, { startValue: start, endValue: at + 2 }) as SpeedscopeFile
          const again = await written((await read(await written((await read(file)).set, 'callcost'))).set)
          expect(again.profiles[0]).toEqual({ ...file.profiles[0] })
          expect(again.shared).toEqual(file.shared)
        },
      ),
      { numRuns: 300 },
    )
  })
})
