import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTraceEvents } from '../../../formats/trace-event/read.js'
import { readInPieces } from '../../support/read-in-pieces.js'

const text = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('"work"', '"a b"', '""', '"é"', '"a longer name of a function"') },
  fc.constantFrom('"\\u0041"', '"a\\"b"', '"a\nb"', '7', 'null', '"open'),
)
const id = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('1', '0', '7', '"7"', '"main"') },
  fc.constantFrom('-1', '01', '1.5', '12345678901234567890', '"\\u0031"', '[]'),
)
const moment = fc.oneof(
  { weight: 9, arbitrary: fc.nat(60).map(String) },
  fc.constantFrom('1.25', '-4', '"12"', '1e2', '.5'),
)
const argument = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('1', '-2.5e3', '"text"', '"é"', '""', 'true', 'false', 'null') },
  fc.constantFrom(
    '01',
    '-',
    '"a\\u0041"',
    '"\\x"',
    '"\n"',
    'tru',
    'nulls',
    'falsy',
    '[1,2]',
    '{"deep":[{}]}',
    '.5',
    '1.',
  ),
)
const VALUES = {
  ph: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('"B"', '"E"', '"X"') },
    fc.constantFrom('"M"', '"b"', '"BX"', '"\\u0042"'),
  ),
  ts: moment,
  dur: moment,
  tdur: moment,
  name: text,
  cat: text,
  pid: id,
  tid: id,
  id,
  args: fc.oneof(
    { weight: 6, arbitrary: fc.constant('{}') },
    {
      weight: 9,
      arbitrary: fc
        .array(fc.tuple(fc.constantFrom('"src"', '"n"', '"a key with blanks"', '"names"', '""'), argument), {
          minLength: 1,
          maxLength: 3,
        })
        .map((pairs) => `{${pairs.map((pair) => pair.join(': ')).join(',')}}`),
    },
    fc.constantFrom(
      '{"a": 1, "b":"x"}',
      '{"a":1,}',
      '{"a" :1}',
      '{"a"}',
      '{"a":1 "b":2}',
      '{"a":1',
      '{"data":{"startTime":1}}',
      '{"a":1,"avg ms":2}',
      '{"name":"x"}',
      '{"avg ms":1}',
      '{ }',
      '1',
    ),
  ),
  more: fc.constantFrom('1', '{"a":[]}', 'x'),
}
const KEYS = ['ph', 'ts', 'name', 'cat', 'pid', 'tid', 'dur', 'args', 'tdur', 'id', 'more'] as const

const space = fc.constantFrom('', '', '', '', ' ', '\n ')
const keys = fc.oneof(
  { weight: 6, arbitrary: fc.shuffledSubarray([...KEYS.slice(0, 6)], { minLength: 5 }) },
  fc.shuffledSubarray([...KEYS, 'ts', 'name'] as const, { minLength: 3 }),
)
const event = fc
  .tuple(keys, fc.record(VALUES), fc.tuple(space, space, space, space))
  .map(
    ([names, values, [a, b, c, d]]) =>
      `${d}{${c}${names.map((key) => `"${key}"${a}:${b}${values[key]}`).join(`,${c}`)}${d}}`,
  )

/** Beginnings and ends that fit, as files have them. */
const nested = fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(2)), { maxLength: 30 }).map((steps) => {
  const open: string[] = []
  let at = 0
  const written = (ph: string, name: string, more = '') =>
    `{"name": "${name}", "cat": "app", "ph": "${ph}", "ts": ${at}${more}, "pid": 1, "tid": 2}`
  return steps.map(([kind, name, passed]) => {
    at += passed
    if (kind === 0) return written('X', `f${name}`, ', "dur": 0')
    if (kind === 1 && open.length > 0) return written('E', open.pop()!)
    open.push(`f${name}`)
    return written('B', `f${name}`)
  })
})

