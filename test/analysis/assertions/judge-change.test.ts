import { describe, expect, it } from 'vitest'
import { parseChangeRule } from '../../../src/analysis/assertions/change-rule.js'
import type {
  ChangeCause,
  ChangedFunction,
  ChangedValue,
  ChangeSubject,
} from '../../../src/analysis/assertions/change-subject.js'
import { judgeChange } from '../../../src/analysis/assertions/judge-change.js'
import type { Selectable } from '../../../src/analysis/assertions/selectable.js'
import { CallcostError } from '../../../src/errors.js'

type Pair = readonly [before: number | null, after: number | null, ci?: readonly [number, number], q?: number]

const changed = ([before, after, ci = undefined, q = undefined]: Pair): ChangedValue => ({
  before,
  after,
  ci: ci ?? null,
  q: q ?? null,
})

const selectable = (name: string, file: string): Selectable => ({
  name,
  shownName: name,
  file,
  line: 1,
  module: file.replace(/\.py$/, ''),
  package: null,
  scope: 'project',
})

interface Drawn extends Partial<Omit<ChangedFunction, 'calls' | 'self' | 'total' | 'selfPerCall' | 'name'>> {
  readonly name: string
  readonly file?: string
  readonly calls?: Pair
  readonly self?: Pair
  readonly total?: Pair
  readonly status?: 'new' | 'gone'
}

function drawn({
  name,
  file = 'app.py',
  status,
  calls = [1, 1],
  self = [0, 0],
  total = self,
  ...rest
}: Drawn): ChangedFunction {
  const of = selectable(name, file)
  const perCall = ([before, after]: Pair, [callsBefore, callsAfter]: Pair): Pair => [
    callsBefore ? (before ?? 0) / callsBefore : null,
    callsAfter ? (after ?? 0) / callsAfter : null,
  ]
  return {
    before: status === 'new' ? null : of,
    after: status === 'gone' ? null : of,
    name,
    isSafe: true,
    isShifted: false,
    isCertain: true,
    calls: changed(calls),
    self: changed(self),
    total: changed(total),
    selfPerCall: changed(perCall(self, calls)),
    ...rest,
  }
}

function subjectOf(
  functions: readonly Drawn[],
  program: Pair = [10, 10],
  causes: readonly ChangeCause[] = [],
): ChangeSubject {
  const rows = functions.map(drawn)
  return {
    unit: 'seconds',
    program: changed(program),
    functions: { length: rows.length, at: (index) => rows[index]! },
    causes: { length: causes.length, at: (index) => causes[index]! },
    suggest: () => ['close'],
  }
}

const judge = (rule: string, ...of: Parameters<typeof subjectOf>) =>
  judgeChange(parseChangeRule(rule), subjectOf(...of))

const verdict = (rule: string, ...of: Parameters<typeof subjectOf>) => judge(rule, ...of).verdict

describe('parseChangeRule', () => {
  it.each([
    ['program>5%', 'program', null, '>', 0.05, 'share'],
    ['self > 10 %', 'self', null, '>', 0.1, 'share'],
    ['total(f)>=20ms', 'total', 'f', '>=', 20, 'time'],
    ['calls(db.*)>0', 'calls', 'db.*', '>', 0, 'number'],
    ['calls>1.5k', 'calls', null, '>', 1500, 'number'],
    ['percall(/a|b/)>3us', 'percall', '/a|b/', '>', 3, 'time'],
    ['new(@packages)>2MB', 'new', '@packages', '>', 2e6, 'bytes'],
    ['blame>3%', 'blame', null, '>', 0.03, 'share'],
    ['self>0', 'self', null, '>', 0, 'number'],
  ])('reads %s', (text, metric, functions, operator, value, kind) => {
    const rule = parseChangeRule(text)
    expect([rule.metric, rule.functions?.text ?? null, rule.operator, rule.limit.value, rule.limit.kind]).toEqual([
      metric,
      functions,
      operator,
      value,
      kind,
    ])
  })

  it.each([
    ['time>5%', 'there is no rule about time at column 1'],
    ['>5%', 'expected what must not get worse'],
    ['self<5%', 'expected > or >= and a limit, got "<"'],
    ['self>', 'expected a number, got the end'],
    ['self>5', 'the limit of self cannot be a plain number at column 6'],
    ['calls>5ms', 'the limit of calls cannot be a time at column 7'],
    ['self>5% or total>3%', 'expected the end, got "or"'],
    ['program(f)>5%', 'program is about no function'],
    ['calls(a->b)>0', 'not about calls between two'],
    ['self(f>5%', 'expected ), got the end'],
  ])('refuses %s', (text, message) => {
    expect(() => parseChangeRule(text)).toThrow(message)
  })
})

