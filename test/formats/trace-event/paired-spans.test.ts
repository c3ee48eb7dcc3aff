import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'

interface Event {
  readonly ph: string
  readonly ts: number
  readonly name?: string
  readonly tid: number
}

/** Function → calls, self, total, and caller>callee → calls; thread by thread. */
async function costsOf(events: readonly Event[], options: ReadOptions = {}) {
  const text = JSON.stringify(events.map((event) => ({ ...event, pid: 1 })))
  const { set, problems } = await readProfileSet(memorySource('trace.json', Buffer.from(text)), options)
  const threads = set.profiles.map((profile) => {
    const { calls, self, total, edges, length } = callGraph(profile)
    const nameOf = (func: number) => profile.strings.text(profile.functions.name[func]!)
    const costs = new Map<string, readonly number[]>()
    for (let func = 0; func < length; func++) {
      if (calls!.values[func] === 0) continue
      costs.set(nameOf(func), [calls!.values[func]!, self[0]!.values[func]!, total[0]!.values[func]!])
    }
    for (let edge = 0; edge < edges.length; edge++) {
      costs.set(`${nameOf(edges.caller[edge]!)}>${nameOf(edges.callee[edge]!)}`, [edges.calls!.values[edge]!])
    }
    return Object.fromEntries([...costs].sort(([a], [b]) => (a < b ? -1 : 1)))
  })
  return { threads, problems: problems.map(({ message }) => message) }
}

/** A walk up and down a call tree: a function to enter, or null to leave, each some time after the step before. */
const walks = fc.array(
  fc.record({
    enters: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 2 }),
    after: fc.integer({ min: 0, max: 3 }),
    isNamed: fc.boolean(),
  }),
  { minLength: 2, maxLength: 40 },
)
type Walk = typeof walks extends fc.Arbitrary<infer Value> ? Value : never

/** The events of a walk, and what it costs by the definition: on each step the time goes to all that is open. */
function eventsOf(walk: Walk, tid: number) {
  const events: Event[] = []
  const open: string[] = []
  const costs = new Map<string, number[]>()
  const calls = new Map<string, number[]>()
  let ts = 10
  const pass = (time: number): void => {
    ts += time
    for (const name of new Set(open)) costs.get(name)![2]! += time
    if (open.length > 0) costs.get(open.at(-1)!)![1]! += time
  }
  const leave = (isNamed: boolean): void => {
    const name = open.pop()!
    events.push(isNamed ? { ph: 'E', ts, tid, name } : { ph: 'E', ts, tid })
  }
  for (const { enters, after, isNamed } of walk) {
    pass(after)
    if (enters !== null) {
      if (open.length > 0) {
        const edge = `${open.at(-1)}>${enters}`
        calls.set(edge, [(calls.get(edge)?.[0] ?? 0) + 1])
      }
      const own = costs.get(enters) ?? [0, 0, 0]
      own[0]!++
      costs.set(enters, own)
      open.push(enters)
      events.push({ ph: 'B', ts, tid, name: enters })
    } else if (open.length > 0) leave(isNamed)
  }
  while (open.length > 0) {
    pass(1)
    leave(true)
  }
  const all = [...costs, ...calls].sort(([a], [b]) => (a < b ? -1 : 1))
  return { events, costs: Object.fromEntries(all) }
}

describe('pairs of beginnings and ends', () => {
  it('cost what a walk along them costs, for spans of no time too, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(walks, walks, async (first, second) => {
        const one = eventsOf(first, 1)
        const two = eventsOf(second, 2)
        const wanted = [one, two].filter(({ events }) => events.length > 0).map(({ costs }) => costs)
        fc.pre(wanted.length > 0)
        // The events of two threads, one after the other and by turns.
        const mixed = Array.from({ length: Math.max(one.events.length, two.events.length) }, (_, at) =>
          [one.events[at], two.events[at]].filter((event) => event !== undefined),
        ).flat()
        const expected = { threads: wanted, problems: [] }
        const isTwoFirst = one.events.length === 0
        expect(await costsOf(isTwoFirst ? two.events : [...one.events, ...two.events])).toEqual(expected)
        expect(await costsOf(mixed, { need: 'weights' })).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('count from the first span where an end comes before it', async () => {
    const pair = [
      { ph: 'B', ts: 7, tid: 1, name: 'a' },
      { ph: 'E', ts: 9, tid: 1, name: 'a' },
    ]
    const text = JSON.stringify([{ ph: 'E', ts: 2, tid: 1, name: 'z' }, ...pair])
    const { set } = await readProfileSet(memorySource('trace.json', Buffer.from(text)))
    expect(set.profiles[0]!.samples!.duration).toBe(2)
    expect(set.profiles[0]!.source.recordedAt).toBe(7000n)
  })
})
