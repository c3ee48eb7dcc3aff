import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headline } from '../../src/analysis/bottleneck.js'
import { edgeRows } from '../../src/analysis/edge-rows.js'
import { findFunctions } from '../../src/analysis/find-functions.js'
import { functionRows } from '../../src/analysis/function-rows.js'
import { groupRows } from '../../src/analysis/group-rows.js'
import type { Profile } from '../../src/model/profile.js'
import { readProfile } from '../../src/pipeline/read.js'
import { type Analysis, analyzeReport, type ReportFormat } from '../../src/report/analyze/report.js'
import { graph } from '../support/draw.js'
import { FIXTURES } from '../support/fixtures.js'

function report(analysis: Analysis, format: ReportFormat, limit?: number): string {
  const chunks = analyzeReport(analysis, { format, limit, width: null, source: { files: ['x.prof'] } })
  return Buffer.concat([...chunks]).toString()
}

const functions = (profile: Profile): Analysis => ({
  kind: 'functions',
  rows: functionRows(profile),
  headline: headline(profile),
})

const callers = (profile: Profile, name: string): Analysis => ({
  kind: 'edges',
  rows: edgeRows(profile, findFunctions(profile, name), 'callers'),
})

const SMALL = graph(`
  main@/app/main.py:1  1x    self=1 total=10
  f@/app/f.py:3        9/3x  self=9 total=9
  <len>                -1x   self=0 total=0
  main@/app/main.py:1 -> f@/app/f.py:3 3x self=3 total=9
  f@/app/f.py:3 -> f@/app/f.py:3 6/2x self=6 total=6
`)

describe('JSON of analyze', () => {
  it('has the keys and the raw numbers that scripts rely on', () => {
    const parsed = JSON.parse(report(functions(SMALL), 'json'))
    expect(Object.keys(parsed)).toEqual([
      'schema',
      'source',
      'valueType',
      'unit',
      'total',
      'calls',
      'functions',
      'rows',
    ])
    expect(parsed).toMatchObject({
      schema: 'callcost/analyze/1',
      valueType: 'time',
      unit: 'seconds',
      total: 10,
      calls: 10,
      functions: 3,
    })
    expect(parsed.rows[1]).toEqual({
      function: 'f',
      file: '/app/f.py',
      line: 3,
      column: null,
      module: 'f',
      calls: 9,
      primitiveCalls: 3,
      self: 9,
      total: 9,
      selfPerCall: 1,
      totalPerCall: 3,
      selfShare: 0.9,
      totalShare: 0.9,
    })
    expect(parsed.rows[2]).toMatchObject({ function: '<len>', file: null, line: null, calls: null, selfPerCall: null })
  })

  it('has the edges of a function', () => {
    const parsed = JSON.parse(report(callers(SMALL, 'f'), 'json'))
    expect(parsed.matched).toEqual([{ function: 'f', file: '/app/f.py', line: 3 }])
    expect(parsed.edges[0]).toEqual({
      caller: { function: 'main', file: '/app/main.py', line: 1 },
      callee: { function: 'f', file: '/app/f.py', line: 3 },
      calls: 3,
      primitiveCalls: 3,
      self: 3,
      total: 9,
      share: 1,
    })
    expect(parsed.callerModules).toEqual([{ module: 'main', callers: 1, calls: 3, total: 9 }])
    expect(parsed.outside).toBeNull()
  })

  it('writes integers past 2^53 as decimal texts', () => {
    const parsed = JSON.parse(report(functions(graph('f 9007199254740993x self=1 total=1')), 'json'))
    expect(parsed.rows[0].calls).toBe('9007199254740993')
    expect(parsed.calls).toBe('9007199254740993')
  })

  it('names a group by what its members share', () => {
    const analysis: Analysis = { kind: 'groups', rows: groupRows(SMALL, 'file'), headline: headline(SMALL) }
    const parsed = JSON.parse(report(analysis, 'json'))
    expect(parsed.by).toBe('file')
    expect(parsed.rows[0]).toMatchObject({ function: null, file: '/app/main.py', line: null, self: 1, total: 10 })
  })
})

