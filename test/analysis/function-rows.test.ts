import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FunctionRows, functionRows, type RowOptions } from '../../src/analysis/function-rows.js'
import { compareTexts } from '../../src/analysis/function-text.js'
import { compilePattern } from '../../src/analysis/pattern.js'
import { parseSortKey, SORT_KEYS, type SortKey } from '../../src/analysis/sort-keys.js'
import type { Profile } from '../../src/model/profile.js'
import { filterStacks } from '../../src/transform/filter-stacks.js'
import { graph, nameOf, stacks } from '../support/draw.js'

const names = (rows: FunctionRows): string[] =>
  Array.from(
    { length: rows.length },
    (_, index) => nameOf(rows.measure.profile, rows.row(index).function).split('@')[0]!,
  )

const sorted = (profile: Profile, options: RowOptions): string[] => names(functionRows(profile, options))

const STORY = graph(`
  main@/app/main.py:1              1x      self=1  total=28
  enrich@/app/records.py:16        100x    self=2  total=27
  fetch@/app/records.py:4          100x    self=4  total=25
  fib@/app/fib.py:2                9/1x    self=3  total=3
  execute                          101x    self=18 total=18
`)

describe('functionRows', () => {
  it('sorts by total, largest first, unless told otherwise', () => {
    expect(sorted(STORY, {})).toEqual(['main', 'enrich', 'fetch', 'execute', 'fib'])
    expect(sorted(STORY, { reverse: true })).toEqual(['fib', 'execute', 'fetch', 'enrich', 'main'])
  })

  it.each<[SortKey, string[]]>([
    ['self', ['execute', 'fetch', 'fib', 'enrich', 'main']],
    ['calls', ['execute', 'enrich', 'fetch', 'fib', 'main']],
    ['primitive-calls', ['execute', 'enrich', 'fetch', 'fib', 'main']],
    ['self-per-call', ['main', 'fib', 'execute', 'fetch', 'enrich']],
    ['total-per-call', ['main', 'fib', 'enrich', 'fetch', 'execute']],
    ['name', ['enrich', 'execute', 'fetch', 'fib', 'main']],
    ['file', ['execute', 'fib', 'main', 'fetch', 'enrich']],
  ])('sorts by %s', (sort, expected) => {
    expect(sorted(STORY, { sort })).toEqual(expected)
  })

  it('divides self by all calls and total by primitive calls', () => {
    const rows = functionRows(STORY, { sort: 'name' })
    expect(rows.row(3)).toMatchObject({
      calls: 9,
      primitiveCalls: 1,
      self: 3,
      total: 3,
      selfPerCall: 3 / 9,
      totalPerCall: 3,
    })
  })

  it('relates shares to the sum of self', () => {
    const rows = functionRows(STORY)
    expect(rows.measure.total).toBe(28)
    expect(rows.measure.calls).toBe(311)
    expect(rows.row(1)).toMatchObject({ selfShare: 2 / 28, totalShare: 27 / 28 })
  })

  it('knows no calls and no costs per call of what counts -1, as pyinstrument does', () => {
    const rows = functionRows(graph('f -1/-1x self=2 total=2'))
    expect(rows.row(0)).toMatchObject({ calls: null, primitiveCalls: null, selfPerCall: null, totalPerCall: null })
    expect(rows.measure.calls).toBeNull()
  })

  it('divides nothing by 0 calls', () => {
    expect(functionRows(graph('f 0x self=2 total=2')).row(0)).toMatchObject({
      calls: 0,
      selfPerCall: null,
      totalPerCall: null,
    })
  })

  it('puts what is unknown last, in both directions', () => {
    const profile = graph(`
      a 1x self=1 total=1
      b 0x self=1 total=1
      c 2x self=1 total=1
    `)
    expect(sorted(profile, { sort: 'self-per-call' })).toEqual(['a', 'c', 'b'])
    expect(sorted(profile, { sort: 'self-per-call', reverse: true })).toEqual(['c', 'a', 'b'])
  })

  it('keeps NaN out of sums and shows it as unknown', () => {
    const rows = functionRows(
      graph(`
      a 1x self=NaN total=NaN
      b 1x self=2 total=2
    `),
    )
    expect(rows.measure.total).toBe(2)
    expect(names(rows)).toEqual(['b', 'a'])
    expect(rows.row(1)).toMatchObject({ self: null, total: null, selfShare: null, totalPerCall: null })
  })

  it('tells integers past 2^53 apart', () => {
    const rows = functionRows(
      graph(`
      a 1x self=9007199254740992 total=9007199254740992
      b 1x self=9007199254740993 total=9007199254740993
    `),
    )
    expect(names(rows)).toEqual(['b', 'a'])
    expect(rows.row(0).total).toBe(9007199254740993n)
    expect(rows.measure.total).toBe(18014398509481985n)
  })

  it('breaks ties by name, file and line, in code-point order', () => {
    const profile = graph(`
      b@/x.py:1 1x self=1 total=1
      a@/x.py:9 1x self=1 total=1
      a@/x.py:2 1x self=1 total=1
      a@/b.py:5 1x self=1 total=1
      \u{1f600}@/x.py:1 1x self=1 total=1
      \ufffd@/x.py:1 1x self=1 total=1
    `)
    const rows = functionRows(profile)
    const shown = Array.from({ length: rows.length }, (_, index) => nameOf(profile, rows.row(index).function))
    expect(shown).toEqual(['a@/b.py:5', 'a@/x.py:2', 'a@/x.py:9', 'b@/x.py:1', '\ufffd@/x.py:1', '\u{1f600}@/x.py:1'])
  })

  it('does not depend on the order of the input', () => {
    const lines = [
      'a 2x self=1 total=5',
      'b 2x self=1 total=5',
      'c 1x self=2 total=2',
      'd 1x self=NaN total=NaN',
      'e 0x self=0 total=0',
    ]
    fc.assert(
      fc.property(
        fc.shuffledSubarray(lines, { minLength: 5 }),
        fc.constantFrom(...SORT_KEYS),
        fc.boolean(),
        (shuffled, sort, reverse) => {
          expect(sorted(graph(shuffled.join('\n')), { sort, reverse })).toEqual(
            sorted(graph(lines.join('\n')), { sort, reverse }),
          )
        },
      ),
    )
  })

  it('has no rows for functions that filters left no stack of, and relates shares to the whole', () => {
    const profile = stacks(`
      main;a 3
      main;b 1
    `)
    const rows = functionRows(filterStacks(profile, { focus: (text) => text === 'b' }))
    expect(names(rows)).toEqual(['b', 'main'])
    expect(rows.all).toBe(2)
    expect(rows.row(0)).toMatchObject({ self: 1, calls: null, selfShare: 1 / 4 })
  })

  it('sorts many functions that cost the same', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `f${i} 1x self=${i % 7} total=${i % 7}`)
    const rows = functionRows(graph(lines.join('\n')))
    expect(rows.length).toBe(20_000)
    expect(rows.row(0).total).toBe(6)
    expect(rows.row(19_999).total).toBe(0)
  })
})

