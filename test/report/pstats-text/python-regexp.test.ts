import { describe, expect, it } from 'vitest'
import { CallcostError } from '../../../src/errors.js'
import { pythonRegExp } from '../../../src/report/pstats-text/python-regexp.js'

// What `re.search` of CPython 3.13 finds, for each text true or false.
describe('finds what re.search finds', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['fib|main', ['a.py:1(main)'], ['a.py:1(f)']],
    ['(?i)MODULE', ['a.py:1(<module>)'], ['a.py']],
    ['(?x) m a i n  # the start', ['main'], ['m a i n']],
    ['\\Asrv', ['srv/a'], ['/srv', '\nsrv']],
    ['\\)\\Z', ['a)'], ['a)\n', ')a']],
    ['b$', ['ab', 'ab\n'], ['ab\n\n', 'ba']],
    ['(?m)^b$', ['a\nb\nc'], ['ab']],
    ['a.c', ['abc', 'a\rc', 'a\u2028c'], ['a\nc']],
    ['(?s)a.c', ['a\nc'], ['ac']],
    ['^.{3}$', ['😀ab'], ['😀a']],
    ['\\w', ['é', 'ª', '中', '²', '٣', '_'], ['·', '-', '😀']],
    ['(?a)\\w', ['a', '1'], ['é', '٣']],
    ['\\d', ['1', '٣'], ['²', 'Ⅷ']],
    ['\\s', ['\x1c', '\x85', '\u2003'], ['\ufeff', '\u200b']],
    ['\\bé', ['x é'], ['xé']],
    ['\\B', ['ab'], ['', 'a']],
    ['[\\w.]+:', ['é.py:'], [':']],
    ['[]a]', [']'], ['[']],
    ['[^]a]', ['b'], [']a']],
    ['[a\\-z&&~~|(){}/[]', ['-', '&', '~', '|', '(', '{', '/', '['], ['b', 'y']],
    ['[^\\W\\d]', ['a', 'é'], ['1', '-']],
    ['(?P<x>.)(?P=x)', ['aa'], ['ab']],
    ['(.)\\1{2}', ['aaa'], ['aa']],
    ['\\101\\x61\\u00e9\\0', ['Aaé\0'], ['Aaé']],
    ['a{,2}b', ['b', 'aab'], ['a']],
    ['^a{,2}b', ['aab'], ['aaab']],
    ['a{x}|{}|}{', ['a{x}', '{}', '}{'], ['a', '{']],
    ['(?<=/)a(?!b)', ['/a'], ['a', '/ab']],
    ['(?=a)*b', ['b'], ['a']],
    ['(?#note \\) here)a', ['a'], ['note']],
    ['', ['', 'a'], []],
  ])('%s', (pattern, found, missed) => {
    const translated = pythonRegExp(pattern)
    for (const text of found) expect(translated?.test(text), JSON.stringify(text)).toBe(true)
    for (const text of missed) expect(translated?.test(text), JSON.stringify(text)).toBe(false)
  })

  it('does not look between the halves of a character', () => {
    expect(pythonRegExp('^\\Z')?.test('😀 a')).toBe(false)
    expect(pythonRegExp('(?m)^$')?.test('😀 a')).toBe(false)
  })
})

describe('patterns that re.compile refuses', () => {
  it.each([
    'fib(',
    ')',
    '[',
    '[]',
    'a**',
    'a{1}{2}',
    '*a',
    '(*a)',
    '^*',
    '$+',
    '\\b?',
    '\\',
    '\\q',
    '\\x1',
    '\\1',
    '(a\\1)',
    '(?P=n)',
    '(?P<1>a)',
    '(?P<n>a)(?P<n>b)',
    '(?<n>a)',
    '(?<=a*)b',
    '(?<=a|bc)d',
    'a(?i)b',
    '(?L)a',
    '[z-a]',
    '[a-\\d]',
    'a{3,1}',
    '\\777',
    '(?#a',
    '(?',
  ])('%s', (pattern) => {
    expect(pythonRegExp(pattern)).toBeNull()
  })
})

describe('patterns that JavaScript cannot say', () => {
  it.each(['(?>a)', 'a++', '(a)?(?(1)b|c)', '(?i:a)', '(?-i:a)', '\\N{DIGIT ONE}'])('%s', (pattern) => {
    expect(() => pythonRegExp(pattern)).toThrow(CallcostError)
  })
})