describe('rows that are shown', () => {
  const many = graph(Array.from({ length: 30 }, (_, i) => `f${i} 1x self=${i} total=${i}`).join('\n'))
  const bodyOf = (text: string): number => text.split(/\r?\n/).filter((line) => /\bf\d+\b/.test(line)).length

  it('are 20 for people and all for machines', () => {
    expect(report(functions(many), 'text')).toContain('20 of 30 functions, --limit 0 for all\n')
    // The headline names one function too.
    expect(bodyOf(report(functions(many), 'text'))).toBe(21)
    expect(bodyOf(report(functions(many), 'markdown'))).toBe(21)
    expect(bodyOf(report(functions(many), 'csv'))).toBe(30)
    expect(JSON.parse(report(functions(many), 'json')).rows).toHaveLength(30)
  })

  it('are as many as asked for, 0 being all', () => {
    expect(JSON.parse(report(functions(many), 'json', 3)).rows).toHaveLength(3)
    expect(bodyOf(report(functions(many), 'text', 0))).toBe(31)
    expect(report(functions(many), 'text', 0)).not.toContain('--limit')
  })
})

describe('sentences on callers', () => {
  const said = (profile: Profile, name: string): string[] => report(callers(profile, name), 'text').split('\n')

  it('says where a fix belongs', () => {
    expect(said(SMALL, 'f')[1]).toBe('one caller: fix it there (main)')
    const shared = graph(`
      a@/x/a.py:1 1x self=1 total=2
      b@/x/b.py:1 1x self=1 total=3
      c@/x/c.py:1 1x self=1 total=4
      f@/x/f.py:1 7x self=6 total=6
      a@/x/a.py:1 -> f@/x/f.py:1 1x total=1
      b@/x/b.py:1 -> f@/x/f.py:1 2x total=2
      c@/x/c.py:1 -> f@/x/f.py:1 3x total=3
    `)
    expect(said(shared, 'f')[1]).toBe('3 modules call it: a shared cache would serve all (c 3, b 2, a 1)')
    expect(said(shared, 'f')[2]).toBe('called from outside the profile: 1')
    expect(said(shared, 'a')[1]).toBe('no function of the profile calls it')
  })
})

/** What Python's pstats has of a file: see scripts/make-fixtures. Rows are file, line, name, cc, nc, tt, ct, callers. */
type PythonRow = [string, number, string, number, number, number, number, unknown[][]]

const ratio = (value: number, calls: number): number | null => (calls === 0 ? null : value / calls)

describe('JSON of analyze against Python', () => {
  const folder = `${FIXTURES}/pstats`
  const cases = readdirSync(folder).filter((name) => name.endsWith('.python.json'))

  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(20)
  })

  it.each(cases.filter((name) => !/bigcounts|numbers|nonascii|pyinstrument|sampled/.test(name)))('%s', async (name) => {
    const { summary, rows } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as {
      summary: { calls?: number; total?: number }
      rows: PythonRow[]
    }
    const profile = await readProfile(`${folder}/${parse(parse(name).name).name}.pstats`)
    const parsed = JSON.parse(report(functions(profile), 'json'))
    const keyOf = (file: string | null, line: number | null, fn: string): string => `${file}:${line} ${fn}`
    const ours = new Map<string, Record<string, number | null>>(
      parsed.rows.map((row: { file: string | null; line: number | null; function: string }) => [
        keyOf(row.file, row.line, row.function),
        row,
      ]),
    )
    const totals: number[] = parsed.rows.map((row: { total: number | null }) => row.total ?? Number.NEGATIVE_INFINITY)
    expect(totals).toEqual(totals.toSorted((a, b) => b - a))
    // Compared by hand: thousands of expect() take seconds.
    const wrong = rows.filter(([file, line, fn, primitiveCalls, calls, self, total]) => {
      const isBuiltin = file === '~' || file === ''
      const row = ours.get(keyOf(isBuiltin ? null : file, isBuiltin || line < 1 ? null : line, fn))
      const expected = [calls, primitiveCalls, self, total, ratio(self, calls), ratio(total, primitiveCalls)]
      const actual = [row?.calls, row?.primitiveCalls, row?.self, row?.total, row?.selfPerCall, row?.totalPerCall]
      return expected.some((value, index) => value !== actual[index])
    })
    expect(wrong).toEqual([])
    // A caller without a row of its own is a function of ours.
    expect(ours.size).toBeGreaterThanOrEqual(rows.length)
    if (summary.calls !== undefined) expect(parsed.calls).toBe(summary.calls)
    if (summary.total !== undefined) expect(parsed.total).toBeCloseTo(summary.total, 9)
  })
})
