import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Assertion, Condition, Target, Term } from '../../../src/analysis/assertions/expression.js'
import { parseAssertion } from '../../../src/analysis/assertions/parse-assertion.js'
import type { Selector } from '../../../src/analysis/assertions/selector.js'
import { CallcostError } from '../../../src/errors.js'

/** An expression with all its parentheses, as it was understood. */
function understood({ condition }: Assertion): string {
  return conditionText(condition)
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'comparison':
      return `${termText(condition.left)} ${condition.operator} ${termText(condition.right)}`
    case 'and':
    case 'or':
      return `(${condition.parts.map(conditionText).join(` ${condition.kind} `)})`
    case 'exists':
      return `exists ${targetText(condition.target)}`
    default:
      return `${condition.kind}(${conditionText(condition.of)})`
  }
}

function termText(term: Term): string {
  switch (term.kind) {
    case 'number':
      return `${term.value}${term.unit === null ? '' : `·${term.unit.kind}×${term.unit.factor}`}`
    case 'metric':
      return `${term.metric} ${targetText(term.target)}`
    case 'whole':
      return term.whole
    case 'ratio':
      return `ratio ${selectorText(term.of)} ${selectorText(term.by)}`
    case 'arithmetic':
      return `(${termText(term.left)} ${term.operator} ${termText(term.right)})`
    case 'aggregate':
      return `${term.aggregate}(${termText(term.of)})`
    default:
      return `${term.kind}(${termText(term.of)})`
  }
}

function targetText(target: Target): string {
  return target.kind === 'functions'
    ? selectorText(target.functions)
    : `${selectorText(target.callers)}→${selectorText(target.callees)}`
}

function selectorText(selector: Selector): string {
  return `${selector.kind}[${selector.kind === 'module' ? selector.module : selector.text}]`
}

const read = (text: string): string => understood(parseAssertion(text))

function failure(text: string): CallcostError {
  try {
    parseAssertion(text)
  } catch (error) {
    if (error instanceof CallcostError) return error
  }
  throw new Error(`${text} is understood`)
}

