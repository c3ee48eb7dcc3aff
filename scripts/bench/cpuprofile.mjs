// `node scripts/bench/cpuprofile.mjs [--quick] [--runs N] [--keep]`: .cpuprofile files as V8 writes them: 300 MB that is
// nearly all nodes (a compiler), 300 MB that is nearly all samples (a server), and 1 GB of the first kind, read and
// analysed by callcost, and by JSON.parse, which only builds objects. --quick: a tenth of the size, and no gigabyte.
// The files go to the folder for temporary files (2 GB) and away again, unless they shall be kept.
// First both must agree on self and total of every function; then each is a fresh process, in turn.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { canMeasure, measure, printMeasurements } from './measure.mjs'
import { randomFrom } from './random.mjs'

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const PARSE = "JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))"

const FRAMES = 4000
const FILES = 300
const DEEPEST = 200
/** With more, two children of a node would be the same function. */
const MOST_CHILDREN = 250
/** Nodes 2, 3 and 4, below the root: what V8 has beside functions. */
const META = ['(root)', '(program)', '(idle)', '(garbage collector)']

/** The JSON of the call frames: names and URLs as long as those of real projects. */
function drawFrames(random) {
  const verbs = ['parse', 'visit', 'check', 'resolve', 'emit', 'get', 'create', 'transform', 'bind', 'walk']
  const nouns = ['Statement', 'Expression', 'Type', 'Declaration', 'Module', 'Symbol', 'Token', 'Scope', 'Block']
  const folders = [
    'node:internal/modules/esm/',
    'file:///home/user/work/shop/packages/checkout/src/components/',
    'file:///home/user/work/shop/node_modules/typescript/lib/',
    'file:///home/user/work/shop/node_modules/.pnpm/@babel+core@7.26.0/node_modules/@babel/core/lib/',
    '/srv/shop/build/',
  ]
  return Array.from({ length: FRAMES }, (_, index) => {
    const file = random(FILES)
    const isAnonymous = random(8) === 0
    const name = verbs[random(verbs.length)] + nouns[random(nouns.length)] + (random(3) === 0 ? index : '')
    return JSON.stringify({
      functionName: isAnonymous ? '' : name,
      scriptId: String(100 + file),
      url: `${folders[file % folders.length]}chunk-${file}.js`,
      lineNumber: random(60_000),
      columnNumber: random(120),
    })
  })
}

/** node → parent and frame, in preorder, every child of a node another function. */
function drawTree(random, count) {
  const parent = new Int32Array(count)
  const frame = new Int32Array(count)
  const depth = new Uint8Array(count)
  const children = new Int32Array(count)
  const lastChild = new Int32Array(count)
  parent[0] = -1
  for (let node = 1; node < META.length; node++) children[0]++
  let current = 0
  for (let node = META.length; node < count; node++) {
    let up = random(10) < 7 ? 0 : random(random(30) === 0 ? 150 : 5)
    while (current > 0 && (up-- > 0 || depth[current] >= DEEPEST)) current = parent[current]
    while (children[current] >= MOST_CHILDREN) current = lastChild[current]
    parent[node] = current
    lastChild[current] = node
    frame[node] = (frame[current] * 7 + 13 * children[current]++ + 1) % FRAMES
    depth[node] = depth[current] + 1
    current = node
  }
  return { parent, frame }
}

/** node → id: children are made after their parents, but not in the order in which V8 writes them. */
function drawIds({ parent }) {
  const ids = new Int32Array(parent.length)
  const level = new Int32Array(parent.length)
  for (let node = 1; node < parent.length; node++) level[node] = level[parent[node]] + 1
  const starts = new Int32Array(parent.length + 1)
  for (const each of level) starts[each + 1]++
  for (let each = 0; each < parent.length; each++) starts[each + 1] += starts[each]
  for (let node = 0; node < parent.length; node++) ids[node] = 1 + starts[level[node]]++
  return ids
}

