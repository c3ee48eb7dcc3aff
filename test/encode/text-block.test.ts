import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TextBlock } from '../../src/encode/text-block.js'
import { Allocator } from '../../src/limits.js'

const text = (block: TextBlock) => Buffer.from(block.take()).toString('latin1')

describe('numbers', () => {
  it('are those of JSON', () => {
    const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.maxSafeNat(), fc.nat(), fc.nat(20))
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const block = new TextBlock(new Allocator())
        for (const each of numbers) {
          block.number(each)
          block.ascii(',')
        }
        expect(text(block)).toBe(numbers.map((each) => `${JSON.stringify(each)},`).join(''))
      }),
    )
  })

  it.each([0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e21, 0.1, -1])(
    '%d',
    (value) => {
      const block = new TextBlock(new Allocator())
      block.number(value)
      expect(text(block)).toBe(JSON.stringify(value))
    },
  )
})

it('grows, and leaves what its owner has in front of the text', () => {
  const block = new TextBlock(new Allocator(), 3)
  block.bytes.set([1, 2, 3])
  for (let at = 0; at < 1000; at++) block.ascii('0123456789'.repeat(10))
  const long = new Uint8Array(3e6).fill(65)
  block.copy(long, long.length)
  expect(block.isFull).toBe(true)
  const piece = text(block)
  expect(piece.slice(0, 100_000)).toBe('0123456789'.repeat(10_000))
  expect(piece.slice(100_000)).toBe('A'.repeat(3e6))
  expect([...block.bytes.subarray(0, 3)]).toEqual([1, 2, 3])
  expect(block.take().length).toBe(0)
})
