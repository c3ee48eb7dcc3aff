import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CODECS } from '../../formats/index.js'

export const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** Files beside fixtures that are not profiles themselves. */
const NOT_A_PROFILE = /\.(txt|md|json\.md)$|\.(python|oracle|expected)\.json$|(^|\/)README/

export interface Fixture {
  /** Codec id: the name of its folder. */
  readonly format: string
  /** Path below `fixtures/`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** Every profile in `fixtures/<format>/` for the formats that are read. */
export function readableFixtures(): Fixture[] {
  return CODECS.filter((codec) => codec.reads !== undefined).flatMap((codec) => fixturesIn(codec.id, codec.id))
}

/** The files in `fixtures/invalid/`, named `<format>-<fault>.<ending>`. */
export function invalidFixtures(): Fixture[] {
  return fixturesIn('invalid', '').map((fixture) => ({
    ...fixture,
    format: CODECS.map((codec) => codec.id).find((id) => fixture.path.startsWith(`invalid/${id}-`)) ?? '',
  }))
}

function fixturesIn(folder: string, format: string): Fixture[] {
  const path = join(FIXTURES, folder)
  let names: string[]
  try {
    names = readdirSync(path).sort()
  } catch {
    return []
  }
  return names
    .filter((name) => !NOT_A_PROFILE.test(name) && statSync(join(path, name)).isFile())
    .map((name) => ({ format, path: `${folder}/${name}`, bytes: new Uint8Array(readFileSync(join(path, name))) }))
}
