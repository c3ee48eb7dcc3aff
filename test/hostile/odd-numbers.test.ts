import { describe, expect, it } from 'vitest'
import type { ReadNeed } from '../../formats/codec.js'
import { CallcostError } from '../../src/errors.js'
import type { Profile, ProfileSet, Source } from '../../src/model/profile.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { stacks } from '../support/draw.js'

/** Numbers of one file that each are in order, and what is made of them is not: all of it was found by fuzzing. */

const bytesOf = (content: string | object): Uint8Array =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))

async function read(from: string, content: string | object, need?: ReadNeed): Promise<ProfileSet> {
  return (await readProfileSet(bytesOf(content), need === undefined ? { from } : { from, need })).set
}

async function write(set: ProfileSet, to: string, notes: string[] = []): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const onNote = (note: string): unknown => notes.push(note)
  for await (const part of await convertProfiles(set, { to, onNote })) parts.push(part.slice())
  return Buffer.concat(parts)
}

/** What an error of the input says; anything else that is thrown is a fault of ours. */
async function refusal(action: () => Promise<unknown>): Promise<string> {
  try {
    await action()
    return 'none'
  } catch (error) {
    if (!(error instanceof CallcostError) || error.kind !== 'data') throw error
    return error.message
  }
}

/** One function and one sample, in callcost JSON, with `samples` and `source` changed. */
function document(samples: object, source: object = {}, more: object = {}): object {
  return {
    schema: 'callcost/profile/1',
    profiles: [
      {
        source: { format: 'collapsed', method: 'sampled', stacks: 'recorded', ...source },
        valueTypes: [{ name: 'samples', unit: 'count' }],
        strings: ['main', 'key'],
        functions: { name: [0], file: [-1], line: [null], column: [null] },
        frames: { function: [0], line: [null], column: [null] },
        stacks: { parent: [-1], frame: [0] },
        samples: { stack: [0], values: [[1]], ...samples },
        ...more,
      },
    ],
  }
}

describe('sums that no double holds', () => {
  // 1e308 + 1e308 is past the largest double, 1.8e308.
  const three = 'a 1e308\nb 1e308\nb 1e308\n'

  it.each([
    ['cpuprofile', 'a CPU profile cannot hold a time of Infinity microseconds'],
    ['heapprofile', 'a heap profile cannot hold a size of Infinity'],
    ['firefox', "the Firefox Profiler's format cannot hold a time of Infinity"],
  ])('are not written as %s', async (to, message) => {
    const set = await read('collapsed', three)
    expect(await refusal(() => write(set, to))).toBe(message)
  })

  it('are not written as the times of a CPU profile, nor its end', async () => {
    const times = (time: number[], duration: number | string) =>
      document({ stack: [0, 0], values: [null], time, timeUnit: 'microseconds', duration })
    for (const [time, duration] of [
      [[-1e308, 1e308], 1],
      [[0, 1], 'Infinity'],
    ] as const) {
      const set = await read('callcost', times([...time], duration))
      expect(await refusal(() => write(set, 'cpuprofile'))).toBe(
        'a CPU profile cannot hold a time of Infinity microseconds',
      )
    }
  })

  it('come back from callcost JSON', async () => {
    const set = await read('callcost', document({ time: [0], duration: '-Infinity' }, { intervalNs: 'Infinity' }))
    const [again] = (await readProfileSet(await write(set, 'callcost'))).set.profiles
    expect([again!.samples!.duration, again!.source.intervalNs]).toEqual([-Infinity, Infinity])
  })

  it.each([
    [
      'stackprof',
      { version: 1.2, mode: 'wall', interval: 1e308, samples: 0, gc_samples: 0, missed_samples: 0, frames: {} },
    ],
    ['pyinstrument', { min_interval: 1e300, frame_records: [] }],
    ['firefox', { meta: { interval: 1e305 }, threads: [{ samples: { stack: [] } }] }],
  ])('are no interval of a %s file', async (from, content) => {
    const [profile] = (await read(from, content)).profiles
    expect(profile!.source.intervalNs).toBeNull()
  })
})

describe('a moment far from all time', () => {
  it('comes back from callcost JSON to the nanosecond', async () => {
    const set = await read('firefox', { meta: { startTime: 1e300 }, threads: [{ samples: { stack: [] } }] })
    const again = (await readProfileSet(await write(set, 'callcost'))).set
    expect(again.profiles[0]!.source.recordedAt).toBe(BigInt(1e300) * 1_000_000n)
  })
})

