import { describe, expect, it } from 'vitest'
import { judgeSamples } from '../../../src/analysis/diff/judge/judge-samples.js'
import { type SelfSamples, selfSamples } from '../../../src/analysis/diff/judge/self-samples.js'
import { randomBelow, seededRandom } from '../../../src/analysis/statistics/random.js'
import { Allocator } from '../../../src/limits.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Profile } from '../../../src/model/profile.js'
import { StackBuilder } from '../../../src/model/stack-builder.js'
import { NONE } from '../../../src/model/tables.js'

/** A recording of samples in order: which function was the innermost (the number of its name), -1 for none. */
function recording(leaves: readonly number[], weights: (sample: number) => number = () => 10): Profile {
  const valueTypes = [{ name: 'time', unit: 'milliseconds' }] as const
  const builder = new StackBuilder(new Allocator(), { valueTypes, timeUnit: 'milliseconds' })
  for (let fn = 0; fn < 4; fn++) builder.functions.internText(`f${fn}`)
  for (const [sample, leaf] of leaves.entries()) {
    const stack = leaf < 0 ? NONE : builder.stack(NONE, builder.frame(leaf))
    builder.sample(stack, [weights(sample)], { time: sample * 10 })
  }
  return makeProfile({
    ...builder.finish(),
    strings: builder.functions.strings,
    valueTypes,
    source: { format: 'test', method: 'sampled' },
  })
}

const dispersionOf = (leaves: readonly number[]): Float64Array => selfSamples(recording(leaves), 0)!.dispersion!

describe('selfSamples', () => {
  it('counts the samples of each function and what they weigh', () => {
    const samples = selfSamples(
      recording([0, 1, 1, -1], (sample) => sample + 1),
      0,
      2,
    )!
    expect([samples.count, samples.weight, samples.square]).toEqual([4, 20, 120])
    expect([...samples.counts]).toEqual([1, 2, 0, 0])
    expect([...samples.weights]).toEqual([2, 10, 0, 0])
    expect([...samples.squares]).toEqual([4, 52, 0, 0])
    expect(samples.dispersion).toBe(null)
  })

  it('takes the number of samples from the file, where samples are summed', () => {
    const recorded = recording([0, 1])
    const valueTypes = [...recorded.valueTypes, { name: 'samples', unit: 'count' }] as const
    const values = [...recorded.samples!.values, { values: Float64Array.of(5, 2), exact: null }]
    const summed = { ...recorded, valueTypes, samples: { ...recorded.samples!, values, time: null } }
    expect(selfSamples(summed, 0)).toMatchObject({ count: 7, weight: 20, square: 70, dispersion: null })
    expect([...selfSamples(summed, 1)!.squares]).toEqual([5, 2, 0, 0])
  })

  it('knows of no samples where calls were timed, or where weights stand for something else', () => {
    const recorded = recording([0, 1])
    expect(selfSamples({ ...recorded, source: { ...recorded.source, method: 'deterministic' } }, 0)).toBe(null)
    expect(selfSamples({ ...recorded, samples: { ...recorded.samples!, time: null } }, 0)).toBe(null)
    expect(selfSamples({ ...recorded, samples: { ...recorded.samples!, values: [null] } }, 0)).toBe(null)
  })

  it('finds the dispersion of independent samples near 1, of clumps near their length', () => {
    const random = seededRandom(3)
    const meanDispersion = (length: number): number => {
      let sum = 0
      for (let repeat = 0; repeat < 12; repeat++) {
        const leaves: number[] = []
        while (leaves.length < 1500) leaves.push(...new Array<number>(length).fill(randomBelow(random, 3)))
        const dispersion = dispersionOf(leaves)
        expect(dispersion[3]).toBeNaN()
        sum += (dispersion[0]! + dispersion[1]! + dispersion[2]!) / 36
      }
      return sum
    }
    expect(Math.abs(meanDispersion(1) - 1)).toBeLessThan(0.15)
    expect(Math.abs(meanDispersion(5) / 5 - 1)).toBeLessThan(0.25)
  })

  it('does not take phases of the program for chance', () => {
    const random = seededRandom(4)
    // f0 loads, f1 and f2 work, f0 reports.
    const leaves = Array.from({ length: 3000 }, (_, sample) =>
      sample < 800 || sample >= 2500 ? 0 : 1 + randomBelow(random, 2),
    )
    expect(dispersionOf(leaves)[0]).toBeLessThan(0.1)
    expect(dispersionOf(leaves)[1]).toBeLessThan(1.8)
  })
})

