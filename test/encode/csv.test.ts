import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvCell, csvChunks } from '../../src/encode/csv.js'
import { csvRows, wellFormed } from '../support/csv-rows.js'
import { nastyName } from '../support/nasty-names.js'

function written(rows: readonly (readonly CsvCell[])[], safe = false): string {
  const chunks = [...csvChunks(rows, { safe })]
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks))
}

describe('csvChunks', () => {
  it('writes what a reader of RFC 4180 reads back', () => {
    const cell = fc.oneof(nastyName, fc.constant(null))
    const row = fc.array(cell, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        expect(csvRows(written(rows))).toEqual(rows.map((one) => one.map((text) => text && wellFormed(text))))
      }),
      { numRuns: 1000 },
    )
  })

  it('writes numbers in full and leaves unknown ones out', () => {
    const row = [0.1, 1e21, -1, 9007199254740993n, Number.NaN, null, '', 1e-7]
    expect(written([row])).toBe('0.1,1e+21,-1,9007199254740993,,,"",1e-7\r\n')
  })

  it('neutralises formulas in texts, never in numbers', () => {
    const texts = ['=1', '+1', '-1', '@x', '\t=1', '\r=1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff201', 'a=1', '']
    const [row] = csvRows(written([[...texts, -1, -5n, 0.5]], true))
    expect(row!.slice(0, 10)).toEqual(texts.slice(0, 10).map((text) => `'${text}`))
    expect(row!.slice(10)).toEqual(['a=1', '', '-1', '-5', '0.5'])
    expect(csvRows(written([texts]))[0]).toEqual(texts)
  })

  it('leaves no text that a spreadsheet would run', () => {
    fc.assert(
      fc.property(nastyName, (name) => {
        const [row] = csvRows(written([[name, 1]], true))
        expect(row![0]).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/)
      }),
      { numRuns: 1000 },
    )
  })

  it('writes many rows in pieces', () => {
    const rows = Array.from({ length: 2500 }, (_, index) => ['f', index])
    expect([...csvChunks(rows)]).toHaveLength(3)
    expect(written(rows).split('\r\n')).toHaveLength(2501)
  })
})
