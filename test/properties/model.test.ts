import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeProfiles } from '../../src/model/merge.js'
import { edgeCosts, functionCosts } from '../support/draw.js'
import { draw, plainSamples, runs, samples, weightOf } from './runs.js'

/** Self and total of every function and pair, by name, all times `factor`. */
function costs(profile: ReturnType<typeof draw>, factor = 1): Record<string, readonly [number, number]> {
  const all = { ...functionCosts(profile), ...edgeCosts(profile) }
  return Object.fromEntries(
    Object.entries(all).map(([key, { self, total }]) => [
      key,
      [Number(self) * factor, Number(total) * factor] as const,
    ]),
  )
}

/** What edges with `name` at one end cost: Σ total. */
function through(profile: ReturnType<typeof draw>, name: string, end: 0 | 1): number {
  return Object.entries(edgeCosts(profile))
    .filter(([key]) => key.split(' -> ')[end] === name)
    .reduce((sum, [, { total }]) => sum + Number(total), 0)
}

/** What stacks that begin with `name` weigh. */
const entered = (list: Parameters<typeof draw>[0], name: string): number =>
  weightOf(list.filter(({ path }) => path[0] === name))

describe('a call graph from samples', () => {
  it('has the weight of the samples in Σ self, and no total above it or below self', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const found = Object.values(functionCosts(draw(list)))
        const weight = weightOf(list.filter(({ path }) => path.length > 0))
        expect(found.reduce((sum, { self }) => sum + Number(self), 0)).toBe(weight)
        for (const { self, total } of found) {
          expect(Number(self)).toBeGreaterThanOrEqual(0)
          expect(Number(total)).toBeGreaterThanOrEqual(Number(self))
          expect(Number(total)).toBeLessThanOrEqual(weight)
        }
      }),
      runs(),
    )
  })

  it('has the weight in the total of a common root', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const rooted = list.map(({ path, weight }) => ({ path: ['root', ...path], weight }))
        expect(functionCosts(draw(rooted)).root?.total).toBe(weightOf(list))
      }),
      runs(),
    )
  })

  it('balances what comes in and goes out of a function; with recursion edges weigh more', () => {
    const balance = (list: Parameters<typeof draw>[0], holds: (edges: number, own: number) => void) => {
      const profile = draw(list)
      for (const [name, { self, total }] of Object.entries(functionCosts(profile))) {
        holds(through(profile, name, 1) + entered(list, name), Number(total))
        holds(through(profile, name, 0) + Number(self), Number(total))
      }
    }
    fc.assert(
      fc.property(plainSamples, samples, (plain, recursive) => {
        balance(plain, (edges, own) => expect(edges).toBe(own))
        balance(recursive, (edges, own) => expect(edges).toBeGreaterThanOrEqual(own))
      }),
      runs(),
    )
  })

  it('grows with its samples, and follows the names of its functions', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 2, max: 9 }), (list, factor) => {
        const scaled = list.map(({ path, weight }) => ({ path, weight: weight * factor }))
        const before = costs(draw(list), factor)
        expect(costs(draw(scaled))).toEqual(before)
        // Names that sort the other way round.
        const renamed = (text: string): string => text.replace(/\w+/g, (name) => `z${999 - name.charCodeAt(0)}${name}`)
        const expected = Object.fromEntries(Object.entries(before).map(([key, pair]) => [renamed(key), pair]))
        expect(costs(draw(scaled, renamed))).toEqual(expected)
      }),
      runs(),
    )
  })

  it('merged with itself is twice its own, and with nothing its own', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const profile = draw(list)
        expect(costs(mergeProfiles([profile, profile]))).toEqual(costs(profile, 2))
        expect(costs(mergeProfiles([profile, draw([{ path: [], weight: 0 }])]))).toEqual(costs(profile))
      }),
      runs(),
    )
  })
})
