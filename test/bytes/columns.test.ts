import { expect, test } from 'vitest'
import { ByteBuilder, Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'

test('a column of integers grows and keeps what was pushed', () => {
  const allocator = new Allocator()
  const builder = new Int32Builder(allocator, 0)
  for (let value = 0; value < 1000; value++) builder.push(1 - value * 7)
  expect([...builder.finish()]).toEqual(Array.from({ length: 1000 }, (_, value) => 1 - value * 7))
  // Arrays that were outgrown are given back: only the last one is live.
  expect(allocator.live).toBe(builder.values.byteLength)
})

test('a column of doubles grows and keeps what was pushed', () => {
  const allocator = new Allocator()
  const builder = new Float64Builder(allocator)
  for (let value = 0; value < 1000; value++) builder.push(value / 3)
  expect([...builder.finish()]).toEqual(Array.from({ length: 1000 }, (_, value) => value / 3))
  expect(allocator.live).toBe(builder.values.byteLength)
})

test('bytes are appended whatever their length', () => {
  const builder = new ByteBuilder(new Allocator(), 0)
  const expected: number[] = []
  for (const length of [0, 1, 31, 32, 33, 64, 65, 1000, 5]) {
    const bytes = Uint8Array.from({ length: length + 4 }, (_, at) => (at * 31 + length) & 0xff)
    builder.append(bytes, 2, length + 2)
    expected.push(...bytes.subarray(2, length + 2), 7)
    builder.push(7)
  }
  expect([...builder.finish()]).toEqual(expected)
})

test('growth past the limit on memory is refused with the key that raises it', () => {
  const builder = new Int32Builder(new Allocator({ ...DEFAULT_LIMITS, memory: 1000 }))
  let pushed = 0
  expect(() => {
    for (; pushed < 1000; pushed++) builder.push(pushed)
  }).toThrow(expect.objectContaining({ kind: 'data', hint: expect.stringContaining('--max memory=') }))
  // While 128 integers are copied to 256, both arrays are live: 512 and 1024 bytes.
  expect(pushed).toBe(128)
  expect(builder.length).toBe(128)
  expect(builder.values[127]).toBe(127)
})
