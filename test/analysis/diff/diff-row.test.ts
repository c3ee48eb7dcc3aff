import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../../src/analysis/diff/diff.js'
import type { DiffRow } from '../../../src/analysis/diff/diff-row.js'
import { parseNameMap } from '../../../src/analysis/diff/match/rules.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { graph, nameOf, stacks } from '../../support/draw.js'
import { seeded, shuffled } from './match-programs.js'

function rowsOf(before: Profile, after: Profile): Map<string, DiffRow> {
  const diff = diffProfiles(before, after)
  return new Map(
    Array.from({ length: diff.length }, (_, index) => {
      const row = diff.row(index)
      const name = row.functionAfter === NONE ? nameOf(before, row.functionBefore) : nameOf(after, row.functionAfter)
      return [name, row]
    }),
  )
}

describe('a row of a diff', () => {
  const rows = rowsOf(
    graph(`
      f@/a.py:1 4x self=8 total=10
      gone@/a.py:9 2x self=2 total=3
      idle@/a.py:20 0x self=4 total=4
      still@/a.py:30 1x self=0 total=1
    `),
    graph(`
      f@/a.py:1 5x self=15 total=12
      fresh@/b.py:3 3x self=90 total=91
      idle@/a.py:20 0x self=4 total=4
      still@/a.py:30 1x self=6 total=7
    `),
  )

  it('has the numbers of both sides, per call too', () => {
    expect(rows.get('f@/a.py:1')).toMatchObject({
      status: 'both',
      calls: [4, 5],
      self: [8, 15],
      total: [10, 12],
      selfPerCall: [2, 3],
      delta: 7,
      ratio: 1.875,
    })
  })

  it('has nothing where a side does not have the function', () => {
    const gone = { calls: [2, null], self: [2, null], total: [3, null], selfPerCall: [1, null] }
    expect(rows.get('gone@/a.py:9')).toMatchObject({ status: 'gone', ...gone, delta: -2, ratio: null })
    const fresh = { calls: [null, 3], self: [null, 90], total: [null, 91], selfPerCall: [null, 30] }
    expect(rows.get('fresh@/b.py:3')).toMatchObject({ status: 'new', ...fresh, delta: 90, ratio: null })
  })

  it('knows no cost per call without calls, and no ratio to nothing', () => {
    expect(rows.get('idle@/a.py:20')).toMatchObject({ calls: [0, 0], selfPerCall: [null, null], delta: 0, ratio: 1 })
    expect(rows.get('still@/a.py:30')).toMatchObject({ selfPerCall: [0, 6], delta: 6, ratio: null })
    const [row] = [...rowsOf(stacks('f 2'), stacks('f 6')).values()]
    expect(row).toMatchObject({ calls: [null, null], selfPerCall: [null, null], delta: 4, ratio: 3 })
  })

  it('comes by the size of its change, up or down', () => {
    expect([...rows.keys()].slice(0, 4)).toEqual(['fresh@/b.py:3', 'f@/a.py:1', 'still@/a.py:30', 'gone@/a.py:9'])
  })

  it('says that a function was moved with its file', () => {
    const drawing = (folder: string): Profile =>
      graph(`
        one@/app/${folder}/x.py:1 1x self=1 total=1
        two@/app/${folder}/x.py:5 2x self=2 total=2
        main@/app/main.py:1 1x self=1 total=4
        main@/app/main.py:1 -> one@/app/${folder}/x.py:1 1x total=1
        main@/app/main.py:1 -> two@/app/${folder}/x.py:5 2x total=2
      `)
    const moved = rowsOf(drawing('old'), drawing('new'))
    expect([...moved].map(([name, { status }]) => `${name} ${status}`).sort()).toEqual([
      'main@/app/main.py:1 both',
      'one@/app/new/x.py:1 moved',
      'two@/app/new/x.py:5 moved',
    ])
  })

  it('says so too of one that has another name, and of one that the user mapped', () => {
    const shop = (name: string): Profile =>
      graph(`
        main@/a/shop.py:1 1x self=1
        ${name}@/a/shop.py:20 400x self=1
        price@/a/shop.py:30 800x self=1
        main@/a/shop.py:1 -> ${name}@/a/shop.py:20 400x
        ${name}@/a/shop.py:20 -> price@/a/shop.py:30 800x
      `)
    const status = (diff: Diff): string[] =>
      Array.from({ length: diff.length }, (_, index) => `${diff.row(index).match} ${diff.row(index).status}`).sort()
    expect(status(diffProfiles(shop('row'), shop('line')))).toEqual(['exact both', 'exact both', 'renamed moved'])
    const maps = [parseNameMap('f=g')]
    expect(status(diffProfiles(graph('f 1x self=1'), graph('g 1x self=2'), { maps }))).toEqual(['mapped moved'])
    const file = (name: string): Profile =>
      graph(`
        main@/a/shop.py:1 1x self=1
        row@/a/${name}.py:20 400x self=1
        other@/a/${name === 'rows' ? 'shop' : 'rows'}.py:20 3x self=1
        price@/a/shop.py:30 800x self=1
        main@/a/shop.py:1 -> row@/a/${name}.py:20 400x
        row@/a/${name}.py:20 -> price@/a/shop.py:30 800x
      `)
    expect(status(diffProfiles(file('shop'), file('rows')))).toContain('moved moved')
  })

  it('has counts that cannot be one as unknown, and those of several runs as they are known', () => {
    const [row] = [...rowsOf(graph('f -3x self=4'), graph('f 2x self=6')).values()]
    expect(row).toMatchObject({ calls: [null, 2], selfPerCall: [null, 3], split: null })
    const wide = graph(`f ${2n ** 53n + 2n}x self=4`)
    const runs = diffProfiles([wide, wide], [graph('f -3x self=6'), graph('f -3x self=6')])
    expect(runs.row(0).calls).toEqual([2 ** 53 + 2, null])
  })
})

describe('rows of a diff that change alike', () => {
  /** What only one side has, of two packages that are never matched; each changes by 2. */
  const lines = (own: string): string[] => [
    ...[3, 9, 1, 4, 7].map((line) => `twin@/usr/lib/python3/dist-packages/${own}/t.py:${line} 1x self=2`),
    ...['b', 'a', 'c'].map((name) => `${name}@/usr/lib/python3/dist-packages/${own}/x.py:1 1x self=2`),
    ...['e', 'b', own].map((name) => `${name}${name === own ? '' : `-${own}`} 1x self=2`),
    `a@/usr/lib/python3/dist-packages/${own}/w.py:5 1x self=2`,
  ]

  it('go by name, file and line, whichever side they are on and in whatever order they were read', () => {
    const names = (before: Profile, after: Profile): string[] => [...rowsOf(before, after).keys()]
    const key = (name: string): string[] => {
      const [, text, file = '', line = ''] = /^(.*?)(?:@(.*):(\d+))?$/.exec(name)!
      return [text!, file, line]
    }
    for (let seed = 0; seed < 8; seed++) {
      const random = seeded(seed)
      const python = { source: { language: 'python' as const } }
      const drawn = (own: string): Profile => graph(shuffled(random, lines(own)).join('\n'), python)
      const found = names(drawn('p'), drawn('q'))
      expect(found).toHaveLength(24)
      // All names, files and lines sort as texts do here: each line is one digit.
      const sorted = [...found].sort((a, b) => {
        const [x, y] = [key(a), key(b)]
        const at = x.findIndex((part, i) => part !== y[i])
        return x[at]! < y[at]! ? -1 : 1
      })
      expect(found).toEqual(sorted)
    }
  })
})
