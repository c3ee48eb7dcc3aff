// `node scripts/bench/cpuprofile.mjs [--quick] [--runs N] [--keep]`: .cpuprofile files as V8 writes them: 300 MB that is nearly all
// nodes (a compiler), 300 MB that is nearly all samples (a server), and 1 GB of the first kind, read and analysed by
// callcost, and by JSON.parse, which only builds objects, and cpupro, if that is installed. Also two of them compared, and
// one converted. --quick: a twentieth of the size, and no gigabyte.
// First the answers must agree; then each is a fresh process, in turn. --keep: the files stay where they are.
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { checkConversions } from './check-conversions.mjs'
import { writeProfile } from './make-cpuprofile.mjs'
import {
  agree,
  agreeAll,
  analysisOf,
  analyze,
  launcher,
  measure,
  needMeasure,
  outputOf,
  parseJson,
  printMeasurements,
  record,
  recordRatio,
  spread,
} from './measure.mjs'
import { peerModule } from './peers.mjs'
import { sumObjects } from './sum-cpuprofile.mjs'

const JSON_PARSE = '`JSON.parse(readFileSync)`'
const NODES = 1_136_000
const SAMPLES = 4_820_000

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, runs: { type: 'string' }, keep: { type: 'boolean' } },
})
needMeasure('cpuprofile')
const scale = options.quick ? 0.05 : 1
const runs = Number(options.runs ?? (options.quick ? 1 : 5))
const folder = mkdtempSync(join(tmpdir(), 'callcost-bench-'))

/** Each file goes when it was measured, so that little space is needed. */
function discard(path) {
  if (!options.keep) rmSync(path)
}

/** Writes a profile; returns its path, its size in MB, how the table calls it, and what it weighs. */
function make(name, seed, nodes, samples) {
  // By the seed: two files of different size have the same name in the table.
  const path = join(folder, `${seed}.cpuprofile`)
  const weights = writeProfile(path, seed, Math.round(nodes * scale), Math.round(samples * scale))
  const megabytes = statSync(path).size / 1e6
  console.log(`${name}: ${megabytes.toFixed(0)} MB, ${nodes * scale} nodes, ${samples * scale} samples`)
  return { path, megabytes, title: `cpuprofile, ${megabytes.toFixed(0)} MB, ${name}`, ...weights }
}

/** Self and total of every function as JSON.parse and a walk over its objects give them, and as the file was made. */
function checkAnalysis({ path, total, selfs }, isParsed = true) {
  const { total: found, rows } = analysisOf(path, { limit: 0, args: ['--gc', 'root'] })
  agree('total', found, total)
  const selfRows = rows.filter(({ self }) => self > 0)
  agreeAll(
    'self times',
    selfRows.map(({ self }) => `${self}`),
    Array.from(selfs, (self) => `${self}`),
  )
  if (!isParsed) return
  const kept = (sums) => [...sums].filter((sum) => sum.total > 0).map((sum) => `${sum.self} ${sum.total}`)
  // Functions that were never seen are in the tree, and in no table.
  agreeAll('functions', kept(rows), kept(sumObjects(path).values()))
}

function checkDiff(before, after) {
  const args = [launcher, 'diff', before.path, after.path, '--format', 'json', '--limit', '1']
  const { total } = JSON.parse(outputOf([process.execPath, ...args]))
  agree('total before', total.before, before.total)
  agree('total after', total.after, after.total)
}

/** cpupro leaves out some of the time around the first and the last sample. */
function checkCpupro(command, { total }) {
  const [time] = outputOf(command).split(' ').map(Number)
  agree('total of cpupro', total, time, 1e-3)
}

