// .cpuprofile files as V8 writes them, made from a seed: the tree in preorder, ids in the order in which nodes came to be,
// names and URLs as long as those of real projects.
import { closeSync, openSync, writeSync } from 'node:fs'
import { randomFrom } from './random.mjs'

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

/**
 * What is at the end of the stack from sample to sample: often what the one before had, else something near it in the
 * tree, which a program goes through from left to right, and again if there are enough samples; now and then it is
 * somewhere else. A real run (knip, at 100 µs): 48 % of the samples differ from the one before, by 9 frames at a depth of
 * 13; here a third, by 24 frames at a depth of 67.
 */
function drawSamples(random, count, nodes) {
  const samples = new Int32Array(count)
  let node = META.length
  let place = 0
  for (let sample = 0; sample < count; sample++) {
    const kind = random(1000)
    if (kind < 30) node = kind < 24 ? 3 : 1 + (kind % 2)
    else if (kind < 500) {
      place = (place + 1) % (nodes - META.length)
      const near = kind < 34 ? random(nodes) : place - random(16)
      // One node of eight is ever at the end of a stack; of a real run of a compiler it was one of ten.
      node = META.length + 8 * Math.floor(Math.max(0, Math.min(near, nodes - META.length - 1)) / 8)
    }
    samples[sample] = node
  }
  return samples
}

/**
 * Writes a profile with so many nodes and samples. Returns what it weighs, in microseconds: the time from the first
 * sample to the end, and of it the self time of every function that has some.
 */
export function writeProfile(path, seed, nodeCount, sampleCount) {
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
  return { total: end + 500 - start - deltas[0], selfs: sumSelf(tree.frame, samples, deltas, end + 500 - start) }
}

/** The self times: a sample owns the time until the next, which never runs backwards, the last that to the end. */
function sumSelf(frame, samples, deltas, span) {
  const own = new Float64Array(META.length + FRAMES)
  const add = (node, time) => {
    own[node < META.length ? node : META.length + frame[node]] += time
  }
  let now = Math.max(0, deltas[0])
  let time = deltas[0]
  for (let sample = 1; sample < samples.length; sample++) {
    time += deltas[sample]
    if (time <= now) continue
    add(samples[sample - 1], time - now)
    now = time
  }
  add(samples.at(-1), span - now)
  return own.filter((each) => each > 0)
}
