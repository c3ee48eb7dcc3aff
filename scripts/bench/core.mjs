// `node scripts/bench/core.mjs [nodes] [samples]`: what the core does with a call tree of a million stacks
// and ten million samples: self and total of every function, recursion counted once, and every edge. Printed: CPU time
// (user + system) of the first derivation in this process, cold as a command line meets it, then of some more, and the
// peak memory of the whole process. The sums are checked against a walk over every sample's stack.
import { resourceUsage } from 'node:process'
import { fileURLToPath } from 'node:url'
import { randomFrom } from './random.mjs'

const library = fileURLToPath(new URL('../../dist', import.meta.url))
const { callGraph } = await import(`${library}/src/model/call-graph.js`)
const { makeProfile } = await import(`${library}/src/model/make-profile.js`)
const { FunctionTableBuilder } = await import(`${library}/src/model/function-table.js`)
const { Allocator } = await import(`${library}/src/limits.js`)

const FUNCTIONS = 20_000
const DEEPEST = 80

const numbers = process.argv.slice(2).filter((word) => /^\d+$/.test(word))
const [nodeCount = 1_000_000, sampleCount = 10_000_000] = numbers.map(Number)

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

function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const profile = drawProfile()
const times = []
let graph
for (let run = 0; run < 5; run++) {
  // A graph is made once per profile; a copy of the profile gets its own.
  const copy = { ...profile, stacks: { ...profile.stacks } }
  const before = cpuSeconds()
  graph = callGraph(copy)
  times.push(cpuSeconds() - before)
}
const peak = resourceUsage().maxRSS / 1024
const started = cpuSeconds()
const walked = walk(profile)
const walking = cpuSeconds() - started
for (let func = 0; func < FUNCTIONS; func++) {
  const self = graph.self[0].values[func]
  const total = graph.total[0].values[func]
  if (self !== walked.self[func] || total !== walked.total[func]) {
    throw new Error(`f${func}: ${self} and ${total}, a walk gives ${walked.self[func]} and ${walked.total[func]}`)
  }
}
const [cold, ...warm] = times.map((time) => time.toFixed(2))
console.log(`${nodeCount} stacks, ${sampleCount} samples, ${graph.edges.length} edges; peak RSS ${peak.toFixed(0)} MB`)
console.log(`CPU s: ${cold} cold, ${warm.join(', ')} warm; walking every stack, without edges: ${walking.toFixed(2)}`)
