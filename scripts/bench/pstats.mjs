// `node scripts/bench/pstats.mjs [python3]`: a pstats file of 100,000 functions and 300,000 edges (20 MB), read, sorted
// and cut to ten rows by CPython's pstats and by callcost. Also the start of the program against an empty script.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canMeasure, measure, printMeasurements } from './measure.mjs'

const python = process.argv[2] ?? 'python3'
const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const small = fileURLToPath(new URL('../../fixtures/pstats/inventory.pstats', import.meta.url))

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
  printMeasurements(
    measure({
      'CPython load, sort, print ten rows': [python, '-c', PRINT, big],
      'callcost analyze --limit 10': [process.execPath, launcher, 'analyze', '--limit', '10', big],
      'callcost pstats --sort cumulative --restrict 10': [
        process.execPath,
        launcher,
        'pstats',
        '--sort',
        'cumulative',
        '--restrict',
        '10',
        big,
      ],
    }),
    'CPython load, sort, print ten rows',
  )
  console.log()
  printMeasurements(
    measure(
      {
        'empty script': [process.execPath, empty],
        'callcost --version': [process.execPath, launcher, '--version'],
        'callcost analyze, small file': [process.execPath, launcher, 'analyze', small],
      },
      15,
    ),
    'empty script',
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
