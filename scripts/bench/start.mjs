// `node scripts/bench/start.mjs [--quick] [--runs N]`: what starting the program costs: its version, and the analysis of a
// file of 28 kB, against an empty script.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agree, analysisOf, launcher, measure, needMeasure, printMeasurements, recordRatio } from './measure.mjs'

const small = fileURLToPath(new URL('../../fixtures/diagnose/orders_sqlite-bad.pstats', import.meta.url))
/** What CPython 3.11's pstats.Stats says of it: total_calls and total_tt. */
const IN_SMALL = { calls: 153_258, seconds: 0.381437764 }

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, runs: { type: 'string' } } })
needMeasure('start')
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
try {
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const { calls, total } = analysisOf(small)
  agree('calls', calls, IN_SMALL.calls)
  agree('total', total, IN_SMALL.seconds, 1e-9)
  const EMPTY = 'empty script'
  const results = measure(
    {
      [EMPTY]: [process.execPath, empty],
      'callcost --version': [process.execPath, launcher, '--version'],
      'callcost analyze, 28 kB': [process.execPath, launcher, 'analyze', small],
    },
    Number(options.runs ?? (options.quick ? 9 : 25)),
  )
  printMeasurements(results, EMPTY)
  recordRatio(results, { work: 'start: `--version`', ours: 'callcost --version', peer: EMPTY, atMost: 1.2 })
  recordRatio(results, { work: 'start: `analyze` of 28 kB', ours: 'callcost analyze, 28 kB', peer: EMPTY, atMost: 2.2 })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
