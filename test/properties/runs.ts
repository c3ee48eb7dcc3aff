import fc from 'fast-check'
import type { Profile } from '../../src/model/profile.js'
import { stacks } from '../support/draw.js'

const ASKED = Number(process.env.CALLCOST_RUNS)

/** How often a property is tried: as often as CALLCOST_RUNS says, else a thousand times. */
export function runs(): { readonly numRuns: number } {
  return { numRuns: ASKED > 0 ? ASKED : 1000 }
}

export interface Sample {
  readonly path: readonly string[]
  readonly weight: number
}

const NAMES = ['main', 'a', 'b', 'c', 'd', 'e'] as const

/** Samples over a handful of functions, so that recursion is common; some stacks are empty. */
export const samples: fc.Arbitrary<Sample[]> = fc.array(
  fc.record({
    path: fc.array(fc.constantFrom(...NAMES), { maxLength: 7 }),
    weight: fc.integer({ min: 0, max: 1000 }),
  }),
  { minLength: 1, maxLength: 25 },
)

/** The same without recursion. */
export const plainSamples: fc.Arbitrary<Sample[]> = samples.map((list) =>
  list.map(({ path, weight }) => ({ path: [...new Set(path)], weight })),
)

export function draw(list: readonly Sample[], renamed: (name: string) => string = (name) => name): Profile {
  return stacks(list.map(({ path, weight }) => `${path.map(renamed).join(';') || '-'} ${weight}`).join('\n'))
}

export function weightOf(list: readonly Sample[]): number {
  return list.reduce((sum, { weight }) => sum + weight, 0)
}