function drawSamples(random, count, nodes) {
  const samples = new Int32Array(count)
  let node = META.length
  for (let sample = 0; sample < count; sample++) {
    const meta = random(100)
    // One node of eight is ever at the end of a stack; of a real run of a compiler it was one of ten.
    if (random(3) === 0) node = META.length + 8 * random(Math.floor((nodes - META.length) / 8))
    samples[sample] = meta < 3 ? 3 : meta < 5 ? meta - 2 : node
  }
  return samples
}

function writeProfile(path, seed, nodeCount, sampleCount) {
  const random = randomFrom(seed)
  const frames = drawFrames(random)
  const tree = drawTree(random, nodeCount)
  const ids = drawIds(tree)
  const samples = drawSamples(random, sampleCount, nodeCount)
  const hits = new Int32Array(nodeCount)
  for (const node of samples) hits[node]++
  const firstChild = new Int32Array(nodeCount).fill(-1)
  const nextSibling = new Int32Array(nodeCount).fill(-1)
  for (let node = nodeCount - 1; node > 0; node--) {
    nextSibling[node] = firstChild[tree.parent[node]]
    firstChild[tree.parent[node]] = node
  }
  const file = openSync(path, 'w')
  let parts = []
  const write = (part) => {
    if (parts.push(part) < 10_000) return
    writeSync(file, parts.join(''))
    parts = []
  }
  for (let node = 0; node < nodeCount; node++) {
    const frame =
      node < META.length
        ? `{"functionName":"${META[node]}","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1}`
        : frames[tree.frame[node]]
    const children = []
    for (let child = firstChild[node]; child !== -1; child = nextSibling[child]) children.push(ids[child])
    write(`${node === 0 ? '{"nodes":[' : ','}{"id":${ids[node]},"callFrame":${frame},"hitCount":${hits[node]}`)
    if (children.length > 0) write(`,"children":[${children}]`)
    if (node >= META.length && hits[node] > 0) {
      write(`,"positionTicks":[{"line":${1 + random(60_000)},"ticks":${hits[node]}}]`)
    }
    write('}')
  }
  const start = 865_783_427
  const deltas = Int32Array.from(samples, () => {
    const kind = random(1000)
    return kind === 0 ? -random(60) : kind < 10 ? 1000 + random(20_000) : 170 + random(60)
  })
  let end = start
  for (const delta of deltas) end += delta
  write(`],"startTime":${start},"endTime":${end + 500},"samples":[`)
  for (let sample = 0; sample < sampleCount; sample++) write(`${sample === 0 ? '' : ','}${ids[samples[sample]]}`)
  write('],"timeDeltas":[')
  for (let sample = 0; sample < sampleCount; sample++) write(`${sample === 0 ? '' : ','}${deltas[sample]}`)
  write(']}')
  writeSync(file, parts.join(''))
  closeSync(file)
}

/** function → self and total in microseconds, from the objects that JSON.parse makes: sample i owns the time to i + 1. */
function sumObjects(path) {
  const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(readFileSync(path, 'utf8'))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const own = new Map()
  let now = 0
  let time = 0
  for (let sample = 0; sample < samples.length; sample++) {
    time += timeDeltas[sample]
    const at = Math.max(now, time)
    if (sample > 0) own.set(samples[sample - 1], (own.get(samples[sample - 1]) ?? 0) + at - now)
    now = at
  }
  own.set(samples.at(-1), (own.get(samples.at(-1)) ?? 0) + endTime - startTime - now)
  const sums = new Map()
  const open = new Map()
  const visit = [[nodes[0], null]]
  // Down and up again: what a node weighs with all below it is known when it is left.
  const below = new Map()
  while (visit.length > 0) {
    const [node, parent] = visit.at(-1)
    const { functionName, url, lineNumber, columnNumber } = node.callFrame
    const key = [functionName || '(anonymous)', url, lineNumber, columnNumber].join('|')
    if (!below.has(node.id)) {
      below.set(node.id, own.get(node.id) ?? 0)
      open.set(key, (open.get(key) ?? 0) + 1)
      for (const child of node.children ?? []) visit.push([byId.get(child), node])
      continue
    }
    visit.pop()
    open.set(key, open.get(key) - 1)
    const sum = sums.get(key) ?? { self: 0, total: 0 }
    sums.set(key, sum)
    sum.self += own.get(node.id) ?? 0
    if (open.get(key) === 0) sum.total += below.get(node.id)
    if (parent !== null) below.set(parent.id, below.get(parent.id) + below.get(node.id))
  }
  return sums
}

