import { describe, expect, it } from 'vitest'
import { type CheckedAssertion, checkAssertions } from '../../../src/analysis/assertions/check.js'
import { parseAssertion } from '../../../src/analysis/assertions/parse-assertion.js'
import { RunValues } from '../../../src/analysis/assertions/run-values.js'
import { CallcostError } from '../../../src/errors.js'
import type { Profile } from '../../../src/model/profile.js'
import { graph, nameOf, stacks } from '../../support/draw.js'

/** main calls render 10 times, which calls fetch 12 times; job calls fetch twice. All times in seconds. */
const RUN = graph(`
  main@/app/main.py:1         1x    self=1 total=20
  render@/app/view.py:2      10x    self=4 total=16
  fetch@/app/db.py:4         14x    self=6 total=14
  job@/app/job.py:1           1x    self=1 total=3
  decode@/app/db.py:30      14/7x   self=8 total=8
  main@/app/main.py:1 -> render@/app/view.py:2 10x self=4 total=16
  main@/app/main.py:1 -> job@/app/job.py:1      1x self=1 total=3
  render@/app/view.py:2 -> fetch@/app/db.py:4  12x self=5 total=12
  job@/app/job.py:1 -> fetch@/app/db.py:4       2x self=1 total=2
  fetch@/app/db.py:4 -> decode@/app/db.py:30   14x self=8 total=8
`)

interface Asked {
  readonly runs?: readonly Profile[]
  readonly base?: Profile
  readonly allowMissing?: boolean
  readonly level?: 'warn'
}

function check(text: string, { runs = [RUN], base, allowMissing = false, level }: Asked = {}): CheckedAssertion {
  const { unit } = runs[0]!.valueTypes[0]!
  const sources = {
    runs: runs.map((profile, at) => new RunValues(`run${at + 1}`, profile, 0, unit)),
    base: base === undefined ? null : new RunValues('base', base, 0, unit),
    unit,
  }
  const required = { assertion: parseAssertion(text), level: level ?? ('error' as const), note: null }
  return checkAssertions([required], sources, { allowMissing }).assertions[0]!
}

const measured = (term: string, asked?: Asked) => check(`${term} == 0`, asked).value

function failure(text: string, asked?: Asked): CallcostError {
  try {
    check(text, asked)
  } catch (error) {
    if (error instanceof CallcostError) return error
    throw error
  }
  throw new Error(`${text} was checked`)
}

describe('metrics', () => {
  it.each([
    ['calls(fetch)', 14],
    ['primitive(decode)', 7],
    ['self(fetch)', 6],
    ['total(fetch)', 14],
    ['percall(fetch)', 6 / 14],
    ['totalpercall(decode)', 8 / 7],
    ['selfpct(fetch)', 6 / 20],
    ['totalpct(render)', 16 / 20],
    ['callers(fetch)', 2],
    ['callees(main)', 2],
    ['program', 20],
    ['total', 20],
    ['edge(render->fetch).calls', 12],
    ['edge(render->fetch).self', 5],
    ['edge(render->fetch).total', 12],
    ['totalpercall(job->fetch)', 1],
    ['ratio(fetch, render)', 1.4],
    ['calls(@project)', 40],
    ['calls(@project->fetch)', 14],
    ['2*calls(render) - calls(fetch)/2', 13],
    ['edge(main->fetch).calls', 0],
  ])('%s', (term, expected) => {
    expect(measured(term)).toBe(expected)
  })

  it('count what several functions have in common once', () => {
    // Σ of totals would be 22: decode runs inside of fetch.
    expect(measured('total(db.py:*)')).toBe(14)
    expect(measured('self(db.py:*)')).toBe(14)
    const recorded = stacks('main;a;b 5\n main;b;a;c 3\n main;c 2')
    expect(measured('totalpct(/^[ab]$/)', { runs: [recorded] })).toBe(0.8)
  })

  it('refuse a total that a call graph cannot tell', () => {
    const message = failure('total(/^(render|decode)/) < 20s').message
    expect(message).toContain('the total of 2 functions together is unknown')
  })

  it('know garbage collection and waiting', () => {
    const runs = [graph('main 1x self=2 total=2\n (gc) 1x self=1 total=1\n (idle) 1x self=3 total=3')]
    expect(measured('gc', { runs })).toBe(1)
    expect(measured('idle', { runs })).toBe(3)
    expect(check('gc < 20% * program', { runs }).verdict).toBe('pass')
  })

  it('count exactly past 2^53', () => {
    const profile = graph('f 9007199254740993x self=1 total=1')
    expect(check('calls(f) <= 9007199254740992', { runs: [profile] }).verdict).toBe('fail')
    expect(check('calls(f) > 9007199254740992', { runs: [profile] }).verdict).toBe('pass')
  })
})

