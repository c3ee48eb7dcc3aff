// Runs whole commands in turn and compares their CPU time (user + system) and peak memory, as the operating system
// counts them. CPU time and ratios, not wall time: other work on the machine must not decide.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'

const TIME = '/usr/bin/time'

/** Whether processes can be measured on this system. */
export const canMeasure = existsSync(TIME)

/** CPU seconds and peak RSS in MB of one run; throws when the command fails. */
function runOnce([command, ...args]) {
  const run = spawnSync(TIME, ['-f', '%U %S %M', command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 26,
  })
  const [user, system, memory] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number)
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${run.stderr}`)
  return { cpu: user + system, rss: memory / 1024 }
}

/** Runs each command `runs` times, in turn, after one run that is not counted. Name → list of measurements. */
export function measure(commands, runs = 5) {
  const results = new Map(Object.keys(commands).map((name) => [name, []]))
  for (let run = -1; run < runs; run++) {
    for (const [name, command] of Object.entries(commands)) {
      const measured = runOnce(command)
      if (run >= 0) results.get(name).push(measured)
    }
  }
  return results
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) }
}

/** What callcost says of a file, as JSON; so that a benchmark knows that it measures the same work. */
export function analysisOf(launcher, file, ...args) {
  const run = spawnSync(process.execPath, [launcher, 'analyze', file, '--format', 'json', '--limit', '1', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (run.status !== 0) throw new Error(`callcost analyze ${file} failed: ${run.stderr}`)
  return JSON.parse(run.stdout)
}

/** Stops the benchmark when an answer is not what the other one says, but for rounding. */
export function agree(what, ours, theirs, relative = 0) {
  const [a, b] = [Number(ours), Number(theirs)]
  if (Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b))) return
  throw new Error(`the answers differ: ${what} is ${ours} for callcost, ${theirs} for the other`)
}

export function median(values) {
  return spread(values).median
}

/**
 * Hands a figure to the run of all benchmarks, which makes the README's table of them:
 * `{ work, ratio, target, min, max, rss, peer }`.
 */
export function record(figure) {
  const { CALLCOST_BENCH_RESULTS: file } = process.env
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}

/**
 * Records how one command compares with another: by the ratio of medians, and from the best of the one against the worst
 * of the other to the reverse. `work` is what the table calls it, `target` the ratio that is wanted at most, or at least
 * where `isMore`: then it is that of the peer to ours.
 */
export function recordRatio(results, { work, ours, peer, target, isMore = false }) {
  const [a, b] = [ours, peer].map((name) => spread(results.get(name).map(({ cpu }) => cpu)))
  const rss = median(results.get(ours).map((one) => one.rss))
  const over = isMore ? [b, a] : [a, b]
  record({
    work,
    peer,
    target,
    isMore,
    ratio: over[0].median / over[1].median,
    min: over[0].min / over[1].max,
    max: over[0].max / over[1].min,
    cpu: a.median,
    rss,
    peerRss: median(results.get(peer).map((one) => one.rss)),
  })
}

/** Prints a table; ratios relate to the command called `base`. */
export function printMeasurements(results, base) {
  const baseCpu = spread(results.get(base).map(({ cpu }) => cpu)).median
  console.log('| what | CPU s (min, median, max) | peak RSS MB | ratio of medians |')
  console.log('|---|---|---|---|')
  for (const [name, measured] of results) {
    const cpu = spread(measured.map((one) => one.cpu))
    const rss = spread(measured.map((one) => one.rss))
    const figures = [cpu.min, cpu.median, cpu.max].map((value) => value.toFixed(2)).join(', ')
    console.log(`| ${name} | ${figures} | ${rss.median.toFixed(0)} | ${(cpu.median / baseCpu).toFixed(2)}x |`)
  }
}
