import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))
const NOT_A_PROFILE = /\.(txt|md|json\.md)$|\.(python|oracle|expected)\.json$|(^|\/)README/

/** Mutated, they become smaller; larger ones are slow to try and say nothing that smaller ones do not. */
const MOST_SEED_BYTES = 12 * 1024

/**
 * The inputs to begin with, as `{ bytes, isKept }`: fixtures sound and invalid, what earlier runs found, small profiles
 * written in the format, and hostile files. The last are only kept in the corpus when they reach something new.
 */
export async function seedsOf(format, folder, { hostileSeeds, writtenSeeds }) {
  const own = join(folder, format, 'inputs')
  mkdirSync(own, { recursive: true })
  const kept = [
    ...filesIn(join(FIXTURES, format), () => true),
    ...filesIn(join(FIXTURES, 'invalid'), (name) => name.startsWith(`${format}-`)),
    ...filesIn(own, () => true),
    ...(await writtenSeeds(FIXTURES, format)).map(({ bytes }) => bytes),
  ]
  return [
    ...kept.map((bytes) => ({ bytes: plain(bytes), isKept: true })),
    ...hostileSeeds(format).map((bytes) => ({ bytes, isKept: false })),
  ].filter(({ bytes }) => bytes.length <= MOST_SEED_BYTES)
}

/** Keeps an input under a name made of its bytes. */
export function keep(folder, format, kind, bytes, note) {
  const place = join(folder, format, kind)
  mkdirSync(place, { recursive: true })
  const name = createHash('sha1').update(bytes).digest('hex').slice(0, 12)
  writeFileSync(join(place, name), bytes)
  if (note !== undefined) writeFileSync(join(place, `${name}.txt`), note)
  return join(place, name)
}

function filesIn(folder, isWanted) {
  let names
  try {
    names = readdirSync(folder).sort()
  } catch {
    return []
  }
  return names
    .filter((name) => isWanted(name) && !NOT_A_PROFILE.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size <= MOST_SEED_BYTES)
    .map((path) => readFileSync(path))
}

/** Decompressed: a changed bit of compressed data only ever tests the checksum. */
function plain(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_SEED_BYTES * 8 })
  } catch {
    return bytes
  }
}