describe('verdicts', () => {
  it('compare at the limit', () => {
    const verdicts = ['<', '<=', '==', '>=', '>', '!='].map((sign) => check(`calls(fetch) ${sign} 14`).verdict)
    expect(verdicts).toEqual(['fail', 'pass', 'pass', 'pass', 'fail', 'fail'])
  })

  it('turn round what has the limit on its left', () => {
    const { value, limit, verdict, comparison } = check('12 >= calls(fetch)')
    expect({ value, limit, verdict, comparison }).toEqual({
      value: 14,
      limit: 12,
      verdict: 'fail',
      comparison: '12 >= calls(fetch)',
    })
  })

  it('read times and shares in their units', () => {
    expect(check('self(fetch) < 6001ms').verdict).toBe('pass')
    expect(check('self(fetch) < 6s').verdict).toBe('fail')
    expect(check('selfpct(fetch) <= 30%').verdict).toBe('pass')
    expect(check('total(fetch) <= calls(fetch) * 1000ms').verdict).toBe('pass')
  })

  it('name the part that decides', () => {
    const failed = check('calls(main) == 1 and calls(fetch) < 3 and self(job) < 0.5s')
    expect([failed.comparison, failed.value, failed.limit]).toEqual(['calls(fetch) < 3', 14, 3])
    expect(check('calls(fetch) < 3 or self(job) < 2s').comparison).toBe('self(job) < 2s')
    expect(check('not calls(fetch) < 3').verdict).toBe('pass')
  })

  it('show who calls what costs too much, most calls first, and not itself', () => {
    const { profile, callers, functions } = check('calls(db.py:*) < 3')
    expect(functions.map((fn) => nameOf(profile, fn).split('@')[0])).toEqual(['fetch', 'decode'])
    expect(callers.map(({ caller, calls }) => [nameOf(profile, caller).split('@')[0], calls])).toEqual([
      ['render', 12],
      ['job', 2],
    ])
    expect(check('edge(job->fetch).calls < 2').callers.map(({ calls }) => calls)).toEqual([2])
    expect(check('calls(fetch) < 99').callers).toEqual([])
  })

  it('warn of what only warns', () => {
    expect(check('calls(fetch) < 3', { level: 'warn' }).verdict).toBe('warn')
    expect(check('calls(fetch) < 30', { level: 'warn' }).verdict).toBe('pass')
  })
})