describe('judgeChange of one run a side', () => {
  it('takes the program by its total', () => {
    expect(verdict('program>5%', [], [10, 10.5])).toBe('pass')
    expect(verdict('program>=5%', [], [10, 10.5])).toBe('fail')
    expect(verdict('program>400ms', [], [10, 10.5])).toBe('fail')
    expect(judge('program>5%', [], [10, 11])).toMatchObject({
      value: 0.1,
      unit: 'none',
      basis: 'indicative',
      matched: 1,
    })
    expect(judge('program>5%', [], [10, 8])).toMatchObject({ value: -0.2, verdict: 'pass', functions: [] })
    expect(verdict('program>5%', [], [0, 1])).toBe('fail')
  })

  it('takes each function by itself, and says which broke it, worst first', () => {
    const functions: Drawn[] = [
      { name: 'a', self: [2, 2.5] },
      { name: 'b', self: [1, 2] },
      { name: 'c', self: [1, 0.5] },
    ]
    expect(judge('self>10%', functions)).toMatchObject({
      verdict: 'fail',
      functions: ['b', 'a'],
      broken: 2,
      matched: 3,
      value: 1,
    })
    expect(judge('self(a)>10%', functions)).toMatchObject({ functions: ['a'], matched: 1, value: 0.25 })
    expect(judge('self(a)>400ms', functions)).toMatchObject({ functions: ['a'], value: 0.5, unit: 'seconds' })
    expect(judge('self(c)>10%', functions)).toMatchObject({ verdict: 'pass', functions: [], value: -0.5 })
  })

  it('leaves small functions out of percent, unless one is named', () => {
    const functions: Drawn[] = [
      { name: 'tiny', self: [0.001, 0.09] },
      { name: 'b', self: [5, 5.05] },
    ]
    expect(verdict('self>10%', functions)).toBe('pass')
    expect(verdict('self(t*)>10%', functions)).toBe('fail')
    expect(verdict('self(@project)>10%', functions)).toBe('pass')
    expect(verdict('self(tiny)>10%', functions)).toBe('fail')
    expect(verdict('self>80ms', functions)).toBe('fail')
    expect(verdict('self>10%', [{ name: 'tiny', self: [0.001, 0.1011] }])).toBe('fail')
  })

  it('counts calls exactly, and names who is called more', () => {
    const functions: Drawn[] = [
      { name: 'load', file: 'db.py', calls: [12, 13] },
      { name: 'save', file: 'db.py', calls: [5, 4] },
      { name: 'draw', file: 'ui.py', calls: [1, 99] },
    ]
    expect(judge('calls(db.*)>0', functions)).toMatchObject({
      verdict: 'fail',
      functions: ['load'],
      value: 1,
      basis: 'counts',
      unit: 'count',
    })
    expect(verdict('calls(db.*)>1', functions)).toBe('pass')
    expect(verdict('calls>10%', functions)).toBe('fail')
    expect(verdict('calls(save)>0', functions)).toBe('pass')
    const uncertain: Drawn[] = [{ name: 'load', calls: [12, 12.4], isCertain: false }]
    expect(verdict('calls(load)>0', uncertain)).toBe('inconclusive')
    expect(verdict('calls(load)>1', uncertain)).toBe('pass')
  })

  it('takes cost by call', () => {
    const functions: Drawn[] = [{ name: 'f', calls: [10, 20], self: [1, 3] }]
    expect(judge('percall(f)>40ms', functions)).toMatchObject({ verdict: 'fail', functions: ['f'] })
    expect(judge('percall(f)>49%', functions).value).toBeCloseTo(0.5, 12)
    expect(verdict('percall(f)>51%', functions)).toBe('pass')
  })

  it('leaves new functions to the rule about them, unless they are meant', () => {
    const functions: Drawn[] = [
      { name: 'a', self: [1, 1] },
      { name: 'fresh', file: 'db.py', calls: [0, 3], self: [0, 2], status: 'new' },
      { name: 'extracted', self: [0, 1], status: 'new', isShifted: true },
    ]
    expect(verdict('self>10%', functions)).toBe('pass')
    expect(verdict('self>10ms', functions)).toBe('pass')
    expect(judge('self(fresh)>10ms', functions)).toMatchObject({ verdict: 'fail', value: 2 })
    expect(judge('calls(db.*)>0', functions)).toMatchObject({ verdict: 'fail', value: 3 })
    expect(judge('new>10ms', functions)).toMatchObject({ verdict: 'fail', value: 2 })
    expect(judge('new>20%', functions)).toMatchObject({ verdict: 'pass', value: 0.2 })
    expect(verdict('new(nothing)>0', functions)).toBe('pass')
  })

  it('trusts no guess, and no cost that only moved', () => {
    const guessed: Drawn = { name: 'renamed', self: [1, 5], isSafe: false }
    expect(verdict('self>10%', [guessed, { name: 'a', self: [1, 1] }])).toBe('pass')
    expect(judge('self(renamed)>10%', [guessed])).toMatchObject({ verdict: 'inconclusive', unsure: 1 })
    expect(verdict('self>10%', [{ name: 'a', self: [1, 5], isShifted: true }])).toBe('pass')
  })

  it('holds causes against the program', () => {
    const causes: ChangeCause[] = [
      {
        name: 'a -> b',
        functions: [selectable('a', 'x.py'), selectable('b', 'x.py')],
        delta: 0.4,
        ci: null,
        isSafe: true,
      },
      { name: 'c', functions: [selectable('c', 'x.py')], delta: -1, ci: null, isSafe: true },
    ]
    const functions = [{ name: 'b' }, { name: 'c' }]
    expect(judge('blame>3%', functions, [10, 10.4], causes)).toMatchObject({
      verdict: 'fail',
      functions: ['a -> b'],
      value: 0.04,
    })
    expect(verdict('blame>5%', functions, [10, 10.4], causes)).toBe('pass')
    expect(verdict('blame(b)>300ms', functions, [10, 10.4], causes)).toBe('fail')
    expect(verdict('blame(c)>0', functions, [10, 10.4], causes)).toBe('pass')
  })
})

