import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../../src/analysis/diff/diff.js'
import type { Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { type DrawOptions, graph, nameOf, stacks } from '../../support/draw.js'

const verdict = ({ judgement }: Diff): string => `${judgement.verdict}, ${judgement.basis}`

/** The row of a function by its name. */
function rowNamed({ matches, after, before }: Diff, name: string): number {
  for (let row = 0; row < matches.length; row++) {
    const [old, now] = [matches.before[row]!, matches.after[row]!]
    if ((now === NONE ? nameOf(before, old) : nameOf(after, now)) === name) return row
  }
  throw new Error(`there is no ${name}`)
}

/** A program that calls `work`. */
const program = (calls: number, self: number, mains = 1, main = 100): Profile =>
  graph(`
    main ${mains}x self=${main} total=${main + self}
    main -> work ${calls}x self=${self} total=${self}
    work ${calls}x self=${self} total=${self}
  `)

describe('one run against one', () => {
  it('tells of the noise nothing, but of the calls what is a fact', () => {
    const { judgement, errors } = diffProfiles(program(10, 100), program(20, 200))
    expect([judgement.speedFactor, judgement.samples, errors]).toEqual([null, null, null])
    expect(judgement.program).toMatchObject({ basis: 'single', verdict: null })
    expect([judgement.program.before, judgement.program.after].map(Math.round)).toEqual([200, 300])
    expect(verdict(diffProfiles(program(10, 100), program(20, 200)))).toBe('regressed, settled')
    expect(verdict(diffProfiles(program(20, 200), program(10, 100)))).toBe('improved, settled')
    // The program itself is run more often.
    expect(verdict(diffProfiles(program(10, 100), program(20, 200, 2, 200)))).toBe('regressed, settled')
  })

  it('does not settle what only times say', () => {
    expect(verdict(diffProfiles(program(10, 100), program(10, 300)))).toBe('inconclusive, indicative')
    expect(verdict(diffProfiles(program(10, 100), program(10, 101)))).toBe('unchanged, indicative')
    const copied = (big: number): Profile =>
      graph(`
        main 1x self=1
        main -> big 1x self=0
        main -> small 1x self=0
        big 1x self=0
        small 1x self=0
        big -> copy 10x self=${big}
        small -> copy 10x self=10
        copy 20x self=${big + 10}
      `)
    const dearer = diffProfiles(copied(10), copied(90))
    expect(dearer.causes.list[0]!.terms[0]!.kind).toBe('context')
    expect(verdict(dearer)).toBe('inconclusive, indicative')
  })

  it('is unchanged where every number is the same', () => {
    expect(verdict(diffProfiles(program(10, 100), program(10, 100)))).toBe('unchanged, settled')
    const uncounted = graph('main self=10\nwork self=5')
    expect(verdict(diffProfiles(uncounted, uncounted))).toBe('unchanged, settled')
    // As dear in all with twice the calls: 75 more for calls, 75 less for their cost.
    expect(verdict(diffProfiles(program(10, 100), program(20, 100)))).toBe('inconclusive, indicative')
    expect(verdict(diffProfiles(program(10, 100, 1, 100), program(10, 99, 1, 101)))).toBe('unchanged, indicative')
  })

  it('is open where calls, or those of edges, are not counted', () => {
    const [before, after] = [graph('main self=100\nwork self=100'), graph('main self=100\nwork self=101')]
    expect(verdict(diffProfiles(before, after))).toBe('inconclusive, indicative')
    const without = (profile: Profile): Profile => ({
      ...profile,
      graph: { ...profile.graph!, edges: { ...profile.graph!.edges, calls: null } },
    })
    expect(verdict(diffProfiles(without(program(10, 100)), without(program(10, 101))))).toBe('inconclusive, indicative')
    const { calls, selfPerCall } = diffProfiles(before, after).judgement
    expect([calls, selfPerCall]).toEqual([null, null])
  })
})

describe('several runs', () => {
  it('are settled by calls that every run counts alike, where times tell nothing', () => {
    const noisy = (before: readonly [number, number], after: readonly [number, number], mains = 1): Diff =>
      diffProfiles(
        [program(before[0], 100, mains, 1), program(before[1], 300, 1, 1)],
        [program(after[0], 300, mains, 1), program(after[1], 700, 1, 1)],
      )
    expect(verdict(noisy([10, 10], [20, 20]))).toBe('regressed, settled')
    expect(verdict(noisy([10, 12], [20, 20]))).toBe('inconclusive, runs')
    expect(verdict(noisy([10, 10], [20, 22]))).toBe('inconclusive, runs')
    // The caller varies.
    expect(verdict(noisy([10, 10], [20, 20], 2))).toBe('inconclusive, runs')
  })

  /** Nine functions of which one is light and one is as fast as before; main calls all. */
  const scaled = (factor: number, noise: number, light: number): Profile => {
    const lines = Array.from({ length: 8 }, (_, at) => {
      const self = (at === 0 ? 100 : 100 * factor) * noise
      return `f${at} 10x self=${self} total=${self}\nmain -> f${at} 10x total=${self}`
    })
    return graph(`
      main 1x self=0.5 total=${1000 * factor * noise}
      ${lines.join('\n')}
      tiny 10x self=${light} total=${light}
    `)
  }
  const runs = (factor: number, light: number): Profile[] =>
    [1, 1.001, 0.999, 1.0005, 0.9995].map((noise, at) => scaled(factor, noise, light * (1 + at / 1000)))

  it('are compared without the speed of the machine, but for the program, and without what is light', () => {
    const diff = diffProfiles(runs(1, 0.1), runs(1.2, 0.4))
    const { judgement } = diff
    // Of 1.2, by seven functions of eight.
    expect(judgement.speedFactor).toBeCloseTo(1.2, 3)
    expect(diff.preflight.at(-1)).toMatchObject({ check: 'machine', ok: false })
    expect(judgement.program.ratio).toBeCloseTo(940 / 800, 3)
    expect(verdict(diff)).toBe('regressed, runs')
    const [main, still, other, tiny] = ['main', 'f0', 'f3', 'tiny'].map((name) => rowNamed(diff, name))
    expect([judgement.self.verdict(other!), judgement.self.verdict(still!)]).toEqual(['unchanged', 'improved'])
    expect([judgement.total.verdict(other!), judgement.total.verdict(still!)]).toEqual(['unchanged', 'improved'])
    expect(judgement.selfPerCall!.verdict(other!)).toBe('unchanged')
    for (const judged of [judgement.self, judgement.total, judgement.selfPerCall!]) {
      expect(judged.basis(tiny!)).toBe('light')
    }
    // By itself main costs little, with all that it calls everything.
    expect([judgement.self.basis(main!), judgement.total.basis(main!)]).toEqual(['light', 'tested'])
    expect(judgement.calls!.identical).toBe(true)
  })

  it('weigh values per call by the calls', () => {
    const diff = diffProfiles(runs(1, 0.1), runs(1.2, 0.4))
    // By the machine's speed a call of f0 costs 1.7 less. The least that matters is 8.7: so much all its calls do.
    expect(diff.judgement.selfPerCall!.basis(rowNamed(diff, 'f0'))).toBe('tested')
  })

  it('do not make news of less than a millisecond', () => {
    const short = (...selfs: number[]): Profile[] => selfs.map((self) => graph(`f 1x self=${self} total=${self}`))
    const diff = diffProfiles(short(1e-4, 1.01e-4, 1.02e-4), short(2e-4, 2.01e-4, 2.02e-4))
    expect(diff.judgement.program).toMatchObject({ basis: 'small', verdict: null })
    expect(verdict(diff)).toBe('unchanged, runs')
  })
})

describe('sampled profiles', () => {
  const sampled: DrawOptions = { source: { method: 'sampled' } }
  const counts = (f: number, g: number, more = 0): Profile =>
    stacks(`main;f ${f}\nmain;g ${g}${more > 0 ? `\nmain;rare ${more}` : ''}`, sampled)

  it('are judged by their samples, one against one', () => {
    const slower = diffProfiles(counts(1000, 1000, 1), counts(2000, 1000, 3))
    const { judgement } = slower
    expect(judgement.self).toBe(judgement.samples)
    expect(judgement.self.verdict(rowNamed(slower, 'f'))).toBe('regressed')
    expect(judgement.self.basis(rowNamed(slower, 'rare'))).toBe('light')
    expect(verdict(slower)).toBe('regressed, settled')
    expect(verdict(diffProfiles(counts(2000, 1000), counts(1000, 1000)))).toBe('improved, settled')
    expect(verdict(diffProfiles(counts(10, 10), counts(13, 10)))).toBe('inconclusive, indicative')
    expect(verdict(diffProfiles(counts(1000, 1000), counts(1001, 1000)))).toBe('unchanged, indicative')
  })

  it('are not where a side has several runs, or was not sampled', () => {
    const one = counts(1000, 1000)
    const traced = stacks('main;f 1000\nmain;g 1000', { source: { method: 'deterministic' } })
    const judged = (before: Profile | Profile[], after: Profile | Profile[]): boolean =>
      diffProfiles(before, after).judgement.samples !== null
    expect(judged(one, one)).toBe(true)
    expect([judged(one, [one, one]), judged([one, one], one)]).toEqual([false, false])
    expect([judged(one, traced), judged(traced, one)]).toEqual([false, false])
    expect(diffProfiles(one, traced).judgement.self.basis(1)).toBe('single')
  })

  it('are compared in one unit', () => {
    const timed = (unit: 'seconds' | 'milliseconds', each: number, f: number): Profile =>
      stacks(`main;f ${f} ${f * each}\nmain;g 1000 ${1000 * each}`, {
        ...sampled,
        valueTypes: [
          { name: 'samples', unit: 'count' },
          { name: 'time', unit },
        ],
      })
    const diff = diffProfiles(timed('seconds', 0.01, 1000), timed('milliseconds', 10, 2000), { values: [1, 1] })
    const row = rowNamed(diff, 'f')
    // 10 s and 20 s, and half a sample of 10 ms each.
    expect(diff.judgement.samples!.before[row]).toBeCloseTo(10_005, 6)
    expect(diff.judgement.samples!.after[row]).toBeCloseTo(20_005, 6)
  })
})
