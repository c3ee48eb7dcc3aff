import { describe, expect, it } from 'vitest'
import type { ChangedFunction, ChangeSubject } from '../../../src/analysis/assertions/change-subject.js'
import { changeSubjectOf } from '../../../src/analysis/diff/change-subject-of.js'
import { diffProfiles } from '../../../src/analysis/diff/diff.js'
import { graph, stacks } from '../../support/draw.js'

function named({ functions }: ChangeSubject): Map<string, ChangedFunction> {
  return new Map(
    Array.from({ length: functions.length }, (_, row) => {
      const changed = functions.at(row)
      return [changed.name, changed]
    }),
  )
}

describe('a diff as rules ask about it', () => {
  it('takes out of totals what a neutral shift may have added', () => {
    // g is split off f, and costs 1 more in all.
    const before = graph(`
      main 1x self=1 total=101
      main -> f 10x total=100
      f 10x self=100 total=100
    `)
    const after = graph(`
      main 1x self=1 total=102
      main -> f 10x total=101
      f 10x self=40 total=101
      f -> g 10x total=61
      g 10x self=61 total=61
    `)
    const subject = changeSubjectOf(diffProfiles(before, after))
    expect(subject.program).toEqual({ before: 101, after: 102, ci: null, q: null })
    expect(subject.unit).toBe('seconds')
    const functions = named(subject)
    expect(functions.get('main')).toMatchObject({ isShifted: false, total: { before: 101, after: 101, ci: null } })
    expect(functions.get('f')).toMatchObject({
      isShifted: true,
      isSafe: true,
      isCertain: true,
      calls: { before: 10, after: 10 },
      self: { before: 100, after: 40 },
      total: { before: 100, after: 100 },
      selfPerCall: { before: 10, after: 4 },
    })
    expect(functions.get('g')).toMatchObject({ isShifted: true, isSafe: true, before: null, after: { name: 'g' } })
    expect(subject.suggest('mian')).toEqual(['main'])
  })

  it('blames what is gone on the call that is gone', () => {
    const before = graph('main 1x self=1 total=41\nmain -> old 2x total=40\nold 2x self=40 total=40')
    const subject = changeSubjectOf(diffProfiles(before, graph('main 1x self=1 total=1')))
    expect(named(subject).get('old')).toMatchObject({
      before: { name: 'old' },
      after: null,
      isSafe: true,
      calls: { before: 2 },
      selfPerCall: { before: 20 },
    })
    expect(subject.causes.length).toBe(1)
    const { functions, ...cause } = subject.causes.at(0)
    expect(cause).toEqual({ name: 'main -> old', delta: -40, ci: null, isSafe: true })
    expect(functions.map(({ name }) => name)).toEqual(['main', 'old'])
    const [back] = [changeSubjectOf(diffProfiles(graph('main 1x self=1 total=1'), before))]
    expect(back.causes.at(0)).toMatchObject({ name: 'main -> old', delta: 40 })
  })

  it('knows no calls where none are counted', () => {
    const changed = named(changeSubjectOf(diffProfiles(stacks('main;f 5'), stacks('main;f 8')))).get('f')
    expect(changed).toMatchObject({
      isCertain: false,
      calls: { before: null, after: null },
      self: { before: 5, after: 8 },
      selfPerCall: { before: null, after: null },
    })
  })

  it('has intervals where there are several runs, and takes what is too light to test for chance', () => {
    const run = (f: number): ReturnType<typeof graph> =>
      graph(`
        main 1x self=1 total=${1 + f + 1e-7}
        main -> f 2x total=${f}
        f 2x self=${f} total=${f}
        main -> light 1x total=1e-7
        light 1x self=1e-7 total=1e-7
      `)
    const subject = changeSubjectOf(diffProfiles([9.9, 10, 10.1].map(run), [19.8, 20, 20.3].map(run)))
    const functions = named(subject)
    const { self, total } = functions.get('f')!
    expect([self.before, self.after]).toEqual([9.9, 19.8])
    // The ratio is 2, and some width is about it.
    for (const { ci } of [self, total, subject.program]) {
      expect(ci![0]).toBeGreaterThan(1)
      expect(ci![0]).toBeLessThan(2.1)
      expect(ci![1]).toBeGreaterThan(1.9)
    }
    expect(functions.get('light')!.self).toMatchObject({ ci: null, q: 1 })
    const cause = subject.causes.at(0)
    expect([cause.name, cause.delta]).toEqual(['f', expect.closeTo(9.9, 9)])
    expect((cause.ci![0] + cause.ci![1]) / 2).toBeCloseTo(cause.delta, 9)
    expect(cause.ci![0]).toBeLessThan(cause.delta)
  })
})