describe('judgeChange of several runs', () => {
  it('needs the whole interval past the limit', () => {
    const over = (ci: readonly [number, number]) => verdict('program>5%', [], [10, 11, ci])
    expect(over([1.06, 1.14])).toBe('fail')
    expect(over([1.04, 1.16])).toBe('inconclusive')
    expect(over([0.9, 1.04])).toBe('pass')
    const judged = judge('program>500ms', [], [10, 11, [1.06, 1.14]])
    expect(judged).toMatchObject({ verdict: 'fail', value: 1, basis: 'interval' })
    expect(judged.ci![0]).toBeCloseTo(0.6, 12)
    expect(judged.ci![1]).toBeCloseTo(1.4, 12)
  })

  it('reckons with chance where all functions are looked at', () => {
    const lucky: Drawn[] = [{ name: 'a', self: [1, 2, [1.5, 2.5], 0.3] }]
    expect(verdict('self>10%', lucky)).toBe('inconclusive')
    expect(verdict('self(a)>10%', lucky)).toBe('fail')
    expect(verdict('self>10%', [{ name: 'a', self: [1, 2, [1.5, 2.5], 0.001] }])).toBe('fail')
  })

  it('fails by what is certain, even if something else is not', () => {
    const functions: Drawn[] = [
      { name: 'a', self: [1, 2, [1.5, 2.5]] },
      { name: 'b', self: [1, 3, [0.9, 9]] },
    ]
    expect(judge('self>10%', functions)).toMatchObject({ verdict: 'fail', functions: ['a'] })
  })

  it('warns where that is asked', () => {
    expect(judgeChange(parseChangeRule('program>5%'), subjectOf([], [10, 11]), 'warn').verdict).toBe('warn')
  })
})

describe('what cannot be judged', () => {
  const failing = (rule: string, ...of: Parameters<typeof subjectOf>): CallcostError => {
    try {
      judge(rule, ...of)
    } catch (error) {
      if (error instanceof CallcostError) return error
    }
    throw new Error('it was judged')
  }

  it('is a name of neither side', () => {
    for (const rule of ['self(gone)>5%', 'blame(gone)>5%', 'calls(@packages)>0']) {
      const error = failing(rule, [{ name: 'f' }])
      expect([error.kind, error.hint]).toEqual(['data', 'close to it: "close"'])
    }
    // A side that lacks a function has nobody for a star or a set either.
    expect(failing('calls(@runtime)>0', [{ name: 'f', status: 'new' }]).kind).toBe('data')
  })

  it('is what is not counted, or measured otherwise', () => {
    expect(failing('calls>0', [{ name: 'f', calls: [null, null] }]).message).toContain('count no calls')
    expect(failing('self>5MB', [{ name: 'f' }]).message).toContain('is a size in bytes, the profiles measure a time')
  })
})

