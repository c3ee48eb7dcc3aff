import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, compileReplacement } from '../../src/analysis/pattern.js'

describe('compilePattern', () => {
  it('answers at once where a backtracking matcher would not come back', () => {
    const text = `${'a'.repeat(4000)}b`
    for (const source of [
      '^(a+)+$',
      '(a{1,30})+$',
      '^(?:a?){30}a{30}$',
      '(a+){10}$',
      '(a|aa)+$',
      '(a{0,5}){0,5}b{7}$',
    ]) {
      // Backtracking would take longer than the universe has been there.
      expect(compilePattern(source).test(text)).toBe(false)
    }
  })

  it('means what RegExp means, counted repetitions included', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '(?:ab)', '(a|b)', '(?<n>b)', '\\{', '\\x61')
    const count = fc.constantFrom('', '?', '*', '+', '+?', '{2}', '{1,2}', '{0,3}?', '{2,}', '{0}')
    const source = fc
      .tuple(fc.constantFrom('', '^'), fc.array(fc.tuple(atom, count), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([start, parts, end]) => start + parts.map((part) => part.join('')).join('') + (end ? '$' : ''))
      .filter((text) => text.split('?<n>').length < 3)
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', '{', 'c'), maxLength: 8 }), (pattern, text) => {
        expect(compilePattern(pattern).test(text), `${pattern} on ${text}`).toBe(new RegExp(pattern).test(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes braces that count nothing as they are', () => {
    expect(compilePattern('{method').test("{method 'execute'}")).toBe(true)
    expect(compilePattern('[{2}]').test('2')).toBe(true)
    expect(compilePattern('a\\{2}').test('a{2}')).toBe(true)
  })

  it.each([
    ['(a)\\1', 'refers back to a group'],
    ['(?<x>a)\\k<x>', 'refers back to a group'],
    ['(?=a)', 'looks ahead or behind'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['(a{1000}){1000}', 'repeats too much'],
    ['(', 'is no regular expression: unterminated group'],
    ['x'.repeat(1025), 'is longer than 1024 bytes'],
  ])('refuses %s', (source, why) => {
    expect(() => compilePattern(source)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(why) }),
    )
  })

  it('sees the first 4,096 characters of a text', () => {
    expect(compilePattern('z').test(`${'a'.repeat(4095)}z`)).toBe(true)
    expect(compilePattern('z').test(`${'a'.repeat(4096)}z`)).toBe(false)
  })
})

describe('compileReplacement', () => {
  it('replaces the first match or every one, with groups', () => {
    expect(compileReplacement('old', 'new', false)('old/old.py')).toBe('new/old.py')
    expect(compileReplacement('old', 'new', true)('old/old.py')).toBe('new/new.py')
    expect(compileReplacement('^(?:v\\d+)/(?<rest>.*)_(\\w{2,4})$', '$2:$1', false)('v12/a_b_cde')).toBe('cde:a_b')
    expect(compileReplacement('a{2}(b)', '[$&$1$$]', true)('aab_ab_aab')).toBe('[aabb$]_ab_[aabb$]')
  })

  it('means what RegExp means', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '(a)', '(?:b)', '(?:(a)|b)', '(a|(b))')
    const count = fc.constantFrom('', '?', '*', '+?')
    const source = fc
      .array(fc.tuple(atom, count), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map((part) => part.join('')).join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(source, text, fc.boolean(), (pattern, subject, isGlobal) => {
        const expected = subject.replace(new RegExp(pattern, isGlobal ? 'g' : ''), '<$1|$&>')
        expect(compileReplacement(pattern, '<$1|$&>', isGlobal)(subject)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('answers at once where a backtracking matcher would not come back', () => {
    expect(compileReplacement('^(a+)+$', '', true)(`${'a'.repeat(3000)}b`)).toHaveLength(3001)
  })

  it('refuses a group that is counted, however deep', () => {
    expect(() => compileReplacement('(?:a(b)){2}', '$1', false)).toThrow('counts repetitions of a group')
    expect(compileReplacement('(a)(?:b){2}', '$1', false)('abb')).toBe('a')
  })

  it('leaves what lies behind 4,096 characters as it is', () => {
    const text = 'a'.repeat(5000)
    expect(compileReplacement('a', 'b', true)(text)).toBe('b'.repeat(4096) + 'a'.repeat(904))
  })
})
