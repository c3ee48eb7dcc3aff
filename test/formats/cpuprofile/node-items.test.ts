import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NodeColumns } from '../../../formats/_v8/node-columns.js'
import { NodeItems } from '../../../formats/_v8/node-items.js'
import type { ReadContext } from '../../../formats/codec.js'
import { readCpuprofile } from '../../../formats/cpuprofile/read.js'
import { memorySource } from '../../../src/bytes/source.js'
import { decodeText, encodeText } from '../../../src/bytes/text.js'
import { CallcostError, FormatError, placeText } from '../../../src/errors.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../../../src/limits.js'
import { FunctionTableBuilder } from '../../../src/model/function-table.js'
import type { Profile } from '../../../src/model/profile.js'
import { ATTRIBUTIONS, GC_PLACEMENTS } from '../../../src/model/sample-sink.js'
import { NONE } from '../../../src/model/tables.js'

const LARGE = Number.MAX_SAFE_INTEGER

/** As V8 writes a node. */
function v8Node(id: number, name: string, rest = ',"hitCount":1', line = 4): string {
  return `{"id":${id},"callFrame":{"functionName":"${name}","scriptId":"7","url":"file:///app/main.js","lineNumber":${line},"columnNumber":12}${rest}}`
}

/** Everything that came of reading: the tables, what was told on the way, and how it ended. */
async function outcome(bytes: Uint8Array, chunk: number, more: Partial<ReadContext> & { limits?: Partial<Limits> }) {
  const told: string[] = []
  const context: ReadContext = {
    allocator: new Allocator({ ...DEFAULT_LIMITS, ...more.limits }),
    need: 'timeline',
    rules: { attribution: 'hold', gc: 'attach' },
    options: {},
    repair: (message, place) => told.push(`${message} ${placeText(place)}`),
    fault: (message, place) => told.push(`${message} ${placeText(place)}`),
    ...more,
  }
  try {
    const { profiles } = await readCpuprofile(memorySource('p', bytes, Math.min(chunk, bytes.length || 1)), context)
    return { told, profiles: profiles.map(tables), error: null }
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    const place = error instanceof FormatError ? placeText(error.place) : ''
    return { told, profiles: [], error: `${error.message} ${place} ${error.hint}` }
  }
}

/** The tables, with texts in place of their numbers: those depend on when in a node a text is met. */
function tables({ strings, functions, frames, stacks, samples, name, source }: Profile) {
  const text = (index: number): string | null => (index === NONE ? null : strings.text(index))
  const functionRows = Array.from({ length: functions.length }, (_, func) => {
    const { line, column } = functions
    return [text(functions.name[func]!), text(functions.file[func]!), line[func], column[func]]
  })
  const deoptReasons = stacks!.deoptReason === null ? null : Array.from(stacks!.deoptReason, text)
  return { functionRows, frames, stacks: { ...stacks, deoptReason: null }, deoptReasons, samples, name, source }
}

/**
 * A document with nodes of which most are written as V8 does. A node that is fed byte by byte is never whole, so the
 * scanner has to take it: pieces of one byte are the slow way, the whole document at once is the fast one.
 */
const quoted = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('main', 'parse', '', '(root)', '(garbage collector)', 'visitEachChild') },
  fc.constantFrom('a}b', ',"hitCount":1', '}},{"id":9', 'naïve', '😀', '{"id":', '__proto__'),
  fc.string({ maxLength: 120 }),
)
const integerText = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 30 }).map(String) },
  fc.constantFrom(
    '-1',
    '0',
    '123456789',
    '1234567890',
    '2147483646',
    '2147483647',
    '1e2',
    '5.0',
    '2.5',
    '-0',
    '01',
    'null',
  ),
)
const space = fc.constantFrom('', '', '', '', '', '', ' ', '\n')

function member(key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, value).map(([gap, text]) => `"${key}":${gap}${text}`)
}

/** The members in the usual order, nearly always. */
function object(...members: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const usual = fc.tuple(...members).map((texts) => `{${texts.filter((text) => text !== '').join(',')}}`)
  const shuffled = fc
    .tuple(
      fc.tuple(...members).chain((texts) => fc.shuffledSubarray(texts, { minLength: Math.max(0, texts.length - 1) })),
      space,
    )
    .map(([texts, gap]) => `{${gap}${texts.filter((text) => text !== '').join(`${gap},`)}${gap}}`)
  return fc.oneof({ weight: 12, arbitrary: usual }, shuffled)
}

function seldom(text: fc.Arbitrary<string>, weight = 6): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: fc.constant('') }, text)
}

