import fc from 'fast-check'
import { Allocator } from '../../src/limits.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE } from '../../src/model/tables.js'
import { nastyName } from '../support/nasty-names.js'
import type { Sample } from './runs.js'

/** Samples of functions whose names are any texts. */
export const nastyStacks: fc.Arbitrary<Sample[]> = fc.array(
  fc.record({ path: fc.array(nastyName, { minLength: 1, maxLength: 4 }), weight: fc.integer({ min: 1, max: 9999 }) }),
  { minLength: 1, maxLength: 6 },
)

/** A profile of samples whose functions may have any names. */
export function profileOf(list: readonly Sample[]): Profile {
  const valueTypes = [{ name: 'samples', unit: 'count' }] as const
  const builder = new StackBuilder(new Allocator(), { valueTypes, spans: false })
  for (const { path, weight } of list) {
    let stack = NONE
    for (const name of path) stack = builder.stack(stack, builder.frame(builder.functions.internText(name)))
    builder.sample(stack, [weight])
  }
  const finished = builder.finish()
  return makeProfile({ strings: builder.functions.strings, ...finished, valueTypes })
}
