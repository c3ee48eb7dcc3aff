// `node scripts/bench/merge.mjs`: time and peak memory of sums of many files. 75, 150 and 300 pstats files of 5,000
// functions each, all but ten of them in every file, and 50, 100 and 200 small cpuprofiles. Memory must stay that of the
// sum, and twice the files must take at most twice the time. A launcher as argument measures another build.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canMeasure, measure, printMeasurements } from './measure.mjs'

const FUNCTIONS = 5_000
const CALLERS = 3
const PSTATS = [75, 150, 300]
const CPUPROFILES = [50, 100, 200]
const SAMPLES = 4_000

const launcher = process.argv[2] ?? fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))

/** Mulberry32: the same files on every machine. */
function randomFrom(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Writes what Python's marshal does, as far as a pstats file needs it. */
class Marshal {
  bytes = Buffer.alloc(1 << 20)
  length = 0

  #room(count) {
    while (this.length + count > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)])
  }

  code(letter, size = 0) {
    this.#room(1 + size)
    this.bytes[this.length++] = letter.charCodeAt(0)
  }

  integer(value) {
    this.code('i', 4)
    this.length = this.bytes.writeInt32LE(value, this.length)
  }

  float(value) {
    this.code('g', 8)
    this.length = this.bytes.writeDoubleLE(value, this.length)
  }

  text(text) {
    const length = Buffer.byteLength(text)
    this.code('u', 4 + length)
    this.length = this.bytes.writeUInt32LE(length, this.length)
    this.length += this.bytes.write(text, this.length)
  }

  /** A tuple of `count` values that follow. */
  tuple(count) {
    this.code('(', 4)
    this.length = this.bytes.writeUInt32LE(count, this.length)
  }
}

/** One run of a program: ten functions are its own, and so is a hundredth of the call edges. */
function pstatsFile(run) {
  const random = randomFrom(run + 1)
  const marshal = new Marshal()
  const key = (number) => {
    const own = number % 500 === 0 ? `run${run}_` : ''
    marshal.tuple(3)
    marshal.text(`/srv/app/package_${number % 20}/module_${number % 200}.py`)
    marshal.integer((number % 977) + 1)
    marshal.text(`${own}function_${number}`)
  }
  marshal.code('{')
  for (let number = 0; number < FUNCTIONS; number++) {
    key(number)
    marshal.tuple(5)
    const calls = 1 + random(99)
    const self = random(1e6) / 1e7
    for (const count of [calls, calls]) marshal.integer(count)
    for (const seconds of [self, self * (1 + random(50))]) marshal.float(seconds)
    marshal.code('{')
    for (let caller = 0; caller < CALLERS; caller++) {
      const offset = random(100) === 0 ? random(FUNCTIONS) : caller * 37 + 1
      key((number + offset) % FUNCTIONS)
      marshal.tuple(4)
      for (const count of [calls, calls]) marshal.integer(count)
      for (const seconds of [self / CALLERS, self]) marshal.float(seconds)
    }
    marshal.code('0')
  }
  marshal.code('0')
  return marshal.bytes.subarray(0, marshal.length)
}

/** A recording of 4,000 samples in a tree of 600 nodes. */
function cpuprofileFile(run) {
  const random = randomFrom(run + 1)
  const shape = randomFrom(20)
  const nodes = [{ id: 1, callFrame: frame('(root)', '', -1), hitCount: 0, children: [] }]
  for (let id = 2; id <= 600; id++) {
    const number = shape(300)
    nodes.push({
      id,
      callFrame: frame(`work${number}`, `file:///srv/app/m${number % 30}.js`, number),
      hitCount: 0,
      children: [],
    })
    nodes[shape(id - 1)].children.push(id)
  }
  const samples = Array.from({ length: SAMPLES }, () => 2 + random(599))
  for (const id of samples) nodes[id - 1].hitCount++
  return JSON.stringify({
    nodes,
    startTime: 1e9,
    endTime: 1e9 + SAMPLES * 1000,
    samples,
    timeDeltas: samples.map(() => 500 + random(1000)),
  })
}

function frame(functionName, url, lineNumber) {
  return { functionName, scriptId: '1', url, lineNumber, columnNumber: 0 }
}

/** Writes `count` files; returns their paths. */
function files(folder, ending, count, make) {
  return Array.from({ length: count }, (_, run) => {
    const path = join(folder, `run-${run}.${ending}`)
    writeFileSync(path, make(run))
    return path
  })
}

function compare(title, paths, counts, command) {
  console.log(`${title}, ${(statSync(paths[0]).size / 1e6).toFixed(2)} MB a file\n`)
  const commands = counts.map((count) => [
    `${count} files`,
    [process.execPath, launcher, ...command(paths.slice(0, count))],
  ])
  printMeasurements(measure(Object.fromEntries(commands), 3), `${counts[0]} files`)
  console.log()
}

if (!canMeasure) {
  console.error('SKIPPED: /usr/bin/time is missing, so CPU time cannot be measured')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const pstats = files(folder, 'pstats', PSTATS.at(-1), pstatsFile)
  const cpuprofiles = files(folder, 'cpuprofile', CPUPROFILES.at(-1), cpuprofileFile)
  const out = (ending) => ['-o', join(folder, `sum.${ending}`)]
  compare('merge --sum of pstats', pstats, PSTATS, (paths) => ['merge', '--sum', ...paths, ...out('pstats')])
  compare('analyze of pstats', pstats, PSTATS, (paths) => ['analyze', '--limit', '10', ...paths])
  compare('merge --sum of cpuprofiles', cpuprofiles, CPUPROFILES, (paths) => [
    'merge',
    '--sum',
    ...paths,
    ...out('json'),
  ])
  compare('merge of cpuprofiles', cpuprofiles, CPUPROFILES, (paths) => ['merge', ...paths, ...out('json')])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
