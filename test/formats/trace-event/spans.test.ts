import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { dump } from '../../support/dump.js'

type Event = Readonly<Record<string, unknown>>

async function readText(text: string, options: ReadOptions = {}) {
  return readProfileSet(memorySource('trace.json', Buffer.from(text)), options)
}

async function read(events: readonly Event[], options: ReadOptions = {}) {
  return readText(JSON.stringify(events), options)
}

const on = { pid: 1, tid: 1 }
const begin = (name: string, ts: number, more: Event = {}): Event => ({ ph: 'B', name, ts, ...on, ...more })
const end = (name: string | null, ts: number, more: Event = {}): Event => ({
  ph: 'E',
  ...(name === null ? {} : { name }),
  ts,
  ...on,
  ...more,
})
const whole = (name: string, ts: number, dur: number, more: Event = {}): Event => ({
  ph: 'X',
  name,
  ts,
  dur,
  ...on,
  ...more,
})

/** Function → calls, self, total. */
function costs(profile: Profile): Record<string, readonly number[]> {
  const { calls, self, total, length } = callGraph(profile)
  const { functions, strings } = profile
  return Object.fromEntries(
    Array.from({ length }, (_, func) => [
      strings.text(functions.name[func]!),
      [calls!.values[func]!, self[0]!.values[func]!, total[0]!.values[func]!],
    ]),
  )
}

async function costsOf(events: readonly Event[]): Promise<unknown> {
  const { set, problems } = await read(events)
  expect(set.profiles).toHaveLength(1)
  return { ...costs(set.profiles[0]!), repairs: problems.map(({ message, count }) => `${count} ${message}`) }
}

const NEVER = 'a span never ends: it ends with the last event of its thread'
const LEFT_OUT = 'an end without a beginning is left out'
const BETWEEN = 'a span ends while spans in it are open: they end with it'
const BEYOND = 'a span goes on after the one around it: it ends with it'