describe('judgeSamples', () => {
  /** Functions with so many samples of 10 ms, in a file that keeps no order. */
  const seen = (...counts: number[]): SelfSamples => {
    const count = counts.reduce((sum, own) => sum + own, 0)
    return {
      count,
      weight: count * 10,
      square: count * 100,
      counts: Float64Array.from(counts),
      weights: Float64Array.from(counts, (own) => own * 10),
      squares: Float64Array.from(counts, (own) => own * 100),
      dispersion: null,
    }
  }
  const judge = (before: SelfSamples, after: SelfSamples, options = {}) => {
    const rows = Int32Array.from(before.counts.keys())
    return judgeSamples([before, after], [rows, rows], rows.length, options)
  }

  it('has the interval that covers time and share, and the larger p-value', () => {
    const judged = judge(seen(100, 900), seen(200, 900), { tested: Uint8Array.of(1, 0) })
    // scipy 1.17.1: power_divergence and chi2_contingency with lambda_='log-likelihood', G 33.98 and 29.22, over φ 1.5.
    expect(judged.q[0]).toBeCloseTo(1.0179696172914401e-5, 12)
    expect(judged.low[0]).toBeCloseTo(1.4567635846919271, 9)
    expect(judged.high[0]).toBeCloseTo(2.7321689642536247, 9)
    expect(judged.verdict(0)).toBe('regressed')
    expect(judged.assumed).toBe(true)
    expect(judged.basis(1)).toBe('light')
  })

  it('does not blame the code for a machine that is slower by half, nor for the share that another leaves', () => {
    const slower = judge(seen(500, 300, 200), seen(750, 450, 300))
    expect([0, 1, 2].map((row) => slower.verdict(row))).toEqual(['inconclusive', 'inconclusive', 'inconclusive'])
    const freed = judge(seen(5000, 3000, 2000), seen(1000, 3000, 2000))
    expect([0, 1, 2].map((row) => freed.verdict(row))).toEqual(['improved', 'inconclusive', 'inconclusive'])
  })

  it('turns around with its sides', () => {
    const [a, b] = [seen(40, 0, 300, 700), seen(90, 12, 310, 650)]
    const [forward, backward] = [judge(a, b), judge(b, a)]
    for (let row = 0; row < 4; row++) {
      expect(forward.low[row]! * backward.high[row]!).toBeCloseTo(1, 9)
      expect(forward.q[row]).toBeCloseTo(backward.q[row]!, 12)
    }
  })

  it('counts few heavy samples for what they tell', () => {
    const even = seen(100, 900)
    // The same time in one sample of 901 ms and 99 of 1 ms.
    const uneven = { ...even, squares: Float64Array.of(901 ** 2 + 99, 90_000), square: 901 ** 2 + 99 + 90_000 }
    const after = seen(200, 900)
    expect(judge(uneven, after).low[0]).toBeLessThan(0.4)
    expect(judge(uneven, after).verdict(0)).toBe('inconclusive')
    expect(judge(even, after).low[0]).toBeGreaterThan(1.4)
  })

  it('is rarely wrong about programs that did not change', () => {
    const random = seededRandom(11)
    const run = (): SelfSamples => {
      const counts = new Array<number>(20).fill(0)
      for (let sample = 0; sample < 2000; sample++) {
        const fn = Math.min(randomBelow(random, 20), randomBelow(random, 20))
        counts[fn] = counts[fn]! + 1
      }
      return seen(...counts)
    }
    let alarmed = 0
    for (let pair = 0; pair < 100; pair++) {
      const judged = judge(run(), run())
      if (
        Array.from({ length: 20 }, (_, row) => judged.verdict(row)).some((v) => v === 'regressed' || v === 'improved')
      )
        alarmed++
    }
    expect(alarmed).toBeLessThanOrEqual(3)
  })
})