/** Events of one form, of which each differs from the one before in a value or two, or in a byte where none belongs. */
const alike = fc
  .tuple(
    fc.constantFrom(KEYS.slice(0, 6), ['name', 'ph', 'ts', 'dur', 'pid', 'tid', 'args'] as const, [
      ...KEYS.slice(2, 6),
      ...KEYS.slice(0, 2),
    ]),
    fc.record(VALUES),
    fc.array(fc.tuple(fc.record(VALUES, { requiredKeys: [] }), fc.nat(60), fc.constantFrom(-1, -1, -1, -1, 0, 1)), {
      minLength: 2,
      maxLength: 12,
    }),
  )
  .map(([names, values, changes]) => {
    const now = {
      ...values,
      ph: '"X"',
      ts: '1',
      dur: '2',
      name: '"work"',
      cat: '"app"',
      pid: '1',
      tid: '2',
      args: '{}',
    }
    return changes.map(([change, at, cut]) => {
      const changed = Object.entries(change).slice(0, 2)
      for (const [key, value] of changed) if (key !== 'cat' || at % 3 === 0) Object.assign(now, { [key]: value })
      const text = `{${names.map((key) => `"${key}":${now[key]}`).join(',')}}`
      return cut < 0 ? text : `${text.slice(0, at)}${cut === 0 ? ' ' : '1'}${text.slice(at + cut)}`
    })
  })

describe('events that are read at once', () => {
  it('are those that are read key by key', async () => {
    const events = fc.oneof(
      nested,
      fc.array(event, { maxLength: 10 }),
      fc.tuple(nested, fc.array(event, { maxLength: 2 })).map((all) => all.flat()),
    )
    const limits = fc.constantFrom({}, {}, {}, { text: 5 }, { samples: 3 })
    await fc.assert(
      fc.asyncProperty(events, limits, fc.constantFrom('[', '{"traceEvents":['), async (list, most, head) => {
        const bytes = Buffer.from(`${head}${list.join()}${head === '[' ? '' : ']}'}`)
        const slow = await readInPieces(readTraceEvents, bytes, 1, { limits: most })
        for (const size of [90, bytes.length]) {
          expect(await readInPieces(readTraceEvents, bytes, size, { limits: most })).toEqual(slow)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('are so too where each is nearly the one before, in the same bytes and in others', async () => {
    await fc.assert(
      fc.asyncProperty(alike, async (list) => {
        const bytes = Buffer.from(`[${list.join(',\n')}]`)
        const slow = await readInPieces(readTraceEvents, bytes, 1)
        for (const size of [170, 400, bytes.length]) {
          expect(await readInPieces(readTraceEvents, bytes, size)).toEqual(slow)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are compared with none of bytes that are gone', async () => {
    const event = (pid: number) => `{"name":"work","ph":"X","ts":1,"dur":2,"pid":${pid},"tid":2}`
    // A piece holds three events, so that those of the next one lie where these were.
    const length = event(1).length + 1
    const list = [1, 1, 2, 2, 2, 3, 3, 3].map(event).join()
    const bytes = Buffer.from(`[${' '.repeat(length - 1)}${list}]`)
    const slow = await readInPieces(readTraceEvents, bytes, 1)
    expect(slow.profiles).toHaveLength(3)
    expect(await readInPieces(readTraceEvents, bytes, 3 * length)).toEqual(slow)
  })

  it('skip arguments that the scanner skips, and no others', async () => {
    /** At one place of a text, a byte more, less, or another. */
    const faulty = fc
      .tuple(
        VALUES.args,
        fc.nat(40),
        fc.nat(1),
        fc.constantFrom('', '"', '{', '}', ',', ':', 'e', '1', '-', '\\', '\n'),
      )
      .map(([args, at, cut, more]) => args.slice(0, at) + more + args.slice(at + cut))
    const args = fc.oneof({ weight: 6, arbitrary: VALUES.args }, faulty)
    await fc.assert(
      fc.asyncProperty(fc.array(args, { minLength: 1, maxLength: 4 }), async (list) => {
        const event = (text: string) => `{"ph":"X","ts":1,"dur":2,"name":"f","pid":1,"tid":2,"args":${text}}`
        const bytes = Buffer.from(`[${['{}', ...list, '{}'].map(event).join()}]`)
        const slow = await readInPieces(readTraceEvents, bytes, 1)
        expect(await readInPieces(readTraceEvents, bytes, bytes.length)).toEqual(slow)
      }),
      { numRuns: 300 },
    )
  })
})
