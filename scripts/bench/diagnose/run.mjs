// `node scripts/bench/diagnose/run.mjs [--programs NAME,…] [--findings]`: what diagnose finds in programs whose fault is
// known, by halves: thresholds are set on `tune`, `report` is only measured.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expectationOf, namesRight, RULES } from './judge.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { diagnose, readProfile, nameOfFunction } = await loadSources()

const argument = (name) => process.argv[process.argv.indexOf(name) + 1]
const only = process.argv.includes('--programs') ? argument('--programs').split(',') : null
const half = process.argv.includes('--half') ? argument('--half') : null
const shows = process.argv.includes('--findings')

const results = []
const recordings = readdirSync(join(root, 'fixtures/diagnose')).filter((file) => !file.includes('-small'))
for (const file of recordings.sort()) {
  const [, program, variant] = /^(.*)-(bad|good)\.\w+$/.exec(file)
  if (only !== null && !only.includes(program)) continue
  const truth = JSON.parse(readFileSync(join(root, 'fixtures/programs/problems', program, 'truth.json'), 'utf8'))
  if (half !== null && truth.half !== half) continue
  const read = await readProfile(join(root, 'fixtures/diagnose', file))
  const profile = read.profile ?? read
  const began = performance.now()
  const diagnosis = diagnose(profile)
  const took = performance.now() - began
  const second = diagnosis.view.second ?? 1
  const findings = diagnosis.findings.map((finding) => ({
    ...finding,
    function: finding.target === null ? null : nameOfFunction(profile, finding.target),
    loopOwner: finding.loopOwner === null ? null : nameOfFunction(profile, finding.loopOwner),
    saves: finding.saving === null ? null : [finding.saving.low / second, finding.saving.high / second],
  }))
  results.push({
    program,
    variant,
    truth,
    findings,
    isHealthy: diagnosis.isHealthy,
    took,
    ...expectationOf(truth, variant),
  })
  if (shows) {
    console.log(
      `\n${program}-${variant} (${truth.half}) rule=${truth.rule} fn=${truth.function} owner=${truth.loopOwner} saves=${(truth.plainBad - truth.plainGood).toFixed(3)} plain=${truth.plainBad ?? truth.plainGood} model=${(diagnosis.view.whole / second).toFixed(3)}`,
    )
    for (const { rule, entry, score, share, function: name, loopOwner, saves } of findings)
      console.log(
        `   ${score} ${rule}${entry ? `/${entry}` : ''} ${name} < ${loopOwner} share ${share.toFixed(3)} saves ${saves?.map((s) => s.toFixed(3))}`,
      )
  }
}

for (const half of ['tune', 'report']) {
  const cases = results.filter(({ truth }) => truth.half === half)
  if (cases.length > 0) report(half, cases)
}

