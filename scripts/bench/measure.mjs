// Runs whole commands in turn and compares their CPU time (user + system) and peak memory, as the operating system
// counts them. CPU time and ratios, not wall time: other work on the machine must not decide.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TIME = '/usr/bin/time'

/** The program that is measured. */
export const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url))
const byteSum = fileURLToPath(new URL('byte-sum.mjs', import.meta.url))
const PARSE = "JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))"

/** Commands that read a file: callcost, and the least that reading JSON or bytes costs. */
export const analyze = (...args) => [process.execPath, launcher, 'analyze', '--limit', '10', ...args]
export const parseJson = (file) => [process.execPath, '-e', PARSE, file]
export const sumBytes = (file) => [process.execPath, byteSum, file]

/** Whether processes can be measured on this system. */
export const canMeasure = existsSync(TIME)

/** What the benchmark that runs goes without, said on the spot and below the table of all. */
export function leaveOut(what) {
  console.log(`LEFT OUT: ${what}`)
  record({ leftOut: what })
}

/** Ends the benchmark where processes cannot be measured. */
export function needMeasure(work) {
  if (canMeasure) return
  leaveOut(`${work}: /usr/bin/time is missing, so CPU time cannot be measured`)
  process.exit(0)
}

/** CPU seconds and peak RSS in MB (10^6 bytes) of one run; throws when the command fails. */
function runOnce([command, ...args]) {
  const run = spawnSync(TIME, ['-f', '%U %S %M', command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 26,
  })
  const [user, system, kibibytes] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number)
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${run.stderr}`)
  return { cpu: user + system, rss: (kibibytes * 1024) / 1e6 }
}

/**
 * Runs each command `runs` times, in turn, after one run that is not counted, unless `isWarm`: they were just run, for
 * their answers. A single run is the first one. Name → list of measurements.
 */
export function measure(commands, runs = 5, { isWarm = false } = {}) {
  const results = new Map(Object.keys(commands).map((name) => [name, []]))
  for (let run = isWarm || runs === 1 ? 0 : -1; run < runs; run++) {
    for (const [name, command] of Object.entries(commands)) {
      const measured = runOnce(command)
      if (run >= 0) results.get(name).push(measured)
    }
  }
  return results
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) }
}

/** What a command prints on stdout; throws when it fails. */
export function outputOf([command, ...args], what = command) {
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  if (run.status !== 0) throw new Error(`${what} failed: ${run.stderr || run.error}`)
  return run.stdout
}

/** What callcost says of a file, as JSON; so that a benchmark knows that it measures the same work. */
export function analysisOf(file, { limit = 1, args = [] } = {}) {
  const options = ['--format', 'json', '--limit', String(limit), ...args]
  return JSON.parse(outputOf([process.execPath, launcher, 'analyze', file, ...options], `callcost analyze ${file}`))
}

/** Stops the benchmark when an answer is not what the other one says, but for rounding. */
export function agree(what, ours, theirs, relative = 0) {
  const [a, b] = [Number(ours), Number(theirs)]
  if (Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b))) return
  throw new Error(`the answers differ: ${what} is ${ours} for callcost, ${theirs} for the other`)
}

/** Stops the benchmark when two lists of sums are not the same, in whatever order. */
export function agreeAll(what, ours, theirs) {
  const [found, wanted] = [[...ours].sort(), [...theirs].sort()]
  agree(`number of ${what}`, found.length, wanted.length)
  for (const [row, sums] of wanted.entries()) {
    if (found[row] !== sums)
      throw new Error(`the answers differ: ${what}: ${found[row]} for callcost, expected ${sums}`)
  }
}

/** Hands a figure to the run of all benchmarks, which makes the README's table of them. */
export function record(figure) {
  const { CALLCOST_BENCH_RESULTS: file } = process.env
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}

/**
 * Records how one command compares with another: by the ratio of medians, and from the best of the one against the worst
 * of the other to the reverse.
 *   work: what the table calls it           ours, peer: names of commands; against: what the table calls the peer
 *   atMost: ratio of CPU time that is wanted, ours to the peer's; or atLeast, the peer's to ours
 *   rssAtMost: peak memory that is wanted, in MB, or a function of the peer's
 */
export function recordRatio(results, { work, ours, peer, against = peer, atMost, atLeast, rssAtMost }) {
  const [a, b] = [ours, peer].map((name) => spread(results.get(name).map(({ cpu }) => cpu)))
  const [rss, peerRss] = [ours, peer].map((name) => spread(results.get(name).map((one) => one.rss)).median)
  const over = atLeast === undefined ? [a, b] : [b, a]
  record({
    work,
    peer: against,
    ratio: over[0].median / over[1].median,
    min: over[0].min / over[1].max,
    max: over[0].max / over[1].min,
    atMost,
    atLeast,
    rss,
    rssAtMost: typeof rssAtMost === 'function' ? rssAtMost(peerRss) : rssAtMost,
  })
}

/** Prints a line for each command; ratios relate to the one called `base`. */
export function printMeasurements(results, base) {
  const baseCpu = spread(results.get(base).map(({ cpu }) => cpu)).median
  for (const [name, measured] of results) {
    const { min, median, max } = spread(measured.map((one) => one.cpu))
    const rss = spread(measured.map((one) => one.rss)).median
    const seconds = `CPU ${median.toFixed(2)} s (${min.toFixed(2)}–${max.toFixed(2)})`
    console.log(`  ${seconds}, peak ${rss.toFixed(0)} MB, ${(median / baseCpu).toFixed(2)}x: ${name}`)
  }
}
