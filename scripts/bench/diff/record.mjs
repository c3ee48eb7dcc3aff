// `node scripts/bench/diff/record.mjs [--python python3.11] [--under COMMAND] [--disturb COMMAND] [--out FOLDER]
// [--seeds N]`: records the runs of the diff benchmark anew, in about ten minutes, and writes fixtures/diff-bench. Needs a
// built callcost. The programs are the same every time, the times are this machine's.
//
// Each case is recorded as before, after, before, after, …; each run is an interpreter of its own. Times are kept in
// whole nanoseconds, which is what cProfile counts: times 1e-9 they are the very numbers that it writes.
//
// Half of the programs run undisturbed, the others beside disturb.py. `--under` and `--disturb` are what starts the runs
// and disturb.py. On a machine that has other work to do, `--under 'taskset -c 1 chrt --fifo 1'` and `--disturb 'taskset
// -c 1 chrt --fifo 2'` keep that work out: without it a run of 40 ms takes 200 to 350 beside ten busy processes.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { convertProfiles, readProfileSet } from '../../../dist/src/index.js'
import { makeProgram, sourcesOf } from './programs.mjs'
import { makeVariant, REFACTOR_KINDS, REGRESSION_KINDS } from './variants.mjs'

const RUNS = 5
const SEEDS = 40
/** Neutral edits of so many of these programs only. */
const REFACTOR_SEEDS = 24
/** Runs of one and the same program: seeds from {@link FIRST_REPEATED} on. */
const REPEATED_PROGRAMS = 16
const REPEATED_RUNS = 20
const FIRST_REPEATED = 101

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    under: { type: 'string', default: '' },
    disturb: { type: 'string', default: '' },
    out: { type: 'string', default: here('../../../fixtures/diff-bench') },
    seeds: { type: 'string', default: String(SEEDS) },
  },
})
const recorder = commandLine(options.under, ['-I', '-S', '-B', here('record.py')])
const disturber = commandLine(options.disturb, [here('disturb.py'), '1'])
const seedCount = Number(options.seeds)

mkdirSync(options.out, { recursive: true })
for (const name of readdirSync(options.out)) if (name.endsWith('.gz')) rmSync(join(options.out, name))
const truth = []
for (let seed = 1; seed <= seedCount; seed++) {
  const kinds = seed <= REFACTOR_SEEDS ? [...REGRESSION_KINDS, ...REFACTOR_KINDS] : REGRESSION_KINDS
  const runs = []
  await recordAll(seed, async () => {
    for (const kind of kinds) {
      const variant = makeVariant(seed, kind)
      if (variant === null) continue
      for (let run = 1; run <= RUNS; run++) {
        for (const side of ['before', 'after']) runs.push(await record(`${kind}/${side}/${run}`, variant[side]))
      }
      truth.push({ seed, kind, disturbed: isDisturbed(seed), ...variant.truth })
    }
  })
  store(fileOf(seed), runs)
}
for (let index = 0; index < Math.min(REPEATED_PROGRAMS, seedCount); index++) {
  const seed = FIRST_REPEATED + index
  const program = makeProgram(seed)
  const runs = []
  await recordAll(seed, async () => {
    for (let run = 1; run <= REPEATED_RUNS; run++) runs.push(await record(`same/${run}`, program))
  })
  store(fileOf(seed), runs)
  truth.push({ seed, kind: 'same', disturbed: isDisturbed(seed), runs: REPEATED_RUNS })
}
writeFileSync(join(options.out, 'truth.json'), `[\n${truth.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)

/** Two of four, so that seeds of either parity have both. */
function isDisturbed(seed) {
  return (seed >> 1) % 2 === 1
}

/** Does `work`, beside disturb.py when the seed is one of the disturbed. */
async function recordAll(seed, work) {
  const [command, ...args] = disturber
  const other = isDisturbed(seed) ? spawn(command, args, { stdio: 'inherit' }) : null
  try {
    await work()
  } finally {
    other?.kill()
  }
}

function here(file) {
  return fileURLToPath(new URL(file, import.meta.url))
}

function commandLine(under, args) {
  return [...under.split(' ').filter(Boolean), options.python, ...args]
}

function fileOf(seed) {
  return `${String(seed).padStart(3, '0')}.callcost.json.gz`
}

/** One run as a profile in callcost JSON, its times in nanoseconds. */
async function record(name, program) {
  const [command, ...args] = recorder
  const run = spawnSync(command, args, {
    input: JSON.stringify({ files: sourcesOf(program) }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (run.status !== 0) throw run.error ?? new Error(`${command} failed`)
  const { set } = await readProfileSet(new Uint8Array(run.stdout), { from: 'pstats' })
  const parts = []
  for await (const part of await convertProfiles(set, { to: 'callcost' })) parts.push(part)
  const [profile] = JSON.parse(Buffer.concat(parts).toString()).profiles
  for (const table of [profile.graph, profile.graph.edges]) {
    for (const key of ['self', 'total']) table[key] = table[key].map((column) => column.map(nanoseconds))
  }
  return { ...profile, name, valueTypes: [{ name: 'time', unit: 'nanoseconds' }] }
}

function nanoseconds(seconds) {
  const count = Math.round(seconds * 1e9)
  if (count * 1e-9 !== seconds) throw new Error(`${seconds} s is no whole number of nanoseconds`)
  return count
}

function store(file, profiles) {
  const document = { schema: 'callcost/profile/1', exporter: 'scripts/bench/diff/record.mjs', active: 0, profiles }
  const bytes = gzipSync(JSON.stringify(document), { level: 9 })
  writeFileSync(join(options.out, file), bytes)
  console.log(`${file}: ${profiles.length} runs, ${(bytes.length / 1024).toFixed(0)} KB`)
}
