import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

const span = (name: string, ph: string, ts: number, more: { readonly [key: string]: Json } = {}): Json => ({
  name,
  ph,
  pid: 1,
  tid: 1,
  ts,
  ...more,
})

const SPANS: Json = {
  traceEvents: [
    span('main', 'X', 0, { dur: 10, args: { name: 'x' } }),
    span('work', 'B', 2),
    { ph: 'E', pid: 1, tid: 1, ts: 6 },
  ],
}

function chunkEvent(name: string, data: Json): Json {
  return { name, ph: 'P', pid: 1, tid: 1, id: '0x1', ts: 1, args: { data } }
}

function node(id: number, name: string): Json {
  return {
    id,
    callFrame: { functionName: name, scriptId: 1, url: 'app.js', lineNumber: 1, columnNumber: 1 },
    ...(id > 1 ? { parent: id - 1 } : {}),
  }
}

const CHUNKS: Json = [
  chunkEvent('Profile', { startTime: 100 }),
  chunkEvent('ProfileChunk', {
    cpuProfile: { nodes: [node(1, '(root)'), node(2, 'main'), node(3, 'work')], samples: [2, 3] },
    timeDeltas: [10, 20],
  }),
]

const spans = (path: string, value: Json | undefined): string => edited(SPANS, path, value)
const chunks = (path: string, value: Json | undefined): string => edited(CHUNKS, path, value)
const NODES = '[1].args.data.cpuProfile.nodes'

export const TRACE_EVENT: CaseList = [
  ...brokenJson(SPANS, { key: 'traceEvents', name: 'work' }),
  ...wrongTypes(SPANS),
  ...wrongTypes(CHUNKS).filter(([name]) => name.includes('[1].args')),
  ['no events', spans('traceEvents', [])],
  ['an event of nothing', spans('traceEvents', [{}])],
  ['an end without a beginning', spans('traceEvents[1].ph', 'E')],
  ['a beginning without an end', spans('traceEvents[2]', undefined)],
  ['an end of another name', spans('traceEvents[2].name', 'other')],
  ['an end before its beginning', spans('traceEvents[2].ts', 1)],
  ['spans that overlap', spans('traceEvents', [span('a', 'X', 0, { dur: 5 }), span('b', 'X', 3, { dur: 5 })])],
  ['a span without a time', spans('traceEvents[1].ts', undefined)],
  ['a span without a duration', spans('traceEvents[0].dur', undefined)],
  ['a negative duration', spans('traceEvents[0].dur', -10)],
  ['a duration that is a text', spans('traceEvents[0].dur', '10')],
  ['a duration that is no number', spans('traceEvents[0].dur', 'ten')],
  ['a duration that is the text Infinity', spans('traceEvents[0].dur', 'Infinity')],
  ['a duration that is the text 1e999', spans('traceEvents[0].dur', '1e999')],
  ['a time that is the text NaN', spans('traceEvents[0].ts', 'NaN')],
  ['a time that is the text -Infinity', spans('traceEvents[0].ts', '-Infinity')],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `a duration of ${number}`,
    spans('traceEvents[0].dur', raw(number)),
  ]),
  ...EDGE_NUMBERS.slice(2, 9).map((number): [string, string] => [
    `a time of ${number}`,
    spans('traceEvents[0].ts', raw(number)),
  ]),
  ['a thread of 2^64', spans('traceEvents[1].tid', raw('18446744073709551616'))],
  ['a process of -1', spans('traceEvents[1].pid', -1)],
  ['a thread of the name __proto__', spans('traceEvents[1].tid', '__proto__')],
  ['a phase of two letters', spans('traceEvents[0].ph', 'XX')],
  ['phases that nobody knows', spans('traceEvents', [span('a', '\u00e9', 1), span('b', '?', 2)])],
  [
    '10,000 spans that are open',
    spans(
      'traceEvents',
      Array.from({ length: 10_000 }, (_, at) => span('f', 'B', at)),
    ),
  ],
  [
    '300 threads',
    spans(
      'traceEvents',
      Array.from({ length: 300 }, (_, at) => span('f', 'X', 1, { tid: at, dur: 1 })),
    ),
  ],
  ['the events are open', jsonText(SPANS).replace(/\]\}$/, '')],
  ['an array that is open', '[{"name":"a","ph":"X","ts":0,"dur":1},'],
  ['an array with a comma at its end', '[{"name":"a","ph":"X","ts":0,"dur":1},]'],
  ['an array of commas', '[,,]'],
  ['the events twice', jsonText(SPANS).replace('"traceEvents"', '"traceEvents":[],"traceEvents"')],
  ['a CPU profile', jsonText(CHUNKS)],
  ['a CPU profile without its beginning', chunks('[0]', undefined)],
  ['a CPU profile without samples', chunks('[1].args.data.cpuProfile.samples', [])],
  ['a sample of no node', chunks('[1].args.data.cpuProfile.samples', [2, 9])],
  ['a sample of node -1', chunks('[1].args.data.cpuProfile.samples', [-1, 2])],
  ['a sample of node 2^53', chunks('[1].args.data.cpuProfile.samples', [raw('9007199254740993'), 2])],
  ['more times than samples', chunks('[1].args.data.timeDeltas', [1, 2, 3])],
  ['a time of 1e308, twice', chunks('[1].args.data.timeDeltas', [1e308, 1e308])],
  ['negative times', chunks('[1].args.data.timeDeltas', [-10, -20])],
  ['a line of 2^40', chunks('[1].args.data.lines', [1099511627776, 1])],
  ['two nodes of one id', chunks(`${NODES}[2].id`, 2)],
  ['a node that is its own parent', chunks(`${NODES}[2].parent`, 3)],
  ['parents in a circle', chunks(`${NODES}[1].parent`, 3)],
  ['a parent that does not exist', chunks(`${NODES}[2].parent`, 99)],
]
