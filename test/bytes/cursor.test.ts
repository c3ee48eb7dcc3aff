import { describe, expect, test } from 'vitest'
import { ByteCursor } from '../../src/bytes/cursor.js'
import { FormatError } from '../../src/errors.js'

function caught(action: () => unknown): FormatError {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    return error as FormatError
  }
  throw new Error('nothing was thrown')
}

describe('numbers', () => {
  test('are read one after the other, little-endian', () => {
    const data = Buffer.alloc(2 + 29)
    data.writeUInt8(0xff, 0)
    data.writeUInt16LE(0xfffe, 1)
    data.writeInt16LE(-2, 3)
    data.writeUInt32LE(0xfffffffd, 5)
    data.writeInt32LE(-3, 9)
    data.writeBigInt64LE(-4n, 13)
    data.writeDoubleLE(0.1, 21)
    const cursor = new ByteCursor(data)
    expect([cursor.u8(), cursor.u16(), cursor.i16(), cursor.u32(), cursor.i32(), cursor.i64(), cursor.f64()]).toEqual([
      255, 65534, -2, 4294967293, -3, -4, 0.1,
    ])
    expect(cursor.offset).toBe(29)
    expect(cursor.remaining).toBe(2)
  })

  test('past 2^53 stay exact', () => {
    const data = Buffer.alloc(48)
    const values = [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n - 1n), -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]
    values.forEach((value, index) => {
      data.writeBigInt64LE(value, index * 8)
    })
    const cursor = new ByteCursor(data)
    const read = values.map(() => cursor.i64())
    expect(read.map(BigInt)).toEqual(values)
    expect(read.map((value) => typeof value)).toEqual(['number', 'bigint', 'number', 'bigint', 'bigint', 'bigint'])
  })

  test('are found in a view that does not begin its buffer', () => {
    const cursor = new ByteCursor(Buffer.from([9, 9, 9, 1, 0, 0, 0, 7]).subarray(3))
    expect(cursor.u32()).toBe(1)
    expect(cursor.u8()).toBe(7)
  })
})

describe('the end', () => {
  test.each([
    ['u8', 1, 'a byte'],
    ['u16', 2, 'a 2-byte integer'],
    ['i16', 2, 'a 2-byte integer'],
    ['u32', 4, 'a 4-byte integer'],
    ['i32', 4, 'a 4-byte integer'],
    ['i64', 8, 'an 8-byte integer'],
    ['f64', 8, 'a float'],
  ] as const)('stops %s, and the cursor stays where it was', (method, size, noun) => {
    for (let have = 0; have < size; have++) {
      const cursor = new ByteCursor(new Uint8Array(10 + have), 10)
      const error = caught(() => cursor[method]())
      const where = have === 0 ? `where ${noun} was expected` : `in the middle of ${noun}`
      expect(error.message).toBe(`the file ends at byte ${10 + have}, ${where}`)
      expect(error.place).toEqual({ offset: 10 })
      expect(cursor.offset).toBe(10)
    }
    const cursor = new ByteCursor(new Uint8Array(size))
    cursor[method]()
    expect(cursor.remaining).toBe(0)
  })

  test('of a part stops the cursor although the file goes on', () => {
    const cursor = new ByteCursor(new Uint8Array(100), 4, 7)
    expect(cursor.remaining).toBe(3)
    expect(caught(() => cursor.i32()).message).toBe('the record ends at byte 7, in the middle of a 4-byte integer')
    expect(cursor.bytes(3)).toHaveLength(3)
    expect(caught(() => cursor.u8()).place).toEqual({ offset: 7 })
  })
})

describe('bytes', () => {
  test('are a view of the data', () => {
    const data = Uint8Array.from([1, 2, 3, 4])
    const cursor = new ByteCursor(data)
    cursor.u8()
    const view = cursor.bytes(2)
    data[1] = 9
    expect([...view]).toEqual([9, 3])
    expect(cursor.offset).toBe(3)
    expect(cursor.bytes(0)).toHaveLength(0)
  })

  test('that do not fit are refused', () => {
    const cursor = new ByteCursor(new Uint8Array(12), 4)
    expect(caught(() => cursor.bytes(9, 'a name')).message).toBe(
      'expected 9 bytes of a name, but the file ends after 8 more bytes',
    )
    expect(caught(() => cursor.bytes(-1, 'a name')).message).toBe('expected a count of bytes of a name, got -1')
    expect(cursor.offset).toBe(4)
  })
})

describe('count', () => {
  test('is let through when as many things can follow', () => {
    const cursor = new ByteCursor(new Uint8Array(20))
    expect(cursor.count(5, 4, 'entries')).toBe(5)
    expect(cursor.count(0, 4, 'entries')).toBe(0)
    expect(cursor.offset).toBe(0)
  })

  test.each([
    [6, 4, 'expected 6 entries, but the file ends after 20 more bytes'],
    [4294967295, 1, 'expected 4294967295 entries, but the file ends after 20 more bytes'],
    [-1, 1, 'expected a count of entries, got -1'],
    [Number.NaN, 1, 'expected a count of entries, got NaN'],
    [Number.POSITIVE_INFINITY, 1, 'expected Infinity entries, but the file ends after 20 more bytes'],
  ])('of %d things with %d bytes each is refused', (count, size, message) => {
    const error = caught(() => new ByteCursor(new Uint8Array(30), 10).count(count, size, 'entries'))
    expect(error.message).toBe(message)
    expect(error.place).toEqual({ offset: 10 })
  })
})
