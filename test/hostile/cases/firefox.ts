import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

/** The processed form: tables of columns. */
const PROCESSED: Json = {
  meta: { interval: 1, preprocessedProfileVersion: 48, startTime: 0, product: 'shop', version: 24 },
  threads: [
    {
      name: 'Main',
      processName: 'shop',
      pid: '1',
      tid: 2,
      isMainThread: true,
      samples: { length: 2, stack: [0, 1], time: [0, 1], weight: [1, 2], weightType: 'samples' },
      stackTable: { length: 2, prefix: [null, 0], frame: [0, 1] },
      frameTable: { length: 2, func: [0, 1], line: [1, 2], column: [null, null] },
      funcTable: { length: 2, name: [0, 1], fileName: [2, 2], lineNumber: [1, 5], columnNumber: [null, null] },
      stringArray: ['main', 'work', 'app.js'],
    },
  ],
}

/** The raw form: tables of rows. */
const RAW: Json = {
  meta: { version: 30, interval: 1, startTime: 0 },
  threads: [
    {
      name: 'GeckoMain',
      pid: 4,
      tid: 4,
      samples: {
        schema: { stack: 0, time: 1 },
        data: [
          [1, 1],
          [1, 2],
        ],
      },
      stackTable: {
        schema: { prefix: 0, frame: 1 },
        data: [
          [null, 0],
          [0, 1],
        ],
      },
      frameTable: { schema: { location: 0, line: 1 }, data: [[0, 3], [1]] },
      stringTable: ['main', 'work (app.js:5)'],
    },
  ],
  processes: [],
}

const THREAD = 'threads[0]'
const processed = (path: string, value: Json | undefined): string => edited(PROCESSED, `${THREAD}.${path}`, value)
const rows = (path: string, value: Json | undefined): string => edited(RAW, `${THREAD}.${path}`, value)
/** Names that regular expressions with two ways to match would take long over. */
const SLOW = [' (in a) (:1'.repeat(370), ' (a:1:1'.repeat(580), `a/${':1'.repeat(2000)}x`, ' '.repeat(4090)]

export const FIREFOX: CaseList = [
  ...brokenJson(PROCESSED, { key: 'threads', name: 'work' }),
  ...wrongTypes(PROCESSED),
  ...wrongTypes(RAW).filter(([name]) => /schema|data/.test(name)),
  ['raw, as it should be', jsonText(RAW)],
  ['no threads', edited(PROCESSED, 'threads', [])],
  ['no meta', edited(PROCESSED, 'meta', undefined)],
  ['no stacks', processed('stackTable', undefined)],
  ['no frames', processed('frameTable', undefined)],
  ['no functions', processed('funcTable', undefined)],
  ['no texts', processed('stringArray', undefined)],
  ['a sample of no stack', processed('samples.stack', [0, 9])],
  ['a sample of stack -1', processed('samples.stack', [0, -1])],
  ['a sample of stack 0.5', processed('samples.stack', [0, 0.5])],
  ['a sample of stack 1e300', processed('samples.stack', [0, raw('1e300')])],
  ['samples without stacks', processed('samples.stack', [null, null])],
  ['fewer weights than samples', processed('samples.weight', [1])],
  ['fewer times than samples', processed('samples.time', [1])],
  ['a sample without a weight', processed('samples.weight', [1, null])],
  ['a sample without a time', processed('samples.time', [1, null])],
  ['a stack that goes on from itself', processed('stackTable.prefix', [null, 1])],
  ['stacks in a circle', processed('stackTable.prefix', [1, 0])],
  ['a stack that goes on from none', processed('stackTable.prefix', [null, 7])],
  ['a stack that goes on from -1', processed('stackTable.prefix', [null, -1])],
  ['a distance of -1', processed('stackTable', { prefixOffset: [0, -1], frame: [0, 1] })],
  ['a distance past the beginning', processed('stackTable', { prefixOffset: [0, 5], frame: [0, 1] })],
  ['a stack of no frame', processed('stackTable.frame', [0, 5])],
  ['fewer prefixes than frames', processed('stackTable.prefix', [null])],
  ['a frame of no function', processed('frameTable.func', [0, 5])],
  ['a frame of function null', processed('frameTable.func', [0, null])],
  ['a function of no name', processed('funcTable.name', [0, 99])],
  ['a file of no text', processed('funcTable.fileName', [2, 99])],
  ['a line of 2^40', processed('frameTable.line', [1, 1099511627776])],
  ['a line of -3', processed('frameTable.line', [1, -3])],
  ['an unknown weight type', processed('samples.weightType', '__proto__')],
  ['40,000 stacks deep', processed('stackTable', deep(40_000)).replace('"stack":[0,1]', '"stack":[0,39999]')],
  ['an interval of -1', edited(PROCESSED, 'meta.interval', -1)],
  ['a start of 1e300', edited(PROCESSED, 'meta.startTime', raw('1e300'))],
  ['a version of 1,000', edited(PROCESSED, 'meta.preprocessedProfileVersion', 1000)],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `a weight of ${number}`,
    processed('samples.weight[1]', raw(number)),
  ]),
  ...EDGE_NUMBERS.slice(5, 10).map((number): [string, string] => [
    `a time of ${number}`,
    processed('samples.time[1]', raw(number)),
  ]),
  ['rows before their schema', rows('samples', { data: [[1, 1]], schema: { stack: 0, time: 1 } })],
  ['a schema of place -1', rows('samples.schema.stack', -1)],
  ['a schema of place 10^9', rows('samples.schema.stack', 1_000_000_000)],
  ['two columns of one place', rows('samples.schema.time', 0)],
  ['a row that is no row', rows('samples.data[0]', 5)],
  ['a location that says nothing', rows('stringTable[1]', '')],
  ['a location with line 10^20', rows('stringTable[1]', 'work (app.js:100000000000000000000)')],
  ...SLOW.map((name, index): [string, string] => [
    `a location that is slow to match, ${index + 1}`,
    rows('stringTable[1]', name),
  ]),
  ['processes 10,000 deep', `${'{"meta":{},"threads":[],"processes":['.repeat(10_000)}${']}'.repeat(10_000)}`],
  ['a table of texts in an object', processed('stringTable', { _array: ['a'] })],
]

function deep(count: number): Json {
  return {
    prefix: Array.from({ length: count }, (_, at) => (at === 0 ? null : at - 1)),
    frame: Array.from({ length: count }, () => 0),
  }
}
