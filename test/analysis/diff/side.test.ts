import { describe, expect, it } from 'vitest'
import { aggregationFor } from '../../../src/analysis/diff/aggregate.js'
import { diffProfiles } from '../../../src/analysis/diff/diff.js'
import { type Side, sideOf, stableName } from '../../../src/analysis/diff/side.js'
import { Allocator } from '../../../src/limits.js'
import { GraphBuilder } from '../../../src/model/graph-builder.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph, nameOf } from '../../support/draw.js'

const SECONDS = [{ name: 'time', unit: 'seconds' as const }]

const side = (...profiles: readonly Profile[]): Side =>
  sideOf(
    profiles,
    profiles.map(() => 0),
    'seconds',
  )

/** Built-ins whose names may have spaces, each with its own cost, in the order of their table. */
function builtins(...functions: readonly (readonly [name: string, self: number])[]): Profile {
  const builder = new GraphBuilder(new Allocator(), { valueTypes: SECONDS })
  for (const [name, self] of functions) {
    const fn = builder.functions.internText(name)
    builder.cover(fn)
    builder.self[0]!.set(fn, self)
  }
  return makeProfile({ strings: builder.functions.strings, ...builder.finish(), valueTypes: SECONDS })
}

/** Function of the side → its name, and its self in each run. */
const selfByName = ({ profile, runs, functions }: Side): (string | number)[][] =>
  Array.from({ length: functions }, (_, fn) => [nameOf(profile, fn), ...runs.map(({ self }) => self[fn]!)])

describe('names from run to run', () => {
  it.each([
    ['<built-in method __new__ of type object at 0x7f01Ab>', '<built-in method __new__ of type object>'],
    ['<f at 0x1 of g at 0x2>', '<f of g>'],
    ['look at 0', 'look at 0'],
    ['look at 0xyz', 'look at 0xyz'],
    ['', ''],
  ])('%j is %j', (name, expected) => {
    expect(stableName(name)).toBe(expected)
  })
})

describe('the runs of a side', () => {
  it('are at least one', () => {
    expect(() => sideOf([], [], 'seconds')).toThrow('there is no profile to compare')
  })

  it('share one table, with the functions that only some of them have', () => {
    const both = side(
      graph('f@/a.py:1 1x self=1\ng@/a.py:9 1x self=2'),
      graph('g@/a.py:9 1x self=4\nh@/b.py:1 1x self=8'),
    )
    expect(selfByName(both)).toEqual([
      ['f@/a.py:1', 1, 0],
      ['g@/a.py:9', 2, 4],
      ['h@/b.py:1', 0, 8],
    ])
    const { runs, profile } = both
    expect(runs.map(({ calls }) => [...calls!])).toEqual([
      [1, 1, 0],
      [0, 1, 1],
    ])
    expect([profile.graph, profile.samples, profile.functions.length]).toEqual([null, null, 3])
  })

  it('tell functions apart by file and by line, also those without a file', () => {
    const run = graph('f@/a.py:1 self=1\nf@/b.py:1 self=2\nf self=4\nf@/a.py:2 self=8')
    expect(selfByName(side(run, run))).toEqual([
      ['f@/a.py:1', 1, 1],
      ['f@/b.py:1', 2, 2],
      ['f', 4, 4],
      ['f@/a.py:2', 8, 8],
    ])
  })

  it('have the same built-ins wherever these lie in memory, several of one name by their order', () => {
    const at = (address: number, self: number) => [`<method of A at 0x${address}>`, self] as const
    const first = builtins(at(1, 1), ['<method of B>', 2], at(2, 4), at(3, 8), at(4, 16))
    const second = builtins(at(8, 100), at(9, 200), at(7, 300), ['<method of B>', 400], at(5, 500), at(6, 600))
    expect(selfByName(side(first, second))).toEqual([
      ['<method of A at 0x1>', 1, 100],
      ['<method of B>', 2, 400],
      ['<method of A at 0x2>', 4, 200],
      ['<method of A at 0x3>', 8, 300],
      ['<method of A at 0x4>', 16, 500],
      ['<method of A at 0x6>', 0, 600],
    ])
  })

  it('have a count that cannot be one as unknown, and a value that is no number as 0', () => {
    const { runs } = side(graph('f -3x self=5\ng 4x self=NaN\nh 0x self=-2'))
    expect([...runs[0]!.calls!]).toEqual([Number.NaN, 4, 0])
    expect([...runs[0]!.self]).toEqual([5, 0, -2])
  })

  it('come to their median where only some count calls', () => {
    const [counted, uncounted] = [graph('f 2x self=1'), graph('f self=1')]
    expect(aggregationFor([side(counted, counted)])).toBe('min')
    expect(aggregationFor([side(counted, uncounted)])).toBe('median')
    expect(aggregationFor([side(uncounted, counted)])).toBe('median')
  })

  it('have values of one name by their name, wherever they stand', () => {
    const types = [
      { name: 'samples', unit: 'count' as const },
      { name: 'time', unit: 'milliseconds' as const },
    ]
    const run = graph('f 1x self=7,2000', { valueTypes: types })
    const turned = graph('f 1x self=4,9', { valueTypes: [SECONDS[0]!, types[0]!] })
    // 2 s and 4 s; the least of a program that does the same counts.
    const diff = diffProfiles([run, turned], [turned, run], { values: [1, 0] })
    expect([diff.unit, diff.total.before, diff.total.after]).toEqual(['milliseconds', 2000, 2000])
    expect([diff.aggregation, diff.valueTypes]).toEqual(['min', [types[1], SECONDS[0]]])
  })

  it('have the chosen value of the first one, if two of its values share a name', () => {
    const types = [
      { name: 'cost', unit: 'count' as const },
      { name: 'cost', unit: 'seconds' as const },
    ]
    const profile = graph('f 1x self=7,2', { valueTypes: types })
    expect(diffProfiles(profile, profile, { values: [1, 1] }).total.before).toBe(2)
  })

  it('all measure the same', () => {
    const message = 'the runs of one side cannot be compared: not all measure time (seconds)'
    const run = graph('f 1x self=1')
    const others = [
      graph('f 1x self=1', { valueTypes: [{ name: 'space', unit: 'seconds' }] }),
      graph('f 1x self=1', { valueTypes: [{ name: 'time', unit: 'bytes' }] }),
    ]
    for (const other of others) expect(() => diffProfiles([run, other], run)).toThrow(message)
  })
})

describe('calls that one side does not count', () => {
  it('are unknown on both', () => {
    const counted = graph('a 1x self=1 total=3\nb 2x self=2 total=2\na -> b 2x total=2')
    const uncounted = graph('a self=1 total=3\nb self=2 total=2\na -> b total=2')
    for (const diff of [diffProfiles(counted, uncounted), diffProfiles(uncounted, counted)]) {
      expect([diff.graph.calls, diff.graph.primitiveCalls, diff.graph.edges.calls]).toEqual([null, null, null])
      expect(diff.graph.edges.total!.map((column) => [...column])).toEqual([[2], [2]])
      expect(diff.row(0).split).toBeNull()
    }
    expect(diffProfiles(counted, uncounted).row(0).calls).toEqual([1, null])
  })
})
