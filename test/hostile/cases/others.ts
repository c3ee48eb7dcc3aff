import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

const SESSION: Json = {
  frame_records: [
    [['<module>\0run.py\u00001\u0001l3', 'work\0a.py\u00002'], 0.5],
    [['<module>\0run.py\u00001'], 0.25],
  ],
  start_time: 1.5,
  duration: 0.75,
  min_interval: 0.001,
  program: 'run.py',
}
const session = (path: string, value: Json | undefined): string => edited(SESSION, path, value)

const frameOf = (name: string, time: number, children: readonly Json[]): Json => ({
  function: name,
  file_path: 'a.py',
  line_no: 1,
  time,
  children,
})
const RENDERED: Json = { root_frame: frameOf('main', 2, [frameOf('work', 1, [])]), duration: 2 }
const deepFrames = (count: number): string =>
  `{"root_frame":${'{"function":"f","time":1,"children":['.repeat(count)}${']}'.repeat(count)}}`

export const PYINSTRUMENT: CaseList = [
  ...brokenJson(SESSION, { key: 'frame_records', name: 'run.py' }).slice(0, 27),
  ...wrongTypes(SESSION),
  ...wrongTypes(RENDERED),
  ['no records', session('frame_records', [])],
  ['a record of nothing', session('frame_records[0]', [])],
  ['a record without seconds', session('frame_records[0]', [['a\0b\u00001']])],
  ['a record of seconds alone', session('frame_records[0]', [0.5])],
  ['an identifier without parts', session('frame_records[0]', [['work'], 1])],
  ['an identifier of NULs', session('frame_records[0]', [['\0\0\0\0'], 1])],
  ['an identifier with line 2^40', session('frame_records[0]', [['f\0a.py\u00001099511627776'], 1])],
  ['an identifier with line -1', session('frame_records[0]', [['f\0a.py\0-1'], 1])],
  ['an identifier with line NaN', session('frame_records[0]', [['f\0a.py\0NaN'], 1])],
  ['negative seconds', session('frame_records[0][1]', -1)],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `seconds of ${number}`,
    session('frame_records[0][1]', raw(number)),
  ]),
  ['a start of 1e300', session('start_time', raw('1e300'))],
  ['a rendered tree', jsonText(RENDERED)],
  ['a rendered tree 20,000 deep', deepFrames(20_000)],
  ['a child that takes longer than its parent', edited(RENDERED, 'root_frame.children[0].time', 5)],
  ['a frame without a time', edited(RENDERED, 'root_frame.children[0].time', undefined)],
]

const RUBY: Json = {
  version: 1.2,
  mode: 'wall',
  interval: 1000,
  samples: 2,
  gc_samples: 0,
  missed_samples: 0,
  frames: {
    1: { name: 'main', file: 'a.rb', line: 1, total_samples: 2, samples: 0 },
    2: { name: 'work', file: 'a.rb', line: 5, total_samples: 2, samples: 2, edges: { 1: 1 }, lines: { 5: [2, 2] } },
  },
  raw: [2, 1, 2, 2],
  raw_timestamp_deltas: [1000, 1000],
}
const ruby = (path: string, value: Json | undefined): string => edited(RUBY, path, value)

export const STACKPROF: CaseList = [
  ...brokenJson(RUBY, { key: 'frames', name: 'work' }).slice(0, 27),
  ...wrongTypes(RUBY),
  ['no frames', ruby('frames', {})],
  ['a stack of no frame', ruby('raw', [2, 1, 9, 2])],
  ['a stack longer than the list', ruby('raw', [5, 1, 2, 2])],
  ['a stack of -1 frames', ruby('raw', [-1, 1, 2, 2])],
  ['a stack of 2^53 frames', ruby('raw', [raw('9007199254740993'), 1])],
  ['a count of 10^9', ruby('raw', [2, 1, 2, 1_000_000_000])],
  ['a count of 2^40', ruby('raw', [2, 1, 2, 1099511627776])],
  ['a count of -1', ruby('raw', [2, 1, 2, -1])],
  ['a count of 0', ruby('raw', [2, 1, 2, 0])],
  ['times that do not fit', ruby('raw_timestamp_deltas', [1])],
  ['a negative time', ruby('raw_timestamp_deltas', [1000, -5])],
  ['an unknown mode', ruby('mode', '__proto__')],
  ['an interval of -1', ruby('interval', -1)],
  ['an interval of 1e308', ruby('interval', raw('1e308'))],
  ['a frame of id __proto__', jsonText(RUBY).replace('"1":', '"__proto__":')],
  ['a frame of id 2^64', jsonText(RUBY).replace('"1":', '"18446744073709551616":')],
  ['a frame twice', jsonText(RUBY).replace('"2":', '"1":')],
  ['a line of 2^40', ruby('frames.2.line', 1099511627776)],
  ['no stacks', ruby('raw', undefined)],
  ['no stacks, and an edge to nowhere', ruby('frames.2.edges', { 99: 1 }).replace(/"raw":\[[^\]]*\],/, '')],
  ...EDGE_NUMBERS.slice(2, 10).map((number): [string, string] => [
    `samples of ${number}, no stacks`,
    ruby('frames.2.samples', raw(number)).replace(/"raw":\[[^\]]*\],/, ''),
  ]),
]

const PHP: Json = {
  'main()': { ct: 1, wt: 100, mu: -16 },
  'main()==>work': { ct: 2, wt: 60, mu: 8 },
}
const php = (text: string): string => jsonText(PHP).replace('"ct":2', text)

export const XHPROF: CaseList = [
  ...brokenJson(PHP, { key: 'main()', name: 'main()==>work' }).slice(0, 27),
  ...wrongTypes(PHP),
  ['no wt', jsonText({ 'main()': { ct: 1 } })],
  ['no ct', jsonText({ 'main()': { wt: 1 } })],
  ['an entry of nothing', jsonText({ 'main()': {} })],
  ['costs that change', jsonText({ 'main()': { ct: 1, wt: 1 }, 'main()==>a': { ct: 1 } })],
  ['an entry twice', jsonText(PHP).replace('"main()==>work"', '"main()"')],
  ['a caller without an entry', jsonText({ 'ghost==>work': { ct: 1, wt: 5 } })],
  ['arrows alone', jsonText({ '==>': { ct: 1, wt: 5 } })],
  ['arrows upon arrows', jsonText({ 'a==>b==>c': { ct: 1, wt: 5 } })],
  ['a function that calls itself', jsonText({ 'a==>a': { ct: 1, wt: 5 }, 'a==>a@1': { ct: 1, wt: 5 } })],
  ['a depth of 10^20', jsonText({ 'a==>b@100000000000000000000': { ct: 1, wt: 5 } })],
  ['entries of a prototype', '{"__proto__":{"ct":1,"wt":5},"__proto__==>constructor":{"ct":1,"wt":5}}'],
  ['a name that forges a row', jsonText({ 'main()==>f\n 9 9 evil\r': { ct: 1, wt: 5 } })],
  ['a profile in a profile', jsonText({ profile: { profile: { profile: { 'main()': { ct: 1, wt: 1 } } } } })],
  ...EDGE_NUMBERS.map((number): [string, string] => [`calls of ${number}`, php(`"ct":${number}`)]),
]