describe('what is missing', () => {
  it('is an error, with what is close', () => {
    const error = failure('calls(fetsh) <= 12')
    expect([error.kind, error.message]).toEqual(['data', 'no function matches "fetsh" in "calls(fetsh) <= 12"'])
    expect(error.hint).toContain('"fetch"')
    expect(failure('calls(fetch) < 99 or calls(gone) < 3').message).toContain('"gone"')
    expect(failure('edge(gone->fetch).calls == 0').message).toContain('"gone"')
  })

  it('may be asked for', () => {
    expect(check('exists(fetch)').verdict).toBe('pass')
    expect(check('exists(gone)').verdict).toBe('fail')
    expect(check('not exists(main->fetch)').verdict).toBe('pass')
    expect(check('exists(job->fetch)').verdict).toBe('pass')
  })

  it('counts as nothing when it is allowed', () => {
    const allowed = { allowMissing: true }
    expect(check('calls(gone) <= 12', allowed).verdict).toBe('pass')
    expect(check('percall(gone) < 1us', allowed).verdict).toBe('pass')
    expect(check('ratio(fetch, gone) < 1000', allowed).verdict).toBe('fail')
  })

  it('is an error where a profile counts no calls', () => {
    const sampled = stacks('main;f 5\n main 5')
    const error = failure('calls(f) < 3', { runs: [sampled] })
    expect([error.kind, error.source]).toEqual(['data', 'run1'])
    expect(error.message).toContain('counts no calls')
    expect(check('selfpct(f) <= 50%', { runs: [sampled] }).verdict).toBe('pass')
    expect(check('self(f) <= 5', { runs: [sampled] }).value).toBe(5)
  })

  it('is the unit of a value', () => {
    expect(failure('self(fetch) < 3').hint).toContain('80us')
    expect(failure('self(fetch) < 3MB').message).toContain('compares a time with a size in bytes')
    expect(failure('self(fetch) < 3MB').kind).toBe('data')
  })
})

describe('several runs', () => {
  const run = (calls: number, self: number): Profile =>
    graph(`f ${calls}x self=${self} total=${self}\n g 2x self=1 total=1`)
  const runs = [run(12, 3), run(12, 9), run(13, 4)]

  it('must all have counts in bounds', () => {
    const { verdict, value, outcome } = check('calls(f) <= 12', { runs })
    expect([verdict, value, outcome.decisive?.run?.name]).toEqual(['fail', 13, 'run3'])
    expect(check('calls(f) >= 13', { runs }).outcome.decisive?.run?.name).toBe('run1')
    expect(check('calls(f) == 12', { runs }).value).toBe(13)
  })

  it('are one median of times', () => {
    expect(measured('self(f)', { runs })).toBe(4)
    expect(measured('self(f)', { runs: runs.slice(0, 2) })).toBe(6)
    expect(check('self(f) < 5s', { runs }).verdict).toBe('pass')
  })

  it('are aggregated as asked', () => {
    expect(measured('min(self(f))', { runs })).toBe(3)
    expect(measured('max(self(f))', { runs })).toBe(9)
    expect(measured('mean(self(f)+self(g))', { runs })).toBe(19 / 3)
    expect(check('median(calls(f)) <= 12', { runs }).verdict).toBe('pass')
    expect(check('all(self(f) < 5s)', { runs }).value).toBe(9)
    expect(check('all(self(f) < 5s)', { runs }).verdict).toBe('fail')
    expect(check('any(calls(f) == 12 and self(f) > 5s)', { runs }).verdict).toBe('pass')
    expect(check('any(calls(f) == 13 and self(f) > 5s)', { runs }).verdict).toBe('fail')
  })
})

describe('a base', () => {
  const base = graph('fetch@/app/db.py:4 10x self=5 total=5\n old 3x self=5 total=5')
  const asked = { base }

  it('is what values are compared with', () => {
    expect(measured('base(calls(fetch))', asked)).toBe(10)
    expect(measured('delta(self(fetch))', asked)).toBe(1)
    expect(measured('pct(program)', asked)).toBe(1)
    expect(check('pct(calls(fetch)) <= 40%', asked).verdict).toBe('pass')
    expect(check('calls(fetch) <= base(calls(fetch))', asked).verdict).toBe('fail')
  })

  it('may lack what is new, but what is gone is not forgiven', () => {
    expect(measured('delta(calls(render))', asked)).toBe(10)
    expect(measured('pct(calls(render))', asked)).toBe(Number.POSITIVE_INFINITY)
    expect(failure('delta(calls(old)) <= 0', asked).message).toContain('"old"')
    expect(measured('base(calls(old))', asked)).toBe(3)
  })

  it('must be given', () => {
    expect(failure('pct(program) < 5%').kind).toBe('usage')
  })
})