const stringText = fc.oneof(
  { weight: 8, arbitrary: quoted.map((text) => JSON.stringify(text)) },
  fc.constantFrom('"\\u0041b"', '"\\ud800"', '"\\/x"', '"bad\\q"', '"tab\there"', 'null', '7'),
)
const frame = object(
  member('functionName', stringText),
  member(
    'scriptId',
    fc.oneof({ weight: 5, arbitrary: fc.nat(99).map((id) => `"${id}"`) }, fc.constantFrom('12', '":9"', '"x"')),
  ),
  member('url', fc.oneof(fc.constant('""'), fc.constant('"file:///app/main.js"'), stringText)),
  member('lineNumber', integerText),
  member('columnNumber', integerText),
)
const tick = object(member('line', integerText), member('ticks', integerText))
const node = fc.record({
  frame: member('callFrame', frame).filter((text) => text.length > 0),
  hits: member('hitCount', integerText),
  ticks: seldom(
    fc.array(tick, { maxLength: 3 }).map((ticks) => `"positionTicks":[${ticks.join(',')}]`),
    2,
  ),
  extra: seldom(fc.constantFrom('"deoptReason":"no reason"', '"deoptReason":"why"', '"parent":1', '"x":{"y":[1]}'), 12),
  /** How far up its parent is; far more is above the root. */
  up: fc.nat({ max: 6 }),
})

const document = fc
  .record({
    nodes: fc.array(node, { minLength: 1, maxLength: 30 }),
    samples: fc.array(fc.nat({ max: 31 }), { maxLength: 40 }),
    deltas: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: -5, max: 300 }) },
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      ),
      {
        maxLength: 40,
      },
    ),
    isWhole: fc.boolean(),
    tail: fc.constantFrom('', '', '', ',"samples":[1]', ',"nodes":[]'),
    order: fc.constantFrom('nets', 'nets', 'nets', 'sent', 'tsen', 'snet'),
  })
  .chain((document) => {
    const { nodes } = document
    const children: number[][] = nodes.map(() => [])
    for (let row = 1; row < nodes.length; row++) children[Math.max(0, row - 1 - nodes[row]!.up)]!.push(row + 1)
    return fc
      .tuple(
        ...nodes.map(({ frame, hits, ticks, extra }, row) =>
          object(
            fc.constant(`"id":${row + 1}`),
            fc.constant(frame),
            fc.constant(hits),
            fc.constant(children[row]!.length === 0 ? '' : `"children":[${children[row]!.join(',')}]`),
            fc.constant(ticks),
            fc.constant(extra),
          ),
        ),
      )
      .map((texts) => {
        const samples = document.samples.map((id) => (document.isWhole ? 1 + (id % nodes.length) : id))
        const parts: Record<string, string> = {
          n: `"nodes":[${texts.join(',')}]`,
          e: '"startTime":5,"endTime":900',
          s: `"samples":[${samples.join(',')}]`,
          t: `"timeDeltas":[${document.deltas.join(',')}]`,
        }
        return `{${[...document.order].map((part) => parts[part]).join(',')}${document.tail}}`
      })
  })

describe('nodes as V8 writes them', () => {
  it('are all taken but the last, which has no comma behind it', () => {
    const allocator = new Allocator()
    const columns = new NodeColumns(new FunctionTableBuilder(allocator), allocator)
    const items = new NodeItems(columns, allocator)
    const texts = [
      v8Node(1, '(root)', ',"hitCount":0,"children":[2,3]', -1),
      v8Node(2, 'parse', ',"hitCount":12,"children":[4],"positionTicks":[{"line":5,"ticks":11},{"line":6,"ticks":1}]'),
      v8Node(4, 'parse', ',"hitCount":3,"positionTicks":[{"line":5,"ticks":3}]'),
      v8Node(3, 'say \\"}\\"'),
      v8Node(5, 'last'),
    ]
    const bytes = encodeText(`${texts.join(',')}]`)
    const to = items.read(bytes, 0, bytes.length)
    expect(items.count).toBe(4)
    expect(decodeText(bytes, to)).toBe(`${texts[4]}]`)
    expect([...columns.id.finish()]).toEqual([1, 2, 4, 3])
    expect([...columns.func.finish()]).toEqual([0, 1, 1, 2])
    expect([...columns.hits.dense(4)]).toEqual([0, 12, 3, 1])
    expect([...columns.linkNode.finish()]).toEqual([0, 0, 1])
    expect([...columns.linkId.finish()]).toEqual([2, 3, 4])
    expect([...columns.tickNode.finish()]).toEqual([1, 1, 2])
    expect([...columns.tickLine.finish()]).toEqual([5, 6, 5])
    expect([...columns.tickCount.finish()]).toEqual([11, 1, 3])
    expect(columns.functions.strings.find('say "}"')).not.toBe(-1)
  })

  it.each([
    ['white space', (text: string) => text.replace('"hitCount":1', '"hitCount": 1')],
    ['keys in another order', (text: string) => text.replace(/("lineNumber":4),("columnNumber":12)/, '$2,$1')],
    ['a fraction', (text: string) => text.replace('"hitCount":1', '"hitCount":1.5')],
    ['a zero in front', (text: string) => text.replace('"hitCount":1', '"hitCount":01')],
    ['an integer of ten digits', (text: string) => text.replace('"id":2', '"id":2147483646')],
    ['another key', (text: string) => text.replace('"hitCount":1', '"hitCount":1,"deoptReason":"x"')],
    ['a control character', (text: string) => text.replace('parse', 'par\tse')],
    ['no comma behind', (text: string) => text.replace(/,$/, ' ,')],
  ])('with %s are left to the scanner, and nothing stays of them', (_, change) => {
    const allocator = new Allocator()
    const columns = new NodeColumns(new FunctionTableBuilder(allocator), allocator)
    const items = new NodeItems(columns, allocator)
    const first = `${v8Node(1, 'main', ',"hitCount":1,"children":[2]')},`
    const changed = change(`${v8Node(2, 'parse', ',"hitCount":1,"children":[7]')},`)
    const bytes = encodeText(`${first}${changed}${v8Node(3, 'end')}]`)
    expect(items.read(bytes, 0, bytes.length)).toBe(first.length)
    expect(items.count).toBe(1)
    expect([columns.length, columns.func.length, columns.linkNode.length, columns.linkId.length]).toEqual([1, 1, 1, 1])
  })
})

