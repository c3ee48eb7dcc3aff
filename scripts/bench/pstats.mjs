// `node scripts/bench/pstats.mjs [--quick] [--python python3]`: a pstats file of 100,000 functions and 300,000 edges (20 MB), read, sorted
// and cut to ten rows by CPython's pstats and by callcost. Also the start of the program against an empty script.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agree, analysisOf, canMeasure, measure, printMeasurements, recordRatio } from './measure.mjs'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, python: { type: 'string' } },
})
const { python = 'python3' } = options
const runs = Number(options.runs ?? (options.quick ? 2 : 5))
const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const small = fileURLToPath(new URL('../../fixtures/diagnose/orders_sqlite-bad.pstats', import.meta.url))

const GENERATE = `
import marshal, random, sys
random.seed(20)
key = lambda i: ('/srv/app/package_%d/module_%d.py' % (i % 50, i % 1000), i % 977 + 1, 'function_number_%d' % i)
keys = [key(i) for i in range(100000)]
stats = {}
for i, k in enumerate(keys):
    callers = {keys[random.randrange(100000)]: (random.randrange(1, 99), 1, random.random(), random.random() + 1) for _ in range(3)}
    stats[k] = (random.randrange(1, 99), 100, random.random(), random.random() + 1, callers)
marshal.dump(stats, open(sys.argv[1], 'wb'))
`
const PRINT = "import pstats, sys; pstats.Stats(sys.argv[1]).sort_stats('cumulative').print_stats(10)"

if (!canMeasure) {
  console.error('SKIPPED: /usr/bin/time is missing, so CPU time cannot be measured')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const big = join(folder, 'big.pstats')
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const generated = spawnSync(python, ['-c', GENERATE, big], { stdio: 'inherit' })
  if (generated.status !== 0) throw new Error(`${python} could not make the file`)
  console.log(`${(statSync(big).size / 1e6).toFixed(1)} MB of pstats\n`)
  const { total, calls } = await analysisOf(launcher, big)
  const printed = spawnSync(python, ['-c', PRINT, big], { encoding: 'utf8' }).stdout
  const [, pythonCalls, seconds] = /(\d+) function calls.* in ([\d.]+) seconds/.exec(printed)
  agree('calls', calls, Number(pythonCalls))
  agree('total', total, Number(seconds), 1e-6)
  const CPYTHON = 'CPython load, sort, print ten rows'
  const OURS = 'callcost analyze --limit 10'
  const results = measure(
    {
      [CPYTHON]: [python, '-c', PRINT, big],
      [OURS]: [process.execPath, launcher, 'analyze', '--limit', '10', big],
      'callcost pstats': [process.execPath, launcher, 'pstats', '--sort', 'cumulative', '--restrict', '10', big],
    },
    runs,
  )
  printMeasurements(results, CPYTHON)
  recordRatio(results, { work: 'pstats 20 MB, analyze', ours: OURS, peer: CPYTHON, target: 0.7 })
  console.log()
  const EMPTY = 'empty script'
  const start = measure(
    {
      [EMPTY]: [process.execPath, empty],
      'callcost --version': [process.execPath, launcher, '--version'],
      'callcost analyze, small file': [process.execPath, launcher, 'analyze', small],
    },
    options.quick ? 9 : 25,
  )
  printMeasurements(start, EMPTY)
  recordRatio(start, { work: 'start: --version', ours: 'callcost --version', peer: EMPTY, target: 1.2 })
  recordRatio(start, { work: 'start: analyze 28 kB', ours: 'callcost analyze, small file', peer: EMPTY, target: 2.2 })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
