import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

const SOURCE: Json = { format: 'pstats', method: 'deterministic', stacks: 'none' }

/** A call graph. */
const GRAPH: Json = {
  schema: 'callcost/profile/1',
  active: 0,
  profiles: [
    {
      name: 'run',
      source: {
        ...(SOURCE as object),
        notes: [{ code: 'a', message: 'b', count: 1 }],
        details: { k: 1 },
        recordedAt: '5',
      },
      valueTypes: [{ name: 'time', unit: 'seconds' }],
      defaultValue: 0,
      strings: ['main', 'work', 'app.py'],
      functions: { name: [0, 1], file: [2, -1], line: [1, null], column: [null, null] },
      graph: {
        calls: [1, 2],
        primitiveCalls: [1, 2],
        self: [[1, 2]],
        total: [[3, 2]],
        edges: { caller: [0], callee: [1], calls: [2], primitiveCalls: [2], self: [[2]], total: [[2]] },
      },
    },
  ],
}

/** Stacks. */
const STACKS: Json = {
  schema: 'callcost/profile/1',
  profiles: [
    {
      name: 'run',
      source: { format: 'collapsed', method: 'sampled', stacks: 'recorded' },
      valueTypes: [{ name: 'samples', unit: 'count' }],
      defaultValue: 0,
      strings: ['main', 'work'],
      functions: { name: [0, 1], file: [-1, -1], line: [null, null], column: [null, null] },
      frames: { function: [0, 1], line: [null, 7], column: [null, null] },
      stacks: { parent: [-1, 0], frame: [0, 1], positionTicks: { stack: [1], line: [7], ticks: [1] } },
      samples: { stack: [0, 1], values: [[1, 2]], time: [0, 1], timeUnit: 'seconds' },
      labels: null,
    },
  ],
}

const P = 'profiles[0]'
const graph = (path: string, value: Json | undefined): string => edited(GRAPH, `${P}.${path}`, value)
const stacks = (path: string, value: Json | undefined): string => edited(STACKS, `${P}.${path}`, value)

export const CALLCOST: CaseList = [
  ...brokenJson(GRAPH, { key: 'schema', name: 'work' }),
  ...wrongTypes(GRAPH),
  ...wrongTypes(STACKS).filter(([name]) => /frames|stacks|samples/.test(name)),
  ['stacks, as they should be', jsonText(STACKS)],
  ['another version', edited(GRAPH, 'schema', 'callcost/profile/99')],
  ['another schema', edited(GRAPH, 'schema', 'callcost/analyze/1')],
  ['no schema', edited(GRAPH, 'schema', undefined)],
  ['no profiles', edited(GRAPH, 'profiles', [])],
  ['the profile to show is 5', edited(GRAPH, 'active', 5)],
  ['the profile to show is -1', edited(GRAPH, 'active', -1)],
  ['a default value of 3', graph('defaultValue', 3)],
  ['an unknown unit', graph('valueTypes[0].unit', 'parsecs')],
  ['an unknown method', graph('source.method', 'guessed')],
  [
    '1,001 value types',
    graph(
      'valueTypes',
      Array.from({ length: 1001 }, () => ({ name: 'a', unit: 'count' })),
    ),
  ],
  [
    '10,001 notes',
    graph(
      'source.notes',
      Array.from({ length: 10_001 }, () => ({ code: 'a', message: 'b', count: 1 })),
    ),
  ],
  ['a time of recording that is no number', graph('source.recordedAt', 'yesterday')],
  ['a function of no name', graph('functions.name', [0, 9])],
  ['a function of name -1', graph('functions.name', [0, -1])],
  ['a function of file -2', graph('functions.file', [2, -2])],
  ['fewer files than functions', graph('functions.file', [2])],
  ['more names than there are costs for', graph('functions.name', [0, 1, 1])],
  ['a line of 2^31', graph('functions.line', [2147483648, null])],
  ['an edge from nowhere', graph('graph.edges.caller', [9])],
  ['an edge to -1', graph('graph.edges.callee', [-1])],
  ['fewer callees than callers', graph('graph.edges.callee', [])],
  [
    'an edge twice',
    graph('graph.edges', {
      caller: [0, 0],
      callee: [1, 1],
      calls: [1, 1],
      primitiveCalls: null,
      self: [[1, 1]],
      total: [[1, 1]],
    }),
  ],
  ['fewer self times than functions', graph('graph.self', [[1]])],
  ['no self times', graph('graph.self', [])],
  ['a self time of NaN', graph('graph.self', [[1, 'NaN']])],
  ['an infinite self time', graph('graph.self', [[1, 'Infinity']])],
  ['a self time of 401 digits', graph('graph.self', [[1, '9'.repeat(401)]])],
  ['a self time of 400 digits', graph('graph.self', [[1, '9'.repeat(400)]])],
  ['an unknown self time', graph('graph.self', [[1, null]])],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `a self time of ${number}`,
    graph('graph.self', [[1, raw(number)]]),
  ]),
  ['2^63 - 1 calls as text, twice', graph('graph.calls', ['9223372036854775807', '9223372036854775807'])],
  ['base64 that is none', graph('strings[1]', { base64: '***' })],
  ['bytes that are not UTF-8', graph('strings[1]', { base64: '//7A' })],
  ['a text twice', graph('strings', ['main', 'main', 'app.py'])],
  ['a stack that is its own parent', stacks('stacks.parent', [-1, 1])],
  ['a stack whose parent comes later', stacks('stacks.parent', [1, -1])],
  ['a stack of parent -2', stacks('stacks.parent', [-2, 0])],
  ['a stack of no frame', stacks('stacks.frame', [0, 9])],
  ['a frame of no function', stacks('frames.function', [0, 9])],
  ['a sample of no stack', stacks('samples.stack', [0, 9])],
  ['a sample of stack -1', stacks('samples.stack', [0, -1])],
  ['a sample of stack -2', stacks('samples.stack', [0, -2])],
  ['samples without values', stacks('samples.values', [null])],
  ['fewer values than samples', stacks('samples.values', [[1]])],
  [
    'two columns of values for one type',
    stacks('samples.values', [
      [1, 2],
      [3, 4],
    ]),
  ],
  ['fewer times than samples', stacks('samples.time', [1])],
  ['ticks of no stack', stacks('stacks.positionTicks.stack', [9])],
  ['stacks without samples', stacks('samples', undefined)],
  ['samples without stacks', stacks('stacks', undefined)],
  [
    'labels that samples do not have',
    stacks('labels', { key: [0], text: [1], number: [null], unit: [-1], setStart: [0, 1], members: [0] }),
  ],
  ['labels of no set', stacks('samples.labels', [0, 5])],
  [
    'sets of labels that go back',
    stacks('labels', { key: [0], text: [1], number: [null], unit: [-1], setStart: [1, 0], members: [0] }),
  ],
  ['continued frames of -1', stacks('samples.continued', [0, -1])],
  [
    'the functions twice',
    jsonText(GRAPH).replace('"functions"', '"functions":{"name":[],"file":[],"line":[],"column":[]},"functions"'),
  ],
]
