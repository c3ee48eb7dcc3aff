import { describe, expect, it } from 'vitest'
import { matchesGlob } from '../../../src/analysis/assertions/glob.js'
import { Scanner } from '../../../src/analysis/assertions/scanner.js'
import { SelectableFunction } from '../../../src/analysis/assertions/selectable.js'
import { selectAmong, takeSelector } from '../../../src/analysis/assertions/selector.js'
import { graph, nameOf } from '../../support/draw.js'

const SHOP = graph(
  `
  main@/home/me/shop/main.py:1               1x self=1 total=9
  fetch_row@/home/me/shop/app/db.py:4        2x self=1 total=1
  fetch_all@/home/me/shop/app/db.py:9        2x self=1 total=1
  fetch_row@/home/me/shop/app/web/views.py:2 2x self=1 total=1
  getter@/home/me/shop/app/xdb.py:3          2x self=1 total=1
  dumps@/usr/lib/python3.13/json/__init__.py:183  2x self=1 total=1
  get@/venv/lib/python3.13/site-packages/requests/api.py:62  2x self=1 total=1
  `,
  { source: { language: 'python' } },
)

function chosen(text: string): string[] {
  const selector = takeSelector(new Scanner(text))
  const found = selectAmong(selector, SHOP.functions.length, (fn) => new SelectableFunction(SHOP, fn))
  return [...found].map((fn) => nameOf(SHOP, fn).replace('/home/me/shop/', ''))
}

const DB = ['fetch_row@app/db.py:4', 'fetch_all@app/db.py:9']

describe('selectors', () => {
  it('choose by exact name first', () => {
    expect(chosen('fetch_row')).toEqual(['fetch_row@app/db.py:4', 'fetch_row@app/web/views.py:2'])
    expect(chosen('fetch')).toEqual([])
    expect(chosen('"fetch_*"')).toEqual([])
  })

  it('choose by file or module and name, from where a folder begins', () => {
    expect(chosen('db.py:fetch_*')).toEqual(DB)
    expect(chosen('app/db.*:fetch_*')).toEqual(DB)
    expect(chosen('app.db:fetch_a*')).toEqual(['fetch_all@app/db.py:9'])
    expect(chosen('db.py:9')).toEqual(['fetch_all@app/db.py:9'])
    expect(chosen('app\\db.py:9')).toEqual(['fetch_all@app/db.py:9'])
    expect(chosen('app/db.py')).toEqual(DB)
    expect(chosen('py:fetch_*')).toEqual([])
  })

  it('choose by a name with its module', () => {
    expect(chosen('db.*')).toEqual(DB)
    expect(chosen('app.db.fetch_all')).toEqual(['fetch_all@app/db.py:9'])
    // A star without a dot is about names alone: not about the module app.xdb.
    expect(chosen('*db*')).toEqual([])
    expect(chosen('get*')).toEqual(['getter@app/xdb.py:3', 'get@/venv/lib/python3.13/site-packages/requests/api.py:62'])
  })

  it('choose by regular expression', () => {
    expect(chosen('/db\\.py:\\d+\\(fetch/')).toEqual(DB)
    expect(chosen('/^fetch_a/')).toEqual(['fetch_all@app/db.py:9'])
  })

  it('choose modules, packages and what belongs together', () => {
    expect(chosen('@module(app)')).toEqual([...DB, 'fetch_row@app/web/views.py:2', 'getter@app/xdb.py:3'])
    expect(chosen('@module(requests)')).toEqual(['get@/venv/lib/python3.13/site-packages/requests/api.py:62'])
    expect(chosen('@packages')).toEqual(chosen('@module(requests)'))
    expect(chosen('@runtime')).toEqual(['dumps@/usr/lib/python3.13/json/__init__.py:183'])
    expect(chosen('@project')).toHaveLength(5)
  })

  it('know the names of built-ins as reports show them', () => {
    const profile = graph('main 1x', { source: { language: 'python' } })
    const builtin = (name: string) => ({ ...new SelectableFunction(profile, 0), name, shownName: name })
    const texts = { file: null, line: null, module: null, package: null, scope: 'runtime' } as const
    const found = (text: string, name: string): number =>
      selectAmong(takeSelector(new Scanner(text)), 1, () => ({ ...builtin(name), ...texts })).length
    expect(found('sqlite3.Cursor.execute', "<method 'execute' of 'sqlite3.Cursor' objects>")).toBe(1)
    expect(found('Cursor.*', "<method 'execute' of 'sqlite3.Cursor' objects>")).toBe(1)
    expect(found('ursor.execute', "<method 'execute' of 'sqlite3.Cursor' objects>")).toBe(0)
    expect(found('builtins.len', '<built-in method builtins.len>')).toBe(1)
  })
})

describe('matchesGlob', () => {
  it.each([
    ['*', '', true],
    ['a*b*c', 'aXbXbc', true],
    ['a*b*c', 'aXbXbcd', false],
    ['?x', 'ax', true],
    ['?x', 'x', false],
    ['**a', 'bba', true],
    ['a.b', 'axb', false],
    ['', '', true],
    ['', 'a', false],
  ])('%s and %s', (glob, text, expected) => {
    expect(matchesGlob(glob, text)).toBe(expected)
  })

  it('does not try all ways that stars could stand for', () => {
    expect(matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(4000))).toBe(false)
  })
})
