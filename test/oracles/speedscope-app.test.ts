import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callGraph } from '../../src/model/call-graph.js'
import { inferStacks } from '../../src/model/infer.js'
import { exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import { convertProfiles } from '../../src/pipeline/convert.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { attribute } from '../../src/transform/attribution.js'
import { FIXTURES } from '../support/fixtures.js'
import { findChromium, ViewerApp, type ViewerPage, type ViewerRow } from './viewer-app.js'

/** Sums of floating-point weights in another order than ours differ in the last digits. */
const ROUNDING = 1e-9

const browser = findChromium()

describe.runIf(browser !== undefined)("speedscope's own application", () => {
  let app: ViewerApp

  beforeAll(async () => {
    app = await ViewerApp.open(browser!)
  })

  afterAll(async () => {
    await app?.close()
  })

  /** Converts a fixture and opens it. */
  async function opened(path: string): Promise<{ readonly set: ProfileSet; readonly page: ViewerPage }> {
    const { set } = await readProfileSet(new Uint8Array(readFileSync(join(FIXTURES, path))))
    const page = await app.show(await converted(set))
    expect(page.errors).toEqual([])
    expect(page.outside).toEqual([])
    return { set, page }
  }

  it('does not open a file with a span that never ends, and opens what we make of it', async () => {
    const path = 'speedscope/unclosed-span.speedscope.json'
    const original = await app.show(new Uint8Array(readFileSync(join(FIXTURES, path))))
    expect(original.errors).toEqual([expect.stringMatching(/^Failed to load format/)])
    const { page } = await opened(path)
    const costs = [
      { name: 'main', file: '', self: 1 + 2, total: 10 },
      { name: 'load', file: '', self: 3, total: 3 },
      { name: 'save', file: '', self: 4, total: 4 },
    ]
    expectShown(page.rows, costs, 1)
    await expectExported(page, [costs])
  })

  it.each(['cpuprofile/node-20.20-gcheavy.cpuprofile', 'cpuprofile/node-20.20-recursion.cpuprofile'])(
    'shows self and total of every function of %s as we do',
    async (path) => {
      const { set, page } = await opened(path)
      const profile = attribute(set.profiles[0]!)
      const time = functions(profile, 0)
      expectShown(page.rows, time, 1e-6)
      expect(page.profiles.map(([name]) => name)).toEqual(['cpuprofile (time)', 'cpuprofile (samples)'])
      expectWeight(page.profiles[0]![1], sumOf(profile, 0), 1e-6)
      expectWeight(page.profiles[1]![1], sumOf(profile, 1), 1)
      await expectExported(page, [time, functions(profile, 1)])
    },
  )

  it('shows recursion in spans as drawn by hand', async () => {
    const { set, page } = await opened('speedscope/evented-recursion.speedscope.json')
    // Of 100 ms, main runs 90; walk is entered at 4 and 50, walk in walk in walk counts once.
    const main = [
      { name: 'main', file: '/srv/app/tree.js', self: 4 + 20, total: 90 },
      { name: 'walk', file: '/srv/app/tree.js', self: 6 + 1 + 7.5 + 2.5 + 10 + 20, total: 46 + 20 },
      { name: 'visit', file: '/srv/app/tree.js', self: 5 + 14, total: 19 },
    ]
    const worker = [
      { name: 'visit', file: '/srv/app/tree.js', self: 10 + 20 + 5.25, total: 45.25 },
      { name: 'walk', file: '/srv/app/tree.js', self: 10, total: 30 },
    ]
    expect(byCost(functions(set.profiles[0]!, 0))).toEqual(byCost(main))
    expect(byCost(functions(set.profiles[1]!, 0))).toEqual(byCost(worker))
    expectShown(page.rows, main, 1e-3)
    expect(page.title).toBe('tree.js')
    expect(page.profiles).toEqual([
      ['main thread', '90.00ms'],
      ['worker', '45.25ms'],
    ])
    await expectExported(page, [main, worker])
  })

  it('shows a call graph without stacks as it was, but for what is too light to follow', async () => {
    const { set, page } = await opened('pstats/inventory.pstats')
    const profile = set.profiles[0]!
    expect(page.text).toContain('[stacks inferred from call graph')
    const inferred = functions({ ...inferStacks(profile), graph: null }, 0)
    expectShown(page.rows, inferred, 1)
    await expectExported(page, [inferred])

    // The file's own costs: what the made-up leaves took is missing somewhere, and nothing is missing elsewhere.
    const leaves = page.rows.filter(({ name }) => name.startsWith('['))
    const missing = leaves.reduce((sum, { self }) => sum + parse(self).high, 0)
    const own = functions(profile, 0)
    const total = own.reduce((sum, { self }) => sum + self, 0)
    expect(missing).toBeLessThan(total * 0.005)
    const heaviest = own.toSorted((a, b) => b.total - a.total).slice(0, 12)
    for (const { name, file, self, total: whole } of heaviest) {
      const rows = page.rows.filter((row) => row.name === name && row.file === file)
      expect(rows, name).toHaveLength(1)
      for (const [text, cost] of [
        [rows[0]!.self, self],
        [rows[0]!.total, whole],
      ] as const) {
        const { low, high } = parse(text)
        expect(low, name).toBeLessThanOrEqual(cost)
        expect(high + missing, name).toBeGreaterThanOrEqual(cost)
      }
    }
  })
})

if (browser === undefined) {
  console.warn('speedscope-app: no Chromium here (set CALLCOST_CHROMIUM, or put chromium on PATH)')
  it.skip('opens what we write', () => {})
}

async function converted(set: ProfileSet): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, { to: 'speedscope' })) parts.push(part.slice())
  return Buffer.concat(parts)
}

