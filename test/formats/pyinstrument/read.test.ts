import { describe, expect, it } from 'vitest'
import { frameInfo } from '../../../formats/pyinstrument/frame-info.js'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import { NO_POSITION } from '../../../src/model/tables.js'
import { readProfileSet } from '../../../src/pipeline/read.js'

async function read(document: object): Promise<Profile> {
  const bytes = new TextEncoder().encode(JSON.stringify(document))
  return (await readProfileSet(memorySource('x', bytes))).set.profiles[0]!
}

/** Name → self, total. */
function costs(profile: Profile): Record<string, number[]> {
  const { length, self, total } = callGraph(profile)
  return Object.fromEntries(
    Array.from({ length }, (_, fn) => [
      profile.strings.text(profile.functions.name[fn]!),
      [self[0]!.values[fn]!, total[0]!.values[fn]!],
    ]),
  )
}

describe('frameInfo', () => {
  it.each([
    ['f\0/a.py\x0012', { name: 'f', file: '/a.py', line: 12, executing: NO_POSITION }],
    ['f\0/a.py\x0012\x01cStore\x01l14\x01h1', { name: 'f', file: '/a.py', line: 12, executing: 14 }],
    ['[await]', { name: '[await]', file: null, line: NO_POSITION, executing: NO_POSITION }],
    ['Async context\0\x000', { name: 'Async context', file: null, line: NO_POSITION, executing: NO_POSITION }],
    ['', { name: '', file: null, line: NO_POSITION, executing: NO_POSITION }],
  ])('%j', (text, parts) => expect(frameInfo(text)).toEqual(parts))
})

describe('a session', () => {
  it('adds the seconds of its records, [self] to the frame above', async () => {
    const main = 'main\0/a.py\x001'
    const records = [
      [[`${main}\x01l3`, 'f\0/a.py\x009'], 2],
      [[`${main}\x01l4`, '[self]'], 0.5],
      [[`${main}\x01l4`, 'f\0/a.py\x009', 'f\0/a.py\x009'], 1],
    ]
    const profile = await read({ frame_records: records, start_time: 5, duration: 4, program: 'a.py --x' })
    expect(costs(profile)).toEqual({ main: [0.5, 3.5], f: [3, 3] })
    expect([...profile.samples!.time!]).toEqual([0, 2, 2.5])
    expect(profile.source).toMatchObject({ command: 'a.py --x', recordedAt: 5_000_000_000n, notes: [] })
  })
})

describe('a rendered tree', () => {
  const node = (name: string, time: number, children: object[] = [], more: object = {}): object => ({
    children,
    time,
    function: name,
    ...more,
  })

  it('leaves each node what its children do not have', async () => {
    const tree = node('main', 10, [node('f', 6, [node('[self]', 1), node('f', 5)]), node('g', 3)])
    const profile = await read({ root_frame: tree, duration: 10 })
    expect(costs(profile)).toEqual({ main: [1, 10], f: [6, 6], g: [3, 3] })
    expect(profile.source.notes.map(({ code }) => code)).toEqual(['rendered-tree'])
  })

  it('takes no rounding for time', async () => {
    const tree = node('main', 0.000003, [node('f', 0.000001), node('f', 0.000001)])
    expect(costs(await read({ root_frame: tree, duration: 1 })).main![0]).toBe(0)
  })

  it('has whole paths where the file has both, in any order', async () => {
    const paths = [
      { file_path: '/srv/a.py', file_path_short: 'a.py' },
      { file_path_short: 'a.py', file_path: '/srv/a.py' },
    ]
    for (const more of paths) {
      const { functions, strings } = await read({ root_frame: node('f', 1, [], more), duration: 1 })
      expect(strings.text(functions.file[0]!)).toBe('/srv/a.py')
    }
  })

  it('may be deeper than the JavaScript stack', async () => {
    const depth = 50_000
    const open = '{"function":"f","time":1,"children":['.repeat(depth)
    const bytes = new TextEncoder().encode(`{"duration":1,"root_frame":${open}${']}'.repeat(depth)}}`)
    const profile = (await readProfileSet(memorySource('x', bytes))).set.profiles[0]!
    expect(costs(profile)).toEqual({ f: [1, 1] })
  })
})
