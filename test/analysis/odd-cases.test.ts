import { describe, expect, it } from 'vitest'
import { AGGREGATES, ARITHMETIC } from '../../src/analysis/assertions/arithmetic.js'
import { readBudget } from '../../src/analysis/assertions/budget.js'
import { checkAssertions } from '../../src/analysis/assertions/check.js'
import { parseAssertion } from '../../src/analysis/assertions/parse-assertion.js'
import { commonKind, type Kind, productKind, quotientKind } from '../../src/analysis/assertions/quantity.js'
import { RunValues } from '../../src/analysis/assertions/run-values.js'
import { callerModules } from '../../src/analysis/caller-modules.js'
import { closestNames } from '../../src/analysis/closest-names.js'
import { shareOf } from '../../src/analysis/costs.js'
import { diagnose } from '../../src/analysis/diagnose/diagnose.js'
import { readRules } from '../../src/analysis/diagnose/read-rules.js'
import { edgeRows } from '../../src/analysis/edge-rows.js'
import { findFunctions } from '../../src/analysis/find-functions.js'
import { compareFiles, compareFunctions, compareTexts, shownPlace } from '../../src/analysis/function-text.js'
import { groupRows } from '../../src/analysis/group-rows.js'
import type { Grouping } from '../../src/analysis/groups.js'
import { readOverhead } from '../../src/analysis/overhead/read-overhead.js'
import { compilePattern } from '../../src/analysis/pattern.js'
import { sortRows } from '../../src/analysis/sort-rows.js'
import { type ByteSource, memorySource } from '../../src/bytes/source.js'
import { CallcostError } from '../../src/errors.js'
import type { Profile } from '../../src/model/profile.js'
import { type DrawOptions, graph, stacks } from '../support/draw.js'

describe('kinds of quantities', () => {
  it.each<[Kind, Kind, Kind | null]>([
    ['time', 'time', 'time'],
    ['number', 'count', 'count'],
    ['ratio', 'number', 'ratio'],
    ['number', 'cost', 'cost'],
    ['number', 'share', null],
    ['time', 'number', null],
    ['ratio', 'share', 'share'],
    ['share', 'ratio', 'share'],
    ['count', 'ratio', null],
    ['cost', 'bytes', 'bytes'],
    ['count', 'cost', 'count'],
    ['share', 'cost', null],
    ['time', 'bytes', null],
  ])('%s against %s', (a, b, expected) => {
    expect(commonKind(a, b)).toBe(expected)
  })

  it.each<[Kind, Kind, Kind | null]>([
    ['number', 'number', 'number'],
    ['number', 'ratio', 'ratio'],
    ['ratio', 'number', 'ratio'],
    ['share', 'ratio', 'share'],
    ['number', 'share', 'share'],
    ['share', 'count', 'count'],
    ['count', 'number', 'count'],
    ['number', 'time', 'time'],
    ['cost', 'share', 'cost'],
    ['time', 'bytes', null],
  ])('%s × %s', (a, b, expected) => {
    expect(productKind(a, b)).toBe(expected)
  })

  it.each<[Kind, Kind, Kind | null]>([
    ['bytes', 'bytes', 'ratio'],
    ['time', 'count', 'time'],
    ['count', 'number', 'count'],
    ['cost', 'time', 'ratio'],
    ['time', 'cost', 'ratio'],
    ['count', 'cost', null],
    ['time', 'bytes', null],
    ['share', 'time', null],
  ])('%s / %s', (a, b, expected) => {
    expect(quotientKind(a, b)).toBe(expected)
  })

  it('nothing of nothing is nothing', () => {
    const divide = ARITHMETIC['/']
    expect([divide(0, 0), divide(0n, 5), divide(1, 0), divide(2n ** 60n, 2n ** 59n)]).toEqual([0, 0, Infinity, 2])
  })
})