interface FunctionCosts {
  readonly name: string
  readonly file: string
  readonly self: number
  readonly total: number
}

/** Every function of a profile that cost anything. */
function functions(profile: Profile, value: number): FunctionCosts[] {
  const { strings, functions: table } = profile
  const graph = callGraph(profile)
  const rows: FunctionCosts[] = []
  for (let func = 0; func < graph.length; func++) {
    const total = cell(graph.total[value]!, func)
    if (total === 0) continue
    const file = table.file[func]!
    rows.push({
      name: strings.text(table.name[func]!),
      file: file === NONE ? '' : strings.text(file),
      self: cell(graph.self[value]!, func),
      total,
    })
  }
  return rows
}

function cell(column: NumberColumn, row: number): number {
  return Number(exactAt(column, row))
}

/** What all samples with a stack weigh: the application leaves out the rest as idle. */
function sumOf({ samples }: Profile, value: number): number {
  let sum = 0
  for (let sample = 0; sample < samples!.length; sample++) {
    if (samples!.stack[sample] !== NONE) sum += cell(samples!.values[value]!, sample)
  }
  return sum
}

/**
 * Holds the table against the functions: the same ones, largest self first, every cost within what its digits leave
 * open. `unit`: seconds in one of ours.
 */
function expectShown(rows: readonly ViewerRow[], own: readonly FunctionCosts[], unit: number): void {
  const paired = byCost(rows.map((row) => ({ ...row, self: parse(row.self).low, total: parse(row.total).low, row })))
  const costs = byCost(own)
  expect(paired.map(key)).toEqual(costs.map(key))
  const whole = own.reduce((sum, { self }) => sum + self, 0)
  for (const [at, cost] of costs.entries()) {
    const { row } = paired[at]!
    expectCell(row.total, cost.total, whole, unit, `total of ${cost.name}`)
    expectCell(row.self, cost.self, whole, unit, `self of ${cost.name}`)
  }
  const order = rows.map(({ self }) => parse(self))
  for (let at = 1; at < order.length; at++) expect(order[at]!.low).toBeLessThanOrEqual(order[at - 1]!.high)
}

/** `14.42ms (16%)` against a cost and its share of the whole. */
function expectCell(text: string, cost: number, whole: number, unit: number, what: string): void {
  const { low, high, lowShare, highShare } = parse(text)
  const slack = whole * ROUNDING
  expect((cost + slack) * unit, `${what}: ${text}`).toBeGreaterThanOrEqual(low)
  expect((cost - slack) * unit, `${what}: ${text}`).toBeLessThanOrEqual(high)
  const share = (cost / whole) * 100
  expect(share + 100 * ROUNDING, `${what}: ${text}`).toBeGreaterThanOrEqual(lowShare)
  expect(share - 100 * ROUNDING, `${what}: ${text}`).toBeLessThanOrEqual(highShare)
}

/** Seconds (or units without name) and percent that a cell may stand for. */
interface Shown {
  readonly low: number
  readonly high: number
  readonly lowShare: number
  readonly highShare: number
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9, '': 1 }

function parse(text: string): Shown {
  const match = /^([\d,]+(?:\.\d+)?)([mµn]?s|)(?: \(([<>]?)(\d+(?:\.\d+)?)%\))?$/.exec(text)
  if (match === null) throw new Error(`cannot read ${text}`)
  const [, digits = '', unit = '', beyond = '', percent = '0'] = match
  const [low, high] = range(digits.replaceAll(',', ''))
  const [lowShare, highShare] = range(percent)
  const scale = SECONDS[unit]!
  return {
    low: low * scale,
    high: high * scale,
    lowShare: beyond === '<' ? 0 : beyond === '>' ? Number(percent) : lowShare,
    highShare: beyond === '<' ? Number(percent) : beyond === '>' ? 100 : highShare,
  }
}

/** What rounds to these digits. */
function range(digits: string): [low: number, high: number] {
  const half = 0.5 * 10 ** -(digits.split('.')[1]?.length ?? 0)
  return [Number(digits) - half, Number(digits) + half]
}

/** A weight in the list of profiles. */
function expectWeight(text: string, weight: number, unit: number): void {
  const { low, high } = parse(text)
  expect(weight * unit).toBeGreaterThanOrEqual(low)
  expect(weight * unit).toBeLessThanOrEqual(high)
}

/** What the application exports, read by us, against the functions of each profile, to the last digits. */
async function expectExported(page: ViewerPage, profiles: readonly (readonly FunctionCosts[])[]): Promise<void> {
  const { set, codec, problems } = await readProfileSet(page.exported)
  expect(codec.id).toBe('speedscope')
  expect(problems).toEqual([])
  expect(set.profiles).toHaveLength(profiles.length)
  for (const [at, own] of profiles.entries()) {
    const costs = byCost(own)
    const again = byCost(functions(set.profiles[at]!, 0))
    expect(again.map(key)).toEqual(costs.map(key))
    const slack = ROUNDING * own.reduce((sum, { self }) => sum + self, 0)
    for (const [row, cost] of costs.entries()) {
      expect(Math.abs(again[row]!.self - cost.self), cost.name).toBeLessThanOrEqual(slack)
      expect(Math.abs(again[row]!.total - cost.total), cost.name).toBeLessThanOrEqual(slack)
    }
  }
}

/** By name and file; functions that share both, which the table cannot tell apart, by cost. */
function byCost<Row extends FunctionCosts>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => compare(key(a), key(b)) || a.total - b.total || a.self - b.self)
}

function key({ name, file }: { readonly name: string; readonly file: string }): string {
  return `${name} ${file}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
