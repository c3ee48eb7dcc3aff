import protobuf from 'protobufjs/minimal.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { ExactNumber } from '../../src/model/numbers.js'

export const VARINT = 0
export const LENGTH = 2

const WIRE_TYPES: readonly string[] = [
  'a varint',
  'a fixed64',
  'a length',
  'the start of a group',
  'the end of a group',
  'a fixed32',
  'wire type 6',
  'wire type 7',
]

/** What a 64-bit varint takes at most. */
const LONGEST_VARINT = 10

/**
 * The bytes of a protobuf message, field by field. protobufjs does tags, lengths and what is skipped; 64-bit integers
 * are read here, as two exact halves, because protobufjs makes an object or a rounded double of each.
 */
export class WireReader {
  /** The field that {@link next} found: its number, its wire type, and where its tag begins. */
  field = 0
  wireType = 0
  start = 0
  /** Halves of the varint read last, both as unsigned 32-bit integers. */
  low = 0
  high = 0
  /** Where we are, for errors: `sample[3]`, and in it `label[0]`. */
  record = ''
  index = -1
  inner = ''
  innerIndex = -1
  readonly #reader: protobuf.Reader

  constructor(bytes: Uint8Array) {
    this.#reader = protobuf.Reader.create(bytes)
  }

  get bytes(): Uint8Array {
    return this.#reader.buf
  }

  get offset(): number {
    return this.#reader.pos
  }

  /** Reads from `start` to `end`, which must be a message. */
  seek(start: number, end: number): void {
    this.#reader.pos = start
    this.#reader.len = end
  }

  /** Moves to the next field of this message; false at its end. */
  next(): boolean {
    const reader = this.#reader
    if (reader.pos >= reader.len) return false
    this.start = reader.pos
    let tag: number
    try {
      tag = reader.tag()
    } catch (cause) {
      throw this.#failed(cause)
    }
    this.field = tag >>> 3
    this.wireType = tag & 7
    if (this.field === 0) throw new FormatError('expected a field, got field number 0', this.place())
    return true
  }

  /** Skips the value of a field that we do not know. */
  skip(): void {
    const { wireType } = this
    // Groups nest, and no writer of profiles has ever used them.
    if (wireType === 3 || wireType === 4 || wireType > 5) {
      throw new FormatError(`expected a field of proto3, got ${WIRE_TYPES[wireType]}`, this.place())
    }
    try {
      this.#reader.skipType(wireType)
    } catch (cause) {
      throw this.#failed(cause)
    }
  }

  /** Begins the message that this field holds, and returns the end of the one around it, for {@link leave}. */
  enter(field: string): number {
    const reader = this.#reader
    const outer = reader.len
    const length = this.size(field)
    reader.len = reader.pos + length
    return outer
  }

  leave(outer: number): void {
    this.#reader.pos = this.#reader.len
    this.#reader.len = outer
  }

  /** The length of a field that must have one, checked against what is left. */
  size(field: string): number {
    this.expect(LENGTH, field)
    const reader = this.#reader
    this.#varint(field)
    const length = this.high * 2 ** 32 + this.low
    const left = reader.len - reader.pos
    if (length > left) {
      const exact = unsigned(this.low, this.high)
      throw new FormatError(`expected ${exact} bytes, but only ${left} are left`, this.place(field))
    }
    return length
  }

  /** Moves past the bytes of a text; the text is what lies between the offset before and after. */
  passBytes(length: number): void {
    this.#reader.pos += length
  }

  /** Reads a 64-bit varint into `low` and `high`. */
  varint(field: string): void {
    if (this.wireType !== VARINT) this.expect(VARINT, field)
    this.#varint(field)
  }

  /** A signed 64-bit integer. */
  int64(field: string): ExactNumber {
    this.varint(field)
    return signed(this.low, this.high)
  }

  /** An unsigned 64-bit integer. */
  uint64(field: string): ExactNumber {
    this.varint(field)
    return unsigned(this.low, this.high)
  }

  /** An index into a table that has fewer than 2^31 rows; -1 for what no table can have. */
  tableIndex(field: string): number {
    this.varint(field)
    return this.high === 0 && this.low < 2 ** 31 ? this.low : -1
  }

  /** Appends one varint, or all of a packed list. */
  varints(target: WideBuffer, field: string): void {
    if (this.wireType === VARINT) {
      this.#varint(field)
      target.push(this.low, this.high)
      return
    }
    const reader = this.#reader
    const end = this.size(field) + reader.pos
    const bytes = reader.buf
    let at = reader.pos
    // A list of n bytes has at most n numbers, so room is made once.
    target.reserve(end - at)
    const { low, high } = target
    let length = target.length
    while (at < end) {
      const first = bytes[at]!
      if (first < 0x80) {
        low[length] = first
        at++
      } else {
        const second = bytes[at + 1]!
        const third = bytes[at + 2]!
        if (second < 0x80) {
          low[length] = (first & 0x7f) | (second << 7)
          at += 2
        } else if (third < 0x80) {
          low[length] = (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14)
          at += 3
        } else {
          reader.pos = at
          this.#varint(field)
          at = reader.pos
          low[length] = this.low
          high[length++] = this.high
          continue
        }
      }
      high[length++] = 0
    }
    target.length = length
    reader.pos = at
    if (at > end) throw new FormatError('the list ends in the middle of a number', this.place(field))
  }

