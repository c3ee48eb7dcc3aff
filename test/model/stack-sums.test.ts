import { describe, expect, it } from 'vitest'
import { Allocator } from '../../src/limits.js'
import { StackSums } from '../../src/model/stack-sums.js'
import { NONE } from '../../src/model/tables.js'

function samplesOf(...added: readonly (readonly [number, number])[]) {
  const sums = new StackSums(new Allocator())
  for (const [stack, weight] of added) sums.add(stack, weight)
  const { apart } = sums
  const { stack, weight } = sums.finish()
  return { samples: [...stack].map((each, sample) => [each, weight[sample]]), apart }
}

describe('weights of stacks', () => {
  it('are added up, by stack; what has no stack is one of them', () => {
    expect(samplesOf([2, 5], [NONE, 1], [0, 3], [2, 6], [NONE, 2])).toEqual({
      samples: [
        [NONE, 3],
        [0, 3],
        [2, 11],
      ],
      apart: 0,
    })
  })

  it('are left out when they are nothing', () => {
    expect(samplesOf([1, 0], [0, 4], [1, 0]).samples).toEqual([[0, 4]])
  })

  it('stay apart when they have fractions, in their order', () => {
    expect(samplesOf([1, 0.5], [0, 0.25], [1, 2], [1, 0.5], [1, 4])).toEqual({
      samples: [
        [1, 6],
        [1, 0.5],
        [0, 0.25],
        [1, 0.5],
      ],
      apart: 3,
    })
  })

  it('stay apart when their sum would not be exact', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(samplesOf([0, most - 1], [0, 1], [0, 1], [0, 2 ** 60])).toEqual({
      samples: [
        [0, most],
        [0, 1],
        [0, 2 ** 60],
      ],
      apart: 2,
    })
  })
})
