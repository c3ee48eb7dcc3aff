// `npm run bench [-- --quick] [-- --write] [NAME…]`: all benchmarks, or those that are named, one after the other, then a
// table of their ratios. --quick: small inputs, a minute or two. --write: puts the table into README.md.
// Files are made from seeds, in the folder for temporary files (3 GB), and removed again. Peers that are not installed
// are left out, and that is said.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const BENCHMARKS = ['pstats', 'pprof', 'cpuprofile', 'text-formats', 'core', 'growth']
const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const START = '<!-- bench: made by npm run bench -- --write -->'
const END = '<!-- /bench -->'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' } },
})
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))
const results = join(folder, 'results.jsonl')
writeFileSync(results, '')
try {
  for (const name of positionals.length > 0 ? positionals : BENCHMARKS) {
    console.log(`\n# ${name}`)
    const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
    const run = spawnSync(process.execPath, [script, ...(options.quick ? ['--quick'] : [])], {
      stdio: 'inherit',
      env: { ...process.env, CALLCOST_BENCH_RESULTS: results },
    })
    if (run.status !== 0) process.exitCode = 1
  }
  const figures = readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const table = tableOf(figures)
  console.log(`\n# all\n\n${table}`)
  if (options.write) {
    const readme = readFileSync(README, 'utf8')
    const [before, rest] = readme.split(START)
    if (rest === undefined) throw new Error(`README.md has no ${START}`)
    writeFileSync(README, `${before}${START}\n${table}\n${END}${rest.split(END)[1]}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The figures in Markdown: ratios of CPU time with what is possible between the best and the worst run. */
function tableOf(figures) {
  const lines = [
    `Node ${process.versions.node}, ${cpus()[0].model.trim()}: CPU time of whole processes, medians, least and most in parentheses.`,
    '',
    '| work | against | CPU time | wanted | peak memory |',
    '| :--- | :--- | ---: | ---: | ---: |',
  ]
  for (const { work, peer = '-', ratio, min, max, target, isMore = false, rss } of figures) {
    const range = min === undefined ? '' : ` (${min.toFixed(2)}–${max.toFixed(2)})`
    const text = isMore ? `${ratio.toFixed(1)}x less` : `${ratio.toFixed(2)}x${range}`
    const wanted = target === undefined ? '-' : `${isMore ? '≥' : '≤'} ${target}x`
    lines.push(`| ${work} | ${peer} | ${text} | ${wanted} | ${rss === undefined ? '-' : `${rss.toFixed(0)} MB`} |`)
  }
  return lines.join('\n')
}
