import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallcostError } from '../../src/errors.js'
import { readProfile } from '../../src/pipeline/read.js'
import { type PstatsInput, type PstatsPrint, pstatsText } from '../../src/report/pstats-text/report.js'
import { LAUNCHER } from '../support/cli.js'
import { findPythons, type Python, WANTED_PYTHONS } from '../support/pythons.js'

/*
 * Random profiles, written and printed by each Python, against our text of the same files: byte for byte.
 * CALLCOST_RANDOM_FILES=540 says how many in all, CALLCOST_RANDOM_SEED=1 which.
 */
const CASES = Number(process.env.CALLCOST_RANDOM_FILES ?? 540)
const SEED = Number(process.env.CALLCOST_RANDOM_SEED ?? 1)
/** So many cases of each Python also go through the program itself. */
const THROUGH_PROGRAM = 2

/** As scripts/make-fixtures/random-pstats.py writes it. */
interface Case {
  readonly files: readonly { readonly name: string; readonly mtime: number }[]
  readonly print: PstatsPrint
  readonly sort: readonly string[]
  readonly reverse: boolean
  readonly stripDirs: boolean
  readonly restrict: readonly string[]
  /** The exception that ended Python's print; null when none did. */
  readonly error: string | null
}

const script = fileURLToPath(new URL('../../scripts/make-fixtures/random-pstats.py', import.meta.url))
const pythons = findPythons()
const present = WANTED_PYTHONS.filter((minor) => pythons.has(minor))
const share = Math.ceil(CASES / Math.max(1, present.length))
const root = mkdtempSync(join(tmpdir(), 'callcost-random-pstats-'))
/** Minor version → folder with its cases. */
const folders = new Map(present.map((minor) => [minor, mkdtempSync(join(root, `${minor}-`))]))

beforeAll(async () => {
  await Promise.all(present.map((minor, at) => generate(pythons.get(minor)!, folders.get(minor)!, SEED * 100 + at)))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.each(WANTED_PYTHONS)('Python %s', (minor) => {
  const folder = folders.get(minor)
  if (folder === undefined) {
    console.warn(`pstats-text: no Python ${minor} here (see CALLCOST_PYTHONS in test/support/pythons.ts)`)
    it.skip('prints what we print', () => {})
    return
  }

  it('prints what we print', async () => {
    const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[]
    expect(cases).toHaveLength(share)
    let same = 0
    let failed = 0
    for (const [number, one] of cases.entries()) {
      const expected = readFileSync(join(folder, `${number}.txt`), 'latin1')
      const told = `case ${number} of seed ${SEED}: ${JSON.stringify(one)}`
      if (one.error === null) {
        expect(await ours(folder, one), told).toBe(expected)
        same++
      } else {
        await expectSameFailure(folder, one, expected, told)
        failed++
      }
    }
    console.log(`pstats-text: Python ${minor}: ${same} of ${share} texts identical, in ${failed} Python gives up`)
  })

  it('prints what the program prints', async () => {
    const cases = (JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[]).entries()
    const chosen = [...cases].filter(([, { error }]) => error === null).slice(0, THROUGH_PROGRAM)
    for (const [number, one] of chosen) {
      const run = await runProgram(folder, one)
      expect(run, JSON.stringify(one)).toEqual({
        stdout: readFileSync(join(folder, `${number}.txt`), 'latin1'),
        code: 0,
      })
    }
  })
})

async function ours(folder: string, { files, print, ...options }: Case): Promise<string> {
  const inputs: PstatsInput[] = []
  for (const { name, mtime } of files) {
    const profile = await readProfile(new Uint8Array(readFileSync(join(folder, name))))
    inputs.push({ profile, name, modifiedMs: mtime * 1000 })
  }
  return Buffer.concat([...pstatsText(inputs, { ...options, print: [print] })]).toString('latin1')
}

/** Where Python gives up: callers that cannot be added, which we refuse too, and related functions without an entry. */
async function expectSameFailure(folder: string, one: Case, expected: string, told: string): Promise<void> {
  if (one.error!.startsWith('TypeError')) {
    await expect(ours(folder, one), told).rejects.toThrow(CallcostError)
    return
  }
  expect(one.error, told).toMatch(/^KeyError/)
  // Python stops in the middle of a line; we go on and leave the cell blank.
  expect((await ours(folder, one)).startsWith(expected), told).toBe(true)
}

function generate(python: Python, folder: string, seed: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ['-W', 'ignore', script, folder, String(seed), String(share)]
    const child = spawn(python.path, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${python.path} ended with ${code}`))))
  })
}

function runProgram(folder: string, one: Case): Promise<{ readonly stdout: string; readonly code: number | null }> {
  const args = ['pstats', ...one.files.map(({ name }) => name), `--print=${one.print}`]
  for (const key of one.sort) args.push(`--sort=${key}`)
  for (const restriction of one.restrict) args.push(`--restrict=${restriction}`)
  if (one.reverse) args.push('--reverse')
  if (one.stripDirs) args.push('--strip-dirs')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.once('error', reject)
    child.once('close', (code) => resolve({ stdout: Buffer.concat(parts).toString('latin1'), code }))
  })
}
