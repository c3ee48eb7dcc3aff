// `node scripts/bench/pprof.mjs [--quick] [--go go]`: pprof files of 25 and 122 MB (20,000 functions, 50,000 locations, a fifth of them with
// inlined functions, 180,000 samples of 20 to 60 frames with labels), read and summed with callers and callees by
// callcost, and by `go tool pprof -symbolize=none -top`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agree, analysisOf, canMeasure, measure, printMeasurements, recordRatio } from './measure.mjs'
import { randomFrom } from './random.mjs'

const FUNCTIONS = 20_000
const LOCATIONS = 50_000
/** Samples of files of 25 MB and of 122 MB. */
const SIZES = { '25 MB': 180_000, '122 MB': 880_000 }

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, go: { type: 'string' } },
})
const { go = 'go' } = options
const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))

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

function generate(sampleCount) {
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
  const profile = new Message()
  profile.message(1, valueType('samples', 'count'))
  profile.message(1, valueType('cpu', 'nanoseconds'))
  for (let sample = 0; sample < sampleCount; sample++) {
    const stack = []
    let location = random(10)
    for (let depth = 20 + random(41); depth > 0; depth--) {
      stack.push(location + 1)
      const next = callees[location]
      location = next[random(next.length)]
    }
    profile.message(2, (message) => {
      message.message(1, (list) => {
        for (let at = stack.length - 1; at >= 0; at--) list.varint(stack[at])
      })
      const count = 1 + random(5)
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
      for (let line = random(5) === 0 ? 2 : 1; line > 0; line--) {
        location.message(4, (message) => {
          message.integer(1, 1 + random(FUNCTIONS))
          message.integer(2, 1 + random(2000))
        })
      }
    })
  }
  for (let id = 1; id <= FUNCTIONS; id++) {
    profile.message(5, (message) => {
      const name = text(`example.com/server/package${id % 200}.(*Type${id % 1000}).Method${id}`)
      message.integer(1, id)
      message.integer(2, name)
      message.integer(3, name)
      message.integer(4, text(`/srv/app/package${id % 200}/file${id % 1000}.go`))
      message.integer(5, 1 + random(2000))
    })
  }
  for (const string of strings.keys()) profile.data(6, Buffer.from(string))
  return profile.bytes.subarray(0, profile.length)
}

if (!canMeasure || spawnSync(go, ['version']).status !== 0) {
  console.error('SKIPPED: needs /usr/bin/time and Go')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  for (const [size, samples] of Object.entries(options.quick ? { '5 MB': 20_000 } : SIZES)) {
    const big = join(folder, 'big.pb')
    writeFileSync(big, generate(samples))
    console.log(`\n${(statSync(big).size / 1e6).toFixed(1)} MB of pprof\n`)
    const PPROF = 'go tool pprof -top'
    const pprof = [go, 'tool', 'pprof', '-symbolize=none', '-unit=ns', '-top', '-nodecount=10', big]
    const top = spawnSync(pprof[0], pprof.slice(1), { encoding: 'utf8' })
    agree('total', analysisOf(launcher, big).total, /of (\d+)(ns)? total/.exec(top.stdout)[1], 1e-5)
    const results = measure(
      {
        'callcost analyze': [process.execPath, launcher, big, '--limit', '10'],
        'callcost --callers': [
          process.execPath,
          launcher,
          big,
          '--callers',
          'example.com/server/package1.(*Type1).Method1',
          '--limit',
          '10',
        ],
        [PPROF]: pprof,
      },
      Number(options.runs ?? (options.quick || size === '122 MB' ? 1 : 3)),
    )
    printMeasurements(results, PPROF)
    const shared = { peer: PPROF, isMore: true }
    recordRatio(results, { ...shared, work: `pprof ${size}, analyze`, ours: 'callcost analyze', target: 20 })
    recordRatio(results, { ...shared, work: `pprof ${size}, --callers`, ours: 'callcost --callers', target: 14 })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
