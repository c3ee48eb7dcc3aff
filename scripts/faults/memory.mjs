// `node scripts/faults/memory.mjs [MIB=1024]`: inputs of a gibibyte under a JavaScript heap of 64 MB, and compressed
// bombs. Needs a build, GNU time and room for one such file at a time. An input is read or refused with a sentence;
// nothing may make the process abort. Prints what became of each, its CPU seconds and peak memory.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const MIB = 1024 * 1024
const LARGE = Number(process.argv[2] ?? 1024) * MIB
/** What a bomb may cost, in MB; a whole file may cost what it is. */
const MOST_FOR_BOMB = 256

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'callcost-memory-'))
const path = join(folder, 'input')
let failed = false

try {
  attempt('collapsed', collapsed)
  attempt('cpuprofile, many samples', cpuprofile)
  attempt('pprof, many samples', pprof)
  attempt('gzip bomb of zeros', () => writeFileSync(path, gzipSync(Buffer.alloc(LARGE))), MOST_FOR_BOMB)
  attempt(
    'gzip bomb of a valid profile',
    () => writeFileSync(path, gzipSync(Buffer.alloc(LARGE, 'main;work 1\n'))),
    MOST_FOR_BOMB,
  )
  attempt('one line without end', () => fill('', () => 'x'.repeat(MIB), ''))
  attempt('a million brackets', () => writeFileSync(path, '['.repeat(MIB)))
  attempt('a deep call tree', () => writeFileSync(path, `${'f;'.repeat(MIB)}g 1\n`))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

function attempt(name, make, mostMegabytes = Number.POSITIVE_INFINITY) {
  make()
  const size = statSync(path).size
  const command = [
    '-f',
    '%U %S %M',
    process.execPath,
    '--max-old-space-size=64',
    launcher,
    'analyze',
    path,
    '--quiet',
    '--limit',
    '1',
  ]
  const run = spawnSync('/usr/bin/time', command, { encoding: 'utf8', timeout: 600_000 })
  const lines = run.stderr.trim().split('\n')
  const [user, system, kilobytes] = lines.pop().split(' ').map(Number)
  const megabytes = Math.round(kilobytes / 1024)
  const isGood = (run.status === 0 || run.status === 65) && megabytes <= mostMegabytes
  if (!isGood) failed = true
  const said =
    run.status === 0 ? 'read' : (lines.find((line) => line.startsWith('callcost:')) ?? lines[0] ?? '').slice(0, 160)
  console.log(
    `${isGood ? 'ok ' : 'BAD'} ${name} (${(size / MIB).toFixed(1)} MiB): exit ${run.status}, ` +
      `${(user + system).toFixed(1)} s CPU, ${megabytes} MB: ${said.replace(path, 'input')}`,
  )
}

/** A large file: `head`, pieces until it is large enough, `tail`. */
function fill(head, piece, tail) {
  const file = openSync(path, 'w')
  let size = writeSync(file, head)
  for (let at = 0; size < LARGE; at++) size += writeSync(file, piece(at))
  writeSync(file, tail)
  closeSync(file)
}

function collapsed() {
  const row = (at) => `main;load_${at % 500};parse_${at % 1000};read_${at % 31} ${(at % 9) + 1}\n`
  fill('', (piece) => Array.from({ length: 5000 }, (_, at) => row(piece * 5000 + at)).join(''), '')
}

function cpuprofile() {
  const frame = (name) =>
    `{"functionName":"${name}","scriptId":"1","url":"file:///a.js","lineNumber":1,"columnNumber":1}`
  const nodes = Array.from(
    { length: 200 },
    (_, at) => `{"id":${at + 2},"callFrame":${frame(`work${at}`)},"hitCount":0}`,
  )
  const children = nodes.map((_, at) => at + 2).join(',')
  const root = `{"id":1,"callFrame":${frame('(root)')},"hitCount":0,"children":[${children}]}`
  // Half of the file is samples, half the times between them: both as many, so both of the same width.
  const half = LARGE / 2
  const count = Math.floor(half / 4)
  const ids = `${Array.from({ length: 10_000 }, (_, at) => 100 + (at % 100)).join(',')},`
  const times = `${'125,'.repeat(10_000)}`
  const blocks = Math.floor(count / 10_000)
  const file = openSync(path, 'w')
  writeSync(file, `{"nodes":[${[root, ...nodes].join(',')}],"startTime":0,"endTime":${count * 125},"samples":[`)
  for (let at = 0; at < blocks; at++) writeSync(file, ids)
  writeSync(file, '100],"timeDeltas":[')
  for (let at = 0; at < blocks; at++) writeSync(file, times)
  writeSync(file, '125]}')
  closeSync(file)
}

function pprof() {
  const text = (value) => field(6, Buffer.from(value))
  const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])
  const number = (at, value) => Buffer.from([at << 3, ...varint(value)])
  const parts = [field(1, Buffer.concat([number(1, 1), number(2, 2)]))]
  for (let at = 1; at <= 100; at++) {
    parts.push(field(5, Buffer.concat([number(1, at), number(2, 3)])))
    parts.push(field(4, Buffer.concat([number(1, at), field(4, number(1, at))])))
  }
  for (const value of ['', 'samples', 'count', 'work']) parts.push(text(value))
  const sample = (at) =>
    field(2, Buffer.concat([field(1, Buffer.from([1 + (at % 100), 1 + (at % 37), 1])), field(2, Buffer.from([1]))]))
  const block = Buffer.concat(Array.from({ length: 20_000 }, (_, at) => sample(at)))
  fill(Buffer.concat(parts), () => block, '')
}

function varint(value) {
  const bytes = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}