describe('parseAssertion', () => {
  it.each([
    ['calls(fetch_category) <= 12', 'calls name[fetch_category] <= 12'],
    ['calls(@packages) <= 3*calls(handle)', 'calls scope[@packages] <= (3 * calls name[handle])'],
    ['edge(render->fetch).calls == 0', 'calls name[render]→name[fetch] == 0'],
    ['calls( render -> fetch ) == 0', 'calls name[render]→name[fetch] == 0'],
    ['percall(parse) < 80us', 'percall name[parse] < 80·time×1'],
    ['selfpct(@module(logging)) < 2 %', 'selfpct module[logging] < 2·share×0.01'],
    ['pct(total) <= 5%', 'pct(program) <= 5·share×0.01'],
    ['ratio(fetch, handle) <= 3', 'ratio name[fetch] name[handle] <= 3'],
    ['self(f) < 20MB', 'self name[f] < 20·bytes×1000000'],
    ['calls(f) < 1.5k', 'calls name[f] < 1.5·number×1000'],
    ['program < 2 s and gc < 5ms', '(program < 2·time×1 and gc < 5·time×1)'],
    ['any(calls(f) > 3) or max(self(f)) < 3s', '(any(calls name[f] > 3) or max(self name[f]) < 3·time×1)'],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it('binds products before sums, sums before comparisons, and before or', () => {
    expect(read('calls(a) + 2*calls(b)/4 - 1 < 3')).toBe('((calls name[a] + ((2 * calls name[b]) / 4)) - 1) < 3')
    expect(read('calls(a) < 1 or calls(b) < 2 and not calls(c) < 3')).toBe(
      '(calls name[a] < 1 or (calls name[b] < 2 and not(calls name[c] < 3)))',
    )
    expect(read('(calls(a) < 1 or exists(b)) and ((calls(c) + 1) * -2 > 3)')).toBe(
      '((calls name[a] < 1 or exists name[b]) and ((calls name[c] + 1) * negative(2)) > 3)',
    )
  })

  it('takes names as they are, however odd', () => {
    const names = [
      '(anonymous)',
      '<lambda>',
      "{method 'execute' of 'sqlite3.Cursor' objects}",
      'std::vector<int, long>::push_back(int const&)',
      'operator()',
      'app/db.*:fetch_*',
      'C:\\app\\db.py:4',
    ]
    for (const name of names) expect(read(`calls(${name}) < 1`)).toBe(`calls name[${name}] < 1`)
    expect(read('calls("Foo->bar)") < 1')).toBe('calls name[Foo->bar)] < 1')
    expect(read(String.raw`calls('it\'s') < 1`)).toBe("calls name[it's] < 1")
    expect(read('edge("a->b" -> /^c(d|e)->/).self < 1s')).toBe('self name[a->b]→pattern[/^c(d|e)->/] < 1·time×1')
    expect(read(String.raw`calls(/\)\/$/) < 1`)).toBe(String.raw`calls pattern[/\)\/$/] < 1`)
    expect(read('calls(/app/db.py:load) < 1')).toBe('calls name[/app/db.py:load] < 1')
  })

  it.each([
    ['', 'expected a number or a metric, got the end at column 1'],
    ['calls(f', 'expected ), got the end at column 8'],
    ['calls() < 3', 'expected the name of a function at column 7'],
    ['calls(f) <', 'expected a number or a metric, got the end at column 11'],
    ['calls(f)', 'calls(f) is compared with nothing at column 1'],
    ['calls(f) < 3 calls(g)', 'there is no unit "calls" at column 14'],
    ['calls(f) < 3 and', 'expected a number or a metric, got the end at column 17'],
    ['1 < calls(f) < 3', 'expected and, or or the end, got "<" at column 14'],
    ['f < 3', 'there is no "f" at column 1'],
    ['exists(f) < 3', 'expected a number, got what is true or false at column 1'],
    ['calls(@io) < 3', 'there is no set "@io" at column 7'],
    ['edge(a->b) < 3', 'expected a dot and what of the edge is meant, got "<" at column 12'],
    ['edge(a->b).callers < 3', 'expected what of the edge is meant at column 12'],
    ['selfpct(a->b) < 3%', 'calls from one function to another have no selfpct at column 1'],
    ['calls("f) < 3', 'a quote is not closed at column 7'],
    ['calls(f) < 9e999', 'the number 9e999 is too large at column 12'],
  ])('says where %s is wrong', (text, message) => {
    const error = failure(text)
    expect(error.kind).toBe('usage')
    expect(error.message).toContain(message)
  })

  it.each([
    ['calls(f) < 80us', 'it compares a count with a time'],
    ['selfpct(f) < 2', 'it compares a share with a plain number'],
    ['calls(f) < 5%', 'it compares a count with a share'],
    ['self(f) + 5% < 3s', 'it adds what the profile measures and a share'],
    ['calls(f) - 5us < 3', 'it takes a time from a count'],
    ['self(f) * total(f) < 3s', 'it multiplies what the profile measures by what the profile measures'],
    ['3 / self(f) < 3s', 'it divides a plain number by what the profile measures'],
    ['2s < 3ms', 'asks nothing of a profile'],
  ])('refuses %s, which compares what differs', (text, message) => {
    expect(failure(text).message).toContain(message)
  })

  it('lets quotients and products have the kind that follows', () => {
    for (const text of [
      'self(f) / total(f) < 50%',
      'self(f) / total(f) < 0.5',
      'total(f) <= calls(g) * 2ms',
      'total(f) / calls(f) < 2ms',
      'total(f) < 50% * program',
      'edge(a->b).total == 0',
      'selfpct(f) > 0',
    ]) {
      expect(() => parseAssertion(text)).not.toThrow()
    }
  })

  it('bounds depth and length, whatever is nested', () => {
    for (const open of ['(', '-', 'not ', 'max(', 'base(', 'any(']) {
      expect(failure(open.repeat(300)).message).toContain('more than 50 levels')
    }
    expect(failure('1 + '.repeat(10_000)).message).toContain('longer than 2000 characters')
  })

  it('says no more than that, whatever is written', () => {
    const words =
      'calls( self( f ) -> < <= 3 4ms 5% and or not exists( edge( ratio( , + - * / " \' any( @ . base('.split(' ')
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (parts) => {
        try {
          parseAssertion(parts.join(' '))
        } catch (error) {
          expect(error).toBeInstanceOf(CallcostError)
          expect((error as CallcostError).kind).toBe('usage')
        }
      }),
      { numRuns: 2000 },
    )
  })
})
