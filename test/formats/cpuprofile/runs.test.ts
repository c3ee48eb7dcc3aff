import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { featuresOf } from '../../../src/model/features.js'
import type { Profile } from '../../../src/model/profile.js'
import { ATTRIBUTIONS, type AttributionRules, GC_PLACEMENTS } from '../../../src/model/sample-sink.js'
import { NONE } from '../../../src/model/tables.js'
import { convertProfiles, neededSamples } from '../../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { attribute } from '../../../src/transform/attribution.js'
import { readableFixtures } from '../../support/fixtures.js'

type Run = readonly [stack: string, weight: number, samples: number]

/** Where the profiler's own ticks are asked for, all is kept. */
const RULES: readonly AttributionRules[] = ATTRIBUTIONS.filter((each) => each !== 'hits').flatMap((attribution) =>
  GC_PLACEMENTS.map((gc) => ({ attribution, gc })),
)

/** The samples in their order, equal neighbours added up, stacks as the names and places of their functions. */
function runsOf({ functions, frames, stacks, samples, strings }: Profile): Run[] {
  const names = new Map<number, string>([[NONE, '']])
  const nameOf = (stack: number): string => {
    let path = ''
    for (let at = stack; at !== NONE; at = stacks!.parent[at]!) {
      const func = frames!.function[stacks!.frame[at]!]!
      path = `${strings.text(functions.name[func]!)}:${functions.line[func]!}:${functions.column[func]!};${path}`
    }
    return path
  }
  const runs: [string, number, number][] = []
  for (let sample = 0; sample < samples!.length; sample++) {
    const stack = samples!.stack[sample]!
    if (!names.has(stack)) names.set(stack, nameOf(stack))
    const [weight, count] = samples!.values.map((column) => column!.values[sample]!)
    const last = runs.at(-1)
    if (last !== undefined && last[0] === names.get(stack)) {
      last[1] += weight!
      last[2] += count!
    } else runs.push([names.get(stack)!, weight!, count!])
  }
  return runs
}

async function read(bytes: Uint8Array, options: ReadOptions = {}): Promise<readonly Profile[]> {
  return (await readProfileSet(memorySource('a.cpuprofile', bytes), { from: 'cpuprofile', ...options })).set.profiles
}

async function expectSameRuns(bytes: Uint8Array): Promise<void> {
  const recorded = await read(bytes)
  for (const rules of RULES) {
    const expected = recorded.map((profile) => runsOf(attribute(profile, rules)))
    const found = (await read(bytes, { need: 'runs', rules })).map((profile) => runsOf(attribute(profile, rules)))
    expect(found, JSON.stringify(rules)).toEqual(expected)
  }
}

const fixtures = readableFixtures().filter(({ format }) => format === 'cpuprofile')

describe('runs', () => {
  it.each(fixtures.map(({ path, bytes }) => ({ path, bytes })))('of $path are its samples', ({ bytes }) =>
    expectSameRuns(bytes),
  )

  it('of a tree with collections, also where siblings are the same function', async () => {
    const node = (id: number, functionName: string, children: readonly number[]) => ({
      id,
      callFrame: { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 },
      hitCount: 1,
      children,
    })
    const gc = '(garbage collector)'
    for (const second of ['a', 'b']) {
      const nodes = [
        node(1, '(root)', [2, 3, 4]),
        node(2, gc, []),
        node(3, 'a', [5]),
        node(4, second, []),
        // A collection that is on its stack already, as in a file that was written after attribution.
        node(5, gc, []),
      ]
      const samples = [2, 3, 3, 2, 2, 4, 2, 4, 4, 3, 2, 5, 1, 2]
      const timeDeltas = samples.map((_, at) => [5, -2, 7, 0][at % 4])
      const file = { nodes, startTime: 10, endTime: 100, samples, timeDeltas }
      await expectSameRuns(Buffer.from(JSON.stringify(file)))
    }
  })
})

describe('what conversions ask for', () => {
  it.each(['pprof', 'collapsed', 'speedscope', 'callgrind', 'callcost', 'cpuprofile', 'firefox'])(
    'loses nothing on the way to %s that is not told',
    async (to) => {
      for (const { bytes } of fixtures.slice(0, 6)) {
        const told = await Promise.all(
          (['timeline', neededSamples(to)] as const).map(async (need) => {
            const { set } = await readProfileSet(memorySource('a', bytes), { need })
            const notes: string[] = []
            await convertProfiles(set, { to, onNote: (note) => notes.push(note) })
            return { notes, features: featuresOf(set).filter((feature) => feature !== 'order') }
          }),
        )
        expect(told[1]).toEqual(told[0])
      }
    },
  )
})
