import { describe, expect, it } from 'vitest'
import { headline } from '../../src/analysis/bottleneck.js'
import type { Profile } from '../../src/model/profile.js'
import { headlineLines } from '../../src/report/analyze/headline-text.js'
import { graph, nameOf, stacks } from '../support/draw.js'

function bottleneck(profile: Profile) {
  const found = headline(profile).bottleneck!
  const name = (fn: number): string => nameOf(profile, fn).split('@')[0]!
  return { ...found, name: name(found.function), builtinName: found.builtin && name(found.builtin.function) }
}

const said = (profile: Profile): string => headlineLines(headline(profile)).join('\n')

describe('headline', () => {
  it('names the project function whose built-ins do the work, not the built-in', () => {
    const profile = graph(
      `
      main@/app/main.py:1      1x   self=1 total=30
      loop@/app/main.py:9      1x   self=4 total=29
      fetch@/app/db.py:4       100x self=2 total=25
      <execute>                101x self=20 total=20
      <fetchone>               100x self=3 total=3
      main@/app/main.py:1 -> loop@/app/main.py:9 1x self=4 total=29
      main@/app/main.py:1 -> <execute> 1x self=0 total=0
      loop@/app/main.py:9 -> fetch@/app/db.py:4 100x self=2 total=25
      fetch@/app/db.py:4 -> <execute> 100x self=20 total=20
      fetch@/app/db.py:4 -> <fetchone> 100x self=3 total=3
    `,
      { source: { language: 'python' } },
    )
    expect(bottleneck(profile)).toMatchObject({
      name: 'fetch',
      scope: 'project',
      value: 25,
      share: 25 / 30,
      perCall: 0.25,
      builtinName: '<execute>',
      builtin: { value: 20, share: 0.8 },
      callers: { count: 1, outside: null, main: { calls: 100, callsShare: 1, totalShare: 1 } },
    })
    expect(said(profile)).toBe(
      'fetch spends 83.3 % of the time (25.00 s): 100 calls at 250.0 ms each, 80.0 % of it in {execute}; all calls come from loop',
    )
  })

  it('does not book callbacks of a built-in on its caller when the source gives only totals', () => {
    const profile = graph(`
      main@/app/main.py:1  1x  self=1 total=21
      key@/app/main.py:5   9x  self=15 total=15
      <sorted>             1x  self=5 total=20
      main@/app/main.py:1 -> <sorted> 1x total=20
      <sorted> -> key@/app/main.py:5 9x total=15
    `)
    expect(bottleneck(profile)).toMatchObject({ name: 'key', value: 15 })
  })

  it('says less where edges only have calls', () => {
    const profile = graph(`
      a@/app/a.py:1  2x  self=1 total=6
      b@/app/a.py:5  2x  self=2 total=6
      <x>            4x  self=8 total=8
      a@/app/a.py:1 -> <x> 2x
      b@/app/a.py:5 -> <x> 2x
    `)
    // Which of the two calls of <x> is dear, nobody knows.
    expect(bottleneck(profile)).toMatchObject({ name: 'b', value: 2, builtin: null, callers: { count: 0, main: null } })
  })

  it('gives a built-in to its only caller, whatever the edge says', () => {
    const profile = graph(`
      a@/app/a.py:1  2x  self=1 total=9
      b@/app/a.py:5  2x  self=2 total=2
      <x>            4x  self=8 total=8
      a@/app/a.py:1 -> <x> 4x
    `)
    expect(bottleneck(profile)).toMatchObject({ name: 'a', value: 9, builtinName: '<x>' })
  })

  it('falls back to packages, then to the runtime', () => {
    const site = '/usr/lib/python3.11/site-packages'
    const packages = graph(`
      get@${site}/requests/api.py:1 1x self=1 total=1
      loads@/usr/lib/python3.11/json/__init__.py:1 1x self=5 total=5
    `)
    expect(bottleneck(packages)).toMatchObject({ name: 'get', scope: 'packages' })
    expect(said(packages)).toMatch(/^there is no code of the project in this profile; of the packages, get spends/)
    const runtime = graph('loads@/usr/lib/python3.11/json/__init__.py:1 1x self=5 total=5')
    expect(bottleneck(runtime)).toMatchObject({ name: 'loads', scope: 'runtime' })
  })

  it('does not miss the project where no function has a file', () => {
    expect(said(stacks('main;work 3'))).toBe('work accounts for 100.0 % of samples (3); it is called only by main')
  })

  it('never names waiting or collecting garbage, and says their share', () => {
    const profile = stacks(`
      (root);(idle) 60
      (root);(garbage_collector) 1
      (root);(program) 5
      (root);main@/app/a.js:1;work@/app/a.js:5 34
    `)
    expect(bottleneck(profile)).toMatchObject({ name: 'work', value: 34, share: 0.34, calls: null, perCall: null })
    expect(said(profile)).toBe(
      'work accounts for 34.0 % of samples (34); it is called only by main\n' +
        'not the work of any function: (idle) 60.0 %, (program) 5.0 %',
    )
  })

  it('counts recursion as no caller', () => {
    const profile = graph(`
      main@/a.py:1 1x self=1 total=10
      fib@/a.py:5 5/1x self=9 total=9
      main@/a.py:1 -> fib@/a.py:5 1x self=1 total=9
      fib@/a.py:5 -> fib@/a.py:5 4/2x self=8 total=8
    `)
    expect(bottleneck(profile).callers).toMatchObject({ count: 1, main: { calls: 1, callsShare: 0.2 } })
    expect(said(profile)).toMatch(/: 5 calls at 1\.80 s each; all calls but its own come from main$/)
  })

  it('tells the main one of several callers', () => {
    const profile = graph(`
      a@/a.py:1 1x self=1 total=4
      b@/b.py:1 1x self=1 total=8
      f@/f.py:1 10x self=10 total=10
      a@/a.py:1 -> f@/f.py:1 3x self=3 total=3
      b@/b.py:1 -> f@/f.py:1 6x self=6 total=6
    `)
    expect(bottleneck(profile).callers).toMatchObject({ count: 2, outside: 1 })
    expect(said(profile)).toMatch(/; 60\.0 % of the calls come from b, the rest from 2 others$/)
  })

  it('has nothing to say of a profile that costs nothing', () => {
    expect(headline(graph('f 1x self=0 total=0')).bottleneck).toBeNull()
    expect(said(graph('f 1x self=0 total=0'))).toBe('nothing in this profile costs any time')
  })

  it('does not depend on the order of the input', () => {
    const a = graph('x@/a.py:1 1x self=5 total=5\ny@/a.py:2 1x self=5 total=5')
    const b = graph('y@/a.py:2 1x self=5 total=5\nx@/a.py:1 1x self=5 total=5')
    expect([bottleneck(a).name, bottleneck(b).name]).toEqual(['x', 'x'])
  })
})
