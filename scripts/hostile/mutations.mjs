// Every small thing that can go wrong with a file on its way, tried one after the other: cut after each byte, each bit
// turned over. Bundled by mutate.mjs with the readers as they are now.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { check, Finding, FORMATS, loadReader } from '../fuzz/checks.mjs'
import { writtenSeeds } from '../fuzz/made-seeds.mjs'
import { randomFrom } from '../fuzz/random.mjs'

export { FORMATS }

/** Seeds of up to so many bytes are cut everywhere, and of these all bits are turned over. */
const MOST_CUT_BYTES = 64 * 1024
const MOST_FLIPPED_BYTES = 4 * 1024

/** What one input may take: CPU time in microseconds, and memory of the process in bytes. */
const MOST_MICROSECONDS = 1_000_000
const MOST_BYTES = 256 * 1024 * 1024

/** Formats without small fixtures: their seeds are written from small ones of others. */
const WRITTEN = ['callcost', 'heapprofile']

const NOT_A_PROFILE = /\.(txt|md|json\.md)$|\.(python|oracle|expected)\.json$|(^|\/)README/

/** The fixtures of a format, sound and invalid, as `{ name, bytes }`. Without compression, which only tests checksums. */
async function seedsOf(fixtures, format) {
  const invalid = filesIn(join(fixtures, 'invalid')).filter(({ name }) => name.startsWith(`${format}-`))
  const seeds = [...(existsSync(join(fixtures, format)) ? filesIn(join(fixtures, format)) : []), ...invalid]
  if (WRITTEN.includes(format)) seeds.push(...(await writtenSeeds(fixtures, format)))
  return seeds
}

function filesIn(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return names
    .map(({ name }) => name)
    .filter((name) => !NOT_A_PROFILE.test(name) && statSync(join(folder, name)).size <= MOST_CUT_BYTES)
    .sort()
    .map((name) => ({ name, bytes: plain(readFileSync(join(folder, name))) }))
}

function plain(bytes) {
  try {
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  } catch {
    return bytes
  }
}

/**
 * Tries all mutations of all seeds of a format, or `sample` of them drawn with `seed`. `report` gets each finding as
 * `{ kind, detail, name, mutation, bytes }`. The answer is how many were tried.
 */
export async function mutate(fixtures, format, { sample = Number.POSITIVE_INFINITY, seed = 1, report }) {
  await loadReader(format)
  const seeds = await seedsOf(fixtures, format)
  const total = seeds.reduce((sum, { bytes }) => sum + mutationsOf(bytes), 0)
  const random = randomFrom(seed)
  const count = Math.min(sample, total)
  const memory = { start: process.memoryUsage.rss() }
  if (count < total) {
    for (let at = 0; at < count; at++) await tryOne(format, ...pick(seeds, random(total)), memory, report)
    return count
  }
  for (const { name, bytes } of seeds) {
    for (let at = 0; at < mutationsOf(bytes); at++) await tryOne(format, name, bytes, at, memory, report)
  }
  return count
}

/** Cuts come first, then flips. */
function mutationsOf(bytes) {
  return bytes.length > MOST_CUT_BYTES ? 0 : bytes.length * (bytes.length <= MOST_FLIPPED_BYTES ? 9 : 1)
}

function pick(seeds, at) {
  let rest = at
  for (const { name, bytes } of seeds) {
    const own = mutationsOf(bytes)
    if (rest < own) return [name, bytes, rest]
    rest -= own
  }
  throw new Error('there is no such mutation')
}

async function tryOne(format, name, seed, at, memory, report) {
  const isCut = at < seed.length
  const bit = at - seed.length
  const bytes = isCut ? seed.subarray(0, at) : flipped(seed, bit)
  const mutation = isCut ? `cut at ${at}` : `bit ${bit & 7} of byte ${bit >> 3}`
  const before = process.cpuUsage()
  try {
    // What is cut is refused at its end in any mode, so it is read whole once, and leniently where that is cheap.
    await check(format, bytes, { both: !isCut })
    if (seed.length <= MOST_FLIPPED_BYTES) await check(format, bytes, { lenient: true, both: false })
  } catch (error) {
    if (!(error instanceof Finding)) throw error
    report({ kind: error.kind, detail: error.message, name, mutation, bytes })
  }
  const { user, system } = process.cpuUsage(before)
  if (user + system > MOST_MICROSECONDS) {
    report({ kind: 'time', detail: `${user + system} µs`, name, mutation, bytes })
  }
  const more = process.memoryUsage.rss() - memory.start
  if (more > MOST_BYTES) {
    globalThis.gc?.()
    const kept = process.memoryUsage.rss() - memory.start
    report({ kind: 'memory', detail: `${more} bytes, ${kept} of them kept`, name, mutation, bytes })
    memory.start = process.memoryUsage.rss()
  }
}

function flipped(seed, bit) {
  const bytes = Uint8Array.from(seed)
  bytes[bit >> 3] ^= 1 << (bit & 7)
  return bytes
}
