import { describe, expect, it } from 'vitest'
import type { RowOptions } from '../../src/analysis/function-rows.js'
import { groupRows } from '../../src/analysis/group-rows.js'
import type { Grouping } from '../../src/analysis/groups.js'
import { compilePattern } from '../../src/analysis/pattern.js'
import { Allocator } from '../../src/limits.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE } from '../../src/model/tables.js'
import { graph, stacks } from '../support/draw.js'

/** label → [calls, self, total]. */
function table(profile: Profile, by: Grouping, options: RowOptions = {}): Record<string, unknown[]> {
  const rows = groupRows(profile, by, options)
  return Object.fromEntries(
    Array.from({ length: rows.length }, (_, index) => {
      const { label, calls, self, total } = rows.row(index)
      return [label, [calls, self, total]]
    }),
  )
}

describe('groupRows of a call graph', () => {
  it('adds up self and calls, and takes as total what enters the group', () => {
    const profile = graph(`
      main@/a.py:1 1x self=1 total=10
      f@/b.py:1 3x self=2 total=9
      g@/b.py:5 6x self=3 total=7
      h@/c.py:1 6x self=4 total=4
      main@/a.py:1 -> f@/b.py:1 3x total=9
      f@/b.py:1 -> g@/b.py:5 6x total=7
      g@/b.py:5 -> h@/c.py:1 6x total=4
    `)
    expect(table(profile, 'file')).toEqual({ '/a.py': [1, 1, 10], '/b.py': [9, 5, 9], '/c.py': [6, 4, 4] })
  })

  it('adds the entries from outside', () => {
    const profile = graph(`
      main@/a.py:1 1x self=1 total=6
      f@/b.py:1 4x self=20 total=20
      main@/a.py:1 -> f@/b.py:1 1x total=5
    `)
    // Three of the four calls of f come from nowhere; main's costs 5 of 20.
    expect(table(profile, 'file')['/b.py']).toEqual([4, 20, 20])
  })

  it('has no total where calls leave the group and come back', () => {
    const profile = graph(`
      main@/a.py:1 1x self=1 total=10
      f@/b.py:1 1x self=2 total=9
      back@/a.py:9 1x self=3 total=7
      end@/b.py:7 1x self=4 total=4
      main@/a.py:1 -> f@/b.py:1 1x total=9
      f@/b.py:1 -> back@/a.py:9 1x total=7
      back@/a.py:9 -> end@/b.py:7 1x total=4
    `)
    expect(table(profile, 'file')).toEqual({ '/a.py': [2, 4, null], '/b.py': [2, 6, null] })
    expect(groupRows(profile, 'file').withoutTotal).toBe(2)
  })

  it('is not misled by groups that call each other on paths that do not meet', () => {
    const profile = graph(`
      main@/m.py:1 1x self=0 total=10
      a1@/a.py:1 1x self=1 total=3
      b1@/b.py:1 1x self=2 total=2
      b2@/b.py:5 1x self=3 total=7
      a2@/a.py:5 1x self=4 total=4
      main@/m.py:1 -> a1@/a.py:1 1x total=3
      a1@/a.py:1 -> b1@/b.py:1 1x total=2
      main@/m.py:1 -> b2@/b.py:5 1x total=7
      b2@/b.py:5 -> a2@/a.py:5 1x total=4
    `)
    expect(table(profile, 'file')).toEqual({ '/m.py': [1, 0, 10], '/a.py': [2, 5, 7], '/b.py': [2, 5, 9] })
  })

  it('counts recursion inside a group once', () => {
    const profile = graph(`
      main@/m.py:1 1x self=1 total=10
      even@/p.py:1 5/1x self=4 total=9
      odd@/p.py:5 5/1x self=5 total=8
      main@/m.py:1 -> even@/p.py:1 1x total=9
      even@/p.py:1 -> odd@/p.py:5 5/1x total=8
      odd@/p.py:5 -> even@/p.py:1 4/1x total=7
    `)
    expect(table(profile, 'file')).toEqual({ '/m.py': [1, 1, 10], '/p.py': [10, 9, 9] })
  })

  it('knows nothing of a group with an unknown member', () => {
    const profile = graph(`
      a@/a.py:1 -1/-1x self=1 total=1
      b@/a.py:2 2x self=NaN total=2
    `)
    expect(table(profile, 'file')['/a.py']!.slice(0, 2)).toEqual([null, null])
  })

  it('refuses lines', () => {
    expect(() => groupRows(graph('a@/a.py:1 1x self=1 total=1'), 'line')).toThrow(
      expect.objectContaining({ kind: 'data' }),
    )
  })

  it('names packages and what is in none', () => {
    const profile = graph(`
      main@/app/main.py:1                                      1x self=1 total=6
      get@/usr/lib/python3.11/site-packages/requests/api.py:6  1x self=2 total=5
      loads@/usr/lib/python3.11/json/__init__.py:9             1x self=3 total=3
      main@/app/main.py:1 -> get@/usr/lib/python3.11/site-packages/requests/api.py:6 1x total=5
      get@/usr/lib/python3.11/site-packages/requests/api.py:6 -> loads@/usr/lib/python3.11/json/__init__.py:9 1x total=3
    `)
    expect(table(profile, 'package')).toEqual({
      '(project)': [1, 1, 6],
      requests: [1, 2, 5],
      '(standard library)': [1, 3, 3],
    })
    expect(Object.keys(table(profile, 'module'))).toEqual(['main', 'requests.api', 'json'])
    expect(Object.keys(table(profile, 'module', { filter: compilePattern('^json$') }))).toEqual(['json'])
    expect(Object.keys(table(profile, 'package', { scope: 'packages' }))).toEqual(['requests'])
  })
})

describe('groupRows of stacks', () => {
  it('counts a stack once in a total, even when it leaves the group and comes back', () => {
    const profile = stacks(`
      main@/a.js:1;f@/b.js:1;back@/a.js:9;end@/b.js:7 4
      main@/a.js:1;f@/b.js:1 2
      main@/a.js:1 1
    `)
    expect(table(profile, 'file')).toEqual({ '/a.js': [null, 1, 7], '/b.js': [null, 6, 6] })
  })

  it('adds up functions of one name', () => {
    const profile = stacks(`
      main;run@/a.js:1;run@/b.js:1 4
      main;run@/c.js:1 2
    `)
    expect(table(profile, 'name')).toEqual({ main: [null, 0, 6], run: [null, 6, 6] })
  })

  it('adds up executing lines, whichever function they are in', () => {
    const builder = new StackBuilder(new Allocator(), { valueTypes: [{ name: 'samples', unit: 'count' }] })
    const f = builder.functions.internText('f', '/a.py', 1)
    const g = builder.functions.internText('g', '/a.py', 10)
    const root = builder.stack(NONE, builder.frame(f, 3))
    builder.sample(builder.stack(root, builder.frame(g, 12)), [5])
    builder.sample(builder.stack(root, builder.frame(f, 3)), [2])
    builder.sample(builder.stack(NONE, builder.frame(f, 4)), [1])
    const profile = makeProfile({
      strings: builder.functions.strings,
      ...builder.finish(),
      valueTypes: [{ name: 'samples', unit: 'count' }],
    })
    expect(table(profile, 'line')).toEqual({
      '/a.py:3': [null, 2, 7],
      '/a.py:12': [null, 5, 5],
      '/a.py:4': [null, 1, 1],
    })
    expect(groupRows(profile, 'line').hasLines).toBe(true)
  })
})
