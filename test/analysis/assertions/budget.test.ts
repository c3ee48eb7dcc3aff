import { describe, expect, it } from 'vitest'
import { readBudget, updatedBudget } from '../../../src/analysis/assertions/budget.js'
import { checkAssertions } from '../../../src/analysis/assertions/check.js'
import { parseAssertion } from '../../../src/analysis/assertions/parse-assertion.js'
import { loweredAssertion } from '../../../src/analysis/assertions/ratchet.js'
import { RunValues } from '../../../src/analysis/assertions/run-values.js'
import { memorySource } from '../../../src/bytes/source.js'
import { FormatError } from '../../../src/errors.js'
import { graph } from '../../support/draw.js'

const read = (text: string, chunk = 7) => readBudget(memorySource('budget.json', Buffer.from(text), chunk))

const file = (assertions: string, rest = ''): string =>
  `{"schema": "callcost/budget/1", "assertions": [${assertions}]${rest}}`

async function failure(text: string): Promise<FormatError> {
  const error = await read(text).then(
    () => new Error('it is read'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(FormatError)
  expect((error as FormatError).source).toBe('budget.json')
  return error as FormatError
}

describe('readBudget', () => {
  it('reads assertions with level and note', async () => {
    const { assertions, ratchet } = await read(
      file(
        '{"assert": "calls(f) <= 12"}, {"note": "why", "level": "warn", "assert": "self(g) \\u003c 2ms"}',
        ', "ratchet": true',
      ),
    )
    expect(ratchet).toBe(true)
    expect(assertions.map(({ assertion, level, note }) => [assertion.text, level, note])).toEqual([
      ['calls(f) <= 12', 'error', null],
      ['self(g) < 2ms', 'warn', 'why'],
    ])
    expect((await read(file('{"assert": "exists(f)", "note": null}'))).ratchet).toBe(false)
  })

  it.each([
    ['a key that is none', file('{"assert": "exists(f)", "lvl": "warn"}'), 'assertions[0].lvl', 'no such key'],
    ['a key that is none at the top', file('{"assert": "exists(f)"}', ', "rachet": {}'), 'rachet', 'no such key'],
    ['a level that is none', file('{"assert": "exists(f)", "level": "off"}'), 'assertions[0].level', 'error or warn'],
    ['a wrong type', file('{"assert": 12}'), 'assertions[0].assert', 'expected a string'],
    ['another schema', file('').replace('/1', '/2'), 'schema', 'expected "callcost/budget/1"'],
    ['no assertion', file(''), 'assertions', 'checks nothing'],
    ['an assertion without text', file('{"level": "warn"}'), 'assertions[0]', 'assert'],
    ['a key twice', file('{"assert": "exists(f)", "assert": "exists(g)"}'), 'assertions[0].assert', 'twice'],
    ['a mistake', file('{"assert": "exists(f)"}, {"assert": "calls(f <= 12"}'), 'assertions[1].assert', 'column 14'],
    ['a bad pattern', file('{"assert": "calls(/(/) <= 12"}'), 'assertions[0].assert', 'no regular expression'],
  ])('refuses %s', async (_, text, path, message) => {
    const error = await failure(text)
    expect(error.place.path).toBe(path)
    expect(error.message).toContain(message)
  })

  it('refuses what is too large or no JSON', async () => {
    expect((await failure(' '.repeat(5 * 1024 * 1024))).message).toContain('at most')
    expect((await failure('["a"]')).message).toContain('expected an object')
  })
})

describe('updatedBudget', () => {
  it('leaves everything else as it was', async () => {
    const text = `\ufeff{ "ratchet" :true,\r\n\t"assertions": [ {"assert":"calls(\\u0066) <= 12" ,"note":"é \\""},
      {"assert": "exists(g)"}, {"assert":"self(\\"a\\\\\\\\b\\") < 2ms"} ], "schema":"callcost/budget/1" }\n\n`
    const budget = await read(text)
    const [first, , third] = budget.assertions
    expect(third!.assertion.text).toBe('self("a\\\\b") < 2ms')
    const unchanged = updatedBudget(budget, new Map())
    expect(Buffer.from(unchanged).toString()).toBe(text)
    const changed = updatedBudget(
      budget,
      new Map([
        [third!, 'self("a\\\\b") < 1ms'],
        [first!, 'calls(f) <= 3'],
      ]),
    )
    expect(Buffer.from(changed).toString()).toBe(
      text.replace('calls(\\u0066) <= 12', 'calls(f) <= 3').replace('< 2ms', '< 1ms'),
    )
  })
})

describe('loweredAssertion', () => {
  const profile = graph('f 12x self=0.0123456 total=0.0123456\n g 2x self=1 total=1\n z 1x self=0 total=0')
  const run = new RunValues('run', profile, 0, 'seconds')

  function lowered(text: string): string | null {
    const required = { assertion: parseAssertion(text), level: 'error' as const, note: null }
    const sources = { runs: [run], base: null, unit: 'seconds' as const }
    const [checked] = checkAssertions([required], sources).assertions
    return loweredAssertion(required.assertion, checked!.outcome, 'seconds')
  }

  it.each([
    ['calls(f) <= 20', 'calls(f) <= 12'],
    ['calls(f) < 20', 'calls(f) < 13'],
    ['calls(f)<=2k', 'calls(f)<=12'],
    ['20 >= calls(f)', '12 >= calls(f)'],
    ['self(f) <= 20ms', 'self(f) <= 13ms'],
    ['self(f) < 0.5 s', 'self(f) < 0.013 s'],
    ['self(f) < 90000us and calls(g) <= 5', 'self(f) < 13000us and calls(g) <= 2'],
    ['totalpct(f) <= 50%', 'totalpct(f) <= 1.3%'],
    ['calls(f)/calls(g) <= 9', 'calls(f)/calls(g) <= 6'],
    ['self(z) <= 5ms', 'self(z) <= 0ms'],
  ])('lowers %s to %s', (text, expected) => {
    expect(lowered(text)).toBe(expected)
    // And what it became holds, and stays.
    expect(lowered(expected)).toBeNull()
  })

  it.each([
    'calls(f) <= 12',
    'calls(f) < 13',
    'calls(f) <= 3',
    'calls(f) <= 3 and calls(g) <= 9',
    'calls(f) >= 3',
    'calls(f) == 12',
    'calls(f) <= calls(g) * 9',
    'calls(f) <= 99 or calls(g) <= 99',
    'not calls(f) <= 3',
    'all(calls(f) <= 99)',
    'self(f) <= 12.4ms',
    // There is no least number above nothing.
    'self(z) < 5ms',
    'exists(f)',
  ])('leaves %s alone', (text) => {
    expect(lowered(text)).toBeNull()
  })
})
