import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CODE_ADDRESS } from '../../../formats/pstats/code-object.js'
import { callersOf } from '../../../src/model/adjacency.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../../src/model/numbers.js'
import type { Profile } from '../../../src/model/profile.js'
import { NO_POSITION, NONE } from '../../../src/model/tables.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

const folder = join(FIXTURES, 'pstats')

/** As scripts/make-fixtures/pstats-expected.py writes them, from Python's marshal. */
type Cell = string | number
type Key = readonly [file: string, line: number, name: string]
type Caller = readonly [...Key, ...Cell[]]
type Row = readonly [...Key, cc: Cell, nc: Cell, tt: Cell, ct: Cell, callers: readonly Caller[]]
interface Expected {
  readonly summary: { readonly ordered?: boolean; readonly sampled?: boolean }
  readonly rows: readonly Row[]
}

const names = readdirSync(folder)
  .filter((name) => name.endsWith('.pstats'))
  .map((name) => name.slice(0, -'.pstats'.length))

async function read(name: string): Promise<Profile> {
  const { set, problems } = await readProfileSet(new Uint8Array(readFileSync(join(folder, `${name}.pstats`))))
  expect(problems).toEqual([])
  return set.profiles[0]!
}

describe('what Python reads', () => {
  it.each(names)('%s', async (name) => {
    const expected = JSON.parse(readFileSync(join(folder, `${name}.python.json`), 'utf8')) as Expected
    const profile = await read(name)
    const rows = rowsOf(profile, expected.summary.sampled === true)
    if (expected.summary.ordered === false) {
      const sorted = rows.map((row) => [...row.slice(0, 7), row[7].toSorted(byKey)] as unknown as Row)
      expect(sorted.toSorted(byKey)).toEqual(expected.rows)
    } else {
      expect(rows).toEqual(expected.rows)
    }
  })
})

describe('what the file gives away', () => {
  // Known from who made the fixtures, see fixtures/PROVENANCE.md.
  it.each([
    ['py27-recursion', 'CPython 2', null, 'deterministic'],
    ['py27-profile-module', 'CPython 2', 'exec(CODE)', 'deterministic'],
    ['py27-script-profile-codekey', 'CPython 2', 'demo_script.py', 'deterministic'],
    ['py313-script-profile-codekey', 'CPython 3.4 or newer', 'demo_script.py', 'deterministic'],
    ['py36-recursion', 'CPython 3.4 or newer', null, 'deterministic'],
    ['py313-marshal-v2', null, null, 'deterministic'],
    ['py315sim-sampled', 'CPython 3.15 or newer', null, 'sampled'],
    ['othersim-yappi', 'yappi', null, 'deterministic'],
    ['othersim-pyinstrument', 'pyinstrument', null, 'sampled'],
  ])('%s: %s', async (name, producer, command, method) => {
    const { source } = await read(name)
    expect(source).toMatchObject({ producer, command, method, format: 'pstats', language: 'python' })
  })

  it('the interval of samples is their time by their number', async () => {
    expect((await read('py315sim-sampled')).source.intervalNs).toBe(100_000)
  })

  it('a code object has an address as wide as those that Python prints', async () => {
    expect(CODE_ADDRESS.length).toBe('0x7f3b8c0d5e10'.length)
    const { strings } = await read('py313-script-profile-codekey')
    expect(strings.find(`<code object <module> at ${CODE_ADDRESS}, file "demo_script.py", line 1>`)).toBeGreaterThan(0)
  })
})

/** The profile as Python's rows. */
function rowsOf(profile: Profile, sampled: boolean): Row[] {
  const graph = profile.graph!
  const [nc, cc] = sampled ? [graph.total[1]!, graph.self[1]!] : [graph.calls!, graph.primitiveCalls!]
  const { edges } = graph
  const ghosts = Number(profile.source.details.get('pstats.ghosts') ?? 0)
  const callers = callersOf(graph)
  return Array.from({ length: graph.length - ghosts }, (_, fn) => {
    const cells = [cc, nc, graph.self[0]!, graph.total[0]!].map((column) => cell(column, fn)) as [
      Cell,
      Cell,
      Cell,
      Cell,
    ]
    const from = Array.from(callers.of(fn), (edge): Caller => {
      const columns = sampled
        ? [edges.total[1]!]
        : [edges.calls, edges.primitiveCalls, edges.self[0]!, edges.total[0]!].filter((column) => column !== null)
      const cells = columns.map((column) => cell(column, edge))
      const known = cells.slice(1).every((value) => value === 'nan') ? cells.slice(0, 1) : cells
      return [...key(profile, edges.caller[edge]!), ...known]
    })
    return [...key(profile, fn), ...cells, from]
  })
}

function key({ functions, strings }: Profile, fn: number): Key {
  const file = functions.file[fn]!
  const line = functions.line[fn]!
  return [
    file === NONE ? '~' : text(strings.bytes(file)),
    line === NO_POSITION ? 0 : line,
    text(strings.bytes(functions.name[fn]!)),
  ]
}

function text(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes)
  return bytes.some((byte) => byte >= 0x80) ? `hex:${buffer.toString('hex')}` : buffer.toString('latin1')
}

function cell(column: NumberColumn, row: number): Cell {
  const value: ExactNumber = exactAt(column, row)
  if (typeof value === 'bigint') return String(value)
  if (Object.is(value, -0)) return '-0'
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return value
}

function byKey(a: Caller | Row, b: Caller | Row): number {
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return 0
}
