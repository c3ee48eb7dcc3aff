import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'callcost-fuzz-seeds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fuzz(...args: string[]) {
  const all = ['scripts/fuzz/run.mjs', ...args, '--minutes', '0', '--folder', folder]
  return spawnSync(process.execPath, all, { cwd: ROOT, encoding: 'utf8' })
}

/** Fuzzing itself goes on for as long as one likes; what it begins with is the same every time. */
describe('fuzzing', () => {
  it('has seeds that are read also of formats that have no small fixtures', () => {
    const { stdout, stderr, status } = fuzz('callcost', 'heapprofile')
    expect(stderr).toBe('')
    const read = [...stdout.matchAll(/^ {2}(\S+): \d+ executions, (\d+) read, 0 findings$/gm)]
    expect(read.map(([, format]) => format)).toEqual(['callcost', 'heapprofile'])
    // Eight small profiles are written in each, and the hostile files have sound ones among them.
    for (const [, , count] of read) expect(Number(count)).toBeGreaterThan(8)
    expect(status).toBe(0)
  })

  it('says when a reader read nothing', () => {
    const { stderr, status } = fuzz('no-such-format')
    expect(stderr).toContain('NOT TRIED: no input was read as no-such-format')
    expect(status).toBe(1)
  })
})