describe('groups', () => {
  const labels = (profile: Profile, by: Grouping): (readonly [string, number | null, unknown])[] => {
    const rows = groupRows(profile, by, { sort: 'name' })
    return Array.from({ length: rows.length }, (_, index) => {
      const row = rows.row(index)
      return [row.label, row.line, row.self]
    })
  }

  it('by line are where functions begin when no executing line is known, and names where there is no file', () => {
    const profile = stacks(`
      main@/a.py:3 1
      main@/a.py:3;f@/a.py:9 2
      main@/a.py:3;native 4
      main@/a.py:3;other@/b.py 8
    `)
    expect(labels(profile, 'line')).toEqual([
      ['/a.py:3', 3, 1],
      ['/a.py:9', 9, 2],
      ['/b.py', null, 8],
      ['native', null, 4],
    ])
    expect(groupRows(profile, 'line').hasLines).toBe(false)
    expect(labels(profile, 'file').map(([label]) => label)).toEqual(['(no file)', '/a.py', '/b.py'])
    expect(() => groupRows(graph('f 1x'), 'line')).toThrow(CallcostError)
  })

  it('know no calls where one of them is unknown, and no total where that of an edge is', () => {
    const profile = graph(`
      main@/a.py:1 1x self=1 total=6
      f@/b.py:1 -1x self=2 total=2
      g@/b.py:2 2x self=3 total=3
      main@/a.py:1 -> f@/b.py:1 1x total=2
      main@/a.py:1 -> g@/b.py:2 2x
    `)
    const rows = groupRows(profile, 'file', { sort: 'file' })
    expect([rows.row(1).calls, rows.row(1).self, rows.row(1).total]).toEqual([null, 5, null])
    expect(rows.withoutTotal).toBe(1)
  })

  it('of more keys than there is room for at first', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `f${i} 1`)
    expect(groupRows(stacks(names.join('\n')), 'name').length).toBe(3000)
  })
})

describe('modules of callers', () => {
  const rowsOf = (profile: Profile, name: string) => edgeRows(profile, findFunctions(profile, name), 'callers')

  it('add up what their functions call, and know nothing where one does not', () => {
    const profile = graph(`
      a@/app/x.py:1 -> f 2x total=1
      b@/app/x.py:5 -> f 3x total=2
      c@/app/y.py:1 -> f 9x
      d@/app/y.py:5 -> f 1x total=1
      f -> f 4x total=1
    `)
    const found = callerModules(rowsOf(profile, 'f')).map(({ callers, calls, total }) => [callers, calls, total])
    expect(found).toEqual([
      [2, 10, null],
      [2, 5, 3],
    ])
  })

  it('go by totals where nothing is counted', () => {
    const profile = stacks(`
      a@/app/x.py:1;f 2
      b@/app/y.py:1;f 5
      c@/app/y.py:9;f 1
      c@/app/y.py:9;g;f 0
    `)
    const found = callerModules(rowsOf(profile, 'f')).map(({ callers, calls, total }) => [callers, calls, total])
    expect(found.slice(0, 2)).toEqual([
      [2, null, 6],
      [1, null, 2],
    ])
  })

  it('count a caller once that calls two of the functions', () => {
    const profile = graph('a@/x.py:1 -> f1 2x total=1\na@/x.py:1 -> f2 3x total=2')
    expect(callerModules(rowsOf(profile, 'f[12]'))).toMatchObject([{ callers: 1, calls: 5, total: 3 }])
  })
})

describe('texts of functions', () => {
  it('are ordered by code points, nothing first', () => {
    expect(compareTexts(null, null)).toBe(0)
    expect(compareTexts(null, '')).toBeLessThan(0)
    expect(compareTexts('', null)).toBeGreaterThan(0)
    expect(compareTexts('a', 'ab')).toBeLessThan(0)
    // U+1F600 is past U+FFFD, though its first UTF-16 unit is not.
    expect(compareTexts('\u{1f600}', '\ufffd')).toBeGreaterThan(0)
    expect(compareTexts('\u{1f600}', '\u{1f601}')).toBeLessThan(0)
  })

  it('have what there is of a place', () => {
    const profile = stacks('f@/a.py:3;g@/b.py;h 1')
    expect([0, 1, 2].map((fn) => shownPlace(profile, fn))).toEqual(['/a.py:3(f)', '/b.py(g)', 'h'])
    expect([compareFiles(profile, 2, 0), compareFiles(profile, 0, 2), compareFiles(profile, 0, 0)]).toEqual([-1, 1, 0])
    expect(compareFiles(profile, 0, 1)).toBeLessThan(0)
  })

  it('are told apart by column, and at last by row', () => {
    const drawn = stacks('f@/a.py:3;f@/a.py:4;g 1')
    const { functions } = drawn
    const twins: Profile = {
      ...drawn,
      functions: { ...functions, line: Int32Array.of(3, 3, 0), column: Int32Array.of(9, 2, 0) },
    }
    expect(compareFunctions(twins, 0, 1)).toBe(7)
    twins.functions.column[0] = 2
    expect([compareFunctions(twins, 0, 1), compareFunctions(twins, 1, 0)]).toEqual([-1, 1])
  })

  it('most like another one come first', () => {
    const profile = stacks(
      ['fetch_name', 'fetch_nane', 'fetch', 'nothing', 'prefetch_name', 'fetch_name@/b.py']
        .map((name) => `${name} 1`)
        .join('\n'),
    )
    // Contained: half a slip; then one letter; 'fetch' lacks five letters of ten, which is too many.
    expect(closestNames(profile, 'fetch_name', 5)).toEqual(['fetch_name', 'prefetch_name', 'fetch_nane'])
    expect(closestNames(profile, 'FETCH_NAME', 1)).toEqual(['fetch_name'])
    expect(closestNames(profile, 'zzzzzzzzzzzz', 3)).toEqual([])
    expect(closestNames(profile, 'fetch_name', 0)).toEqual([])
  })
})

