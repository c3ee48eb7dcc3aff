import { describe, expect, it } from 'vitest'
import { callerModules } from '../../src/analysis/caller-modules.js'
import { type EdgeRows, edgeRows } from '../../src/analysis/edge-rows.js'
import { findFunctions } from '../../src/analysis/find-functions.js'
import type { Profile } from '../../src/model/profile.js'
import { graph, nameOf, stacks } from '../support/draw.js'

const SHOP = graph(`
  main@/app/main.py:1         1x   self=1 total=21
  report@/app/shop/report.py:7  2x   self=1 total=6
  list@/app/shop/report.py:30  3x   self=1 total=4
  fetch@/app/shop/db.py:4     11x  self=2 total=20
  <execute>                   11x  self=18 total=18
  main@/app/main.py:1 -> report@/app/shop/report.py:7 2x total=6
  report@/app/shop/report.py:7 -> fetch@/app/shop/db.py:4 3x self=1 total=5
  list@/app/shop/report.py:30 -> fetch@/app/shop/db.py:4 2x self=0.5 total=3
  main@/app/main.py:1 -> fetch@/app/shop/db.py:4 5x self=0.5 total=11
  fetch@/app/shop/db.py:4 -> <execute> 11x self=18 total=18
`)

const found = (profile: Profile, wanted: string): string[] =>
  [...findFunctions(profile, wanted)].map((fn) => nameOf(profile, fn))

/** `caller>callee calls total share` */
function lines(rows: EdgeRows): string[] {
  const { profile } = rows.measure
  return Array.from({ length: rows.length }, (_, index) => {
    const { caller, callee, calls, total, share } = rows.row(index)
    const [from, to] = [caller, callee].map((fn) => nameOf(profile, fn).split('@')[0])
    return `${from}>${to} ${calls} ${total} ${share}`
  })
}

describe('findFunctions', () => {
  it('takes a name before a place before a pattern', () => {
    expect(found(SHOP, 'fetch')).toEqual(['fetch@/app/shop/db.py:4'])
    expect(found(SHOP, 'db.py:4')).toEqual(['fetch@/app/shop/db.py:4'])
    expect(found(SHOP, '/app/shop/db.py:4(fetch)')).toEqual(['fetch@/app/shop/db.py:4'])
    expect(found(SHOP, 'shop/re.*\\(')).toEqual(['list@/app/shop/report.py:30', 'report@/app/shop/report.py:7'])
    expect(found(SHOP, 'exec')).toEqual(['<execute>'])
  })

  it('matches the end of a path only where a folder begins', () => {
    expect(() => found(graph('f@/app/xdb.py:4 1x self=1 total=1'), 'db.py:5')).toThrow()
    expect(found(graph('f@C:\\app\\db.py:4 1x self=1 total=1'), 'app/db.py:4')).toEqual(['f@C:\\app\\db.py:4'])
  })

  it('knows built-ins as pstats prints them', () => {
    const profile = graph('<built-in_method_len> 1x self=1 total=1', { source: { language: 'python' } })
    expect(found(profile, '{built-in_method_len}')).toEqual(['<built-in_method_len>'])
    expect(found(profile, '<built-in_method_len>')).toEqual(['<built-in_method_len>'])
  })

  it('takes every function of a name', () => {
    const profile = graph(`
      run@/b.py:1 1x self=1 total=1
      run@/a.py:1 1x self=1 total=1
    `)
    expect(found(profile, 'run')).toEqual(['run@/a.py:1', 'run@/b.py:1'])
  })

  it('suggests names when there is none', () => {
    expect(() => found(SHOP, 'fecth')).toThrow(
      expect.objectContaining({ kind: 'data', hint: expect.stringContaining('"fetch"') }),
    )
    expect(() => found(SHOP, 'zzzzzzzz')).toThrow(
      expect.objectContaining({ hint: expect.not.stringContaining('close') }),
    )
  })
})

describe('edgeRows', () => {
  it('lists callers, dearest first, with their share of the total', () => {
    const rows = edgeRows(SHOP, findFunctions(SHOP, 'fetch'), 'callers')
    expect(lines(rows)).toEqual(['main>fetch 5 11 0.55', 'report>fetch 3 5 0.25', 'list>fetch 2 3 0.15'])
    expect(rows.row(0)).toMatchObject({ self: 0.5, selfPerCall: 0.1, totalPerCall: 11 / 5 })
  })

  it('lists callees', () => {
    expect(lines(edgeRows(SHOP, findFunctions(SHOP, 'main'), 'callees'))).toEqual([
      `main>fetch 5 11 ${11 / 21}`,
      `main>report 2 6 ${6 / 21}`,
    ])
  })

  it('sorts and selects by the other end', () => {
    const rows = edgeRows(SHOP, findFunctions(SHOP, 'fetch'), 'callers', { sort: 'name', module: 'shop' })
    expect(lines(rows)).toEqual(['list>fetch 2 3 0.15', 'report>fetch 3 5 0.25'])
    expect(rows.all).toBe(3)
  })

  it('counts the calls that no caller of the profile made', () => {
    expect(edgeRows(SHOP, findFunctions(SHOP, 'fetch'), 'callers').outside).toEqual({ calls: 1 })
    expect(edgeRows(SHOP, findFunctions(SHOP, '<execute>'), 'callers').outside).toBeNull()
  })

  it('sorts by calls where edges have no costs', () => {
    const profile = graph(`
      a 1x self=1 total=9
      b 1x self=1 total=9
      f 5x self=2 total=2
      a -> f 1x
      b -> f 4x
    `)
    expect(lines(edgeRows(profile, findFunctions(profile, 'f'), 'callers'))).toEqual([
      'b>f 4 null null',
      'a>f 1 null null',
    ])
  })

  it('derives edges from stacks', () => {
    const profile = stacks(`
      main;a;f 3
      main;b;f 1
    `)
    const rows = edgeRows(profile, findFunctions(profile, 'f'), 'callers')
    expect(lines(rows)).toEqual(['a>f null 3 0.75', 'b>f null 1 0.25'])
    expect(rows.outside).toBeNull()
  })
})

describe('callerModules', () => {
  it('adds callers up by module and leaves recursion out', () => {
    const rows = edgeRows(SHOP, findFunctions(SHOP, 'fetch'), 'callers')
    expect(callerModules(rows)).toEqual([
      { module: 'main', label: 'main', callers: 1, calls: 5, total: 11 },
      { module: 'shop.report', label: 'shop.report', callers: 2, calls: 5, total: 8 },
    ])
    const recursive = graph(`
      main 1x self=1 total=10
      fib 5/1x self=9 total=9
      main -> fib 1x total=9
      fib -> fib 4/2x total=8
    `)
    expect(callerModules(edgeRows(recursive, findFunctions(recursive, 'fib'), 'callers'))).toMatchObject([
      { callers: 1 },
    ])
  })
})
