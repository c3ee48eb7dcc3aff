import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))
const NOT_A_PROFILE = /\.(txt|md|json\.md)$|\.(python|oracle|expected)\.json$|(^|\/)README/

/** Seeds of more bytes are cut by what mutates them; the small ones have all that a reader knows. */
const MOST_SEED_BYTES = 24 * 1024

/** Where all fixtures are large. */
const SMALL_SEEDS = {
  heapprofile: [
    '{"head":{"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},' +
      '"selfSize":0,"id":1,"children":[{"callFrame":{"functionName":"grow","scriptId":"80","url":"file:///a.js",' +
      '"lineNumber":51,"columnNumber":35},"selfSize":32800,"id":3,"children":[{"callFrame":{"functionName":"",' +
      '"scriptId":"80","url":"file:///a.js","lineNumber":7,"columnNumber":0},"selfSize":16,"id":5,"children":[]}]}]},' +
      '"samples":[{"size":16400,"nodeId":3,"ordinal":1},{"size":16400,"nodeId":3,"ordinal":2},' +
      '{"size":16,"nodeId":5,"ordinal":3}]}',
  ],
}

/** The inputs to begin with: fixtures, sound, hostile and invalid, and what earlier runs found. */
export function seedsOf(format, folder) {
  const own = join(folder, format, 'inputs')
  mkdirSync(own, { recursive: true })
  return [
    ...(SMALL_SEEDS[format] ?? []).map((text) => Buffer.from(text)),
    ...filesIn(join(FIXTURES, format), () => true),
    ...filesIn(join(FIXTURES, 'invalid'), (name) => name.startsWith(`${format}-`)),
    ...filesIn(join(FIXTURES, 'hostile', format), () => true),
    ...filesIn(join(FIXTURES, 'hostile'), (name) => name.startsWith(`${format}-`)),
    ...filesIn(own, () => true),
  ].map(plain)
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
    return gunzipSync(bytes, { maxOutputLength: MOST_SEED_BYTES * 4 })
  } catch {
    return bytes
  }
}
