import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import { readProfileSet } from '../../../src/pipeline/read.js'

const FOLDER = 'fixtures/stackprof'

async function read(name: string): Promise<Profile> {
  return (await readProfileSet(`${FOLDER}/${name}`)).set.profiles[0]!
}

/** `total samples name` of each function, as the report has them. */
function rows(profile: Profile): string[] {
  const graph = callGraph(profile)
  const value = profile.valueTypes.findIndex(({ name }) => name === 'samples')
  return Array.from({ length: graph.length }, (_, fn) => {
    const name = profile.strings.text(profile.functions.name[fn]!)
    return `${graph.total[value]!.values[fn]} ${graph.self[value]!.values[fn]} ${name}`
  }).sort()
}

describe("stackprof's report", () => {
  it.each(['cpu', 'wall', 'object', 'wall-no-raw'])('agrees with what is read: %s', async (name) => {
    const file = `stackprof-0.2-${name}.json`
    const report = readFileSync(`${FOLDER}/${file}.report.txt`, 'utf8')
    const expected = [...report.matchAll(/^ +(\d+) +\([\d.]+%\) +(\d+) +\([\d.]+%\) +(.*)$/gm)]
    expect(expected.length).toBeGreaterThan(5)
    expect(rows(await read(file))).toEqual(expected.map((row) => `${row[1]} ${row[2]} ${row[3]}`).sort())
  })
})

describe('weights', () => {
  const sum = (profile: Profile): number => profile.samples!.values[0]!.values.reduce((all, one) => all + one, 0)

  it('are intervals of CPU time and of objects', async () => {
    const cpu = await read('stackprof-0.2-cpu.json')
    expect(cpu.valueTypes[0]).toEqual({ name: 'cpu', unit: 'microseconds' })
    expect(sum(cpu)).toBe(19 * 4000)
    const objects = await read('stackprof-0.2-object.json')
    expect(objects.valueTypes[0]).toEqual({ name: 'objects', unit: 'count' })
    // What stackprof counted itself, sampled or not, to the last interval.
    const seen = 98 + Number(objects.source.details.get('stackprof.missed_samples'))
    expect(Math.abs(sum(objects) - seen)).toBeLessThan(2000)
  })

  it('of wall time are the time since the sample before, the first one an interval at most', async () => {
    const wall = await read('stackprof-0.2-wall.json')
    const file = JSON.parse(readFileSync(`${FOLDER}/stackprof-0.2-wall.json`, 'utf8'))
    const { raw_timestamp_deltas: deltas, raw_sample_timestamps: stamps } = file
    expect(sum(wall)).toBe(deltas.slice(1).reduce((all: number, one: number) => all + one, 3000))
    expect(wall.samples!.time![20]).toBe(stamps[20] - stamps[0])
  })
})

describe('raw_lines', () => {
  it('are the executing lines of frames', async () => {
    const { frames } = await read('handmade-lines.json')
    expect([...frames!.line]).toEqual([2, 12, 11, -0x8000_0000, 3])
  })
})
