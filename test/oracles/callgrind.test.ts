import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { callGraph } from '../../src/model/call-graph.js'
import { exactAt } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { FIXTURES, readableFixtures } from '../support/fixtures.js'

const hasAnnotate = spawnSync('callgrind_annotate', ['--version']).error === undefined
const folder = mkdtempSync(join(tmpdir(), 'callcost-callgrind-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A row: `1,234 (5.6%)` once an event, then `file:function [object]`. */
const ROW = /^\s*((?:(?:[\d,]+|\.)(?: \(\s*[\d.]+%\))?\s+)+)(\S.*?)(?: \[(.*)\])?$/

/**
 * What callgrind_annotate says of each function: name → costs of all events. It has a row for each source file that code
 * of a function was inlined from, without an object, whose costs are in the inclusive costs of the function's own row.
 */
function annotated(path: string, isInclusive: boolean): Map<string, number[]> {
  const run = spawnSync(
    'callgrind_annotate',
    [`--inclusive=${isInclusive ? 'yes' : 'no'}`, '--threshold=100', '--auto=no', path],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  expect(run.stderr, path).toBe('')
  expect(run.status).toBe(0)
  const rows = new Map<string, number[]>()
  const body = run.stdout.slice(run.stdout.indexOf('file:function'))
  for (const line of body.split('\n').slice(2)) {
    const match = ROW.exec(line)
    if (match === null || (isInclusive && HAS_OBJECTS.test(path) && match[3] === undefined)) continue
    const costs = match[1]!
      .replace(/\(\s*[\d.]+%\)/g, '')
      .trim()
      .split(/\s+/)
      .map((word) => (word === '.' ? 0 : Number(word.replaceAll(',', ''))))
    add(rows, match[2]!.slice(match[2]!.lastIndexOf(':') + 1), costs)
  }
  return rows
}

/** Files of valgrind itself; we write no objects. */
const HAS_OBJECTS = /fixtures/

/** The same of ours. Functions that cost nothing are not in its table. */
function ours(profile: Profile, isInclusive: boolean): Map<string, number[]> {
  const graph = callGraph(profile)
  const { functions, strings } = profile
  const rows = new Map<string, number[]>()
  for (let func = 0; func < graph.length; func++) {
    const costs = (isInclusive ? graph.total : graph.self).map((column) => Number(exactAt(column, func)))
    add(rows, strings.text(functions.name[func]!), costs)
  }
  return rows
}

function add(rows: Map<string, number[]>, name: string, costs: number[]): void {
  // Functions that cost nothing are left out on both sides.
  if (costs.every((cost) => cost === 0)) return
  const sum = rows.get(name)
  rows.set(name, sum === undefined ? costs : sum.map((cost, event) => cost + costs[event]!))
}

/** Functions that call themselves: callgrind_annotate counts what nested calls cost once more for each level. */
const RECURSIVE = /^(fib|even)/

function withoutRecursive(rows: Map<string, number[]>): Map<string, number[]> {
  return new Map([...rows].filter(([name]) => !RECURSIVE.test(name)))
}

async function read(bytes: Uint8Array): Promise<ProfileSet> {
  return (await readProfileSet(bytes)).set
}

async function rewritten(set: ProfileSet, name: string): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, { to: 'callgrind' })) parts.push(part)
  const path = join(folder, name.replaceAll('/', '-'))
  writeFileSync(path, Buffer.concat(parts))
  return path
}

describe.runIf(hasAnnotate)('callgrind_annotate', () => {
  const recorded = readableFixtures().filter(({ path }) => /valgrind.*(?<!parts)\.callgrind$/.test(path))

  it.each(recorded.map(({ path }) => path))('says of %s what we say, self and inclusive', async (path) => {
    const file = join(FIXTURES, path)
    const { profiles } = await read(readFileSync(file))
    const expected = annotated(file, false)
    expect(expected.size).toBeGreaterThan(10)
    expect(ours(profiles[0]!, false)).toEqual(expected)
    expect(withoutRecursive(ours(profiles[0]!, true))).toEqual(withoutRecursive(annotated(file, true)))
  })

  it.each(recorded.map(({ path }) => path))('says the same of %s as we write it', async (path) => {
    const file = join(FIXTURES, path)
    const copy = await rewritten(await read(readFileSync(file)), path)
    expect(annotated(copy, false)).toEqual(annotated(file, false))
    expect(withoutRecursive(annotated(copy, true))).toEqual(withoutRecursive(annotated(file, true)))
  })

  const others = readableFixtures().filter(({ format }) => format !== 'callgrind')

  it('reads what we write of every other profile, with its self costs', async () => {
    let compared = 0
    for (const { path, bytes } of others) {
      const { profiles } = await read(bytes)
      const [profile] = profiles
      const graph = profile === undefined ? null : callGraph(profile)
      if (profile === undefined || profiles.length > 1 || graph === null || graph.length === 0) continue
      if (graph.self.some((column) => column.values.some((cost) => !(cost >= 0 && cost < 1e15)))) continue
      const copy = await rewritten({ profiles, active: 0 }, path)
      const totals = /^totals: (.*)$/m.exec(readFileSync(copy, 'latin1'))![1]!.split(' ').map(Number)
      const rows = [...annotated(copy, false).values()]
      const sums = totals.map((_, event) => rows.reduce((sum, costs) => sum + costs[event]!, 0))
      expect(sums, path).toEqual(totals)
      compared++
    }
    expect(compared).toBeGreaterThan(20)
  })
})

describe.runIf(!hasAnnotate)('callgrind_annotate', () => {
  if (!hasAnnotate) console.warn('callgrind: no callgrind_annotate here (Debian package valgrind)')
  it.skip('is not installed', () => {})
})