function report(half, cases) {
  console.log(`\n## ${half}: ${new Set(cases.map(({ program }) => program)).size} programs, ${cases.length} recordings`)
  console.log(
    '| rule | programs with it | found | at high confidence | false at high | false at any | precision at high |',
  )
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
  const all = { truths: 0, found: 0, high: 0, falseHigh: 0, falseAny: 0 }
  for (const rule of RULES) {
    const of = ({ findings }) => findings.filter((finding) => finding.rule === rule)
    const positive = cases.filter(({ expected }) => expected.includes(rule))
    const negative = cases.filter(({ allowed }) => !allowed.includes(rule))
    const row = {
      truths: positive.length,
      found: positive.filter((one) => of(one).length > 0).length,
      high: positive.filter((one) => of(one).some(({ confidence }) => confidence === 'high')).length,
      falseHigh: negative.filter((one) => of(one).some(({ confidence }) => confidence === 'high')).length,
      falseAny: negative.filter((one) => of(one).length > 0).length,
    }
    for (const key of Object.keys(all)) all[key] += row[key]
    console.log(line(rule, row))
  }
  console.log(line('all', all))
  for (const one of cases) {
    const wrong = one.findings.filter(
      ({ rule, confidence }) => confidence === 'high' && !one.allowed.includes(rule) && RULES.includes(rule),
    )
    for (const { rule, function: name } of wrong)
      console.log(`false: ${one.program}-${one.variant}: ${rule} at ${name}`)
    for (const rule of one.expected) {
      const finding = one.findings.find((found) => found.rule === rule)
      if (finding === undefined) console.log(`missed: ${one.program}: ${rule}`)
    }
  }
  const bad = cases.filter(({ truth, variant, expected }) => variant === 'bad' && expected.includes(truth.rule))
  let [functions, owners, owned] = [0, 0, 0]
  const errors = []
  let within = 0
  for (const { program, truth, findings } of bad) {
    const finding = findings.find(({ rule }) => rule === truth.rule)
    if (finding === undefined) continue
    const right = namesRight(truth, finding)
    if (right.function) functions++
    else console.log(`function: ${program}: ${finding.function}, not ${truth.function}`)
    if (
      finding.rule === 'n-plus-one' ||
      finding.rule === 'known-dear' ||
      (finding.rule === 'fan-in' && truth.fanIn === 'local')
    ) {
      owned++
      if (right.owner) owners++
      else console.log(`owner: ${program}: ${finding.loopOwner}, not ${truth.loopOwner}`)
    }
    if (finding.saves === null || finding.saving.high === 0) continue
    const actual = truth.plainBad - truth.plainGood
    const [low, high] = finding.saves
    errors.push({ program, error: Math.abs((low + high) / 2 - actual) / actual, rule: truth.rule, low, high, actual })
    if (actual >= low * 0.9 && actual <= high * 1.1) within++
  }
  const found = bad.filter(({ truth, findings }) => findings.some(({ rule }) => rule === truth.rule)).length
  errors.sort((a, b) => a.error - b.error)
  console.log(`function right ${functions} of ${found}, loop owner right ${owners} of ${owned}`)
  const median = errors[Math.floor(errors.length / 2)]?.error ?? Number.NaN
  console.log(
    `saving: median error ${(100 * median).toFixed(1)} % of ${errors.length}; the truth is in the range (±10 %) ${within} times`,
  )
  if (shows)
    for (const e of errors)
      console.log(
        `   ${e.program} ${e.rule}: ${e.low.toFixed(3)}…${e.high.toFixed(3)}, was ${e.actual.toFixed(3)}: ${(100 * e.error).toFixed(0)} %`,
      )
  const healthy = cases.filter(({ variant }) => variant === 'good')
  const calm = healthy.filter(({ findings, allowed }) =>
    findings.every(
      ({ rule, confidence }) => confidence !== 'high' || allowed.includes(rule) || rule === 'data-quality',
    ),
  )
  const said = healthy.filter(({ isHealthy }) => isHealthy)
  console.log(
    `healthy: ${calm.length} of ${healthy.length} without a false finding of high confidence, ${said.length} called healthy`,
  )
  console.log(`time: ${Math.max(...cases.map(({ took }) => took)).toFixed(0)} ms at most`)
}

function line(name, { truths, found, high, falseHigh, falseAny }) {
  const precision = high + falseHigh === 0 ? '–' : (high / (high + falseHigh)).toFixed(2)
  return `| ${name} | ${truths} | ${found} | ${high} | ${falseHigh} | ${falseAny} | ${precision} |`
}

/** The sources as they are now, in one bundle. */
async function loadSources() {
  const folder = mkdtempSync(join(tmpdir(), 'callcost-diagnose-'))
  const outfile = join(folder, 'sources.mjs')
  const contents = `
    export { diagnose } from './src/analysis/diagnose/diagnose.ts'
    export { readProfile } from './src/pipeline/read.ts'
    export { nameOfFunction } from './src/analysis/function-text.ts'`
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  const sources = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  return sources
}
