// `node scripts/bench/growth.mjs [--quick] [--runs N]`: what doubling an input does to the CPU time: nodes, samples,
// functions and edges, depth, files, rows that are printed, and the functions of a diff, at n, 2n and 4n (--quick: a tenth
// of n). Twice is wanted from one to the next; more than 2.5 times is marked: something is not linear.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launcher, measure, needMeasure, record, spread } from './measure.mjs'
import { randomFrom } from './random.mjs'

const WANTED = 2
const WORST = 2.5

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, runs: { type: 'string' } } })
const scale = options.quick ? 0.1 : 1
const runs = Number(options.runs ?? (options.quick ? 1 : 3))

/** A cpuprofile with so many nodes and samples; every node is a child of a random earlier one, or of the last. */
function cpuprofile(nodes, samples, isDeep = false) {
  const random = randomFrom(1)
  const children = Array.from({ length: nodes }, () => [])
  for (let node = 1; node < nodes; node++) children[isDeep ? node - 1 : random(node)].push(node + 1)
  const texts = children.map((below, node) => {
    const fn = node % 5000
    const frame = `{"functionName":"fn${fn}","scriptId":"1","url":"file:///srv/app/f${fn % 100}.js","lineNumber":${fn},"columnNumber":1}`
    return `{"id":${node + 1},"callFrame":${frame},"hitCount":1${below.length > 0 ? `,"children":[${below}]` : ''}}`
  })
  const ids = Array.from({ length: samples }, () => 1 + random(nodes))
  const deltas = ids.map(() => 900 + random(300))
  return `{"nodes":[${texts}],"startTime":0,"endTime":${samples * 1050},"samples":[${ids}],"timeDeltas":[${deltas}]}`
}

/** A callgrind file with so many functions, each of which calls so many others. */
function callgrind(functions, calls) {
  const random = randomFrom(2)
  const lines = ['# callgrind format', 'version: 1', 'events: Ir', '']
  for (let fn = 0; fn < functions; fn++) {
    lines.push(
      `fl=(${(fn % 500) + 1}) /srv/app/f${fn % 500}.c`,
      `fn=(${fn + 1}) fn${fn}`,
      `${1 + random(900)} ${random(9999)}`,
    )
    for (let call = 0; call < calls && fn > 0; call++) {
      const callee = random(fn)
      lines.push(`cfi=(${(callee % 500) + 1})`, `cfn=(${callee + 1})`, `calls=${1 + random(9)} 1`, `1 ${random(99999)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

const analyzeFile = (file) => ['analyze', file, '--limit', '3']

/** Input → the file of size n, and the command on it. */
const WORK = {
  'nodes of a cpuprofile': { n: 200_000, ending: 'cpuprofile', text: (n) => cpuprofile(n, 1000) },
  'samples of a cpuprofile': { n: 2_000_000, ending: 'cpuprofile', text: (n) => cpuprofile(1000, n) },
  'depth of a cpuprofile': { n: 200_000, ending: 'cpuprofile', text: (n) => cpuprofile(n, 1000, true) },
  'functions of callgrind': { n: 60_000, ending: 'callgrind', text: (n) => callgrind(n, 2) },
  'edges of callgrind': {
    n: 12,
    ending: 'callgrind',
    text: (n) => callgrind(20_000 * scale, Math.ceil(n)),
    steps: true,
  },
  'rows of a CSV table': {
    n: 60_000,
    ending: 'callgrind',
    text: (n) => callgrind(n, 1),
    command: (file) => ['analyze', file, '--format', 'csv', '--limit', '0'],
  },
  'functions of a diff': {
    n: 20_000,
    ending: 'callgrind',
    text: (n) => callgrind(n, 3),
    command: (file) => ['diff', file, file, '--limit', '3'],
  },
  'files of a merge': {
    n: 50,
    ending: 'callgrind',
    text: () => callgrind(3000 * scale, 3),
    command: (file, n) => ['merge', '--sum', ...Array.from({ length: n }, () => file), '-o', '-'],
    steps: true,
  },
}

needMeasure('growth')
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  console.log('| input | CPU s at n, 2n, 4n | from n to 2n | from 2n to 4n | |')
  console.log('|---|---|---|---|---|')
  for (const [name, { n, ending, text, command = analyzeFile, steps = false }] of Object.entries(WORK)) {
    const commands = {}
    const files = []
    for (const factor of [1, 2, 4]) {
      const size = Math.ceil(n * factor * (steps ? 1 : scale))
      const file = join(folder, `${factor}.${ending}`)
      writeFileSync(file, text(size))
      files.push(file)
      commands[factor] = [process.execPath, launcher, ...command(file, size), '--quiet']
    }
    const cpu = [...measure(commands, runs).values()].map((measured) => spread(measured.map((one) => one.cpu)))
    const steeps = [1, 2].map((step) => cpu[step].median / cpu[step - 1].median)
    const isSteep = steeps.some((steep) => steep > WORST)
    const seconds = cpu.map(({ median }) => median.toFixed(2)).join(', ')
    const cells = [seconds, ...steeps.map((steep) => `${steep.toFixed(2)}x`)]
    console.log(`| ${name} | ${cells.join(' | ')} | ${isSteep ? `above ${WORST}` : 'ok'} |`)
    const step = steeps[0] > steeps[1] ? 1 : 2
    record({
      work: `growth: twice the ${name}`,
      peer: 'half of it',
      ratio: steeps[step - 1],
      min: cpu[step].min / cpu[step - 1].max,
      max: cpu[step].max / cpu[step - 1].min,
      atMost: WANTED,
      worst: WORST,
    })
    for (const path of files) rmSync(path)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
