import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { filterStacks } from '../../src/transform/filter-stacks.js'
import { functionCosts, sampleLines } from '../support/draw.js'
import { draw, runs, samples } from './runs.js'

const predicate = fc
  .subarray(['main', 'a', 'b', 'c', 'd', 'e'], { minLength: 1 })
  .map((names) => (text: string) => names.includes(text))

const weight = ({ samples }: Profile): number => Number(sumColumn(samples!.values[0]!, samples!.length))

/** What is left, by stack. */
function folded(profile: Profile): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const line of sampleLines(profile)) {
    const at = line.lastIndexOf(' ')
    sums[line.slice(0, at)] = (sums[line.slice(0, at)] ?? 0) + Number(line.slice(at + 1))
  }
  return sums
}

describe('filters', () => {
  it('never raise a total; hiding keeps the weight; focus and ignore part it', () => {
    fc.assert(
      fc.property(samples, predicate, (list, test) => {
        const profile = draw(list)
        const before = functionCosts(profile)
        const focused = filterStacks(profile, { focus: test })
        const ignored = filterStacks(profile, { ignore: test })
        const hidden = filterStacks(profile, { hide: test })
        for (const filtered of [focused, ignored, hidden, filterStacks(profile, { showFrom: test })]) {
          for (const [name, { total }] of Object.entries(functionCosts(filtered))) {
            expect(Number(total)).toBeLessThanOrEqual(Number(before[name]?.total))
          }
        }
        expect(weight(hidden)).toBe(weight(profile))
        expect(weight(focused) + weight(ignored)).toBe(weight(profile))
      }),
      runs(),
    )
  })

  it('change nothing the second time, and come in any order where they choose samples', () => {
    fc.assert(
      fc.property(samples, predicate, predicate, (list, p, q) => {
        const profile = draw(list)
        for (const filters of [
          { focus: p },
          { ignore: p },
          { hide: p },
          { showFrom: p },
          { collapseRecursion: true },
        ]) {
          const once = filterStacks(profile, filters)
          expect(folded(filterStacks(once, filters))).toEqual(folded(once))
        }
        const pq = filterStacks(filterStacks(profile, { focus: p }), { focus: q })
        const qp = filterStacks(filterStacks(profile, { focus: q }), { focus: p })
        expect(folded(pq)).toEqual(folded(qp))
      }),
      runs(),
    )
  })
})