async function nodeHeavy() {
  const profile = make('node-heavy', 1, NODES, SAMPLES)
  const { path, title } = profile
  checkAnalysis(profile)
  const manifest = peerModule('cpupro', 'cpupro/package.json')
  const CPUPRO = 'cpupro: read and prepare'
  const cpupro = {}
  if (manifest !== undefined) {
    cpupro[CPUPRO] = [process.execPath, fileURLToPath(new URL('cpupro.mjs', import.meta.url)), manifest, path]
    checkCpupro(cpupro[CPUPRO], profile)
  }
  const zipped = `${path}.gz`
  await pipeline(createReadStream(path), createGzip({ level: 6 }), createWriteStream(zipped))
  const after = make('node-heavy, after', 2, NODES, SAMPLES)
  checkDiff(profile, after)
  const ANALYZE = 'callcost analyze'
  const DIFF = 'callcost diff of two'
  const convert = (to) => [process.execPath, launcher, 'convert', path, '--to', to, '-o', '-', '--quiet']
  const results = measure(
    {
      [JSON_PARSE]: parseJson(path),
      [ANALYZE]: analyze(path),
      'callcost analyze, gzip': analyze(zipped),
      'callcost analyze, piped': ['sh', '-c', 'cat "$0" | "$@"', path, ...analyze('-')],
      [DIFF]: [process.execPath, launcher, 'diff', '--limit', '10', path, after.path],
      'convert to speedscope': convert('speedscope'),
      'convert to pprof': convert('pprof'),
      'convert to collapsed': convert('collapsed'),
      ...cpupro,
    },
    runs,
  )
  printMeasurements(results, JSON_PARSE)
  for (const each of [zipped, after.path]) discard(each)
  const analyzed = { ours: ANALYZE, rssAtMost: 200 }
  recordRatio(results, { ...analyzed, work: `${title}: \`analyze\``, peer: JSON_PARSE, atMost: 0.4 })
  if (manifest !== undefined) recordRatio(results, { ...analyzed, work: `${title}: \`analyze\``, peer: CPUPRO })
  recordRatio(results, {
    work: `${title}: \`diff\` of two`,
    ours: DIFF,
    peer: ANALYZE,
    against: 'one `analyze`',
    atMost: 2.3,
  })
  const rss = spread(results.get(ANALYZE).map((one) => one.rss)).median
  for (const to of ['speedscope', 'pprof', 'collapsed']) {
    recordRatio(results, {
      work: `${title}: \`convert\` to ${to}`,
      ours: `convert to ${to}`,
      peer: ANALYZE,
      against: 'one `analyze`',
      atMost: 3,
      rssAtMost: rss + (12 * SAMPLES * scale) / 1e6,
    })
  }
  return profile
}

function sampleHeavy() {
  const profile = make('sample-heavy', 3, 20_000, 31_900_000)
  const { path, title } = profile
  checkAnalysis(profile)
  const ours = 'callcost analyze'
  const results = measure({ [JSON_PARSE]: parseJson(path), [ours]: analyze(path) }, runs)
  printMeasurements(results, JSON_PARSE)
  recordRatio(results, { work: `${title}: \`analyze\``, ours, peer: JSON_PARSE, atMost: 0.75 })
  discard(path)
}

/** Too long a string for JSON.parse: what counts is that it is read as fast as a smaller file, and in little memory. */
function gigabyte(smaller) {
  const profile = make('node-heavy', 4, 3_785_000, 16_000_000)
  checkAnalysis(profile, false)
  const names = { large: `${profile.megabytes.toFixed(0)} MB`, small: `${smaller.megabytes.toFixed(0)} MB` }
  const results = measure(
    { [names.small]: analyze(smaller.path), [names.large]: analyze(profile.path) },
    Math.min(3, runs),
  )
  printMeasurements(results, names.small)
  const [small, large] = [results.get(names.small), results.get(names.large)]
  const speedOf = (measured, megabytes) => spread(measured.map(({ cpu }) => megabytes / cpu))
  const [slow, fast] = [speedOf(large, profile.megabytes), speedOf(small, smaller.megabytes)]
  console.log(`MB a CPU second: ${slow.median.toFixed(0)}, of the smaller file ${fast.median.toFixed(0)}`)
  record({
    work: `${profile.title}: \`analyze\`, MB a CPU second`,
    peer: `those of ${names.small}`,
    ratio: slow.median / fast.median,
    min: slow.min / fast.max,
    max: slow.max / fast.min,
    atLeast: 0.8,
    atMost: 1.2,
    rss: spread(large.map((one) => one.rss)).median,
    rssAtMost: 450,
  })
  discard(profile.path)
}

try {
  checkConversions(folder)
  const smaller = await nodeHeavy()
  if (!options.quick) gigabyte(smaller)
  discard(smaller.path)
  sampleHeavy()
} finally {
  if (!options.keep) rmSync(folder, { recursive: true, force: true })
}