  expect(wireType: number, field: string): void {
    if (this.wireType === wireType) return
    throw new FormatError(`expected ${WIRE_TYPES[wireType]}, got ${WIRE_TYPES[this.wireType]}`, this.place(field))
  }

  /** Where the field is: `sample[3].label[0].key`, and the byte its tag begins at. */
  place(field = ''): Place {
    const path = [
      this.record === '' ? '' : this.index < 0 ? this.record : `${this.record}[${this.index}]`,
      this.inner === '' ? '' : `${this.inner}[${this.innerIndex}]`,
      field,
    ]
      .filter((part) => part !== '')
      .join('.')
    return path === '' ? { offset: this.start } : { path, offset: this.start }
  }

  #varint(field: string): void {
    const reader = this.#reader
    const bytes = reader.buf
    const start = reader.pos
    const end = Math.min(reader.len, start + LONGEST_VARINT)
    let low = 0
    let high = 0
    let at = start
    for (let shift = 0; at < end; shift += 7) {
      const byte = bytes[at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.low = low >>> 0
        this.high = high >>> 0
        reader.pos = at
        return
      }
    }
    const message =
      at - start < LONGEST_VARINT
        ? 'the data ends in the middle of a number'
        : 'expected a number of at most 10 bytes, got more'
    throw new FormatError(message, this.place(field))
  }

  #failed(cause: unknown): FormatError {
    const isEnd = cause instanceof RangeError
    const message = isEnd ? 'the data ends in the middle of a field' : 'expected a field, got bytes that are none'
    return new FormatError(message, this.place(), { cause })
  }
}

/** 64-bit integers in two halves, reused from record to record. */
export class WideBuffer {
  low: Uint32Array
  high: Uint32Array
  length = 0
  readonly #allocator: Allocator

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.low = allocator.uint32(64)
    this.high = allocator.uint32(64)
  }

  push(low: number, high: number): void {
    this.reserve(1)
    this.low[this.length] = low
    this.high[this.length++] = high
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    if (this.length + count <= this.low.length) return
    const { low, high } = this
    const capacity = Math.max(low.length * 2, this.length + count)
    this.low = this.#allocator.uint32(capacity)
    this.high = this.#allocator.uint32(capacity)
    this.low.set(low)
    this.high.set(high)
    this.#allocator.release(low)
    this.#allocator.release(high)
  }
}

export function unsigned(low: number, high: number): ExactNumber {
  return high < 2 ** 21 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low)
}

export function signed(low: number, high: number): ExactNumber {
  if (high < 2 ** 21) return high * 2 ** 32 + low
  const negative = high | 0
  const double = negative * 2 ** 32 + low
  return Number.isSafeInteger(double) ? double : (BigInt(negative) << 32n) | BigInt(low)
}

/** When so many bytes are ready, they are handed on. */
const PIECE = 256 * 1024

/** Writes protobuf messages. Numbers that are 0 and texts that are empty are left out, as proto3 has it. */
export class WireWriter {
  readonly #writer = protobuf.Writer.create()

  /** Whether it is time to {@link take} what is written. Only outside of any message. */
  get isFull(): boolean {
    return this.#writer.len > PIECE
  }

  begin(field: number): void {
    this.#writer.uint32((field << 3) | LENGTH).fork()
  }

  end(): void {
    this.#writer.ldelim()
  }

  /** A 64-bit integer, signed or not. */
  integer(field: number, value: ExactNumber): void {
    if (value === 0) return
    this.#writer.uint32(field << 3)
    this.#integer(value)
  }

  /** An element of a packed list, between {@link begin} and {@link end}. */
  element(value: ExactNumber): void {
    this.#integer(value)
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#writer.uint32((field << 3) | LENGTH).bytes(bytes)
  }

  /** What has been written since the last time. */
  take(): Uint8Array {
    const piece = this.#writer.finish()
    this.#writer.reset()
    return piece
  }

  #integer(value: ExactNumber): void {
    if (typeof value === 'number') {
      if (value >= 0 && value < 2 ** 32) this.#writer.uint32(value)
      else this.#writer.int64(value)
      return
    }
    const wide = { low: Number(value & 0xffff_ffffn), high: Number((value >> 32n) & 0xffff_ffffn), unsigned: true }
    // Its types ask for all of Long; it looks at the two halves.
    this.#writer.uint64(wide as unknown as number)
  }
}