describe('a CPU profile with two arrays of samples', () => {
  const frame = { functionName: 'main', scriptId: '1', url: '', lineNumber: 0, columnNumber: 0 }
  const nodes = `"nodes":[{"id":1,"callFrame":${JSON.stringify(frame)}}]`

  it.each<ReadNeed>(['timeline', 'runs', 'weights'])(
    'is refused when the times are between them (%s)',
    async (need) => {
      const text = `{${nodes},"samples":[1],"timeDeltas":[5],"samples":[1]}`
      expect(await refusal(() => read('cpuprofile', text, need))).toMatch(
        /^expected one array of samples, got a second/,
      )
    },
  )
})

describe('samples of callcost JSON', () => {
  it('have weights or times', async () => {
    const message = 'expected times for samples whose values are null, got none'
    expect(await refusal(() => read('callcost', document({ values: [null] })))).toBe(message)
    const timed = await read('callcost', document({ values: [null], time: [1], timeUnit: 'microseconds' }))
    expect(timed.profiles[0]!.samples!.values).toEqual([null])
  })
})

describe('what 64 bits do not hold', () => {
  const written = async (source: Partial<Source>, notes: string[] = []): Promise<Profile> => {
    const set = { profiles: [stacks('main 1', { source })], active: 0 }
    return (await readProfileSet(await write(set, 'pprof', notes), { from: 'pprof' })).set.profiles[0]!
  }

  it('is left out of the head of a pprof file, and that is said', async () => {
    const notes: string[] = []
    // Cut to 64 bits it would be 5 nanoseconds after 1970.
    const { source } = await written({ recordedAt: 2n ** 64n + 5n, clock: 'epoch', intervalNs: 1e19 }, notes)
    expect([source.recordedAt, source.intervalNs]).toEqual([null, null])
    const left = 'pprof holds whole numbers of 64 bits, so it is left out that the'
    expect(notes).toContain(`${left} time is "18446744073709551621"`)
    expect(notes).toContain(`${left} period is "10000000000000000000"`)
  })

  it('is kept in the head of a pprof file up to the last nanosecond', async () => {
    const { source } = await written({ recordedAt: 2n ** 63n - 1n, clock: 'epoch' })
    expect(source.recordedAt).toBe(2n ** 63n - 1n)
  })

  it('is no number of a pprof file when it is a word', async () => {
    const notes: string[] = []
    const details = new Map([
      ['pprof.period', 'often'],
      ['pprof.duration_nanos', 'long'],
    ])
    await written({ details }, notes)
    expect(notes.filter((note) => /period is "often"|duration is "long"/.test(note))).toHaveLength(2)
  })

  it('is not written as a label of a pprof file', async () => {
    const labels = { key: [1], text: [-1], unit: [-1], setStart: [0, 0, 1], members: [0] }
    const labelled = (number: number | string) =>
      document({ labels: [1] }, {}, { labels: { ...labels, number: [number] } })
    const refused = async (number: number | string) =>
      refusal(async () => write(await read('callcost', labelled(number)), 'pprof'))
    expect(await refused('9223372036854775807')).toBe('none')
    expect(await refused('9223372036854775808')).toBe(
      'pprof holds whole numbers of 64 bits, and a label has 9223372036854775808',
    )
    expect(await refused(0.5)).toBe('pprof holds whole numbers of 64 bits, and a label has 0.5')
  })
})

describe('a moment that overflows in nanoseconds', () => {
  it.each([
    [
      'cpuprofile',
      {
        nodes: [
          { id: 1, callFrame: { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 } },
        ],
        startTime: 1e308,
        endTime: 1e308,
        samples: [1],
        timeDeltas: [0],
      },
    ],
    ['trace-event', [{ ph: 'X', ts: 1e308, name: 'a', pid: 1, tid: 1, dur: 1 }]],
    [
      'trace-event',
      [
        { ph: 'B', ts: 1e308, name: 'a' },
        { ph: 'E', ts: 1e308 },
      ],
    ],
  ])('is none: %s', async (from, content) => {
    const { profiles } = await read(from, content)
    expect(profiles[0]!.source.recordedAt).toBeNull()
  })
})

describe('weights whose sum overflows', () => {
  const sampled = (weights: readonly number[]) => ({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames: [{ name: 'a' }] },
    profiles: [
      {
        type: 'sampled',
        name: 'p',
        unit: 'none',
        startValue: 0,
        endValue: 1,
        samples: weights.map(() => [0]),
        weights,
      },
    ],
  })

  it.each(['speedscope', 'collapsed'])('are not written as %s, and those whose sum does not are', async (to) => {
    const refused = async (weights: readonly number[]) =>
      refusal(async () => write(await read('speedscope', sampled(weights)), to))
    expect(await refused([1e308, 1e308])).toMatch(/cannot hold a weight of Infinity$/)
    expect(await refused([1e308, 5e307])).toBe('none')
  })
})
