// `node scripts/bench/pprof.mjs [--quick] [--runs N] [--go go]`: pprof files of 25 and 113 MB (20,000 functions, 50,000
// locations, a fifth of them with inlined functions, 180,000 and 880,000 samples of 20 to 60 frames with labels; --quick:
// 6,000 samples; and a file of stacks that share next to nothing), read and summed with callers and callees by callcost, by `go tool pprof -symbolize=none -top`, and the
// smaller one decoded by the package pprof-format, if that is installed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  agree,
  agreeAll,
  analysisOf,
  analyze,
  leaveOut,
  measure,
  needMeasure,
  outputOf,
  printMeasurements,
  recordRatio,
} from './measure.mjs'
import { peerModule } from './peers.mjs'
import { randomFrom, SCATTERED, USUAL } from './random.mjs'

const FUNCTIONS = 20_000
const LOCATIONS = 50_000
const nameOf = (id) => `example.com/server/package${id % 200}.(*Type${id % 1000}).Method${id}`

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, go: { type: 'string' } },
})
const { go = 'go' } = options

/** A message under construction: bytes that grow. */
class Message {
  bytes = Buffer.alloc(1 << 12)
  length = 0

  varint(value) {
    if (this.length + 10 > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)])
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.bytes[this.length++] = rest
  }

  integer(field, value) {
    this.varint(field << 3)
    this.varint(value)
  }

  data(field, data) {
    this.varint((field << 3) | 2)
    this.varint(data.length)
    while (this.length + data.length > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)])
    }
    this.bytes.set(data, this.length)
    this.length += data.length
  }

  message(field, fill) {
    const inner = new Message()
    fill(inner)
    this.data(field, inner.bytes.subarray(0, inner.length))
  }
}

/**
 * The file, a function that is often called, and caller → weight of the samples in which it calls that function. Of a
 * hundred calls `usual` go to the first of two callees.
 */
function generate(sampleCount, [usual]) {
  const random = randomFrom(20)
  const strings = new Map([['', 0]])
  const text = (string) => {
    if (!strings.has(string)) strings.set(string, strings.size)
    return strings.get(string)
  }
  const valueType = (type, unit) => (message) => {
    message.integer(1, text(type))
    message.integer(2, text(unit))
  }
  // Where each call goes: a few callees a location, as in a program.
  const callees = Array.from({ length: LOCATIONS }, () => Array.from({ length: 2 }, () => random(LOCATIONS)))
  // location → functions, the innermost first.
  const lines = Array.from({ length: LOCATIONS }, () =>
    Array.from({ length: random(5) === 0 ? 2 : 1 }, () => 1 + random(FUNCTIONS)),
  )
  const called = lines[callees[0][0]][0]
  const callers = new Map()
  const profile = new Message()
  profile.message(1, valueType('samples', 'count'))
  profile.message(1, valueType('cpu', 'nanoseconds'))
  for (let sample = 0; sample < sampleCount; sample++) {
    const stack = []
    let location = random(10)
    for (let depth = 20 + random(41); depth > 0; depth--) {
      stack.push(location + 1)
      const next = callees[location]
      location = next[random(100) < usual ? 0 : 1]
    }
    const count = 1 + random(5)
    // A caller that is twice in a stack has its weight once.
    const frames = stack.flatMap((id) => lines[id - 1].toReversed())
    const seen = new Set(frames.filter((_, at) => frames[at + 1] === called))
    for (const caller of seen) callers.set(caller, (callers.get(caller) ?? 0) + count * 10_000_000)
    profile.message(2, (message) => {
      message.message(1, (list) => {
        for (let at = stack.length - 1; at >= 0; at--) list.varint(stack[at])
      })
      message.message(2, (list) => {
        list.varint(count)
        list.varint(count * 10_000_000)
      })
      message.message(3, (label) => {
        label.integer(1, text('thread'))
        label.integer(2, text(`worker-${random(16)}`))
      })
      if (random(10) < 3) {
        message.message(3, (label) => {
          label.integer(1, text('bytes'))
          label.integer(3, 1 << random(20))
          label.integer(4, text('bytes'))
        })
      }
    })
  }
  profile.message(3, (mapping) => {
    mapping.integer(1, 1)
    mapping.integer(2, 0x400000)
    mapping.integer(3, 0x4000000)
    mapping.integer(5, text('/srv/app/server'))
    mapping.integer(7, 1)
  })
  for (let id = 1; id <= LOCATIONS; id++) {
    profile.message(4, (location) => {
      location.integer(1, id)
      location.integer(2, 1)
      location.integer(3, 0x400000 + id * 16)
      for (const inlined of lines[id - 1]) {
        location.message(4, (message) => {
          message.integer(1, inlined)
          message.integer(2, 1 + random(2000))
        })
      }
    })
  }
  for (let id = 1; id <= FUNCTIONS; id++) {
    profile.message(5, (message) => {
      const name = text(nameOf(id))
      message.integer(1, id)
      message.integer(2, name)
      message.integer(3, name)
      message.integer(4, text(`/srv/app/package${id % 200}/file${id % 1000}.go`))
      message.integer(5, 1 + random(2000))
    })
  }
  for (const string of strings.keys()) profile.data(6, Buffer.from(string))
  return { bytes: profile.bytes.subarray(0, profile.length), called: nameOf(called), callers }
}

