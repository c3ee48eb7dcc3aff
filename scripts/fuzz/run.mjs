// `node scripts/fuzz/run.mjs [FORMAT...] [--minutes 10] [--folder DIR] [--seed N] [--slice 60]`: coverage-guided fuzzing of the
// readers, one format after the other in slices of time, on one core; shorter ones when there is no time for all. DIR
// (default: callcost-fuzz in the system's folder for temporary files) keeps what was found to be new, so that the next
// run goes on where this one ended; findings are in DIR/FORMAT/findings, made small, with a text beside each. Exit code 1
// when there are any, or when a reader read nothing: then it was hardly tried. With --minutes 0 it tries the seeds alone.
//
// `node scripts/fuzz/run.mjs FORMAT --replay FILE` tries one input and tells what is wrong with it.
import { fork } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildTarget } from './build.mjs'
import { keep } from './corpus.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    folder: { type: 'string', default: join(tmpdir(), 'callcost-fuzz') },
    seed: { type: 'string', default: `${Date.now() & 0x7fffffff}` },
    slice: { type: 'string', default: '60' },
    replay: { type: 'string' },
  },
})

/** A child that shows no progress for so long is stuck, also when other programs have most of the processor. */
const STUCK_MS = 60_000

const { folder } = values
mkdirSync(folder, { recursive: true })
const target = join(folder, `target-${process.pid}.mjs`)
const { blocks, code } = await buildTarget(target)
writeFileSync(target, code)
const { FORMATS, check, checkDeeply, loadReader } = await import(pathToFileURL(target).href)
const formats = positionals.length > 0 ? positionals : FORMATS

if (values.replay !== undefined) {
  await loadReader(formats[0])
  const bytes = readFileSync(values.replay)
  for (const lenient of [false, true]) {
    console.log(`lenient ${lenient}: ${await check(formats[0], bytes, { lenient }).catch((error) => error.stack)}`)
  }
  console.log(`deeply: ${(await checkDeeply(formats[0], bytes).catch((error) => error.stack)) ?? 'fine'}`)
} else {
  await fuzz()
}

async function fuzz() {
  console.log(`${blocks} blocks, seed ${values.seed}, in ${folder}`)
  const begun = Date.now()
  const until = begun + Number(values.minutes) * 60_000
  const longest = Math.min(Number(values.slice), (Number(values.minutes) * 60) / formats.length)
  const sums = new Map(formats.map((format) => [format, { executions: 0, read: 0, findings: 0 }]))
  for (let slice = 0; slice < formats.length || Date.now() < until; slice++) {
    const format = formats[slice % formats.length]
    // Every reader has its turn, however late the ones before it ended.
    const left = slice < formats.length ? longest : (until - Date.now()) / 1000
    const result = await runSlice(format, Number(values.seed) + slice, Math.min(longest, left))
    const sum = sums.get(format)
    for (const key of Object.keys(sum)) sum[key] += result[key]
    appendFileSync(join(folder, 'log.jsonl'), `${JSON.stringify({ at: new Date().toISOString(), ...result })}\n`)
    console.log(
      `${format}: ${result.executions} executions, ${result.read} read, ${result.blocks} blocks, ${result.inputs} inputs, ` +
        `${result.findings} findings`,
    )
  }
  summarise(sums, (Date.now() - begun) / 1000)
}

/** Tells what each reader got, the ones that were hardly tried last. */
function summarise(sums, seconds) {
  let executions = 0
  let findings = 0
  for (const [format, sum] of sums) {
    executions += sum.executions
    findings += sum.findings
    console.log(`  ${format}: ${sum.executions} executions, ${sum.read} read, ${sum.findings} findings`)
  }
  console.log(`${executions} executions, ${Math.round(executions / seconds)}/s, ${findings} findings`)
  const untried = [...sums].filter(([, { read }]) => read === 0).map(([format]) => format)
  if (untried.length > 0) console.error(`NOT TRIED: no input was read as ${untried.join(', ')}; it needs better seeds`)
  process.exitCode = findings > 0 || untried.length > 0 ? 1 : 0
}

/** Runs the loop for some seconds and says what the last report of it was. What killed it, or what it hangs on, is a finding. */
function runSlice(format, seed, seconds) {
  const loop = fileURLToPath(new URL('loop.mjs', import.meta.url))
  const child = fork(loop, [target, folder, format, `${seed}`, `${seconds}`], {
    execArgv: ['--max-old-space-size=1024', '--max-semi-space-size=64'],
  })
  let last = { format, executions: 0, findings: 0, blocks: 0, inputs: 0, read: 0, refused: 0 }
  let state = ''
  let since = Date.now()
  let stuck = false
  const watch = setInterval(() => {
    const now = readState(format)
    if (now.state !== state) {
      state = now.state
      since = Date.now()
    } else if (Date.now() - since > STUCK_MS) {
      stuck = true
      child.kill('SIGKILL')
    }
  }, 500)
  child.on('message', (message) => {
    last = message
  })
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      if (code === 0) return resolve(last)
      const what = stuck ? `no answer in ${STUCK_MS} ms` : `the process ended with ${signal ?? code}`
      const path = keep(folder, format, 'findings', readState(format).bytes, `${what}\n`)
      console.log(`FINDING ${format} ${what} (${path})`)
      resolve({ ...last, findings: last.findings + 1 })
    })
  })
}

/** What the child tries now: the number of the execution, and the input. */
function readState(format) {
  let file
  try {
    file = readFileSync(join(folder, format, 'current'))
  } catch {
    return { state: '', bytes: Buffer.alloc(0) }
  }
  if (file.length < 16) return { state: '', bytes: Buffer.alloc(0) }
  return { state: `${file.readDoubleLE(0)}`, bytes: file.subarray(16, 16 + file.readDoubleLE(8)) }
}
