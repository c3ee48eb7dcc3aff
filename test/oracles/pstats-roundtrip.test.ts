import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { FIXTURES, readableFixtures } from '../support/fixtures.js'
import { findPythons, type Python, WANTED_PYTHONS } from '../support/pythons.js'

type Reports = Readonly<Record<string, string>>

const script = fileURLToPath(new URL('pstats-report.py', import.meta.url))
const pythons = findPythons()
const fixtures = readableFixtures().filter(({ format }) => format === 'pstats')

/** File name of a fixture → the folder's path of what we wrote for it. */
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callcost-pstats-'))
  for (const { path, bytes } of fixtures) {
    const { set } = await readProfileSet(bytes)
    const parts: Uint8Array[] = []
    for await (const part of await convertProfiles(set, { to: 'pstats' })) parts.push(part)
    writeFileSync(join(folder, basename(path)), Buffer.concat(parts))
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(WANTED_PYTHONS)('Python %s', (minor) => {
  const python = pythons.get(minor)
  if (python === undefined) {
    console.warn(`pstats-roundtrip: no Python ${minor} here (see CALLCOST_PYTHONS in test/support/pythons.ts)`)
    it.skip('prints the same for what we write', () => {})
    return
  }
  const names = fixtures.map(({ path }) => basename(path))

  it('loads everything that we write, and prints what it prints for the original', () => {
    const originals = printed(
      python,
      names.map((name) => join(FIXTURES, 'pstats', name)),
    )
    const ours = printed(
      python,
      names.map((name) => join(folder, name)),
    )
    let compared = 0
    for (const [at, name] of names.entries()) {
      // Only Python 3.15 prints these; the others stumble over the marker, in the original as in ours.
      if (name.startsWith('py315')) continue
      const own = ours[at]!
      const original = originals[at]!
      if (Object.values(original).some((report) => NOT_LOADED.test(report))) {
        for (const report of Object.values(own)) expect(report, `${name} does not load`).not.toMatch(NOT_LOADED)
        // Another Python wrote it and this one does not load it, so what its own Python printed has to do.
        const path = join(FIXTURES, 'pstats', name.replace(/pstats$/, 'cumulative.txt'))
        if (!existsSync(path)) continue
        const text = readFileSync(path, 'latin1').replaceAll('0xADDR', '0x000000000000')
        expect(lines(own.cumulative!), name).toEqual(lines(text.slice(text.indexOf('\n'))))
      } else if (minor === '2.7' && /nonascii|code/.test(name)) {
        // Byte strings become unicode, of which Python 2.7 pads the characters, and code objects become texts: both
        // have other hashes, by which Python 2.7 orders its dicts.
        for (const key of Object.keys(own)) expect(words(own[key]!), `${name} ${key}`).toEqual(words(original[key]!))
      } else {
        // Where Python stumbles over the original, as over a caller without entry, it does so over ours.
        expect(own, name).toEqual(original)
        compared++
      }
    }
    expect(compared).toBeGreaterThan(minor === '2.7' ? 4 : 20)
  })
})

function printed(python: Python, paths: readonly string[]): Reports[] {
  const run = spawnSync(python.path, [script, ...paths], { encoding: 'utf8', maxBuffer: 1 << 28 })
  expect(run.stderr).toBe('')
  const reports = JSON.parse(run.stdout) as Record<string, Reports>
  return paths.map((path) => reports[path]!)
}

/** What Python says of a file that it cannot load: marshal data or code objects of another Python. */
const NOT_LOADED = /^!! (ValueError|SystemError|EOFError|TypeError)/

/** Bytes of a name that was no UTF-8 become a character, which has other bytes. */
const NOT_ASCII = /[\x80-\xff]+/g

/** The lines without the blanks at their ends, in any order: ties are in hash order in Python 2.7. */
function lines(text: string): string[] {
  return text
    .replace(NOT_ASCII, '?')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .toSorted((a, b) => (a < b ? -1 : 1))
}

function words(text: string): string[] {
  return lines(text.replace(/ +/g, ' ').replaceAll('\n ', ' '))
    .flatMap((line) => line.split(' '))
    .toSorted()
}
