import { expect, it } from 'vitest'
import { randomBelow, seededRandom, xorshift128 } from '../../../src/analysis/statistics/random.js'

it('gives the numbers that follow from the seeds of the paper', () => {
  // Marsaglia, Xorshift RNGs (2003); the numbers by a program in Python with whole numbers cut to 32 bits.
  const random = xorshift128(123456789, 362436069, 521288629, 88675123)
  expect([random(), random(), random(), random(), random()]).toEqual([
    3701687786, 458299110, 2500872618, 3633119408, 516391518,
  ])
})

it('gives the same numbers for a seed, others for the next', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 20 }, () => randomBelow(random, 1000))
  }
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1)).not.toEqual(draw(2))
  expect(draw(0)).not.toEqual(draw(1))
})

it('draws every number about as often as every other', () => {
  const random = seededRandom(7)
  const counts = new Float64Array(10)
  for (let i = 0; i < 10_000; i++) {
    const drawn = randomBelow(random, 10)
    counts[drawn] = counts[drawn]! + 1
  }
  // χ² with 9 degrees of freedom is above 27.9 once in a thousand seeds.
  expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9)
})