describe('nesting', () => {
  it('an end without a name closes the innermost span', async () => {
    const events = [begin('a', 0), begin('b', 5), end(null, 10), end(null, 20)]
    expect(await costsOf(events)).toEqual({ a: [1, 15, 20], b: [1, 5, 5], repairs: [] })
  })

  it('moments and what continues are left out when only weights are needed', async () => {
    const events = [begin('a', 0), begin('b', 3), end('b', 5), end('a', 9)]
    const { set } = await read(events, { need: 'weights' })
    const { samples } = set.profiles[0]!
    expect([samples!.time, samples!.continued]).toEqual([null, null])
    // One sample a stack: 3 before b and 4 after it.
    expect([...samples!.values[0]!.values]).toEqual([7, 2])
    expect(costs(set.profiles[0]!)).toEqual({ a: [1, 7, 9], b: [1, 2, 2] })
  })

  it('arguments do not split a function', async () => {
    const events = [
      begin('a', 0, { args: { i: 1 } }),
      end('a', 5, { args: { i: 1 } }),
      begin('a', 5, { args: { i: 2 } }),
      end('a', 11),
    ]
    expect(await costsOf(events)).toEqual({ a: [2, 11, 11], repairs: [] })
  })

  it('a category is named where two functions have one name', async () => {
    const events = [whole('read', 0, 5, { cat: 'disk' }), whole('read', 5, 2, { cat: 'net' }), whole('a', 7, 1)]
    expect(await costsOf(events)).toEqual({
      'read [disk]': [1, 5, 5],
      'read [net]': [1, 2, 2],
      a: [1, 1, 1],
      repairs: [],
    })
  })

  it('an end further out closes what is in between', async () => {
    const events = [begin('a', 0), begin('b', 2), begin('c', 3), end('a', 10), whole('d', 10, 1)]
    expect(await costsOf(events)).toEqual({
      a: [1, 2, 10],
      b: [1, 1, 8],
      c: [1, 7, 7],
      d: [1, 1, 1],
      repairs: [`1 ${BETWEEN}`],
    })
  })

  it('an end that fits nothing is left out, and what is open goes on', async () => {
    const events = [end('z', 0), begin('a', 0), end('b', 4), end('a', 10), end(null, 12)]
    expect(await costsOf(events)).toEqual({ a: [1, 10, 10], repairs: [`3 ${LEFT_OUT}`] })
  })

  it('what never ends, ends with its thread', async () => {
    const events = [begin('a', 0), begin('b', 4), whole('c', 5, 3)]
    expect(await costsOf(events)).toEqual({ a: [1, 4, 8], b: [1, 1, 4], c: [1, 3, 3], repairs: [`2 ${NEVER}`] })
  })

  it('complete events that cross are cut, not stretched', async () => {
    const events = [whole('a', 0, 10), whole('b', 5, 10), whole('c', 20, 1)]
    expect(await costsOf(events)).toEqual({
      a: [1, 5, 10],
      b: [1, 5, 5],
      c: [1, 1, 1],
      repairs: [`1 ${BEYOND}`],
    })
  })

  it('what doubles lose in a sum is no crossing', async () => {
    // 0.1 + 0.2 is 0.30000000000000004.
    expect(await costsOf([whole('a', 0, 0.3), whole('b', 0.1, 0.2)])).toMatchObject({ repairs: [] })
  })

  it('of complete events that begin together the longer one is outside, written first or last', async () => {
    const nested = { a: [1, 7, 10], b: [1, 3, 3], repairs: [] }
    expect(await costsOf([whole('a', 0, 10), whole('b', 0, 3)])).toEqual(nested)
    expect(await costsOf([whole('b', 0, 3), whole('a', 0, 10)])).toEqual(nested)
    expect(await costsOf([begin('a', 0), whole('b', 0, 3), end('a', 10)])).toEqual(nested)
    expect(await costsOf([begin('b', 0), end('b', 3), whole('a', 0, 10)])).toEqual(nested)
  })

  it('spans without a duration nest in the order of the file', async () => {
    const events = [begin('a', 5), begin('b', 5), end('b', 5), end('a', 5), whole('c', 5, 1)]
    const { set, problems } = await read(events)
    expect(problems).toEqual([])
    expect(costs(set.profiles[0]!)).toEqual({ a: [1, 0, 0], b: [1, 0, 0], c: [1, 1, 1] })
    expect(dump(set)).toContain('a [];b [] 0\n')
  })

  it('an end that stands behind the beginning of the same moment belongs before it', async () => {
    const events = [begin('a', 0), begin('b', 5), end('a', 5), end('b', 9)]
    expect(await costsOf(events)).toEqual({ a: [1, 5, 5], b: [1, 4, 4], repairs: [] })
  })

  it('recursion counts its outermost span once', async () => {
    const events = [begin('f', 0), begin('f', 2), begin('f', 3), end('f', 5), end('f', 8), end('f', 10)]
    expect(await costsOf(events)).toEqual({ f: [3, 10, 10], repairs: [] })
  })

  it('times may be texts, dur may be missing, ids be words', async () => {
    const { set } = await read([
      { ph: 'X', name: 'a', ts: '10', dur: '5', pid: 'p', tid: 't' },
      { ph: 'X', name: 'b', ts: 20, tdur: 2, pid: 'p', tid: 't' },
      { ph: 'X', name: 'a', ts: 1, dur: 4, pid: 'p', tid: 'other' },
    ])
    expect(set.profiles.map((profile) => [profile.name, profile.process, costs(profile)])).toEqual([
      ['thread t', 'p', { a: [1, 5, 5], b: [1, 2, 2] }],
      ['thread other', 'p', { a: [1, 4, 4] }],
    ])
  })

  it('is the same in any order of events with different times', async () => {
    const events = [
      begin('a', 0),
      begin('b', 1),
      whole('c', 2, 3),
      end('b', 7),
      begin('b', 8),
      end(null, 9),
      end('a', 20),
      whole('d', 21, 4),
    ]
    const straight = dump((await read(events)).set)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        expect(dump((await read(shuffled)).set)).toBe(straight)
      }),
      { numRuns: 30 },
    )
  })
})

