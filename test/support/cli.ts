import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const LAUNCHER = join(ROOT, 'src/cli/launcher.js')

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** A folder with the command `callcost`, to stand first on PATH; removed when the process ends. */
const folder = mkdtempSync(join(tmpdir(), 'callcost-test-'))
writeFileSync(join(folder, 'callcost'), `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`)
chmodSync(join(folder, 'callcost'), 0o755)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Each run is a whole Node process: as many at a time as there are cores, two at least. */
const slots = { free: Math.max(2, Math.min(4, availableParallelism())), waiting: [] as (() => void)[] }

/** Runs a line of shell in the folder of the project, with `callcost` on its path and a bare environment. */
export async function runShell(line: string, environment: Record<string, string> = {}): Promise<Ran> {
  if (slots.free > 0) slots.free--
  else await new Promise<void>((resolve) => slots.waiting.push(resolve))
  try {
    return await execute(line, environment)
  } finally {
    const next = slots.waiting.shift()
    if (next === undefined) slots.free++
    else next()
  }
}

function execute(line: string, environment: Record<string, string>): Promise<Ran> {
  const { PATH = '', HOME = '', TMPDIR = tmpdir(), SystemRoot = '' } = process.env
  const env = {
    PATH: `${folder}${delimiter}${PATH}`,
    HOME,
    TMPDIR,
    SystemRoot,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    ...environment,
  }
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, env, maxBuffer: 1 << 28, encoding: 'utf8' as const }
    const child = execFile('sh', ['-c', line], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ stdout, stderr, code })
      else reject(error)
    })
    child.stdin?.end()
  })
}
