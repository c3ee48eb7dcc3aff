// `node scripts/bench/growth.mjs [--quick]`: what doubling an input does to the CPU time: nodes, samples, functions and
// edges, depth, files, rows that are printed, and the functions of a diff, at n, 2n and 4n. More than 2.5 times from one
// to the next is marked: something is not linear.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { canMeasure, measure, median, record } from './measure.mjs'
import { randomFrom } from './random.mjs'

const WORST = 2.5

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, runs: { type: 'string' } } })
const scale = options.quick ? 0.1 : 1
const runs = Number(options.runs ?? (options.quick ? 3 : 5))

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

/** Input → the file of size n, and the command on it. */
const WORK = {
  'nodes of a cpuprofile': { n: 200_000, ending: 'cpuprofile', text: (n) => cpuprofile(n, 1000) },
  'samples of a cpuprofile': { n: 2_000_000, ending: 'cpuprofile', text: (n) => cpuprofile(1000, n) },
  'depth of a cpuprofile': { n: 200_000, ending: 'cpuprofile', text: (n) => cpuprofile(n, 1000, true) },
  'functions of callgrind': { n: 60_000, ending: 'callgrind', text: (n) => callgrind(n, 2) },
  'edges of callgrind': { n: 12, ending: 'callgrind', text: (n) => callgrind(20_000, Math.ceil(n)), steps: true },
  'rows of a CSV table': {
    n: 60_000,
    ending: 'callgrind',
    text: (n) => callgrind(n, 1),
    command: (file) => ['analyze', file, '--format', 'csv'],
  },
  'functions of a diff': {
    n: 20_000,
    ending: 'callgrind',
    text: (n) => callgrind(n, 3),
    command: (file) => ['diff', file, file],
  },
  'files of a sum': {
    n: 50,
    ending: 'callgrind',
    text: () => callgrind(3000, 3),
    command: (file, n) => ['analyze', ...Array.from({ length: n }, () => file)],
    steps: true,
  },
}

if (!canMeasure) {
  console.error('SKIPPED: /usr/bin/time is missing, so CPU time cannot be measured')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  console.log('| input | CPU s at n, 2n, 4n | from n to 2n | from 2n to 4n | |')
  console.log('|---|---|---|---|---|')
  for (const [name, { n, ending, text, command = (file) => ['analyze', file], steps = false }] of Object.entries(
    WORK,
  )) {
    const commands = {}
    for (const factor of [1, 2, 4]) {
      const size = Math.ceil(n * factor * (steps ? 1 : scale))
      const file = join(folder, `${factor}.${ending}`)
      writeFileSync(file, text(size))
      commands[factor] = [process.execPath, launcher, ...command(file, size), '--limit', '3', '--quiet']
    }
    if (name.startsWith('rows')) for (const each of Object.values(commands)) each.splice(each.indexOf('--limit'), 2)
    const cpu = [...measure(commands, runs).values()].map((measured) => median(measured.map((one) => one.cpu)))
    const steeps = [cpu[1] / cpu[0], cpu[2] / cpu[1]]
    const isSteep = steeps.some((steep) => steep > WORST)
    const cells = [cpu.map((value) => value.toFixed(2)).join(', '), ...steeps.map((steep) => `${steep.toFixed(2)}x`)]
    console.log(`| ${name} | ${cells.join(' | ')} | ${isSteep ? `above ${WORST}` : 'ok'} |`)
    record({ work: `growth: ${name}`, ratio: Math.max(...steeps), target: WORST })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
