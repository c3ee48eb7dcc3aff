import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../../src/analysis/diff/diff.js'
import type { DiffRow } from '../../../src/analysis/diff/diff-row.js'
import { splitChange } from '../../../src/analysis/diff/split.js'
import { memorySource } from '../../../src/bytes/source.js'
import { CallcostError } from '../../../src/errors.js'
import { Allocator } from '../../../src/limits.js'
import { GraphBuilder } from '../../../src/model/graph-builder.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { graph, stacks } from '../../support/draw.js'
import { FIXTURES } from '../../support/fixtures.js'

function rows(diff: Diff): DiffRow[] {
  return Array.from({ length: diff.length }, (_, index) => diff.row(index))
}

function nameOf(diff: Diff, row: DiffRow): string {
  const isAfter = row.functionAfter !== NONE
  const { functions, strings } = isAfter ? diff.after : diff.before
  return strings.text(functions.name[isAfter ? row.functionAfter : row.functionBefore]!)
}

const rowOf = (diff: Diff, name: string): DiffRow => rows(diff).find((row) => nameOf(diff, row) === name)!

const fixture = (name: string): Promise<Profile> =>
  readProfile(memorySource(name, new Uint8Array(readFileSync(join(FIXTURES, 'pstats', name)))))

describe('splitChange', () => {
  it('splits at the midpoint', () => {
    // 10 calls at 2 become 30 calls at 3: 20 more calls at 2.5, and 20 calls on average dearer by 1.
    expect(splitChange([10, 30], [20, 90])).toEqual({ byCalls: 50, byCost: 20 })
  })

  it('gives parts that sum to the change, and turn their signs with time', () => {
    const calls = fc.integer({ min: 1, max: 1e6 })
    const self = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(calls, calls, self, self, (n0, n1, s0, s1) => {
        const forward = splitChange([n0, n1], [s0, s1])!
        const backward = splitChange([n1, n0], [s1, s0])!
        // The parts can be a million times larger than their sum, so rounding is relative to them.
        const rounding = 1e-12 * (Math.abs(forward.byCalls) + Math.abs(forward.byCost) + 1)
        expect(Math.abs(forward.byCalls + forward.byCost - (s1 - s0))).toBeLessThanOrEqual(rounding)
        expect(Math.abs(backward.byCalls + forward.byCalls)).toBeLessThanOrEqual(rounding)
        expect(Math.abs(backward.byCost + forward.byCost)).toBeLessThanOrEqual(rounding)
      }),
      { numRuns: 1000 },
    )
  })

  it('is unknown where a side has no calls', () => {
    expect(splitChange([0, 3], [0, 9])).toBe(null)
  })
})