describe('any tree of spans', () => {
  interface Tree {
    readonly name: string
    readonly self: number
    readonly children: readonly Tree[]
  }
  const own = { name: fc.constantFrom('a', 'b', 'c'), self: fc.integer({ min: 1, max: 9 }) }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.record({ ...own, children: fc.constant([]) }),
      fc.record({ ...own, children: fc.array(tie('tree'), { maxLength: 3 }) }),
    ),
  }))

  /** The tree as B/E and X events; the self time of a node passes before its children. */
  function eventsOf(
    root: Tree,
    style: (depth: number) => boolean,
  ): { events: Event[]; expected: Map<string, number[]> } {
    const events: Event[] = []
    const expected = new Map<string, number[]>()
    const visit = (node: Tree, at: number, path: readonly string[]): number => {
      const isPair = style(path.length)
      if (isPair) events.push(begin(node.name, at))
      let now = at + node.self
      for (const child of node.children) now = visit(child, now, [...path, node.name])
      events.push(isPair ? end(node.name, now) : whole(node.name, at, now - at))
      const row = expected.get(node.name) ?? [0, 0, 0]
      expected.set(node.name, row)
      row[0]! += 1
      row[1]! += node.self
      if (!path.includes(node.name)) row[2]! += now - at
      return now
    }
    visit(root, 1000, [])
    return { events, expected }
  }

  it('has the calls, self and total that a walk over the tree gives', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(0, 1, 2), async (root, mode) => {
        const style = (depth: number): boolean => (mode === 2 ? depth % 2 === 0 : mode === 1)
        const { events, expected } = eventsOf(root, style)
        const { set, problems } = await read(events)
        expect(problems).toEqual([])
        expect(costs(set.profiles[0]!)).toEqual(Object.fromEntries(expected))
      }),
      { numRuns: 200 },
    )
  })

  it('comes back from speedscope as it was', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (root) => {
        const { set } = await read(eventsOf(root, (depth) => depth % 2 === 0).events)
        const parts: Uint8Array[] = []
        for await (const part of await convertProfiles(set, { to: 'speedscope' })) parts.push(part.slice())
        const back = await readProfileSet(memorySource('a.json', Buffer.concat(parts)))
        expect(costs(back.set.profiles[0]!)).toEqual(costs(set.profiles[0]!))
      }),
      { numRuns: 50 },
    )
  })
})

describe('files that were never closed', () => {
  const one = JSON.stringify(whole('a', 0, 5))
  const two = JSON.stringify(whole('b', 5, 2))
  const both = { a: [1, 5, 5], b: [1, 2, 2] }
  const unclosed = [
    '[X,Y',
    '[X,Y,',
    '[X,Y,\n',
    '[X,Y,]',
    '{"traceEvents":[X,Y,',
    '{"traceEvents":[X,Y]',
    '{"traceEvents":[X,Y,]}',
  ]

  it.each(unclosed)('%s', async (form) => {
    const text = form.replace('X', one).replace('Y', two)
    const { set, problems } = await readText(text)
    expect(costs(set.profiles[0]!)).toEqual(both)
    expect(problems).toHaveLength(1)
    await expect(readText(text, { strict: true })).rejects.toThrow(/the file ends in the middle|a comma stands before/)
  })

  it('an event that is cut is not taken, wherever it is cut', async () => {
    for (let length = one.length + 3; length < one.length + two.length + 2; length++) {
      const { set, problems } = await readText(`[${one},${two}`.slice(0, length))
      expect(costs(set.profiles[0]!)).toEqual({ a: [1, 5, 5] })
      expect(problems).toHaveLength(1)
    }
  })

  it('what is wrong in the middle stays an error', async () => {
    await expect(readText(`[${one},,${two}]`)).rejects.toThrow('expected a value, got ","')
    await expect(readText(`[${one} ${two}]`)).rejects.toThrow('expected a comma')
    await expect(readText('[,]', { from: 'trace-event' })).rejects.toThrow('expected a value, got ","')
  })
})

describe('faults', () => {
  it('a span without a time is fatal, or under --lenient left out', async () => {
    const events = [whole('a', 0, 5), { ph: 'X', name: 'b', dur: 2, ...on }]
    await expect(read(events)).rejects.toThrow('a span has no time')
    const { set, problems } = await read(events, { lenient: true })
    expect(costs(set.profiles[0]!)).toEqual({ a: [1, 5, 5] })
    expect(problems).toMatchObject([{ outcome: 'dropped', count: 1, first: { path: '[1]' } }])
  })

  it('a negative duration counts as 0', async () => {
    expect(await costsOf([whole('a', 0, -5), whole('b', 1, 1)])).toMatchObject({ a: [1, 0, 0], b: [1, 1, 1] })
  })

  it('foreign arguments of any type are let pass', async () => {
    const odd = [1, 'x', null, true, [1, { a: 2 }], { data: 5, name: {} }, { data: { lines: 'x', cpuProfile: [] } }]
    const events = odd.map((args, at) => whole('a', at, 1, { args, id: { local: 1 }, cat: 5 }))
    expect(await costsOf(events)).toEqual({ a: [7, 7, 7], repairs: [] })
  })

  it('mismatched ends by the thousand take no quadratic time', async () => {
    const count = 30_000
    const events: Event[] = []
    for (let at = 0; at < count; at++) events.push(begin(`f${at}`, at))
    for (let at = 0; at < count; at++) events.push(end('nobody', count + at), end(`f${at}`, count + at))
    const { problems } = await read(events)
    expect(problems.map(({ message }) => message)).toEqual([LEFT_OUT, BETWEEN])
  }, 20_000)
})
