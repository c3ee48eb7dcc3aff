import { describe, expect, it } from 'vitest'
import { signed, unsigned, WideBuffer, WireReader } from '../../../formats/pprof/wire.js'
import { FormatError } from '../../../src/errors.js'
import { Allocator } from '../../../src/limits.js'

// Messages by hand, as protobuf.dev/programming-guides/encoding defines them; integers are checked against BigInt.

/** A varint of seven bits a byte, the lowest first. */
function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return bytes
}

const tag = (field: number, wireType: number): number[] => varint(BigInt(field * 8 + wireType))

/** Both sides of every length of a varint, of 32 bits, of what a double holds, and of the sign. */
const INTEGERS: readonly bigint[] = [
  0n,
  1n,
  ...[7, 14, 21, 28, 31, 32, 35, 42, 49, 53, 56, 63].flatMap((bits) => {
    const power = 1n << BigInt(bits)
    return [power - 1n, power, power + 1n]
  }),
  0x1234_5678_9abc_def0n,
  (1n << 64n) - 1n,
  (1n << 64n) - (1n << 53n) + 1n,
  (1n << 64n) - (1n << 53n) - 1n,
]

/** The only form that a value has: a number when a double holds it exactly, else a BigInt. */
function canonical(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function at(...bytes: readonly number[]): WireReader {
  const reader = new WireReader(Uint8Array.from(bytes))
  expect(reader.next()).toBe(true)
  return reader
}

/** Message and place of the error that `read` ends in. */
function errorOf(read: () => unknown): [string, FormatError['place']] {
  try {
    read()
  } catch (error) {
    if (error instanceof FormatError) return [error.message, error.place]
    throw error
  }
  throw new Error('no error')
}

describe('integers', () => {
  it.each(INTEGERS)('%d in a field', (value) => {
    const bytes = [...tag(1, 0), ...varint(value), ...tag(2, 0)]
    const asUnsigned = at(...bytes)
    expect(asUnsigned.uint64('x')).toBe(canonical(value))
    expect(asUnsigned.offset).toBe(bytes.length - 1)
    expect(at(...bytes).int64('x')).toBe(canonical(BigInt.asIntN(64, value)))
    expect(at(...bytes).tableIndex('x')).toBe(value < 1n << 31n ? Number(value) : -1)
  })

  it.each(INTEGERS)('%d from its halves', (value) => {
    const low = Number(value & 0xffff_ffffn)
    const high = Number(value >> 32n)
    expect(unsigned(low, high)).toBe(canonical(value))
    expect(signed(low, high)).toBe(canonical(BigInt.asIntN(64, value)))
  })

  it('in a list, and one by one behind it', () => {
    const list = INTEGERS.flatMap(varint)
    const reader = at(...tag(1, 2), ...varint(BigInt(list.length)), ...list, ...tag(1, 0), ...varint(1n << 40n))
    const target = new WideBuffer(new Allocator())
    reader.varints(target, 'x')
    reader.next()
    reader.varints(target, 'x')
    const read = Array.from(
      { length: target.length },
      (_, i) => BigInt(target.high[i]!) * 2n ** 32n + BigInt(target.low[i]!),
    )
    expect(read).toEqual([...INTEGERS, 1n << 40n])
    expect(reader.next()).toBe(false)
  })

  it('of a list that is far longer than the buffer, written over what was there', () => {
    const target = new WideBuffer(new Allocator())
    for (let i = 0; i < 65; i++) target.push(i, 7)
    expect([target.length, target.low[64], target.high[64], target.low[0]]).toEqual([65, 64, 7, 0])
    target.length = 1
    const reader = at(...tag(1, 2), ...varint(1000n), ...Array.from({ length: 1000 }, (_, i) => i % 100))
    reader.varints(target, 'x')
    expect([target.length, target.low[0], target.low[1000], target.high[1000]]).toEqual([1001, 0, 99, 0])
    expect(target.high.slice(1, 1001).every((half) => half === 0)).toBe(true)
  })

  it('give back the room that they have left', () => {
    const allocator = new Allocator()
    const target = new WideBuffer(allocator)
    for (let i = 0; i < 65; i++) target.push(i, i)
    allocator.release(target.low)
    allocator.release(target.high)
    expect(allocator.live).toBe(0)
  })
})

describe('what is skipped', () => {
  it.each([
    ['a varint', 0, [0xff, 0xff, 0x01]],
    ['a fixed64', 1, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['a length', 2, [3, 0x08, 0x08, 0x08]],
    ['a fixed32', 5, [1, 2, 3, 4]],
  ])('%s', (_, wireType, value) => {
    const reader = at(...tag(300, wireType), ...value, ...tag(2, 0), 5)
    expect([reader.field, reader.wireType]).toEqual([300, wireType])
    reader.skip()
    expect(reader.next()).toBe(true)
    expect([reader.field, reader.start, reader.uint64('x')]).toEqual([2, value.length + 2, 5])
  })

  it.each([
    [3, 'the start of a group'],
    [4, 'the end of a group'],
    [6, 'wire type 6'],
    [7, 'wire type 7'],
  ])('wire type %d is not', (wireType, name) => {
    const reader = at(...tag(1, wireType), 0)
    const tagged = errorOf(() => reader.skip())
    expect(tagged).toEqual([`expected a field of proto3, got ${name}`, { offset: 0 }])
    expect(errorOf(() => reader.uint64('x'))[0]).toBe(`expected a varint, got ${name}`)
  })

  it('a value that is not all there', () => {
    expect(errorOf(() => at(...tag(1, 1), 1, 2, 3).skip())).toEqual([
      'the data ends in the middle of a field',
      { offset: 0 },
    ])
    expect(errorOf(() => at(...tag(1, 2), 4, 1, 2, 3).skip())[0]).toBe('the data ends in the middle of a field')
  })
})

describe('messages', () => {
  // Field 1 holds a message with field 2 = 5, then comes field 3 = 6.
  const bytes = [...tag(1, 2), 2, ...tag(2, 0), 5, ...tag(3, 0), 6]

  it('end where their length says', () => {
    const reader = at(...bytes)
    const outer = reader.enter('message')
    expect([reader.next(), reader.field, reader.uint64('x'), reader.next()]).toEqual([true, 2, 5, false])
    reader.leave(outer)
    expect([reader.next(), reader.field, reader.uint64('x'), reader.next()]).toEqual([true, 3, 6, false])
  })

  it('can be left before their end, and gone back to', () => {
    const reader = at(...bytes)
    const outer = reader.enter('message')
    reader.leave(outer)
    expect([reader.next(), reader.field, reader.start]).toEqual([true, 3, 4])
    reader.seek(2, 4)
    expect([reader.next(), reader.field, reader.uint64('x'), reader.next()]).toEqual([true, 2, 5, false])
  })

  it('hold texts, which are passed over', () => {
    const reader = at(...tag(1, 2), 3, 0x61, 0x62, 0x63, ...tag(2, 0), 1)
    const length = reader.size('text')
    const start = reader.offset
    reader.passBytes(length)
    expect(Buffer.from(reader.bytes.subarray(start, reader.offset)).toString()).toBe('abc')
    expect([reader.next(), reader.field]).toEqual([true, 2])
  })

  it('have no number that goes on behind their end', () => {
    const reader = at(...tag(1, 2), 2, ...tag(2, 0), 0x85, 0x01)
    reader.enter('message')
    reader.next()
    expect(errorOf(() => reader.uint64('x'))).toEqual([
      'the data ends in the middle of a number',
      { path: 'x', offset: 2 },
    ])
  })
})

describe('errors', () => {
  it('say where they are', () => {
    const reader = at(...tag(1, 0), 0, ...tag(2, 0), 0)
    reader.skip()
    reader.next()
    expect(reader.place()).toEqual({ offset: 2 })
    expect(reader.place('key')).toEqual({ path: 'key', offset: 2 })
    reader.record = 'period_type'
    expect(reader.place()).toEqual({ path: 'period_type', offset: 2 })
    expect(reader.place('unit')).toEqual({ path: 'period_type.unit', offset: 2 })
    reader.record = 'sample'
    reader.index = 0
    reader.inner = 'label'
    reader.innerIndex = 2
    expect(reader.place('key')).toEqual({ path: 'sample[0].label[2].key', offset: 2 })
    reader.inner = ''
    expect(reader.place('value')).toEqual({ path: 'sample[0].value', offset: 2 })
  })

  it.each([
    ['a fixed64', 1],
    ['a length', 2],
    ['a fixed32', 5],
  ])('%s is no varint', (name, wireType) => {
    const reader = at(...tag(1, wireType), 1, 0, 0, 0, 0, 0, 0, 0)
    for (const read of [() => reader.varint('x'), () => reader.int64('x'), () => reader.tableIndex('x')]) {
      expect(errorOf(read)).toEqual([`expected a varint, got ${name}`, { path: 'x', offset: 0 }])
    }
  })

  it('a varint is no message, text or list element of another kind', () => {
    const reader = at(...tag(1, 0), 1)
    expect(errorOf(() => reader.size('x'))[0]).toBe('expected a length, got a varint')
    expect(errorOf(() => reader.enter('x'))[0]).toBe('expected a length, got a varint')
    const fixed = at(...tag(1, 5), 1, 0, 0, 0)
    expect(errorOf(() => fixed.varints(new WideBuffer(new Allocator()), 'x'))[0]).toBe(
      'expected a length, got a fixed32',
    )
  })

  it('a length goes at most to the end', () => {
    expect(at(...tag(1, 2), 2, 0, 0).size('x')).toBe(2)
    const lies: readonly bigint[] = [3n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n + 1n]
    for (const length of lies) {
      expect(errorOf(() => at(...tag(1, 2), ...varint(length), 0, 0).size('x'))).toEqual([
        `expected ${length} bytes, but only 2 are left`,
        { path: 'x', offset: 0 },
      ])
    }
  })

  it('a number has at most ten bytes', () => {
    const nine = Array<number>(9).fill(0x80)
    expect(at(...tag(1, 0), ...nine, 0x01).uint64('x')).toBe(2n ** 63n)
    expect(errorOf(() => at(...tag(1, 0), ...nine, 0x80, 0x01).uint64('x'))).toEqual([
      'expected a number of at most 10 bytes, got more',
      { path: 'x', offset: 0 },
    ])
    expect(errorOf(() => at(...tag(1, 0), ...nine).uint64('x'))[0]).toBe('the data ends in the middle of a number')
    expect(errorOf(() => at(...tag(1, 0)).uint64('x'))[0]).toBe('the data ends in the middle of a number')
  })

  it.each([
    ['one byte', [0x80], 'the list ends in the middle of a number'],
    ['two bytes', [0x80, 0x80], 'the list ends in the middle of a number'],
    // The third byte and all after it lie behind the list.
    ['a number that goes on behind it', [0x01, 0xff, 0xff], 'the list ends in the middle of a number'],
  ])('a list ends with the end of a number: %s', (_, list, message) => {
    const reader = at(...tag(1, 2), list.length, ...list, 0x01, 0x01, 0x01)
    const [text, place] = errorOf(() => reader.varints(new WideBuffer(new Allocator()), 'x'))
    expect([text, place]).toEqual([message, { path: 'x', offset: 0 }])
  })

  it('a field has a number, and its tag an end', () => {
    expect(errorOf(() => at(0x00, 0x01))).toEqual(['expected a field, got field number 0', { offset: 0 }])
    expect(errorOf(() => at(0x80))).toEqual(['the data ends in the middle of a field', { offset: 0 }])
    expect(errorOf(() => at(...Array<number>(11).fill(0xff)))[0]).toBe('expected a field, got bytes that are none')
    const cause = (() => {
      try {
        at(0x80)
      } catch (error) {
        return (error as Error).cause
      }
      return null
    })()
    expect(cause).toBeInstanceOf(RangeError)
  })

  it('an empty message has no field', () => {
    expect(new WireReader(new Uint8Array(0)).next()).toBe(false)
  })
})
