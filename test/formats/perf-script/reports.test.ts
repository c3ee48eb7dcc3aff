import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile, ProfileSet } from '../../../src/model/profile.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

const FOLDER = join(FIXTURES, 'perf-script')

async function read(name: string): Promise<ProfileSet> {
  return (await readProfileSet(join(FOLDER, name))).set
}

/** Symbol → what a column of the call graphs adds up to over all threads. */
function bySymbol(set: ProfileSet, value: string, column: 'self' | 'total'): Map<string, number> {
  const sums = new Map<string, number>()
  for (const profile of set.profiles) {
    const index = profile.valueTypes.findIndex(({ name }) => name === value)
    const costs = callGraph(profile)[column][index]!.values
    for (let fn = 0; fn < profile.functions.length; fn++) {
      const name = profile.strings.text(profile.functions.name[fn]!)
      if (costs[fn]! > 0) sums.set(name, (sums.get(name) ?? 0) + costs[fn]!)
    }
  }
  return sums
}

function totals(profile: Profile): Record<string, number> {
  return Object.fromEntries(
    profile.valueTypes.map(({ name }, value) => [
      name,
      profile.samples!.values[value]!.values.reduce((a, b) => a + b, 0),
    ]),
  )
}

describe('perf report', () => {
  it('agrees on the periods of every symbol, event by event', async () => {
    const set = await read('perf-6.1-threads.perf')
    const report = readFileSync(join(FOLDER, 'perf-6.1-threads.report.txt'), 'utf8')
    let event = ''
    const expected = new Map<string, Map<string, number>>()
    for (const line of report.split('\n')) {
      event = /^# Samples: \d+ {2}of event '(.*)'/.exec(line)?.[1] ?? event
      const row = /^ +\d+ +(\d+) {2}\[.\] (.*?) {2}/.exec(line)
      if (row === null) continue
      const symbols = expected.get(event) ?? new Map<string, number>()
      symbols.set(row[2]!, (symbols.get(row[2]!) ?? 0) + Number(row[1]))
      expected.set(event, symbols)
    }
    expect([...expected.keys()].sort()).toEqual(['cpu-clock', 'page-faults'])
    for (const [name, symbols] of expected) expect(bySymbol(set, name, 'self')).toEqual(symbols)
  })

  it('agrees on shares of callers and of inlined functions', async () => {
    const report = readFileSync(join(FOLDER, 'perf-6.1-srcline.report.txt'), 'utf8')
    // A symbol may have several rows, which do not overlap.
    const share = (symbol: string): number => {
      const rows = report.matchAll(new RegExp(`^ +([\\d.]+)%.*\\[\\.\\] ${symbol}(?: \\(inlined\\))? *$`, 'gm'))
      return [...rows].reduce((sum, row) => sum + Number(row[1]), 0)
    }
    for (const file of ['perf-6.1-srcline.perf', 'perf-6.1-inlined-tasks.perf']) {
      const all = bySymbol(await read(file), 'cpu-clock', 'total')
      for (const symbol of ['leaf', 'rec', 'work', 'twice', 'mix', 'run', 'start_thread', 'clone3', 'main']) {
        expect([symbol, (all.get(symbol)! / 62_500_000) * 100]).toEqual([symbol, expect.closeTo(share(symbol), 2)])
      }
    }
  })
})

describe('threads', () => {
  it('are told apart, named after their last command, and share one clock', async () => {
    const { profiles, active } = await read('perf-6.1-threads.perf')
    expect(profiles.map(({ name }) => name)).toEqual(['odd: 12 (main)', 'pool worker 1'])
    expect(active).toBe(0)
    expect(profiles.map((profile) => totals(profile)['cpu-clock'])).toEqual([36e6, 32e6])
    const first = profiles.map(({ samples }) => samples!.time![0])
    expect(first[0]).toBe(0)
    expect(first[1]).toBeGreaterThan(0)
    expect(new Set(profiles.map(({ source }) => source.recordedAt)).size).toBe(1)
  })

  it('have their processes where the file says', async () => {
    const { profiles } = await read('perf-6.1-srcline.perf')
    expect(new Set(profiles.map(({ process }) => process)).size).toBe(1)
    expect(new Set(profiles.map(({ thread }) => thread)).size).toBe(profiles.length)
  })
})

describe('values', () => {
  it('are samples alone where there are no periods', async () => {
    const { profiles } = await read('perf-6.1-flat.perf')
    expect(profiles[0]!.valueTypes).toEqual([{ name: 'samples', unit: 'count' }])
    const lines = readFileSync(join(FOLDER, 'perf-6.1-flat.perf'), 'utf8').trimEnd().split('\n')
    expect(profiles.reduce((sum, profile) => sum + totals(profile).samples!, 0)).toBe(lines.length)
  })

  it('are the samples of each event where there are several', async () => {
    const { profiles } = await read('perf-6.1-untimed.perf')
    expect(profiles.every(({ samples }) => samples!.time === null)).toBe(true)
    const sum = (name: string): number => profiles.reduce((all, profile) => all + totals(profile)[name]!, 0)
    expect([sum('cpu-clock'), sum('page-faults'), sum('samples')]).toEqual([34, 9, 43])
  })
})
