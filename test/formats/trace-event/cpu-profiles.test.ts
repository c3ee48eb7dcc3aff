import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import type { AttributionRules } from '../../../src/model/sample-sink.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { selectProfile } from '../../../src/pipeline/select.js'
import { dump } from '../../support/dump.js'
import { FIXTURES } from '../../support/fixtures.js'

const bytesOf = (name: string): Uint8Array => readFileSync(join(FIXTURES, 'trace-event', name))

async function read(bytes: Uint8Array, options: ReadOptions = {}) {
  return readProfileSet(memorySource('trace.json', bytes), options)
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

/** Function → self and total of each value, and of its callers. */
function costs(profile: Profile): Record<string, readonly number[]> {
  const { functions, strings } = profile
  const { self, total, length, edges } = callGraph(profile)
  const label = (func: number): string =>
    [
      strings.text(functions.name[func]!),
      // The engine's tracing has the path of a script where its profiler has the URL.
      functions.file[func] === -1 ? '' : strings.text(functions.file[func]!).replace('file://', ''),
      functions.line[func],
      functions.column[func],
    ].join(':')
  const rows: Record<string, readonly number[]> = {}
  for (let func = 0; func < length; func++) {
    rows[label(func)] = self.flatMap((column, value) => [column.values[func]!, total[value]!.values[func]!])
  }
  for (let edge = 0; edge < edges.length; edge++) {
    rows[`${label(edges.caller[edge]!)} > ${label(edges.callee[edge]!)}`] = edges.self.flatMap((column, value) => [
      column!.values[edge]!,
      edges.total[value]!.values[edge]!,
    ])
  }
  return rows
}

/** `function@line` → ticks. */
function ticksOf({ stacks, frames, functions, strings }: Profile): Record<string, number> {
  const ticks: Record<string, number> = {}
  const table = stacks!.positionTicks!
  for (let row = 0; row < table.length; row++) {
    const func = frames!.function[stacks!.frame[table.stack[row]!]!]!
    const key = `${strings.text(functions.name[func]!)}@${table.line[row]}`
    ticks[key] = (ticks[key] ?? 0) + table.ticks[row]!
  }
  return ticks
}

describe("V8's chunks", () => {
  const rules: AttributionRules[] = [
    { attribution: 'hold', gc: 'attach' },
    { attribution: 'hold', gc: 'root' },
    { attribution: 'back', gc: 'attach' },
    { attribution: 'mid', gc: 'root' },
  ]
  it.each(rules)('agree with the .cpuprofile of the same run, %o', async (rule) => {
    const trace = await read(bytesOf('node-20.20-gcheavy.json'))
    const twin = await read(bytesOf('node-20.20-gcheavy.oracle.json'), { from: 'cpuprofile' })
    const number = trace.set.profiles.findIndex((each) => each.source.details.get('trace-event.profile') === '0x1') + 1
    const ours = costs(selectProfile(trace.set, number, rule).profile)
    const theirs = costs(selectProfile(twin.set, undefined, rule).profile)
    expect(Object.keys(theirs).length).toBeGreaterThan(100)
    expect(ours).toEqual(theirs)
  })

  it('count ticks per line as the .cpuprofile does, but where its hit counts and its samples differ', async () => {
    const trace = await read(bytesOf('node-20.20-gcheavy.json'))
    const twin = await read(bytesOf('node-20.20-gcheavy.oracle.json'), { from: 'cpuprofile' })
    const ours = ticksOf(trace.set.profiles[0]!)
    const theirs = ticksOf(twin.set.profiles[0]!)
    const differing = Object.keys({ ...ours, ...theirs }).filter((key) => ours[key] !== theirs[key])
    expect(Object.keys(ours).length).toBeGreaterThan(15)
    // 200 samples of churn and 197 hits: the file's own numbers.
    expect(new Set(differing.map((key) => key.split('@')[0]))).toEqual(new Set(['churn']))
    const sum = (ticks: Record<string, number>): number =>
      differing.reduce((total, key) => total + (ticks[key] ?? 0), 0)
    expect(sum(ours) - sum(theirs)).toBe(3)
  })

  it('fold to the same sums when only weights are needed', async () => {
    for (const gc of ['attach', 'root'] as const) {
      const rule: AttributionRules = { attribution: 'hold', gc }
      const recorded = await read(bytesOf('node-20.20-gcheavy.json'))
      const folded = await read(bytesOf('node-20.20-gcheavy.json'), { need: 'weights', rules: rule })
      for (const number of [1, 2]) {
        const whole = costs(selectProfile(recorded.set, number, rule).profile)
        expect(costs(selectProfile(folded.set, number, rule).profile)).toEqual(whole)
      }
    }
  })

  it('of two views of one thread at one time only the finer one is summed', async () => {
    const { set } = await read(bytesOf('node-20.20-gcheavy.json'))
    const values = set.profiles.map(({ source, valueTypes }) => [
      source.details.get('trace-event.profile'),
      valueTypes[0]?.name,
    ])
    expect(values).toEqual([
      ['0x1', 'time 0x1'],
      ['0x2', 'time'],
      [undefined, 'wall'],
    ])
    const { profile } = selectProfile(set)
    // The recording from 796239561 to 797242686 µs; all but the time before its first sample.
    const total = callGraph(profile).self[0]!.values.reduce((a, b) => a + b, 0)
    expect(total).toBe(797242686 - 796239561 - 7075)
  })
})

describe('chunks in odd order', () => {
  const root = { id: 1, callFrame: { functionName: '(root)', scriptId: 0 } }
  const fn = (id: number, functionName: string, parent = 1) => ({
    id,
    parent,
    callFrame: { functionName, scriptId: 3, url: 'a.js', lineNumber: 0, columnNumber: 0 },
  })
  const event = (name: string, ts: number, data: unknown, more: object = {}) => ({
    ...{ name, ph: 'P', id: '0x1', pid: 1, tid: 5, ts, args: { data } },
    ...more,
  })
  const opening = event('Profile', 1000, { startTime: 50 })
  const first = event('ProfileChunk', 1100, {
    cpuProfile: { nodes: [root, fn(2, 'a')], samples: [2] },
    timeDeltas: [10],
  })
  const second = event('ProfileChunk', 1200, {
    cpuProfile: { nodes: [fn(3, 'b', 2)], samples: [3, 2] },
    timeDeltas: [20, 30],
    lines: [7, 0],
  })
  const last = event('ProfileChunk', 1300, { endTime: 150 })

  it('is the same in every order', async () => {
    const straight = dump((await read(json([opening, first, second, last]))).set)
    // a from 10 to 30 and from 60 to 100, b from 30 to 60.
    const { profile } = selectProfile((await read(json([opening, first, second, last]))).set)
    expect(costs(profile)).toMatchObject({ 'a:a.js:1:1': [60, 90, 2, 3], 'b:a.js:1:1': [30, 30, 1, 1] })
    for (const events of [
      [last, second, first, opening],
      [second, opening, last, first],
      [first, last, opening, second],
    ]) {
      expect(dump((await read(json(events))).set)).toBe(straight)
      expect(dump((await read(json({ traceEvents: events, metadata: {} }))).set)).toBe(straight)
    }
  })

  it('keys may come in any order, ids be numbers, data be missing', async () => {
    const straight = dump((await read(json([opening, first, second, last]))).set)
    const turned = [opening, first, second, last].map(({ name, ph, pid, tid, ts, args }) => ({
      ...{ args, ts, tid, pid, ph, name },
      id: 1,
    }))
    const again = dump((await read(json([...turned, event('ProfileChunk', 1250, undefined, { id: 1 })]))).set)
    expect(again.replace('= 1\n', '= 0x1\n')).toBe(straight)
  })

  it('keeps profiles of two processes apart that have one id', async () => {
    const other = [opening, first, last].map((each) => ({ ...each, pid: 2 }))
    const { set } = await read(json([opening, first, second, last, ...other]))
    expect(set.profiles.map(({ process, samples }) => [process, samples?.length])).toEqual([
      ['1', 3],
      ['2', 1],
    ])
  })

  it('a beginning that is missing is repaired, a tail that is missing too', async () => {
    const { set, problems } = await read(json([first, second]))
    expect(problems.map(({ message }) => message)).toEqual([
      'the beginning of a CPU profile is missing: its times count from its first chunk',
      'the profile has no start or end; it lasts until its last sample',
    ])
    expect(costs(selectProfile(set).profile)).toMatchObject({ 'a:a.js:1:1': [20, 50, 2, 3] })
  })

  it('an old event with a whole profile, children and all', async () => {
    const whole = {
      nodes: [
        { ...root, children: [2], hitCount: 0 },
        { id: 2, callFrame: fn(2, 'a').callFrame, hitCount: 2 },
      ],
      samples: [2, 2],
      timeDeltas: [0, 40],
      startTime: 100,
      endTime: 190,
    }
    const { set } = await read(json([event('CpuProfile', 100, { cpuProfile: whole })]))
    expect(costs(selectProfile(set).profile)).toMatchObject({ 'a:a.js:1:1': [90, 90, 2, 2] })
  })

  it('a profile without samples is left out', async () => {
    const { set, problems } = await read(json([opening, first, last, { ...opening, id: '0x9' }]))
    expect(set.profiles).toHaveLength(1)
    expect(problems.map(({ message }) => message)).toEqual(['a CPU profile without samples is left out'])
  })
})
