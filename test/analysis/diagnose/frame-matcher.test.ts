import { describe, expect, it } from 'vitest'
import { globTest } from '../../../src/analysis/diagnose/frame-matcher.js'

describe('globTest', () => {
  it.each([
    ['copy.deepcopy', 'copy.deepcopy', true],
    ['copy.deepcopy', 'copy.deepcopy2', false],
    ['*.clone', 'shop.model.clone', true],
    ['*.clone', 'clone', false],
    ["method 'execute' of '*", "method 'execute' of 'sqlite3.Cursor' objects", true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    // What is between two ends may be nothing, but the ends may not share a letter.
    ['ab*bc', 'abbc', true],
    ['ab*bc', 'abc', false],
    ['*', '', true],
  ])('%s matches %s: %s', (glob, text, matches) => {
    expect(globTest(glob)(text)).toBe(matches)
  })

  it('takes no longer for many stars', () => {
    expect(globTest('*a'.repeat(200))('a'.repeat(20_000))).toBe(true)
    expect(globTest(`${'*a'.repeat(200)}b`)('a'.repeat(20_000))).toBe(false)
  })
})
