// `node scripts/bench/core.mjs [--quick] [--runs N]`: what the core does with a call tree of a million stacks and ten
// million samples: self and total of every function, recursion counted once, and every edge; and with ten million stacks.
// Measured is the CPU time (user + system) of the first derivation in a fresh process, cold as a command line meets it,
// and the peak memory of the whole process. In one process more the sums are checked against a walk over every sample's
// stack. `core.mjs --one NODES SAMPLES [--check]` is such a process.
import { resourceUsage } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agree, outputOf, record, spread } from './measure.mjs'
import { randomFrom } from './random.mjs'

const library = fileURLToPath(new URL('../../dist', import.meta.url))
const { callGraph } = await import(`${library}/src/model/call-graph.js`)
const { makeProfile } = await import(`${library}/src/model/make-profile.js`)
const { FunctionTableBuilder } = await import(`${library}/src/model/function-table.js`)
const { Allocator } = await import(`${library}/src/limits.js`)

const FUNCTIONS = 20_000
const DEEPEST = 80

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    runs: { type: 'string' },
    one: { type: 'boolean' },
    check: { type: 'boolean' },
  },
})
const [nodeCount, sampleCount] = positionals.map(Number)

/**
 * Stacks in the order in which a program comes by them: a walk that goes down and up again. A function calls a handful
 * of others, so that the pairs of caller and callee are some hundred thousand.
 */
function drawTree(random) {
  const parent = new Int32Array(nodeCount)
  const func = new Int32Array(nodeCount)
  const depth = new Uint8Array(nodeCount)
  parent[0] = -1
  let current = 0
  for (let node = 1; node < nodeCount; node++) {
    let up = random(10) < 7 ? 0 : random(random(30) === 0 ? 60 : 5)
    while ((up-- > 0 || depth[current] >= DEEPEST) && current > 0) current = parent[current]
    parent[node] = current
    func[node] = (func[current] * 7 + 13 * random(6) + 1) % FUNCTIONS
    depth[node] = depth[current] + 1
    current = node
  }
  return { parent, func }
}

function drawSamples(random) {
  const stack = new Int32Array(sampleCount)
  const weight = new Float64Array(sampleCount)
  let node = 0
  for (let sample = 0; sample < sampleCount; sample++) {
    // Short runs of the same stack, and hot ones: what sampling sees.
    if (random(4) === 0)
      node = random(3) === 0 ? random(nodeCount) : (Math.floor(random(1000) ** 3 / 1e5) * 7919) % nodeCount
    stack[sample] = node
    weight[sample] = 100 + random(50)
  }
  return { stack, weight }
}

function drawProfile() {
  const random = randomFrom(8)
  const { parent, func } = drawTree(random)
  const { stack, weight } = drawSamples(random)
  const functions = new FunctionTableBuilder(new Allocator())
  for (let index = 0; index < FUNCTIONS; index++) functions.internText(`f${index}`)
  const frames = Int32Array.from({ length: FUNCTIONS }, (_, frame) => frame)
  const none = { inlined: null, address: null, mapping: null }
  return makeProfile({
    valueTypes: [{ name: 'time', unit: 'microseconds' }],
    strings: functions.strings,
    functions: functions.finish(),
    frames: { length: FUNCTIONS, function: frames, line: frames, column: frames, ...none },
    stacks: {
      length: nodeCount,
      parent,
      frame: func,
      calls: null,
      hits: null,
      deoptReason: null,
      positionTicks: null,
    },
    samples: {
      length: sampleCount,
      stack,
      values: [{ values: weight, exact: null }],
      time: null,
      timeUnit: 'none',
      duration: null,
      labels: null,
      continued: null,
    },
  })
}

/** Self and total of each function, by walking every sample's stack. */
function walk({ stacks, samples }) {
  const self = new Float64Array(FUNCTIONS)
  const total = new Float64Array(FUNCTIONS)
  const seen = new Int32Array(FUNCTIONS)
  for (let sample = 0; sample < samples.length; sample++) {
    const weight = samples.values[0].values[sample]
    self[stacks.frame[samples.stack[sample]]] += weight
    for (let stack = samples.stack[sample]; stack !== -1; stack = stacks.parent[stack]) {
      const func = stacks.frame[stack]
      if (seen[func] === sample + 1) continue
      seen[func] = sample + 1
      total[func] += weight
    }
  }
  return { self, total }
}

/** Pairs of caller and callee in the tree. */
function countEdges({ stacks }) {
  const pairs = new Set()
  for (let stack = 1; stack < stacks.length; stack++) {
    pairs.add(stacks.frame[stacks.parent[stack]] * FUNCTIONS + stacks.frame[stack])
  }
  return pairs.size
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Derives the graph of a profile once, and prints what that cost. */
function one() {
  const profile = drawProfile()
  const before = cpuSeconds()
  const graph = callGraph(profile)
  const seconds = cpuSeconds() - before
  const megabytes = (resourceUsage().maxRSS * 1024) / 1e6
  if (options.check) {
    const walked = walk(profile)
    for (let func = 0; func < FUNCTIONS; func++) {
      agree(`self of f${func}`, graph.self[0].values[func], walked.self[func])
      agree(`total of f${func}`, graph.total[0].values[func], walked.total[func])
    }
    agree('number of edges', graph.edges.length, countEdges(profile))
  }
  console.log(JSON.stringify({ seconds, megabytes, edges: graph.edges.length }))
}

/** Runs it in fresh processes, and records the figures. */
function measureCore(nodes, samples, runs, { check = false, atMost, rssAtMost }) {
  const command = [process.execPath, fileURLToPath(import.meta.url), '--one', String(nodes), String(samples)]
  if (check) outputOf([...command, '--check'])
  const measured = Array.from({ length: runs }, () => JSON.parse(outputOf(command)))
  const { min, median, max } = spread(measured.map(({ seconds }) => seconds))
  const rss = spread(measured.map(({ megabytes }) => megabytes)).median
  const inputs = `${(samples / 1e6).toFixed(1)} million samples on ${(nodes / 1e6).toFixed(1)} million stacks`
  const cpu = [min, median, max].map((value) => value.toFixed(2)).join(', ')
  console.log(`${inputs}, ${measured[0].edges} edges: CPU s (min, median, max) ${cpu}; peak RSS ${rss.toFixed(0)} MB`)
  const work = `core: self, total and every edge of ${inputs}`
  record({ work, ratio: median, min, max, unit: ' s', atMost, rss, rssAtMost })
}

if (options.one) one()
else {
  const runs = Number(options.runs ?? (options.quick ? 1 : 5))
  const scale = options.quick ? 0.1 : 1
  measureCore(1e6 * scale, 1e7 * scale, runs, { check: true, atMost: 0.6 })
  measureCore(1e7 * scale, 1e7 * scale, Math.min(3, runs), { rssAtMost: 1000 })
}
