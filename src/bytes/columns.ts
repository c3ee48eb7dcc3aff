import { CallcostError } from '../errors.js'
import type { Allocator } from '../limits.js'

const FIRST_CAPACITY = 64

/** A column of 32-bit integers that grows by doubling, through the allocator. */
export class Int32Builder {
  #allocator: Allocator
  #values: Int32Array<ArrayBuffer>
  length = 0

  constructor(allocator: Allocator, capacity = FIRST_CAPACITY) {
    this.#allocator = allocator
    this.#values = allocator.int32(capacity)
  }

  /** The live array, longer than `length`; it changes when the column grows, so take it anew after a push. */
  get values(): Int32Array<ArrayBuffer> {
    return this.#values
  }

  /** Makes room for so many values in all. What is never filled costs no memory, only addresses. */
  reserve(capacity: number): void {
    if (capacity > this.#values.length) this.#grow(capacity)
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow(this.length * 2)
    this.#values[this.length++] = value
  }

  /** Appends `values[0..count)`, cut to 32 bits. */
  append(values: Float64Array, count: number): void {
    const length = this.length + count
    if (length > this.#values.length) this.#grow(Math.max(length, this.#values.length * 2))
    const own = this.#values
    let to = this.length
    for (let from = 0; from < count; from++) own[to++] = values[from]!
    this.length = to
  }

  /** The column, cut to its length. The builder must not be used afterwards. */
  finish(): Int32Array<ArrayBuffer> {
    return this.#values.subarray(0, this.length)
  }

  #grow(capacity: number): void {
    const old = this.#values
    this.#values = this.#allocator.int32(Math.max(FIRST_CAPACITY, capacity))
    this.#values.set(old.subarray(0, this.length))
    this.#allocator.release(old)
  }
}

/** A column of doubles that grows by doubling, through the allocator. */
export class Float64Builder {
  #allocator: Allocator
  #values: Float64Array<ArrayBuffer>
  length = 0

  constructor(allocator: Allocator, capacity = FIRST_CAPACITY) {
    this.#allocator = allocator
    this.#values = allocator.float64(capacity)
  }

  /** The live array, longer than `length`; it changes when the column grows, so take it anew after a push. */
  get values(): Float64Array<ArrayBuffer> {
    return this.#values
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow(this.length * 2)
    this.#values[this.length++] = value
  }

  /** Appends `values[0..count)`. */
  append(values: Float64Array, count: number): void {
    const length = this.length + count
    if (length > this.#values.length) this.#grow(Math.max(length, this.#values.length * 2))
    const own = this.#values
    let to = this.length
    for (let from = 0; from < count; from++) own[to++] = values[from]!
    this.length = to
  }

  finish(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.length)
  }

  #grow(capacity: number): void {
    const old = this.#values
    this.#values = this.#allocator.float64(Math.max(FIRST_CAPACITY, capacity))
    this.#values.set(old.subarray(0, this.length))
    this.#allocator.release(old)
  }
}

/** Bytes that grow by doubling, through the allocator: the arena of names, and what a text is gathered in. */
export class ByteBuilder {
  #allocator: Allocator
  #values: Uint8Array<ArrayBuffer>
  length = 0

  constructor(allocator: Allocator, capacity = FIRST_CAPACITY) {
    this.#allocator = allocator
    this.#values = allocator.bytes(capacity)
  }

  /** The live array, longer than `length`; it changes when the builder grows. */
  get values(): Uint8Array<ArrayBuffer> {
    return this.#values
  }

  push(byte: number): void {
    if (this.length === this.#values.length) this.#reserve(1)
    this.#values[this.length++] = byte
  }

  /** Appends `bytes[start..end)`. */
  append(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const count = end - start
    if (this.length + count > this.#values.length) this.#reserve(count)
    // A short copy by hand beats the call into the runtime that set() and subarray() make.
    if (count <= 32) {
      let to = this.length
      for (let from = start; from < end; from++) this.#values[to++] = bytes[from]!
    } else {
      this.#values.set(bytes.subarray(start, end), this.length)
    }
    this.length += count
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#values.subarray(0, this.length)
  }

  #reserve(count: number): void {
    const old = this.#values
    let capacity = Math.max(FIRST_CAPACITY, old.length * 2)
    while (capacity < this.length + count) capacity *= 2
    if (capacity > 2 ** 32 - 1) throw new CallcostError('data', 'more than 4 GiB of names')
    this.#values = this.#allocator.bytes(capacity)
    this.#values.set(old.subarray(0, this.length))
    this.#allocator.release(old)
  }
}