describe('the fast way and the scanner', () => {
  const context = fc.record({
    need: fc.constantFrom('timeline' as const, 'weights' as const),
    rules: fc.record({ attribution: fc.constantFrom(...ATTRIBUTIONS), gc: fc.constantFrom(...GC_PLACEMENTS) }),
    limits: fc.constantFrom({}, {}, {}, { text: 40 }, { functions: 4 }, { stacks: 7 }, { 'stack-depth': 3 }),
  })
  const pieces = fc.constantFrom(LARGE, LARGE, 5000, 700, 61)
  // The first 200 bytes come in one piece, to tell who wrote them.
  const lead = ' '.repeat(200)

  it('read the same from any document, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(document, pieces, context, async (text, chunk, more) => {
        const bytes = encodeText(lead + text)
        expect(await outcome(bytes, chunk, more)).toEqual(await outcome(bytes, 1, more))
      }),
      { numRuns: 150 },
    )
  })

  it('say the same of damaged documents, and where', async () => {
    const damage = fc.record({ at: fc.nat(), byte: fc.constantFrom(...'{}[],:"\\0 9-\n\u0001'), isCut: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(document, damage, pieces, context, async (text, { at, byte, isCut }, chunk, more) => {
        const whole = encodeText(lead + text)
        const place = lead.length + (at % text.length)
        const bytes = isCut ? whole.subarray(0, place) : whole.slice()
        if (!isCut) bytes[place] = byte.charCodeAt(0)
        expect(await outcome(bytes, chunk, more)).toEqual(await outcome(bytes, 1, more))
      }),
      { numRuns: 150 },
    )
  })

  it('agree on thousands of frames that differ where no one looks first', async () => {
    const nodes = Array.from({ length: 4000 }, (_, row) => {
      const number = String(1000 + (row % 2000))
      const children = row === 3999 ? '' : `,"children":[${row + 2}]`
      return v8Node(row + 1, `f", "scriptId":"7`, `,"hitCount":1${children}`)
        .replace('f", "scriptId":"7', 'fun')
        .replace('/app/main', `/app/a${number}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`)
    })
    const bytes = encodeText(
      `{"nodes":[${nodes.join(',')}],"startTime":0,"endTime":9,"samples":[4000],"timeDeltas":[1]}`,
    )
    const { profiles, error } = await outcome(bytes, LARGE, {})
    expect(error).toBe(null)
    expect(profiles[0]!.functionRows.length).toBe(2000)
    expect(profiles[0]!.stacks.length).toBe(4000)
  })

  it.each([
    ['of the first node and a later one', ['[2]', '[1]', '[]'], '2 nodes are their own ancestors'],
    ['of the first node alone', ['[1]', '[]', '[]'], '1 nodes are their own ancestors'],
    ['below the root', ['[]', '[3]', '[2]'], '2 nodes are their own ancestors'],
  ])('refuse a cycle %s', async (_, children, message) => {
    const nodes = children.map((ids, row) => v8Node(row + 1, 'f', `,"hitCount":1,"children":${ids}`))
    const bytes = encodeText(`{"nodes":[${nodes.join(',')}],"startTime":0,"endTime":9}`)
    expect((await outcome(bytes, LARGE, {})).error).toContain(message)
  })
})
