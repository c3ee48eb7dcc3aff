import { describe, expect, it } from 'vitest'
import { align, alignedGraph } from '../../../src/analysis/diff/aligned.js'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { findShifts } from '../../../src/analysis/diff/shifts.js'
import { sideOf } from '../../../src/analysis/diff/side.js'
import { NONE } from '../../../src/model/tables.js'
import { graph, nameOf } from '../../support/draw.js'

interface Shown {
  readonly from: string[]
  readonly to: string[]
  readonly net: number
  readonly isNeutral: boolean
}

function shifts(before: string, after: string, noise: number | null = null, callCost = 0): Shown[] {
  const sides = [sideOf([graph(before)], [0], 'seconds'), sideOf([graph(after)], [0], 'seconds')] as const
  const matches = matchFunctions(sides[0], sides[1])
  const aligned = alignedGraph(align(matches, sides), [sides[0].runs[0]!, sides[1].runs[0]!])
  const names = (rows: Int32Array): string[] =>
    Array.from(rows, (row) =>
      matches.before[row] === NONE
        ? nameOf(sides[1].profile, matches.after[row]!)
        : nameOf(sides[0].profile, matches.before[row]!),
    ).sort()
  return findShifts(aligned, matches, noise, callCost).map(({ from, to, net, isNeutral }) => ({
    from: names(from),
    to: names(to),
    net,
    isNeutral,
  }))
}

const BEFORE = `
  main 1x self=1 total=101
  main -> f 10x total=100
  f 10x self=100 total=100
`

describe('findShifts', () => {
  it('takes a function split in two for moved, whatever the depth', () => {
    const split = `
      main 1x self=1 total=102
      main -> f 10x total=101
      f 10x self=40 total=101
      f -> g 10x total=61
      g 10x self=61 total=61
    `
    expect(shifts(BEFORE, split)).toEqual([{ from: ['f'], to: ['g'], net: 1, isNeutral: true }])
    const deeper = split.replace('g 10x self=61 total=61', 'g 10x self=20 total=61\ng -> h 10x total=41\nh 10x self=41')
    expect(shifts(BEFORE, deeper)).toEqual([{ from: ['f'], to: ['g', 'h'], net: 1, isNeutral: true }])
    // And back: an inlined function.
    expect(shifts(split, BEFORE)).toEqual([{ from: ['g'], to: ['f'], net: -1, isNeutral: true }])
  })

  it('takes a function written anew in the place of another for moved', () => {
    const drawing = (name: string, calls: number, self: number): string => `
      main 1x self=1 total=${self + 1}
      main -> ${name} ${calls}x total=${self}
      ${name} ${calls}x self=${self} total=${self}
    `
    expect(shifts(drawing('old_way', 10, 50), drawing('fresh', 400, 52))).toEqual([
      { from: ['old_way'], to: ['fresh'], net: 2, isNeutral: true },
    ])
    expect(shifts(drawing('old_way', 10, 50), drawing('fresh', 400, 75))).toEqual([
      { from: ['old_way'], to: ['fresh'], net: 25, isNeutral: false },
    ])
  })

  it('leaves a new function alone that costs more than its caller saved', () => {
    const dearer = `
      main 1x self=1 total=171
      main -> f 10x total=170
      f 10x self=90 total=170
      f -> g 10x total=80
      g 10x self=80 total=80
    `
    expect(shifts(BEFORE, dearer)).toEqual([])
    // Nor when the noise is small; when it is as large as the change, nothing is news.
    const bit = dearer.replace('f 10x self=90', 'f 10x self=50')
    expect(shifts(BEFORE, bit, 1)).toEqual([{ from: ['f'], to: ['g'], net: 30, isNeutral: false }])
    expect(shifts(BEFORE, bit, 12)[0]!.isNeutral).toBe(true)
  })

  it('allows for what the profiler adds to the calls of what was split off, and for no more', () => {
    const split = (own: number, calls: number): string => `
      main 1x self=1 total=${41 + own}
      main -> f 10x total=${40 + own}
      f 10x self=40 total=${40 + own}
      f -> g ${calls}x total=${own}
      g ${calls}x self=${own} total=${own}
    `
    // 60 went and 90 came; 1,000 calls at 0.02 to 0.03 are 20 to 30 of it.
    const neutral = (after: string, callCost: number) => shifts(BEFORE, after, null, callCost)[0]?.isNeutral
    expect(neutral(split(90, 1000), 0)).toBe(false)
    expect(neutral(split(90, 1000), 0.02)).toBe(true)
    expect(neutral(split(90, 100), 0.02)).toBe(false)
    expect(neutral(split(110, 1000), 0.02)).toBe(false)
    // Most of what came is the profiler's: 60 went, 150 came, and no balance would show.
    expect(neutral(split(150, 4000), 0)).toBe(undefined)
    expect(neutral(split(150, 4000), 0.02)).toBe(true)
    // A caller that got a little cheaper does not pay for thousands of calls.
    const many = split(500, 20_000).replace('f 10x self=40', 'f 10x self=97')
    expect(neutral(many, 0.02)).toBe(undefined)
    // The other way, inlined: calls that are gone took their cost along.
    const back = shifts(split(90, 1000), BEFORE, null, 0.02)[0]!
    expect([back.net, back.isNeutral]).toEqual([-30, true])
  })

  it('does not set a new cost off against what was saved elsewhere', () => {
    // first was made cheaper by 60; later calls something new for 58.
    const before = `
      main 1x self=1 total=201
      main -> first 1x total=100
      main -> later 1x total=100
      first 1x self=100 total=100
      later 1x self=100 total=100
    `
    const after = `
      main 1x self=1 total=198
      main -> first 1x total=40
      main -> later 1x total=157
      first 1x self=40 total=40
      later 1x self=99 total=157
      later -> added 9x total=58
      added 9x self=58 total=58
    `
    expect(shifts(before, after)).toEqual([])
    // Not even when a small helper of both ties them together.
    const tied = `${after}
      first -> helper 1x total=1
      later -> helper 1x total=1
      helper 2x self=2 total=2
    `
    expect(shifts(before, tied)).toEqual([])
  })

  it('shares what is called from several places among them', () => {
    const before = `
      main 1x self=1
      main -> a 1x total=50
      main -> b 1x total=30
      a 1x self=50 total=50
      b 1x self=30 total=30
    `
    const after = `
      main 1x self=1
      main -> a 1x total=50
      main -> b 1x total=30
      a 1x self=10 total=50
      b 1x self=10 total=30
      a -> common 2x total=40
      b -> common 1x total=20
      common 3x self=60 total=60
    `
    expect(shifts(before, after)).toEqual([{ from: ['a', 'b'], to: ['common'], net: 0, isNeutral: true }])
  })

  it('says nothing of what is only new, only gone, or too large to be one change', () => {
    const added = `${BEFORE}
      main -> g 1x total=5
      g 1x self=5 total=5
    `
    expect(shifts(BEFORE, added)).toEqual([])
    expect(shifts(added, BEFORE)).toEqual([])
    const parts = Array.from({ length: 20 }, (_, at) => `f -> p${at} 1x total=5\np${at} 1x self=5 total=5`)
    expect(shifts(BEFORE, `main 1x self=1\nmain -> f 10x\nf 10x self=0 total=100\n${parts.join('\n')}`)).toEqual([])
  })
})
