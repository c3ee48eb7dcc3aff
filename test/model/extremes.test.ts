import { describe, expect, it } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { callGraph } from '../../src/model/call-graph.js'
import { makeProfile } from '../../src/model/make-profile.js'
import { mergeProfiles } from '../../src/model/merge.js'
import type { Profile } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE } from '../../src/model/tables.js'
import { validate } from '../../src/model/validate.js'
import { filterStacks } from '../../src/transform/filter-stacks.js'

const MILLION = 1_000_000
const FUNCTIONS = 1000

/** A million frames below each other, or side by side below one: no real program, and nothing may break on it. */
function tree(isDeep: boolean): Profile {
  const valueTypes = [{ name: 'samples', unit: 'count' }] as const
  const builder = new StackBuilder(new Allocator(), { valueTypes, spans: false })
  for (let fn = 0; fn < FUNCTIONS; fn++) builder.functions.internText(`f${fn}`)
  let last = builder.stack(NONE, builder.frame(0))
  const root = last
  for (let stack = 1; stack < MILLION; stack++) {
    // Another line of the function, or side by side it would be the same frame.
    last = builder.stack(isDeep ? last : root, builder.frame(stack % FUNCTIONS, isDeep ? 1 : stack))
  }
  builder.sample(last, [5])
  builder.sample(root, [2])
  const finished = builder.finish()
  return makeProfile({ strings: builder.functions.strings, ...finished, valueTypes })
}

describe.each([
  ['a stack of a million frames', true],
  ['a function with a million callees', false],
])('%s', (_, isDeep) => {
  const profile = tree(isDeep)

  it('has its sums', () => {
    const graph = callGraph(profile)
    expect(graph.total[0]!.values[0]).toBe(7)
    expect(graph.self[0]!.values[0]).toBe(2)
    // The last frame is of function 999, which the deep stack is in a thousand times; it counts once.
    expect([graph.self[0]!.values[999], graph.total[0]!.values[999]]).toEqual([5, 5])
    expect(graph.total[0]!.values[1]).toBe(isDeep ? 5 : 0)
  })

  it('is checked, filtered and merged', () => {
    expect(validate(profile).errors).toEqual([])
    const focused = filterStacks(profile, { focus: (text) => text.includes('f999') })
    expect(callGraph(focused).total[0]!.values[0]).toBe(5)
    expect(callGraph(mergeProfiles([profile, profile])).total[0]!.values[0]).toBe(14)
  })
})
