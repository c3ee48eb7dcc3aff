// `node scripts/test-on-node.mjs 22 24`: runs the tests on other versions of Node, taken from the npm registry, where
// the package node-<platform>-<arch> holds the binary. Says so and goes on where a version cannot be had.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const versions = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'callcost-nodes-'))
let failed = false

for (const version of versions) {
  const prefix = join(folder, version)
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  mkdirSync(prefix)
  spawnSync('npm', ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `${name}@${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  const binary = join(prefix, 'node_modules', name, 'bin', 'node')
  if (!existsSync(binary)) {
    console.warn(`SKIPPED: Node ${version} could not be installed`)
    continue
  }
  console.log(`== Node ${spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim()}`)
  // The tests start the program as `node`: it must be the same one.
  const environment = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` }
  const run = spawnSync(binary, ['node_modules/vitest/vitest.mjs', 'run'], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  })
  if (run.status !== 0) failed = true
}

rmSync(folder, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