/** name → nanoseconds of itself and in total, of the rows that go tool pprof prints. */
function rowsOf(top) {
  const row = /^ *(\d+)(?:ns)? +[\d.]+% +[\d.]+% +(\d+)(?:ns)? +[\d.]+% +(\S+)/gm
  return new Map([...top.matchAll(row)].map(([, self, total, name]) => [name, { self, total }]))
}

/** Total, the ten functions that Go puts first, and the callers that were counted when the file was made. */
function checkAgreement(file, top, { called, callers }) {
  // Go rounds what it prints to six digits.
  const { total, rows } = analysisOf(file, { limit: 0 })
  agree('total', total, /of (\d+)(ns)? total/.exec(top)[1], 1e-5)
  const byName = new Map(rows.map((row) => [row.function, row]))
  const printed = rowsOf(top)
  agree('rows of pprof -top', printed.size, 10)
  for (const [name, { self, total: sum }] of printed) {
    agree(`self of ${name}`, byName.get(name).self, self, 1e-5)
    agree(`total of ${name}`, byName.get(name).total, sum, 1e-5)
  }
  const asked = analysisOf(file, { limit: 0, args: ['--callers', called] })
  agreeAll(
    'callers',
    asked.edges.map((row) => `${row.caller.function} ${row.total}`),
    [...callers].map(([caller, weight]) => `${nameOf(caller)} ${weight}`),
  )
}

/** For --quick the first. The targets are for programs as they are. */
const INPUTS = [
  { samples: 6_000, calls: USUAL },
  { samples: 180_000, calls: USUAL },
  { samples: 180_000, calls: SCATTERED },
  { samples: 880_000, calls: USUAL },
]

needMeasure('pprof')
const hasGo = spawnSync(go, ['version']).status === 0
if (!hasGo) {
  leaveOut('pprof: Go is not installed')
  process.exit(0)
}
const formatPeer = peerModule('pprof-format')
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  for (const { samples, calls } of options.quick ? INPUTS.slice(0, 1) : INPUTS.slice(1)) {
    const file = join(folder, 'big.pb')
    const made = generate(samples, calls)
    writeFileSync(file, made.bytes)
    const isUsual = calls === USUAL
    const size = `${(statSync(file).size / 1e6).toFixed(0)} MB${isUsual ? '' : ', scattered'}`
    console.log(`pprof, ${size}: ${samples} samples`)
    const GO = '`go tool pprof -top`'
    const OURS = 'callcost analyze'
    const CALLERS = 'callcost analyze --callers'
    const DECODE = 'pprof-format: decode'
    const isLong = samples > 500_000
    const pprof = [go, 'tool', 'pprof', '-symbolize=none', '-unit=ns', '-top', '-nodecount=10', file]
    checkAgreement(file, outputOf(pprof), made)
    const commands = {
      [GO]: pprof,
      [OURS]: analyze(file),
      [CALLERS]: analyze(file, '--callers', made.called),
    }
    if (formatPeer !== undefined && !isLong) {
      const decode = [process.execPath, fileURLToPath(new URL('pprof-format.mjs', import.meta.url)), formatPeer, file]
      agree('total', analysisOf(file).total, outputOf(decode))
      commands[DECODE] = decode
    }
    // Go takes minutes for the large file: it was asked once already, and one run more must do.
    const results = measure(commands, Number(options.runs ?? (options.quick || isLong ? 1 : isUsual ? 5 : 3)), {
      isWarm: true,
    })
    printMeasurements(results, GO)
    const shared = { peer: GO, ...(isUsual ? { rssAtMost: (peerRss) => peerRss / 3 } : {}) }
    const atLeast = (ratio) => (isUsual ? { atLeast: ratio } : {})
    recordRatio(results, { ...shared, work: `pprof, ${size}: \`analyze\``, ours: OURS, ...atLeast(20) })
    recordRatio(results, { ...shared, work: `pprof, ${size}: \`analyze --callers\``, ours: CALLERS, ...atLeast(14) })
    if (commands[DECODE] !== undefined) {
      recordRatio(results, { work: `pprof, ${size}: \`analyze\``, ours: OURS, peer: DECODE })
    }
    rmSync(file)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
