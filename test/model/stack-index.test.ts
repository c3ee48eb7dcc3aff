import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { StackIndexer } from '../../src/model/stack-index.js'
import { NONE } from '../../src/model/tables.js'

describe('stacks found by parent and frame', () => {
  it('are those of a map, numbered as they first come', () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat(40)), { maxLength: 400 })
    fc.assert(
      fc.property(steps, fc.boolean(), (pairs, isWide) => {
        const stacks = new StackIndexer(new Allocator())
        const expected = new Map<string, number>()
        for (const [pick, frame] of pairs) {
          const parent = isWide ? NONE : (pick % (stacks.length + 1)) - 1
          const key = `${parent} ${frame}`
          if (!expected.has(key)) expected.set(key, expected.size)
          expect(stacks.intern(parent, frame)).toBe(expected.get(key))
        }
        expect(stacks.length).toBe(expected.size)
        const { length, parent, frame } = stacks.finish()
        expect(length).toBe(expected.size)
        expect(Array.from(parent, (each, stack) => `${each} ${frame[stack]}`)).toEqual([...expected.keys()])
      }),
    )
  })

  it('are told apart on top of one with very many', () => {
    const stacks = new StackIndexer(new Allocator())
    const count = 100_000
    let wrong = 0
    for (let frame = 0; frame < 2 * count; frame++) if (stacks.intern(0, frame % count) !== frame % count) wrong++
    expect([wrong, stacks.length]).toEqual([0, count])
  })
})
