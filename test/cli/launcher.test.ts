import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { afterAll, describe, expect, it } from 'vitest'
import { LAUNCHER, ROOT } from '../support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'callcost-launcher-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A checkout that is not built, and asks for this Node. */
function checkout(name: string, engine: string): string {
  const root = join(folder, name)
  mkdirSync(join(root, 'src/cli'), { recursive: true })
  copyFileSync(LAUNCHER, join(root, 'src/cli/launcher.js'))
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ type: 'module', version: '9.9.9', engines: { node: engine } }),
  )
  return join(root, 'src/cli/launcher.js')
}

/** Gives a checkout the built program, compiled by this Node; returns the path of what that is. */
function compileInto(name: string): string {
  const cli = join(folder, name, 'dist/cli')
  mkdirSync(cli, { recursive: true })
  cpSync(join(ROOT, 'dist/cli/main.cjs'), join(cli, 'main.cjs'))
  const { status } = spawnSync(process.execPath, ['scripts/compile.mjs', cli], { cwd: ROOT })
  expect(status).toBe(0)
  return `dist/cli/${readdirSync(cli).find((file) => file.endsWith('.cache'))}`
}

function run(launcher: string, ...words: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [launcher, ...words], { encoding: 'utf8' })
  return { stdout, stderr, status }
}

describe('the launcher', () => {
  it('says what to do in a checkout that is not built', () => {
    const stderr = 'callcost: this checkout is not built yet\n  hint: run: npm ci\n'
    expect(run(checkout('unbuilt', '>=20.19'), 'run.prof')).toEqual({ stdout: '', stderr, status: 70 })
  })

  it('says in words that Node is too old', () => {
    const stderr = `callcost: needs Node 99.1 or newer, this is ${process.versions.node}\n  hint: https://nodejs.org has newer ones\n`
    expect(run(checkout('new', '>=99.1'), 'run.prof')).toEqual({ stdout: '', stderr, status: 70 })
  })

  it('says that a build is damaged', () => {
    const launcher = checkout('damaged', '>=20.19')
    mkdirSync(join(folder, 'damaged/dist/cli'), { recursive: true })
    writeFileSync(join(folder, 'damaged/dist/cli/main.cjs'), "import './gone.js'")
    expect(run(launcher, 'run.prof')).toMatchObject({ stdout: '', status: 70 })
  })

  it('compiles the program itself when what is on the disk was compiled for other flags, or is damaged', () => {
    const launcher = checkout('other', '>=20.19')
    const cache = join(folder, 'other', compileInto('other'))
    const whole = readFileSync(cache)
    const expected = run(LAUNCHER, 'formats')
    expect(expected.stdout).toContain('pstats')
    expect(run(launcher, 'formats')).toEqual(expected)
    const otherFlags = spawnSync(process.execPath, ['--max-old-space-size=64', launcher, 'formats'], {
      encoding: 'utf8',
    })
    expect(otherFlags.stdout).toBe(expected.stdout)
    for (const bytes of ['', 'no code', whole.subarray(0, 5000), whole.subarray(0, -1)]) {
      writeFileSync(cache, bytes)
      expect(run(launcher, 'formats')).toEqual(expected)
    }
  })

  it('takes what this very Node compiled, and it is accepted', () => {
    checkout('compiled', '>=20.19')
    const cache = compileInto('compiled')
    // V8 accepts what another release with the same V8 compiled, and then runs it wrongly: hence the version.
    expect(cache).toContain(`-${process.version}-${process.arch}.cache`)
    const code = readFileSync(join(ROOT, 'dist/cli/main.cjs'), 'latin1')
    // Or it would not be what was written.
    expect(/[^\0-\x7f]/.test(code)).toBe(false)
    const [, wrapper] = /`(\(function .*?\{)\$/.exec(readFileSync(LAUNCHER, 'utf8'))!
    const script = new Script(`${wrapper}${code}\n})`, { cachedData: readFileSync(join(folder, 'compiled', cache)) })
    expect(script.cachedDataRejected).toBe(false)
  })

  it('knows its version without loading anything', () => {
    expect(run(checkout('version', '>=20.19'), '--version')).toEqual({ stdout: '9.9.9\n', stderr: '', status: 0 })
  })

  it('asks for the Node that package.json asks for, and can be started', () => {
    const { engines, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    // The launcher reads this form only.
    expect(engines.node).toMatch(/^>=\d+\.\d+$/)
    expect(join(ROOT, bin.callcost)).toBe(LAUNCHER)
    if (process.platform !== 'win32') expect(statSync(LAUNCHER).mode & 0o111).toBe(0o111)
  })
})

describe('a bug of ours', () => {
  it('is called one, with exit code 70, and shows where it happened only when asked', () => {
    const launcher = checkout('bug', '>=20.19')
    mkdirSync(join(folder, 'bug/dist/cli'), { recursive: true })
    const main = JSON.stringify(join(ROOT, 'dist/cli/main.cjs'))
    // The registry of commands is frozen into the bundle, so the fault comes from what it stands on.
    writeFileSync(
      join(folder, 'bug/dist/cli/main.cjs'),
      `Object.hasOwn = () => { throw new TypeError('odd\\nthing') }\nexports.main = require(${main}).main`,
    )
    const { stdout, stderr, status } = run(launcher, '--anything')
    expect({ stdout, status }).toEqual({ stdout: '', status: 70 })
    expect(stderr).toMatch(/^callcost: this is a bug in callcost: odd\\nthing\n {2}hint: please report it .*\n$/)
  })
})