describe('selection of rows', () => {
  const PYTHON = graph(
    `
    main@/app/main.py:1                                             1x self=1 total=9
    parse@/app/shop/parse.py:3                                      1x self=2 total=2
    get@/usr/lib/python3.11/site-packages/requests/api.py:62        1x self=3 total=3
    send@/usr/lib/python3.11/site-packages/requests/sessions.py:5   1x self=3 total=3
    loads@/usr/lib/python3.11/json/__init__.py:299                  1x self=1 total=1
    <len>                                                           1x self=2 total=2
  `,
  )

  it('narrows rows by file:line(function) and by module, and changes no number', () => {
    const rows = functionRows(PYTHON, { filter: compilePattern('parse\\.py:3\\(parse\\)') })
    expect(names(rows)).toEqual(['parse'])
    expect(rows).toMatchObject({ length: 1, all: 6 })
    expect(rows.row(0).selfShare).toBe(2 / 12)
    expect(sorted(PYTHON, { filter: compilePattern('^requests\\.sess') })).toEqual(['send'])
    expect(sorted(PYTHON, { exclude: compilePattern('python3') })).toEqual(['main', '<len>', 'parse'])
  })

  it('takes scopes', () => {
    expect(sorted(PYTHON, { scope: 'project' })).toEqual(['main', 'parse'])
    expect(sorted(PYTHON, { scope: 'packages' })).toEqual(['get', 'send'])
    expect(sorted(PYTHON, { scope: 'runtime' })).toEqual(['<len>', 'loads'])
  })

  it('takes a module, a package, and what is below', () => {
    expect(sorted(PYTHON, { module: 'requests' })).toEqual(['get', 'send'])
    expect(sorted(PYTHON, { module: 'requests.api' })).toEqual(['get'])
    expect(sorted(PYTHON, { module: 'shop' })).toEqual(['parse'])
    expect(sorted(PYTHON, { module: 'sho' })).toEqual([])
  })
})

describe('parseSortKey', () => {
  it('knows the words of pstats', () => {
    expect(['cumulative', 'cumtime', 'tottime', 'time', 'ncalls', 'pcalls', 'percall'].map(parseSortKey)).toEqual([
      ...['total', 'total', 'self', 'self', 'calls', 'primitive-calls', 'self-per-call'],
    ])
    expect(() => parseSortKey('constructor')).toThrow(expect.objectContaining({ kind: 'usage' }))
  })
})

describe('compareTexts', () => {
  it('orders by code point', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareTexts(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })
})