describe('sorting', () => {
  const tie = (a: number, b: number): number => a - b
  const texts = { name: tie, file: tie, module: tie, tie }
  const none = { calls: null, primitiveCalls: null, self: null, total: null }
  const column = (values: readonly number[], exact: [number, bigint][] | null = null) => ({
    values: Float64Array.from(values),
    exact: exact === null ? null : new Map(exact),
  })

  it('tells integers apart that are one double', () => {
    const self = column(
      [2 ** 60, 2 ** 60, 2 ** 60, 5],
      [
        [0, 2n ** 60n + 1n],
        [1, 2n ** 60n + 2n],
      ],
    )
    expect([...sortRows(Int32Array.of(0, 1), 'self', { ...none, self }, texts)]).toEqual([1, 0])
    expect([...sortRows(Int32Array.of(0, 1), 'self', { ...none, self }, texts, true)]).toEqual([0, 1])
    expect([...sortRows(Int32Array.of(1, 0), 'self', { ...none, self }, texts)]).toEqual([1, 0])
    expect([...sortRows(Int32Array.of(1, 0), 'self', { ...none, self }, texts, true)]).toEqual([0, 1])
    expect([...sortRows(Int32Array.of(2, 0, 3), 'self', { ...none, self }, texts)]).toEqual([0, 2, 3])
    const same = column(
      [2 ** 60, 2 ** 60],
      [
        [0, 2n ** 60n + 1n],
        [1, 2n ** 60n + 1n],
      ],
    )
    expect([...sortRows(Int32Array.of(1, 0), 'calls', { ...none, calls: same }, texts)]).toEqual([0, 1])
  })

  it('puts what is unknown last, whichever way, and goes by name where all is', () => {
    const total = column([Number.NaN, 1, 2, Number.NaN])
    expect([...sortRows(Int32Array.of(0, 1, 2, 3), 'total', { ...none, total }, texts)]).toEqual([2, 1, 0, 3])
    expect([...sortRows(Int32Array.of(3, 2, 1, 0), 'total', { ...none, total }, texts, true)]).toEqual([1, 2, 0, 3])
    for (const key of ['self', 'total', 'calls', 'total-per-call'] as const) {
      expect([...sortRows(Int32Array.of(2, 0, 1), key, none, texts)]).toEqual([0, 1, 2])
    }
  })
})

describe('groups without a name', () => {
  it('are called what they are', () => {
    const rows = groupRows(stacks('main;native 3\nmain 1'), 'module')
    const found = Array.from({ length: rows.length }, (_, index) => {
      const { module, category, label } = rows.row(index)
      return [module === null, category !== null, label !== '']
    })
    for (const [isNameless, hasCategory, hasLabel] of found) expect([hasCategory, hasLabel]).toEqual([isNameless, true])
  })

  it('by line are selected by their functions', () => {
    const rows = groupRows(stacks('main@/a.py:3;f@/b.py:9 2'), 'line', { filter: compilePattern('^/b') })
    expect([rows.length, rows.all, rows.row(0).label]).toEqual([1, 2, '/b.py:9'])
  })
})

describe('patterns', () => {
  it('are no longer than can be checked', () => {
    expect(() => compilePattern('a'.repeat(1025))).toThrow('is longer than 1024 bytes')
    expect(() => compilePattern('a{999}'.repeat(20))).toThrow('repeats too much')
    expect(compilePattern('^[\\]a]+$').test('a]a')).toBe(true)
    expect(compilePattern('^[\\]a]+$').test('b')).toBe(false)
  })
})

describe('a profile without values', () => {
  const drawn = stacks('a@/x.py:1;b@/y.py:2 1')
  const valueless: Profile = { ...drawn, valueTypes: [], samples: { ...drawn.samples!, values: [] } }

  it('has groups of which nothing is known', () => {
    for (const by of ['name', 'line'] as const) {
      const rows = groupRows(valueless, by)
      expect([rows.length, rows.measure.total, rows.measure.type]).toEqual([2, 0, { name: 'time', unit: 'none' }])
      expect(rows.row(0)).toMatchObject({ calls: null, self: null, total: null, selfShare: null, totalShare: null })
    }
  })
})

