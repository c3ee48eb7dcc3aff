import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../src/encode/terminal.js'
import { markdownLines } from '../../src/render/markdown.js'
import type { Cell, Table } from '../../src/render/table.js'
import { textLines } from '../../src/render/text.js'

function table(rows: readonly (readonly Cell[])[]): Table {
  return {
    columns: [
      { title: 'calls', kind: 'calls' },
      { title: 'self', kind: 'value', unit: 'seconds', scaledBy: 'largest' },
      { title: 'per call', kind: 'value', unit: 'seconds', scaledBy: 'mean' },
      { title: 'share', kind: 'ratio' },
      { title: 'function', kind: 'name' },
      { title: 'place', kind: 'place' },
    ],
    length: rows.length,
    row: (index) => rows[index]!,
  }
}

const ROWS: readonly (readonly Cell[])[] = [
  [[1, 1], 0.25, 30, 0.9, 'main', '/home/dev/shop/main.py:1'],
  [[4821, 4821], 27.5, 0.0057, 0.1, 'fetch_category_name', '/home/dev/shop/store/categories.py:4'],
  [[18, 1], null, 0.0021, null, 'exec', ''],
]

describe('textLines', () => {
  it('aligns numbers to the right under their unit and texts to the left', () => {
    expect([...textLines(table(ROWS), { width: null })]).toEqual([
      'calls  self s  per call ms   share  function             place',
      '    1   0.250   30,000.000  90.0 %  main                 /home/dev/shop/main.py:1',
      '4,821  27.500        5.700  10.0 %  fetch_category_name  /home/dev/shop/store/categories.py:4',
      ' 18/1       -        2.100       -  exec',
    ])
  })

  it('fits a terminal by taking out the middle of names', () => {
    const lines = [...textLines(table(ROWS), { width: 72 })]
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(72)
    expect(lines[2]).toBe('4,821  27.500        5.700  10.0 %  fetch_ca…ory_name  …/categories.py:4')
  })

  it('leaves numbers out that can be done without before names become too short', () => {
    const { columns, ...rest } = table(ROWS)
    const optional = columns.map((column) => (column.title === 'share' ? { ...column, leftOut: 1 } : column))
    expect([...textLines({ columns: optional, ...rest }, { width: 72 })][2]).toBe(
      '4,821  27.500        5.700  fetch_category_name  …/store/categories.py:4',
    )
    expect([...textLines({ columns: optional, ...rest }, { width: null })][0]).toContain('share')
  })

  it('never cuts numbers, however narrow the terminal', () => {
    const lines = [...textLines(table(ROWS), { width: 1 })]
    expect(lines[2]).toBe('4,821  27.500        5.700  10.0 %  fetc…ame  cate…y:4')
  })

  it('does not let one long name on a pipe push all others away', () => {
    const long = 'n'.repeat(1000)
    const lines = [...textLines(table([...ROWS, [[1, 1], 1, 1, 0, long, '/x.py:1']]), { width: null })]
    expect(lines[1]!.length).toBeLessThan(120)
    expect(lines[4]).toContain(`${long}  /x.py:1`)
  })

  it('prints one line a row and nothing that a terminal obeys, whatever the names are', () => {
    const nasty = fc.array(
      fc.constantFrom(
        '\n   999  9.0 forged',
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u009b31m',
        '\r',
        '\u202e',
        '\u200b',
        'ä',
        '関数',
        '|',
        '</script>',
        '`',
      ),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(nasty, nasty, fc.constantFrom(null, 40, 80, 200), (name, place, width) => {
        const rows = table([[[1, 1], 1, 1, 1, name.join(''), place.join('')], ...ROWS])
        for (const lines of [[...textLines(rows, { width })], [...markdownLines(rows)].slice(1)]) {
          expect(lines).toHaveLength(5)
          expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e\u200b\u2028]/u)
        }
      }),
    )
  })

  it('has only a head for no rows', () => {
    expect([...textLines(table([]), { width: null })]).toEqual(['calls  self s  per call s  share  function  place'])
  })
})

describe('markdownLines', () => {
  it('writes a table that shows names as they are', () => {
    expect([...markdownLines(table([[[2, 1], 1.5, 0.75, 0.5, 'a|b <c>', '__init__.py:3']]))]).toEqual([
      '| calls | self s | per call ms | share | function | place |',
      '| ---: | ---: | ---: | ---: | :--- | :--- |',
      '| 2/1 | 1.500 | 750.00 | 50.0 % | a\\|b \\<c> | \\_\\_init\\_\\_.py:3 |',
    ])
  })
})
