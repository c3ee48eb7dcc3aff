// The loop itself, in a process of its own that run.mjs watches: `node loop.mjs TARGET FOLDER FORMAT SEED SECONDS`.
// What is being tried stands in FOLDER/FORMAT/current, so that it is known even when the process dies of it.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keep, seedsOf } from './corpus.mjs'
import { minimise } from './minimise.mjs'
import { mutate } from './mutate.mjs'
import { randomFrom } from './random.mjs'

const [target, folder, format, seed, seconds] = process.argv.slice(2)
const readers = await import(pathToFileURL(target).href)
const { $hits, check, checkDeeply, Finding, loadReader } = readers

/** Larger inputs are slow to try and say nothing that smaller ones do not. */
const MOST_BYTES = 8 * 1024
/** Most inputs stay below this. */
const USUAL_BYTES = 1024
const SLOW_MS = 1000
const JUMP_KIB = 96 * 1024
/** Findings of one kind and place beyond this many are the same again. */
const MOST_ALIKE = 2

/** slot → bits: which of 8 classes of hit counts were seen. */
const seen = new Uint8Array($hits.length)
/** Four slots at a time: nearly all are 0. */
const words = new Int32Array($hits.buffer, $hits.byteOffset, $hits.length / 4)
const CLASS = Uint8Array.from({ length: 256 }, (_, count) => {
  const least = [1, 2, 3, 4, 8, 16, 32, 128]
  return count === 0 ? 0 : 1 << (least.length - 1 - [...least].reverse().findIndex((first) => count >= first))
})

// Most inputs end in an error, and half of its cost is the stack trace.
const TRACE = 20
Error.stackTraceLimit = 0

const random = randomFrom(Number(seed))
const corpus = []
const alike = new Map()
const verdicts = { read: 0, refused: 0 }
/** Inputs since the memory was last looked at, and how much it was, in KiB. */
const recent = []
let memory = 0
let executions = 0
let findings = 0

// Without its parent nobody watches it.
process.on('disconnect', () => process.exit())
await loadReader(format)
mkdirSync(join(folder, format), { recursive: true })
const current = openSync(join(folder, format, 'current'), 'w')
const head = Buffer.alloc(16)
const until = Date.now() + Number(seconds) * 1000

for (const { bytes, isKept } of await seedsOf(format, folder, readers)) await run(bytes, isKept)
if (corpus.length === 0) corpus.push(Buffer.from('x'))
report()
let reported = Date.now()
while (Date.now() < until) {
  for (let batch = 0; batch < 200; batch++) {
    const parent = choose()
    const most = random(20) === 0 ? MOST_BYTES : Math.max(USUAL_BYTES, parent.length)
    await run(mutate(format, parent, choose(), random, Math.min(most, MOST_BYTES)), false)
  }
  if (Date.now() - reported < 10_000) continue
  report()
  reported = Date.now()
}
report()
closeSync(current)
process.disconnect?.()

/** Newer and shorter inputs more often. */
function choose() {
  const at = random(3) === 0 ? corpus.length - 1 - random(Math.min(corpus.length, 50)) : random(corpus.length)
  const rival = corpus[random(corpus.length)]
  return rival.length * 4 < corpus[at].length ? rival : corpus[at]
}

async function run(bytes, isSeed) {
  executions++
  head.writeDoubleLE(executions, 0)
  head.writeDoubleLE(bytes.length, 8)
  writeSync(current, head, 0, 16, 0)
  writeSync(current, bytes, 0, bytes.length, 16)
  $hits.fill(0)
  const started = performance.now()
  const lenient = (executions & 3) === 3
  const both = (executions & 15) === 0
  const found = await attempt(() => check(format, bytes, { lenient, both }))
  const took = performance.now() - started
  if (found === 'read') verdicts.read++
  else verdicts.refused++
  if (took > SLOW_MS) await confirmSlow(bytes, lenient)
  recent.push(bytes)
  if (recent.length === 64) await watchMemory(lenient)
  if (found instanceof Finding) await record(bytes, found, lenient)
  const isNew = notice()
  if (!isNew && !isSeed) return
  if (bytes.length <= MOST_BYTES) corpus.push(Buffer.from(bytes))
  if (isSeed) return
  keep(folder, format, 'inputs', bytes)
  // Refusals are many and much alike.
  if (found !== 'read' && random(8) > 0) return
  const deep = await attempt(() => checkDeeply(format, bytes))
  if (deep instanceof Finding) await record(bytes, deep, false)
}

/** Did the last run reach what none did before? */
function notice() {
  let isNew = false
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue
    for (let slot = word * 4; slot < word * 4 + 4; slot++) {
      const bit = CLASS[$hits[slot]]
      if ((seen[slot] & bit) === bit) continue
      seen[slot] |= bit
      isNew = true
    }
  }
  return isNew
}

/** Asking for the memory each time would be a sixth of all work, so a jump sends us back to the inputs before it. */
async function watchMemory(lenient) {
  const inputs = recent.splice(0)
  const now = process.resourceUsage().maxRSS
  const jump = now - memory
  memory = now
  // The first inputs make the heap what it will be.
  if (jump < JUMP_KIB || executions < 5000) return
  for (const bytes of inputs) {
    const before = process.memoryUsage.rss()
    await attempt(() => check(format, bytes, { lenient }))
    const more = process.memoryUsage.rss() - before
    if (more > JUMP_KIB * 1024) await record(bytes, new Finding('rss', `${more} bytes more`), lenient)
  }
}

async function attempt(action) {
  try {
    return await action()
  } catch (error) {
    return error instanceof Finding ? error : new Finding('crash', `${error?.name}: ${error?.message}`, error)
  }
}

/** Slow by its own work, not because another program had the processor? */
async function confirmSlow(bytes, lenient) {
  const before = process.cpuUsage()
  await attempt(() => check(format, bytes, { lenient }))
  const { user, system } = process.cpuUsage(before)
  const ms = (user + system) / 1000
  if (ms > SLOW_MS) await record(bytes, new Finding('slow', `${Math.round(ms)} ms`), lenient)
}

async function record(bytes, found, lenient) {
  Error.stackTraceLimit = TRACE
  await recordTraced(bytes, found, lenient)
  Error.stackTraceLimit = 0
}

async function recordTraced(bytes, found, lenient) {
  const again = async (candidate) => {
    const errors = [
      await attempt(() => check(format, candidate, { lenient })),
      await attempt(() => checkDeeply(format, candidate)),
    ]
    return errors.find((error) => error instanceof Finding && error.kind === found.kind) ?? null
  }
  const finding = (await again(bytes)) ?? found
  const cause = finding.cause ?? finding
  const frame =
    String(cause.stack)
      .split('\n')
      .find((row) => row.startsWith('    at ')) ?? ''
  const key = `${finding.kind} ${finding.message.replace(/\d[\d.e+-]*|"[^"]*"/g, '#').slice(0, 100)} ${frame}`
  const count = (alike.get(key) ?? 0) + 1
  alike.set(key, count)
  if (count > MOST_ALIKE) return
  findings++
  const small = ['rss', 'slow'].includes(finding.kind)
    ? bytes
    : await minimise(bytes, async (candidate) => (await again(candidate)) !== null)
  const path = keep(folder, format, 'findings', small, `${finding.message}\nlenient: ${lenient}\n${cause.stack}\n`)
  console.log(`FINDING ${format} ${finding.message.slice(0, 300)} (${small.length} bytes, ${path})`)
}

function report() {
  const blocks = seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0)
  process.send?.({ format, executions, findings, blocks, inputs: corpus.length, ...verdicts })
}
