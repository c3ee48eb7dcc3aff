import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeForMarkdown } from '../../src/encode/markdown.js'
import { escapeForTerminal } from '../../src/encode/terminal.js'
import { nastyName } from '../support/nasty-names.js'

describe('escapeForMarkdown', () => {
  it('is one cell on one line, and unescaped it is the text', () => {
    fc.assert(
      fc.property(nastyName, (name) => {
        const cell = escapeForMarkdown(name)
        expect(cell).not.toMatch(/[\r\n]/)
        // A reader of Markdown takes a backslash and the sign behind it as the sign: nothing special is left over.
        const rest = cell.replace(/\\[!-/:-@[-`{-~]/g, '')
        expect(rest).not.toMatch(/[|`<*~&$[\]\\]/)
        expect(cell.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(escapeForTerminal(name))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps usual names readable', () => {
    expect(escapeForMarkdown('build_summary_dict')).toBe('build_summary_dict')
    expect(escapeForMarkdown('store/records.py:17(enrich_record)')).toBe('store/records.py:17(enrich_record)')
    expect(escapeForMarkdown('__init__')).toBe('\\_\\_init\\_\\_')
    expect(escapeForMarkdown('<listcomp>')).toBe('\\<listcomp>')
    expect(escapeForMarkdown('a|b')).toBe('a\\|b')
  })
})
