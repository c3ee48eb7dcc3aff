// `npm run bench [-- --quick] [-- --write] [-- --runs N] [NAME…]`: all benchmarks, or those that are named, one after the
// other, then a table of their ratios. --quick: small inputs and few runs, two minutes. --write: puts the table into
// README.md. --runs: that many runs of each instead of three to five.
// Files are made from seeds, in a folder for temporary files (2 GB at most), and each is removed when it was measured.
// Peers that are not installed are left out, and that is said.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const BENCHMARKS = ['start', 'pstats', 'pprof', 'cpuprofile', 'text-formats', 'core', 'growth']
const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const START = '<!-- bench: made by npm run bench -- --write -->'
const END = '<!-- /bench -->'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, runs: { type: 'string' } },
})
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
const results = join(folder, 'results.jsonl')
writeFileSync(results, '')
try {
  const passed = [...(options.quick ? ['--quick'] : []), ...(options.runs ? ['--runs', options.runs] : [])]
  const names = positionals.length > 0 ? positionals : BENCHMARKS
  const failed = names.filter((name) => {
    const started = Date.now()
    console.log(`\n# ${name}`)
    const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
    const run = spawnSync(process.execPath, [script, ...passed], {
      stdio: 'inherit',
      env: { ...process.env, TMPDIR: folder, CALLCOST_BENCH_RESULTS: results },
    })
    console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`)
    return run.status !== 0
  })
  const figures = readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const table = tableOf(figures)
  console.log(`\n# all\n\n${table}`)
  if (failed.length > 0) {
    console.error(`\nFAILED: ${failed.join(', ')}`)
    process.exitCode = 1
  } else if (options.write) {
    const readme = readFileSync(README, 'utf8')
    const [before, rest] = readme.split(START)
    if (rest === undefined) throw new Error(`README.md has no ${START}`)
    writeFileSync(README, `${before}${START}\n${table}\n${END}${rest.split(END)[1]}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * The figures in Markdown: CPU time against that of the peer, with what is possible between the best and the worst run.
 * What misses its target is bold. Small inputs have no targets: in them the start of the program weighs most.
 */
function tableOf(all) {
  const figures = all.filter(({ leftOut }) => leftOut === undefined)
  const lines = [
    `Node ${process.versions.node}, ${cpus()[0].model.trim()}. CPU time (user + system) of fresh processes against the other's: ` +
      `ratio of medians, in parentheses the least and the most that the runs allow; memory is the peak. ` +
      (options.quick ? 'Small inputs, so without targets.' : 'Bold: the target is missed.'),
    '',
    '| work | against | CPU time | wanted | memory | wanted |',
    '| :--- | :--- | ---: | ---: | ---: | ---: |',
  ]
  for (const figure of figures) {
    const { work, peer = '-', ratio, min, max, unit = 'x', atMost, atLeast, worst, rss, rssAtMost } = figure
    const less = atLeast !== undefined && atMost === undefined ? ' less' : ''
    const range = min === undefined || min === max ? '' : ` (${digits(min)}–${digits(max)})`
    const time = ratio === undefined ? '-' : mark(`${digits(ratio)}${unit}${less}${range}`, isOutside(figure))
    const memory = rss === undefined ? '-' : mark(`${rss.toFixed(0)} MB`, rss > rssAtMost)
    const wantedMemory = rssAtMost === undefined ? '-' : `≤ ${rssAtMost.toFixed(0)} MB`
    const atWorst = worst === undefined ? '' : `, ${worst}${unit} at worst`
    const wanted = [wantedOf(atMost, atLeast, unit) + atWorst, wantedMemory].map((text) => (options.quick ? '-' : text))
    lines.push(`| ${work} | ${peer} | ${time} | ${wanted[0]} | ${memory} | ${wanted[1]} |`)
  }
  const leftOut = all.flatMap(({ leftOut: what }) => (what === undefined ? [] : [what]))
  if (leftOut.length > 0) lines.push('', `Left out: ${leftOut.join('; ')}.`)
  return lines.join('\n')
}

function isOutside({ ratio, atMost, atLeast, worst = atMost }) {
  return ratio > worst || ratio < atLeast
}

function mark(text, isMissed) {
  return isMissed && !options.quick ? `**${text}**` : text
}

function wantedOf(atMost, atLeast, unit) {
  if (atMost === undefined && atLeast === undefined) return '-'
  if (atMost !== undefined && atLeast !== undefined) return `${atLeast}–${atMost}${unit}`
  return atMost === undefined ? `≥ ${atLeast}${unit} less` : `≤ ${atMost}${unit}`
}

function digits(value) {
  return value < 10 ? value.toFixed(2) : value.toFixed(1)
}
