import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeCallcost } from '../../formats/callcost/write.js'
import { Allocator } from '../../src/limits.js'
import { GraphBuilder } from '../../src/model/graph-builder.js'
import { makeProfile } from '../../src/model/make-profile.js'
import { runShell } from '../support/cli.js'
import { NASTY_NAMES } from '../support/nasty-list.js'

const folder = mkdtempSync(join(tmpdir(), 'callcost-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Functions of nasty names in nasty files, each calling the next, `factor` times as slow as they could be. */
function nastyFile(name: string, factor: number): string {
  const valueTypes = [{ name: 'time', unit: 'seconds' as const }]
  const graph = new GraphBuilder(new Allocator(), { valueTypes, edgeSelf: [false] })
  NASTY_NAMES.forEach((text, index) => {
    const fn = graph.functions.internText(text, NASTY_NAMES.at(-index)!, index + 1)
    graph.cover(fn)
    graph.calls.set(fn, 1000 + index)
    graph.self[0]!.set(fn, (index + 0.5) * factor)
    graph.total[0]!.set(fn, (index + 1.5) * factor)
    if (index > 0) {
      const edge = graph.edge(fn - 1, fn)
      graph.edgeCalls.set(edge, 1000)
      graph.edgeTotal[0]!.set(edge, (index + 1) * factor)
    }
  })
  const { strings } = graph.functions
  const source = { format: 'pstats', producer: NASTY_NAMES[9]!, command: NASTY_NAMES[5]! }
  const profile = makeProfile({ ...graph.finish(), name: NASTY_NAMES[10]!, strings, valueTypes, source })
  const path = join(folder, name)
  const context = { options: {}, exporter: 'test', note: () => {} }
  const parts = [...writeCallcost({ profiles: [profile], active: 0 }, context)].map((part) => Buffer.from(part))
  writeFileSync(path, Buffer.concat(parts))
  return path
}

const slow = nastyFile('slow.json', 1)
const fast = nastyFile('fast.json', 0.5)

/** What moves a cursor, hides or turns text around, or ends a line. */
const UNSAFE = /[\p{Cc}\u2028-\u202e\u2066-\u2069\u200b-\u200f\ufeff]/u

/** Commands that print for people. */
const REPORTS = [
  `callcost ${slow} --limit 0`,
  `callcost diff ${slow} ${fast} --format markdown --limit 0`,
  `callcost info ${slow}`,
]

/** One that writes a file for programs, where names stay as they are. */
const CONVERSION = `callcost convert ${slow} --to callgrind`

/** Turkish has a dotted capital i, and Nepal is 5:45 ahead. */
const ELSEWHERE = { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr', TZ: 'Asia/Kathmandu', COLUMNS: '80' }

describe.concurrent('names that are made to hurt', () => {
  it.each([...REPORTS, CONVERSION])('%s: leave each row on its line, in any locale and time zone', async (command) => {
    const [here, elsewhere] = await Promise.all([runShell(command), runShell(command, ELSEWHERE)])
    expect(elsewhere).toEqual(here)
    expect(here.code).toBe(0)
    if (command === CONVERSION) return
    const lines = `${here.stdout}${here.stderr}`.split('\n')
    expect(lines.filter((line) => UNSAFE.test(line))).toEqual([])
    expect(lines.filter((line) => /^\s*999 /.test(line))).toEqual([])
  })
})

describe.concurrent('the command', () => {
  it.each([
    ['a length of 16 GiB', '{(\\377\\377\\377\\177N', 65, 'this is no profile that callcost knows'],
    ['a page that is no page', '<!---->'.repeat(500), 65, 'this is no profile that callcost knows (byte 0)'],
  ] as const)('refuses %s with one sentence', async (name, content, code, message) => {
    const path = join(folder, name.replaceAll(' ', '-'))
    const { stdout, stderr, ...ran } = await runShell(`printf '%b' '${content}' > ${path}; callcost ${path}`)
    expect({ ...ran, stdout }).toEqual({ code, stdout: '' })
    expect(stderr).toContain(`callcost: ${path}: ${message}`)
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  })
})
