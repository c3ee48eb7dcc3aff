import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LAUNCHER } from '../support/cli.js'

/** Starts a run that waits for its stdin, sends the signal when it does, and tells how it ended. */
function interrupted(signal: NodeJS.Signals, args: readonly string[]): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.on('error', reject)
    child.on('exit', (code, by) => resolve(by ?? code))
    // More than a pipe holds: when it is written, the program has begun to read.
    child.stdin.write(Buffer.alloc(1 << 20, ' '), () => child.kill(signal))
    child.stdin.on('error', () => {})
  })
}

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a run as it ends any program', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'callcost-signal-'))
    try {
      const output = join(folder, 'out.json')
      expect(await interrupted(signal, ['analyze', '-', '--from', 'callcost', '-o', output])).toBe(signal)
      expect(readdirSync(folder)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
