import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'
import { preorder } from '../../src/model/preorder.js'
import { sortStacks } from '../../src/model/sort-stacks.js'
import { NONE } from '../../src/model/tables.js'
import { WholeStackBuilder } from '../../src/model/whole-stacks.js'

function sorted(stacks: readonly (readonly number[])[], allocator = new Allocator()) {
  const builder = new WholeStackBuilder(allocator)
  for (const stack of stacks) {
    for (const frame of stack) builder.push(frame)
    builder.endStack()
  }
  return sortStacks(allocator, builder.finish())
}

function framesOf({ parent, frame }: ReturnType<typeof sorted>, row: number): number[] {
  const frames: number[] = []
  for (let at = row; at !== NONE; at = parent[at]!) frames.push(frame[at]!)
  return frames.reverse()
}

/** Few frames and deep stacks, so that much is shared; enough stacks that quicksort is used, and not only insertion. */
const manyStacks = fc.array(fc.array(fc.nat(2), { maxLength: 8 }), { maxLength: 120 })

describe('sortStacks', () => {
  it('gives each distinct stack one row, parents first, and each stack its own', () => {
    fc.assert(
      fc.property(manyStacks, (stacks) => {
        const table = sorted(stacks)
        expect(Array.from(table.rows, (row) => framesOf(table, row))).toEqual(stacks)
        const prefixes = new Set(stacks.flatMap((stack) => stack.map((_, depth) => stack.slice(0, depth + 1).join())))
        expect(table.parent.length).toBe(prefixes.size)
        table.parent.forEach((parent, row) => {
          expect(parent).toBeLessThan(row)
        })
      }),
    )
  })

  it('makes a table in preorder, whose subtrees are what lies below a stack', () => {
    fc.assert(
      fc.property(manyStacks, (stacks) => {
        const { parent, frame } = sorted(stacks)
        const { length } = parent
        const table = { length, parent, frame, calls: null, hits: null, deoptReason: null, positionTicks: null }
        const { stackAt, end } = preorder(table, new Allocator())
        expect(stackAt).toBe(null)
        const isBelow = (stack: number, above: number): boolean => {
          let at = stack
          while (at !== NONE && at !== above) at = parent[at]!
          return at === above
        }
        for (let above = 0; above < length; above++) {
          const below = [...parent.keys()].filter((stack) => isBelow(stack, above))
          expect(below).toEqual(Array.from({ length: end[above]! - above }, (_, at) => above + at))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('forgets a stack that is dropped, and holds stacks to the limits', () => {
    const builder = new WholeStackBuilder(new Allocator())
    builder.push(5)
    builder.dropStack()
    builder.push(7)
    builder.endStack()
    builder.endStack()
    expect(sortStacks(new Allocator(), builder.finish())).toEqual({
      parent: Int32Array.of(NONE),
      frame: Int32Array.of(7),
      rows: Int32Array.of(0, NONE),
    })
    const small = new Allocator({ ...DEFAULT_LIMITS, 'stack-depth': 2, stacks: 3 })
    expect(() => sorted([[1, 2, 3]], small)).toThrow('a stack of 3 frames')
    expect(() =>
      sorted(
        [
          [1, 2],
          [3, 4],
        ],
        small,
      ),
    ).toThrow('more than 3 stacks')
  })
})
