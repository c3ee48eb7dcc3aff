import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** A folder of its own for one test file, gone afterwards. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'callcost-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Bundles a module whose imports begin with `./src/`, so that a process of its own can run it. */
export function buildScript(folder: string, name: string, code: string): string {
  const outfile = join(folder, `${name}.mjs`)
  buildSync({
    stdin: { contents: code, resolveDir: repository, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  return outfile
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a shell command in which `$NODE` is this Node, and waits for its end. */
export function shell(command: string, cwd: string): Promise<Ended> {
  return ended(spawn('bash', ['-c', command], { cwd, env: { ...process.env, NODE: process.execPath } }))
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('latin1').on('data', (text) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
