import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

function frame(name: string, line: number): Json {
  return {
    functionName: name,
    scriptId: line < 0 ? '0' : '7',
    url: line < 0 ? '' : 'app.js',
    lineNumber: line,
    columnNumber: line,
  }
}

const CPU: Json = {
  nodes: [
    { id: 1, callFrame: frame('(root)', -1), hitCount: 0, children: [2] },
    { id: 2, callFrame: frame('main', 0), hitCount: 1, children: [3], positionTicks: [{ line: 1, ticks: 1 }] },
    { id: 3, callFrame: frame('work', 4), hitCount: 2 },
  ],
  startTime: 1000,
  endTime: 4000,
  samples: [2, 3, 3],
  timeDeltas: [0, 1000, 1000],
}

const NESTED: Json = {
  head: {
    functionName: '(root)',
    url: '',
    lineNumber: 0,
    hitCount: 0,
    id: 1,
    children: [{ functionName: 'main', url: 'app.js', lineNumber: 1, hitCount: 2, id: 2, children: [] }],
  },
  startTime: 1,
  endTime: 2,
  samples: [2, 2],
}

const HEAP: Json = {
  head: {
    callFrame: frame('(root)', -1),
    selfSize: 0,
    id: 1,
    children: [{ callFrame: frame('main', 0), selfSize: 64, id: 2, children: [] }],
  },
  samples: [{ size: 64, nodeId: 2, ordinal: 1 }],
}

const cpu = (path: string, value: Json | undefined): string => edited(CPU, path, value)
const heap = (path: string, value: Json | undefined): string => edited(HEAP, path, value)

/** As V8's own serializer has it. */
function v8Own(name: string): string {
  const nodes = `[{"id":1,"hitCount":0,"callFrame":{"functionName":"(root)","lineNumber":0,"columnNumber":0,"scriptId":0,"url":""}`
  const work = `{"id":2,"hitCount":1,"callFrame":{"functionName":"${name}","lineNumber":1,"columnNumber":1,"scriptId":1,"url":"a.js"}}`
  return `{"nodes":${nodes},"children":[2]},${work}],"startTime":1,"endTime":3,"samples":[2],"timeDeltas":[1]}`
}

function chain(count: number): string {
  const open = Array.from({ length: count }, (_, id) => `{"id":${id + 1},"functionName":"f","hitCount":1,"children":[`)
  return `${open.join('')}${']}'.repeat(count)}`
}

export const CPUPROFILE: CaseList = [
  ...brokenJson(CPU, { key: 'nodes', name: 'work' }),
  ...wrongTypes(CPU),
  ['no nodes', cpu('nodes', [])],
  ['no samples', cpu('samples', [])],
  ['samples without nodes', cpu('nodes', undefined)],
  ['no times', cpu('timeDeltas', undefined)],
  ['fewer times than samples', cpu('timeDeltas', [0])],
  ['more times than samples', cpu('timeDeltas', [0, 1, 2, 3, 4])],
  ['a sample of no node', cpu('samples', [2, 4, 3])],
  ['a sample of node -1', cpu('samples', [-1, 2, 3])],
  ['a sample of node 2^31', cpu('samples', [2, 2147483648, 3])],
  ['a sample of node 2^53', cpu('samples', [2, raw('9007199254740993'), 3])],
  ['two nodes of one id', cpu('nodes[2].id', 2)],
  ['a node that is its own child', cpu('nodes[2].children', [3])],
  ['a cycle of children', cpu('nodes[2].children', [2])],
  ['the root as a child', cpu('nodes[2].children', [1])],
  ['a child of two nodes', cpu('nodes[0].children', [2, 3])],
  ['a child twice', cpu('nodes[1].children', [3, 3])],
  ['a child that does not exist', cpu('nodes[1].children', [3, 99])],
  ['two roots', cpu('nodes[1].children', [])],
  ['a node with itself as parent', cpu('nodes[2].parent', 3)],
  ['a parent that does not exist', cpu('nodes[2].parent', 77)],
  ['a parent beside children that say otherwise', cpu('nodes[2].parent', 1)],
  [
    'ids as far as they go',
    jsonText(CPU).replaceAll(/"id":3|\[3\]|\b3,3\b/g, (text) => text.replaceAll('3', '2147483646')),
  ],
  ['id -1', cpu('nodes[2].id', -1)],
  ['id 2^31 - 1', cpu('nodes[2].id', 2147483647)],
  ['id 2^64', cpu('nodes[2].id', raw('18446744073709551616'))],
  ['a line of 2^31', cpu('nodes[2].callFrame.lineNumber', 2147483648)],
  ['a line of -2^31', cpu('nodes[2].callFrame.lineNumber', -2147483648)],
  ['a line of 1e300', cpu('nodes[2].callFrame.lineNumber', raw('1e300'))],
  ['a negative hit count', cpu('nodes[2].hitCount', -5)],
  ['ticks at line -1', cpu('nodes[1].positionTicks', [{ line: -1, ticks: 1 }])],
  ['ticks of 2^40', cpu('nodes[1].positionTicks', [{ line: 1, ticks: 1099511627776 }])],
  ['the end before the start', cpu('endTime', 10)],
  ['the key samples twice', jsonText(CPU).replace('"samples"', '"samples":[2],"samples"')],
  ['the key samples behind its times', jsonText(CPU).replace(/}$/, ',"samples":[2]}')],
  ['the key nodes twice', jsonText(CPU).replace('"nodes"', '"nodes":[],"nodes"')],
  ['the key id twice', jsonText(CPU).replace('"id":3', '"id":3,"id":4')],
  ...EDGE_NUMBERS.map((number): [string, string] => [`a delta of ${number}`, cpu('timeDeltas[1]', raw(number))]),
  ...EDGE_NUMBERS.slice(2, 9).map((number): [string, string] => [
    `hits of ${number}`,
    cpu('nodes[2].hitCount', raw(number)),
  ]),
  ['old form', jsonText(NESTED)],
  ['old form, 20,000 deep', `{"head":${chain(20_000)},"startTime":1,"endTime":2,"samples":[1]}`],
  ['old form, more than 50,000 levels deep', `{"head":${chain(25_001)},"startTime":1,"endTime":2,"samples":[1]}`],
  ['both forms at once', jsonText({ ...(CPU as object), ...(NESTED as object) })],
  ['a wrapper in a wrapper in a wrapper', jsonText({ result: { result: { result: { profile: CPU } } } })],
  ['a name that V8 wrote without escapes', v8Own('wo"rk\\')],
  ['a name of 1.1 MB that V8 wrote itself', v8Own('x'.repeat(1_100_000))],
  ['a name of 900 KB that V8 wrote itself', v8Own('x'.repeat(900_000))],
  ['a name that is open in what V8 wrote itself', v8Own('x').slice(0, 300)],
  ['a name that V8 did not escape', jsonText(CPU).replace('"work"', '"wo"rk\\"')],
]

export const HEAPPROFILE: CaseList = [
  ...brokenJson(HEAP, { key: 'head', name: 'main' }).slice(0, 28),
  ...wrongTypes(HEAP),
  ['a negative size', heap('head.children[0].selfSize', -64)],
  ['no head', heap('head', undefined)],
  ['a sample of no node', heap('samples[0].nodeId', 99)],
  ['two nodes of one id', heap('head.children[0].id', 1)],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `a size of ${number}`,
    heap('head.children[0].selfSize', raw(number)),
  ]),
]
