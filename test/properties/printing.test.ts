import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headline } from '../../src/analysis/bottleneck.js'
import { functionRows } from '../../src/analysis/function-rows.js'
import { SORT_KEYS } from '../../src/analysis/sort-keys.js'
import type { Profile } from '../../src/model/profile.js'
import { analyzeReport, type ReportFormat } from '../../src/report/analyze/report.js'
import { csvRows, wellFormed } from '../support/csv-rows.js'
import { nastyStacks, profileOf } from './nasty-stacks.js'
import { draw, runs, samples, weightOf } from './runs.js'

type Sort = (typeof SORT_KEYS)[number]

function print(profile: Profile, format: ReportFormat, limit: number, sort?: Sort): string {
  const rows = functionRows(profile, sort === undefined ? {} : { sort })
  const analysis = { kind: 'functions', rows, headline: headline(profile) } as const
  const chunks = analyzeReport(analysis, { format, limit, width: null, source: { files: ['x.folded'] } })
  return Buffer.concat([...chunks]).toString()
}

const sort = fc.constantFrom(...SORT_KEYS)
const limit = fc.integer({ min: 1, max: 8 })

/** Recursion and empty stacks are in `samples`; any text is in the names of the others. */
const profiles = fc.oneof(
  samples.map((list) => draw(list)),
  nastyStacks.map(profileOf),
)

describe('what is printed', () => {
  it('adds up: Σ self of the rows of the JSON is what was sampled', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const full = list.map(({ path, weight }) => ({ path: ['main', ...path], weight }))
        const { total, rows } = JSON.parse(print(draw(full), 'json', 0))
        expect(total).toBe(weightOf(full))
        expect(rows.reduce((sum: number, row: { self: number }) => sum + row.self, 0)).toBe(total)
      }),
      runs(),
    )
  })

  it('is the same in CSV as in JSON', () => {
    fc.assert(
      fc.property(profiles, sort, (profile, key) => {
        const { rows, unit } = JSON.parse(print(profile, 'json', 0, key))
        const [keys, ...records] = csvRows(print(profile, 'csv', 0, key))
        expect(records.length).toBe(rows.length)
        records.forEach((record, at) => {
          const row = { ...rows[at], unit }
          // UTF-8 has no lone surrogates; JSON writes them as escapes.
          const expected = keys!.map((name) => row[name!] ?? null)
          expect(record).toEqual(expected.map((cell) => (cell === null ? null : wellFormed(String(cell)))))
        })
      }),
      runs(),
    )
  })

  it('begins the same whatever the limit is', () => {
    fc.assert(
      fc.property(profiles, sort, limit, (profile, key, most) => {
        const all = JSON.parse(print(profile, 'json', 0, key))
        expect(JSON.parse(print(profile, 'json', most, key))).toEqual({ ...all, rows: all.rows.slice(0, most) })
        const records = csvRows(print(profile, 'csv', 0, key))
        expect(csvRows(print(profile, 'csv', most, key))).toEqual(records.slice(0, most + 1))
      }),
      runs(),
    )
  })

  it('has a line a row and no control character, whatever the names are', () => {
    fc.assert(
      fc.property(nastyStacks.map(profileOf), fc.constantFrom<ReportFormat>('text', 'markdown'), (profile, format) => {
        const text = print(profile, format, 0)
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
        const lines = text.split('\n')
        const head = lines.findIndex((line) => (format === 'text' ? /^\s*self /.test(line) : line.startsWith('|')))
        const first = format === 'text' ? head + 1 : head + 2
        const last = lines.findIndex((line, at) => at >= first && line === '')
        expect(last - first).toBe(profile.functions.length)
      }),
      runs(),
    )
  })
})
