import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Diff, diffProfiles } from '../../src/analysis/diff/diff.js'
import { sumOf } from '../../src/analysis/diff/sum.js'
import { draw, runs, type Sample, samples, weightOf } from './runs.js'

// Functions are found again by name, so that these properties see the sums and not the search for renamed ones.
const SCALE = 3

const changes = (diff: Diff): Record<string, number> => {
  const found: Record<string, number> = {}
  for (let at = 0; at < diff.length; at++) {
    const { functionBefore, functionAfter, delta } = diff.row(at)
    const { strings, functions } = functionAfter < 0 ? diff.before : diff.after
    const name = strings.text(functions.name[functionAfter < 0 ? functionBefore : functionAfter]!)
    found[name] = (found[name] ?? 0) + delta
  }
  return Object.fromEntries(Object.entries(found).filter(([, delta]) => delta !== 0))
}

const terms = ({ blame }: Diff): number => sumOf(blame.delta)
const sampled = (list: readonly Sample[]): number => weightOf(list.filter(({ path }) => path.length > 0))

/** Every function is on both sides, if only with nothing. */
const complete = (list: readonly Sample[]): Sample[] => [
  ...list,
  ...['main', 'a', 'b', 'c', 'd', 'e'].map((name) => ({ path: [name], weight: 0 })),
]

describe('a diff', () => {
  it('has the change of the weight in Σ rows and in Σ terms', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const diff = diffProfiles(draw(a), draw(b))
        const change = sampled(b) - sampled(a)
        expect(diff.total.delta).toBe(change)
        expect(Object.values(changes(diff)).reduce((sum, delta) => sum + delta, 0)).toBe(change)
        expect(Math.abs(terms(diff) - change)).toBeLessThanOrEqual(1e-9 * (sampled(a) + sampled(b)))
      }),
      runs(),
    )
  })

  it('is empty between equals, turns its sign with time, and adds up over three', () => {
    fc.assert(
      fc.property(samples, samples, samples, (first, second, third) => {
        const [a, b, c] = [first, second, third].map((list) => draw(complete(list))) as [never, never, never]
        expect(changes(diffProfiles(a, a))).toEqual({})
        expect(terms(diffProfiles(a, a))).toBe(0)
        const ab = changes(diffProfiles(a, b))
        const ba = changes(diffProfiles(b, a))
        expect(Object.fromEntries(Object.entries(ba).map(([name, delta]) => [name, -delta]))).toEqual(ab)
        const bc = changes(diffProfiles(b, c))
        const sums: Record<string, number> = {}
        for (const [name, delta] of [...Object.entries(ab), ...Object.entries(bc)])
          sums[name] = (sums[name] ?? 0) + delta
        const ac = Object.fromEntries(Object.entries(sums).filter(([, delta]) => delta !== 0))
        expect(changes(diffProfiles(a, c))).toEqual(ac)
      }),
      runs(),
    )
  })

  it('grows with its sides, and follows the names of their functions', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const larger = (list: readonly Sample[]) =>
          complete(list).map(({ path, weight }) => ({ path, weight: weight * SCALE }))
        const plain = changes(diffProfiles(draw(complete(a)), draw(complete(b))))
        const large = changes(diffProfiles(draw(larger(a)), draw(larger(b))))
        expect(large).toEqual(Object.fromEntries(Object.entries(plain).map(([name, delta]) => [name, delta * SCALE])))
        const renamed = (name: string): string => `${name}_${999 - name.charCodeAt(0)}`
        const other = changes(diffProfiles(draw(complete(a), renamed), draw(complete(b), renamed)))
        expect(other).toEqual(Object.fromEntries(Object.entries(plain).map(([name, delta]) => [renamed(name), delta])))
      }),
      runs(),
    )
  })
})