describe('the quality of a profile', () => {
  const seconds = [{ name: 'time', unit: 'seconds' as const }]
  const count = [{ name: 'samples', unit: 'count' as const }]
  const evidence = (drawing: string, options: DrawOptions): number | null => {
    const found = diagnose(stacks(drawing, options)).findings.find(({ rule }) => rule === 'data-quality')
    return found === undefined ? null : found.evidence.length
  }

  it('is poor with few samples, little time or nameless functions, each of which is said', () => {
    const sampled = (intervalNs: number | null) => ({ source: { method: 'sampled' as const, intervalNs } })
    // 40 ms at 1 ms are 40 samples; 3 of 4 are nameless.
    const drawing = 'main@/a.py:1;[unknown] 0.03\nmain@/a.py:1 0.01'
    expect(evidence(drawing, { valueTypes: seconds, ...sampled(1e6) })).toBe(3)
    expect(evidence(drawing, { valueTypes: seconds, ...sampled(null) })).toBe(2)
    expect(evidence('main@/a.py:1;f@/a.py:9 30\nmain@/a.py:1 20', { valueTypes: count, ...sampled(null) })).toBe(1)
    expect(
      evidence('main@/a.py:1;f@/a.py:9 30000\nmain@/a.py:1 20', { valueTypes: count, ...sampled(null) }),
    ).toBeNull()
  })
})

describe('what cannot be told', () => {
  it('is the share of nothing', () => {
    expect([shareOf(1, 0), shareOf(0, 0), shareOf(1, 4), shareOf(null, 4)]).toEqual([null, null, 0.25, null])
  })

  it('is the mean of one value, which is itself', () => {
    expect([AGGREGATES.mean([2n ** 60n + 1n]), AGGREGATES.mean([1, 2, 6])]).toEqual([2n ** 60n + 1n, 3])
  })

  it('is a place with another line or name', () => {
    const profile = stacks('f@/a.py:3;g@/a.py:9 1')
    const found = (text: string): number[] => [...findFunctions(profile, text)]
    expect([found('/a.py:9'), found('/a.py:9(g)')]).toEqual([[1], [1]])
    expect(() => found('/a.py:4')).toThrow(CallcostError)
    expect(() => found('/a.py:9(f)')).toThrow(CallcostError)
  })

  it('is which of two lines without a file comes first, but by their numbers', () => {
    const drawn = stacks('a;b 1')
    const { functions } = drawn
    const twins: Profile = {
      ...drawn,
      functions: { ...functions, name: Int32Array.of(0, 0), line: Int32Array.of(7, 3) },
    }
    const rows = groupRows(twins, 'line', { sort: 'name' })
    expect([rows.row(0), rows.row(1)].map(({ label, line }) => [label, line])).toEqual([
      ['a', 3],
      ['a', 7],
    ])
  })

  it('is why a file could not be read, which its source says', async () => {
    const broken: ByteSource = {
      ...memorySource('x', Buffer.from('')),
      // biome-ignore lint/correctness/useYield: it fails before.
      chunks: async function* () {
        throw new Error('the disk is gone')
      },
    }
    for (const read of [readBudget, readRules, readOverhead]) {
      await expect(read(broken)).rejects.toThrow('the disk is gone')
    }
  })
})

describe('assertions', () => {
  const outcome = (profile: Profile, text: string): boolean => {
    const { unit } = profile.valueTypes[0]!
    const sources = { runs: [new RunValues('run', profile, 0, unit)], base: null, unit }
    const required = { assertion: parseAssertion(text), level: 'error' as const, note: null }
    return checkAssertions([required], sources).assertions[0]!.outcome.holds
  }

  it('are of calls between two functions, too', () => {
    const profile = graph('a 1x self=0 total=8\na -> f 4x self=2 total=8\nf 4x self=2 total=2')
    expect(outcome(profile, 'percall(a->f) == 0.5s')).toBe(true)
    expect(outcome(profile, 'totalpercall(a->f) == 2s')).toBe(true)
  })

  it('want a size with its unit', () => {
    const profile = graph('f 1x self=5 total=5', { valueTypes: [{ name: 'memory', unit: 'bytes' }] })
    expect(outcome(profile, 'self(f) <= 5B')).toBe(true)
    expect(() => outcome(profile, 'self(f) <= 5')).toThrow(
      expect.objectContaining({ hint: 'write a size with its unit: 512KiB, 20MB' }),
    )
  })
})

describe('modules of callers that say nothing', () => {
  it('come last', () => {
    const profile = graph('a@/app/x.py:1 -> f\nb@/app/y.py:1 -> f 2x total=1\nc@/app/z.py:1 -> f')
    const found = callerModules(edgeRows(profile, findFunctions(profile, 'f'), 'callers'))
    expect(found.map(({ calls, total }) => [calls, total])).toEqual([
      [2, 1],
      [null, null],
      [null, null],
    ])
  })
})