function checkAgreement(path) {
  const args = [launcher, 'analyze', '--gc', 'root', '--format', 'json', '--limit', '0', path]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  if (status !== 0) throw new Error(`callcost exits with ${status}`)
  const expected = sumObjects(path)
  const { rows } = JSON.parse(stdout)
  let total = 0
  for (const { self } of expected.values()) total += self
  const largest = rows.reduce((most, row) => Math.max(most, row.total), 0)
  if (largest !== total) throw new Error(`the root has ${largest} µs, expected ${total}`)
  const kept = ({ self, total }) => `${self} ${total}`
  // Functions that were never seen are in the tree, and in no table.
  const sorted = (sums) =>
    [...sums]
      .filter(({ total }) => total > 0)
      .map(kept)
      .sort()
  const found = sorted(rows)
  const wanted = sorted(expected.values())
  if (found.length !== wanted.length) throw new Error(`${found.length} functions, expected ${wanted.length}`)
  for (const [row, sums] of wanted.entries()) {
    if (found[row] !== sums) throw new Error(`a function has self and total ${found[row]}, expected ${sums}`)
  }
}

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, keep: { type: 'boolean' } },
})
if (!canMeasure) {
  console.error('this bench needs /usr/bin/time')
  process.exit(1)
}
const scale = options.quick ? 0.1 : 1
const runs = Number(options.runs ?? 5)
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const make = (name, seed, nodes, samples) => {
    const path = join(folder, `${name}.cpuprofile`)
    writeProfile(path, seed, Math.round(nodes * scale), Math.round(samples * scale))
    const megabytes = (statSync(path).size / 1e6).toFixed(0)
    console.log(`${name}: ${megabytes} MB, ${Math.round(nodes * scale)} nodes, ${Math.round(samples * scale)} samples`)
    return path
  }
  const parse = (path) => [process.execPath, '-e', PARSE, path]
  const analyze = (...path) => [process.execPath, launcher, 'analyze', '--limit', '10', ...path]
  const table = (commands, base, times = runs) => {
    printMeasurements(measure(commands, times), base)
    console.log()
  }

  const nodeHeavy = make('node-heavy', 1, 1_060_000, 4_500_000)
  checkAgreement(nodeHeavy)
  const zipped = `${nodeHeavy}.gz`
  writeFileSync(zipped, gzipSync(readFileSync(nodeHeavy), { level: 6 }))
  const after = make('node-heavy-after', 2, 1_060_000, 4_500_000)
  table(
    {
      'JSON.parse(readFileSync), node-heavy': parse(nodeHeavy),
      'callcost analyze, node-heavy': analyze(nodeHeavy),
      'callcost analyze, node-heavy, gzip': analyze(zipped),
      'callcost analyze, node-heavy, piped': ['sh', '-c', `cat ${nodeHeavy} | ${analyze('-').join(' ')}`],
      'callcost diff, two of them': [process.execPath, launcher, 'diff', '--limit', '10', nodeHeavy, after],
    },
    'JSON.parse(readFileSync), node-heavy',
  )
  for (const path of [zipped, after, nodeHeavy]) if (!options.keep) rmSync(path)

  const sampleHeavy = make('sample-heavy', 3, 20_000, 35_000_000)
  checkAgreement(sampleHeavy)
  table(
    {
      'JSON.parse(readFileSync), sample-heavy': parse(sampleHeavy),
      'callcost analyze, sample-heavy': analyze(sampleHeavy),
    },
    'JSON.parse(readFileSync), sample-heavy',
  )
  if (!options.keep) rmSync(sampleHeavy)

  if (!options.quick) {
    const large = make('gigabyte', 4, 3_550_000, 15_000_000)
    table(
      { 'callcost analyze, 1 GB (too long a string for JSON.parse)': analyze(large) },
      'callcost analyze, 1 GB (too long a string for JSON.parse)',
      Math.min(3, runs),
    )
  }
} finally {
  if (!options.keep) rmSync(folder, { recursive: true, force: true })
}
