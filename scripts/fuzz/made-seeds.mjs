// Seeds that no fixture has to hold, bundled with the readers: the hostile files of the tests, and small profiles written
// in the format itself. Without them a format of few or large fixtures would be tried with nothing that it reads.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CODECS } from '../../formats/index.ts'
import { CallcostError } from '../../src/errors.ts'
import { convertProfiles } from '../../src/pipeline/convert.ts'
import { readProfileSet } from '../../src/pipeline/read.ts'
import { CORPUS } from '../../test/hostile/corpus.ts'

/** Stacks and a call graph: together they have all tables of a profile. */
const SOURCES = ['collapsed', 'pstats']
const FILES_PER_SOURCE = 4
const SMALL_BYTES = 1000

/** The hostile files of a format. */
export function hostileSeeds(format) {
  return CORPUS.filter(([, from]) => from === format).flatMap(([, , cases]) =>
    cases().map(({ bytes }) => Buffer.from(bytes)),
  )
}

/** Small fixtures of other formats, written in this one, as `{ name, bytes }`; none if it is only read. */
export async function writtenSeeds(fixtures, format) {
  if (CODECS.find(({ id }) => id === format)?.writes === undefined) return []
  const seeds = []
  for (const from of SOURCES) {
    for (const path of smallFilesIn(join(fixtures, from)).slice(0, FILES_PER_SOURCE)) {
      const bytes = await converted(readFileSync(path), from, format)
      if (bytes !== null) seeds.push({ name: `${path.slice(fixtures.length + 1)}.${format}`, bytes })
    }
  }
  return seeds
}

/** The profile in the format; null if the format cannot hold it. */
async function converted(bytes, from, to) {
  const { set } = await readProfileSet(bytes, { from })
  const parts = []
  try {
    for await (const part of await convertProfiles(set, { to })) parts.push(Buffer.from(part))
  } catch (error) {
    if (error instanceof CallcostError && error.kind === 'data') return null
    throw error
  }
  return Buffer.concat(parts)
}

function smallFilesIn(folder) {
  return readdirSync(folder)
    .filter((name) => !/\.(txt|json|md)$/.test(name))
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size < SMALL_BYTES)
}
