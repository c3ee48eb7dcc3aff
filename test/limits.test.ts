import { expect, it } from 'vitest'
import { memoryBudget } from '../src/limits.js'

const GIB = 2 ** 30

it.each([
  ['much memory', 64 * GIB, undefined, 8 * GIB],
  ['a small machine', 5 * GIB, 0, 3 * GIB],
  ['a container', 64 * GIB, 5 * GIB, 3 * GIB],
  // What Linux says of a container without a limit.
  ['a container that may take all', 5 * GIB, 2 ** 64, 3 * GIB],
])('tables may take 8 GiB, or three fifths of what there is: %s', (_, total, constrained, expected) => {
  expect(memoryBudget(total, constrained)).toBe(expected)
})
