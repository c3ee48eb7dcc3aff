// `node scripts/bench/pstats.mjs [--quick] [--runs N] [--python python3]`: a pstats file of 100,000 functions and 300,000
// edges (20 MB; --quick: a fifth), read, sorted and cut to ten rows by CPython's pstats and by callcost.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  agree,
  analysisOf,
  analyze,
  launcher,
  leaveOut,
  measure,
  needMeasure,
  outputOf,
  printMeasurements,
  recordRatio,
} from './measure.mjs'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, python: { type: 'string' } },
})
const runs = Number(options.runs ?? (options.quick ? 2 : 5))
const functions = options.quick ? 20_000 : 100_000

const GENERATE = `
import marshal, random, sys
random.seed(20)
count = int(sys.argv[2])
key = lambda i: ('/srv/app/package_%d/module_%d.py' % (i % 50, i % 1000), i % 977 + 1, 'function_number_%d' % i)
keys = [key(i) for i in range(count)]
stats = {}
for i, k in enumerate(keys):
    callers = {keys[random.randrange(count)]: (random.randrange(1, 99), 1, random.random(), random.random() + 1) for _ in range(3)}
    stats[k] = (random.randrange(1, 99), 100, random.random(), random.random() + 1, callers)
marshal.dump(stats, open(sys.argv[1], 'wb'))
`
const PRINT = "import pstats, sys; pstats.Stats(sys.argv[1]).sort_stats('cumulative').print_stats(10)"

needMeasure('pstats')
// The program itself, not a script that chooses one of several Pythons and starts it.
const asked = spawnSync(options.python ?? 'python3', ['-c', 'import pstats, sys; print(sys.executable)'])
if (asked.status !== 0) {
  leaveOut('pstats: Python is not installed')
  process.exit(0)
}
const python = asked.stdout.toString().trim()
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const big = join(folder, 'big.pstats')
  outputOf([python, '-c', GENERATE, big, String(functions)])
  const size = `${(statSync(big).size / 1e6).toFixed(0)} MB`
  console.log(`${size} of pstats, ${functions} functions`)
  const { total, calls } = analysisOf(big)
  const printed = outputOf([python, '-c', PRINT, big])
  const [, pythonCalls, seconds] = /(\d+) function calls.* in ([\d.]+) seconds/.exec(printed)
  agree('calls', calls, pythonCalls)
  agree('total', total, seconds, 1e-6)
  const pstats = [process.execPath, launcher, 'pstats', '--sort', 'cumulative', '--restrict', '10', big]
  // All but the first line, which is the date and the name of the file.
  const rows = (text) => text.slice(text.indexOf('function calls'))
  if (rows(outputOf(pstats)) !== rows(printed)) throw new Error('callcost pstats prints other rows than CPython')
  const CPYTHON = 'CPython: load, sort, print ten rows'
  const OURS = 'callcost analyze'
  const results = measure(
    { [CPYTHON]: [python, '-c', PRINT, big], [OURS]: analyze(big), 'callcost pstats': pstats },
    runs,
  )
  printMeasurements(results, CPYTHON)
  recordRatio(results, { work: `pstats, ${size}: \`analyze\``, ours: OURS, peer: CPYTHON, atMost: 0.7 })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
