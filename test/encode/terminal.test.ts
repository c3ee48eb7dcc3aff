import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth, escapeForTerminal, fitToWidth } from '../../src/encode/terminal.js'
import { nastyName } from '../support/nasty-names.js'

/** Whatever a terminal could obey, and what nobody would see. */
const FORBIDDEN =
  /[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/u

describe('escapeForTerminal', () => {
  it('leaves nothing that a terminal obeys or hides', () => {
    fc.assert(
      fc.property(nastyName, (name) => {
        expect(escapeForTerminal(name)).not.toMatch(FORBIDDEN)
      }),
      { numRuns: 2000 },
    )
  })

  it('shows what was there', () => {
    expect(escapeForTerminal('a\nb\tc\rd\0')).toBe('a\\nb\\tc\\rd\\0')
    expect(escapeForTerminal('\x1b[31mred\x9b0m\x7f')).toBe('\\x1b[31mred\\x9b0m\\x7f')
    expect(escapeForTerminal('rtl\u202egnp')).toBe('rtl\\u{202e}gnp')
    expect(escapeForTerminal('\ud800')).toBe('\\u{d800}')
    expect(escapeForTerminal('\u{e0041}')).toBe('\\u{e0041}')
    expect(escapeForTerminal('\u{e0000}\u2065')).toBe('\\u{e0000}\\u{2065}')
  })

  it('leaves readable text alone', () => {
    for (const text of ['plain', 'C:\\new\\table.py', 'größe 漢字 🚀 é', '<listcomp>'])
      expect(escapeForTerminal(text)).toBe(text)
  })
})

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['größe', 5],
    ['e\u0301', 1],
    ['漢字', 4],
    ['ｆｕｌｌ', 8],
    ['ｱ', 1],
    ['한국', 4],
    ['🚀', 2],
    ['✓', 1],
    ['…', 1],
    ['─', 1],
    ['𝒳', 1],
    ['𠀀', 2],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('fitToWidth', () => {
  it('cuts the middle', () => {
    expect(fitToWidth('abcdefghij', 10)).toBe('abcdefghij')
    expect(fitToWidth('abcdefghij', 9)).toBe('abcd…ghij')
    expect(fitToWidth('abcdefghij', 4)).toBe('ab…j')
    expect(fitToWidth('abcdefghij', 1)).toBe('…')
    expect(fitToWidth('abcdefghij', 0)).toBe('')
    expect(fitToWidth('漢字漢字', 5)).toBe('漢…字')
  })

  it('never takes more columns than it may, nor splits a character', () => {
    fc.assert(
      fc.property(nastyName, fc.integer({ min: 0, max: 40 }), (name, width) => {
        const fitted = fitToWidth(escapeForTerminal(name), width)
        expect(displayWidth(fitted)).toBeLessThanOrEqual(width)
        expect(fitted).not.toMatch(/[\ud800-\udfff]/u)
        expect(fitted).not.toMatch(/…[\p{Mn}\p{Me}]/u)
      }),
      { numRuns: 2000 },
    )
  })

  it('takes time in proportion to the text', () => {
    const long = '漢'.repeat(1_000_000)
    expect(displayWidth(fitToWidth(long, 80))).toBeLessThanOrEqual(80)
  })
})