describe('judgeChange at its edges', () => {
  it('weighs a change per call by its calls before it counts in percent, and a total as it is', () => {
    expect(verdict('percall>10%', [{ name: 'f', calls: [10, 10], self: [1, 2] }])).toBe('fail')
    expect(verdict('percall>10%', [{ name: 'f', calls: [10, 10], self: [1e-6, 2e-6] }])).toBe('pass')
    expect(verdict('total>10%', [{ name: 'f', total: [1, 2] }])).toBe('fail')
    expect(verdict('total>10%', [{ name: 'f', total: [1e-6, 2e-6] }])).toBe('pass')
    expect(judge('self>10%', [{ name: 'f', self: [1e-6, 2e-6, [1.5, 2.5], 0.001] }])).toMatchObject({
      verdict: 'pass',
      value: 1,
      ci: [0.5, 1.5],
    })
    expect(judge('self(f)>10%', [{ name: 'f', self: [0, 0] }])).toMatchObject({ verdict: 'pass', value: 0 })
  })

  it('is not sure of counts that differ from run to run', () => {
    const f = (before: number, after: number): Drawn => ({ name: 'f', isCertain: false, calls: [before, after] })
    expect(judge('calls>0', [f(5, 6)])).toMatchObject({ verdict: 'inconclusive', value: 1, basis: 'counts' })
    expect(verdict('calls>0', [f(5, 5)])).toBe('pass')
    expect(judge('calls>10%', [f(10, 12)])).toMatchObject({ verdict: 'inconclusive', value: 0.2 })
  })

  it('adds up new functions, without those that were moved', () => {
    const fresh = (name: string, self: number, isShifted = false): Drawn => ({
      name,
      status: 'new',
      self: [0, self],
      isShifted,
    })
    const functions = [fresh('a', 1), fresh('b', 0.5), fresh('moved', 9, true), { name: 'old', self: [1, 3] as const }]
    expect(judge('new>10%', functions)).toMatchObject({ verdict: 'fail', value: 0.15 })
    expect(verdict('new>20%', functions)).toBe('pass')
    expect(verdict('new(nobody)>0', functions)).toBe('pass')
  })

  it('holds what is blamed against the program, with its interval', () => {
    const cause = (delta: number, ci: readonly [number, number] | null): ChangeCause => ({
      name: 'main -> f',
      functions: [selectable('f', 'app.py')],
      delta,
      ci,
      isSafe: true,
    })
    expect(judge('blame>5%', [], [10, 12], [cause(2, [1, 3])])).toMatchObject({
      verdict: 'fail',
      value: 0.2,
      ci: [0.1, 0.3],
      basis: 'interval',
    })
    expect(verdict('blame>15%', [], [10, 12], [cause(2, [1, 3])])).toBe('inconclusive')
    expect(verdict('blame>5%', [], [0, 2], [cause(2, null)])).toBe('fail')
    expect(verdict('blame>5%', [], [0, 0], [cause(0, null)])).toBe('pass')
  })

  it('says what cannot be judged', () => {
    const error = (rule: string, functions: readonly Drawn[]): string => {
      try {
        judge(rule, functions)
      } catch (caught) {
        if (caught instanceof CallcostError) return `${caught.message} | ${caught.hint}`
        throw caught
      }
      return 'no error'
    }
    expect(error('calls>0', [{ name: 'f', calls: [null, null] }])).toContain('the profiles count no calls')
    expect(error('self>5%', [{ name: 'f', self: [null, 1] }])).toContain('the profiles do not say it')
    expect(error('self(nobody)>5%', [{ name: 'f' }])).toContain('| close to it: "close"')
    const nobody = { ...subjectOf([{ name: 'f' }]), suggest: () => [] }
    expect(() => judgeChange(parseChangeRule('self(nobody)>5%'), nobody)).toThrow('no function of either profile')
  })
})