describe('diffProfiles', () => {
  const before = graph(`
    main 1x self=1 total=10
    main -> work@app.py:10 4x total=8
    work@app.py:10 4x self=8 total=8
    main -> old 1x total=1
    old 1x self=1 total=1
  `)
  const after = graph(`
    main 1x self=1 total=18
    main -> work@app.py:99 8x total=16
    work@app.py:99 8x self=16 total=16
    main -> added 2x total=1
    added 2x self=1 total=1
  `)

  it('says x2 of a doubled function, lists what is new and what is gone, and never looks at lines', () => {
    const diff = diffProfiles(before, after)
    expect(rowOf(diff, 'work')).toMatchObject({
      status: 'both',
      match: 'name',
      calls: [4, 8],
      self: [8, 16],
      delta: 8,
      ratio: 2,
      split: { byCalls: 8, byCost: 0 },
    })
    expect(rowOf(diff, 'old')).toMatchObject({ status: 'gone', self: [1, null], delta: -1, split: null })
    expect(rowOf(diff, 'added')).toMatchObject({ status: 'new', self: [null, 1], delta: 1, ratio: null })
    expect(diff.total).toEqual({ before: 10, after: 18, delta: 8, ratio: 1.8 })
  })

  it('judges several runs a side, and sums blame to the change of the total', () => {
    const run = (calls: number, each: number, noise: number): Profile =>
      graph(`
        main 1x self=${1000 * noise} total=${1000 * noise + calls * each * noise}
        main -> work@app.py:10 ${calls}x total=${calls * each * noise}
        work@app.py:10 ${calls}x self=${calls * each * noise} total=${calls * each * noise}
      `)
    const noises = [1, 1.01, 0.99, 1.02, 0.98]
    const slower = diffProfiles(
      noises.map((noise) => run(10, 100, noise)),
      noises.map((noise) => run(10, 200, noise)),
    )
    expect(slower.runs).toEqual([5, 5])
    expect(slower.aggregation).toBe('min')
    // The best run of each side: 0.98 x 2000 and 0.98 x 3000.
    expect([slower.total.before, slower.total.after]).toEqual([1960, 2940])
    expect(slower.judgement.verdict).toBe('regressed')
    expect(rowOf(slower, 'work').judgement).toMatchObject({ verdict: 'regressed' })
    expect(slower.judgement.program.ci![0]).toBeGreaterThan(1.4)
    expect(slower.judgement.program.ci![1]).toBeLessThan(1.6)
    const sum = slower.blame.delta.reduce((total, delta) => total + delta, 0)
    expect(sum).toBeCloseTo(980, 9)
    const same = diffProfiles(
      noises.map((noise) => run(10, 100, noise)),
      noises.map((noise) => run(10, 100, noise * 1.001)),
    )
    expect(same.judgement.verdict).toBe('unchanged')
  })

  it('pairs functions that share name and file by their order', () => {
    const lambda = (...at: [line: number, self: number][]): Profile =>
      graph(at.map(([line, self]) => `<lambda>@a.py:${line} 1x self=${self} total=${self}`).join('\n'))
    const diff = diffProfiles(lambda([5, 1], [9, 10], [12, 100]), lambda([7, 2], [11, 20]))
    expect(rows(diff).map(({ status, self }) => [status, self])).toEqual([
      ['gone', [100, null]],
      ['both', [10, 20]],
      ['both', [1, 2]],
    ])
  })

  it('takes built-ins whose names hold an address for the same', () => {
    const at = (address: string): Profile => named(`<built-in method __new__ of type object at ${address}>`)
    expect(diffProfiles(at('0x7f01'), at('0x55aa')).length).toBe(1)
  })

  it('scales to the finer unit, and refuses what measures something else', () => {
    const seconds = stacks('a 2', { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    const micros = stacks('a 3000000', { valueTypes: [{ name: 'time', unit: 'microseconds' }] })
    const diff = diffProfiles(seconds, micros)
    expect([diff.unit, diff.total.before, diff.total.after]).toEqual(['microseconds', 2e6, 3e6])
    const bytes = stacks('a 3', { valueTypes: [{ name: 'space', unit: 'bytes' }] })
    expect(() => diffProfiles(seconds, bytes)).toThrow(CallcostError)
  })

  it('compares wall time with CPU time only when told to', () => {
    const wall = stacks('a 2', { valueTypes: [{ name: 'wall', unit: 'seconds' }] })
    const cpu = stacks('a 3', { valueTypes: [{ name: 'cpu', unit: 'seconds' }] })
    expect(() => diffProfiles(wall, cpu)).toThrow(/wall time against cpu time/)
    expect(diffProfiles(wall, cpu, { allowIncomparable: true }).comparable).toBe(false)
  })

  it('finds nothing between a profile and itself, and turns its signs with time', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd@x.py:1', 'd@x.py:7', 'd@y.py:1')
    const row = fc.tuple(name, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 1000 }))
    const drawing = fc
      .uniqueArray(row, { selector: ([func]) => func, minLength: 1, maxLength: 6 })
      .map((functions) =>
        graph(functions.map(([func, calls, self]) => `${func} ${calls}x self=${self} total=${self}`).join('\n')),
      )
    fc.assert(
      fc.property(drawing, drawing, (a, b) => {
        for (const same of rows(diffProfiles(a, a)))
          expect(same).toMatchObject({ status: 'both', match: 'exact', delta: 0 })
        const forward = rows(diffProfiles(a, b))
        const sum = forward.reduce((total, { delta }) => total + delta, 0)
        const { total } = diffProfiles(a, b)
        expect(sum).toBeCloseTo(total.delta, 9)
        const deltas = (all: DiffRow[]): number[] => all.map(({ delta }) => delta).sort((x, y) => x - y)
        expect(
          deltas(rows(diffProfiles(b, a)))
            .map((delta) => 0 - delta)
            .sort((x, y) => x - y),
        ).toEqual(deltas(forward))
      }),
      { numRuns: 300 },
    )
  })

  it('tells the story of the inventory report', async () => {
    const diff = diffProfiles(await fixture('inventory.pstats'), await fixture('inventory-cached.pstats'))
    // The counts are those of truth.json and truth-cached.json, counted without a profiler.
    expect(rowOf(diff, 'fetch_category_name').calls).toEqual([4821, 12])
    const execute = rowOf(diff, "<method 'execute' of 'sqlite3.Cursor' objects>")
    expect(execute.calls).toEqual([4822, 13])
    expect(diff.row(0)).toEqual(execute)
    expect(diff.total.before).toBeCloseTo(28.160071666, 9)
    expect(execute.split!.byCalls + execute.split!.byCost).toBeCloseTo(execute.delta, 12)
  })
})

/** A graph of one built-in function, whose name has spaces. */
function named(name: string): Profile {
  const builder = new GraphBuilder(new Allocator(), { valueTypes: [{ name: 'time', unit: 'seconds' }] })
  builder.functions.internText(name)
  return makeProfile({
    ...builder.finish(),
    strings: builder.functions.strings,
    valueTypes: [{ name: 'time', unit: 'seconds' }],
  })
}
