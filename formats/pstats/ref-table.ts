import { ByteBuilder, Float64Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'

/** What an entry of a {@link RefTable} stands for, and what its payload is then. */
export const REF = {
  /** A container that is not complete yet. */
  hole: 0,
  /** Anything: offset of its type byte, to be read there when it is needed. */
  object: 1,
  /** A text: StringIndex. */
  text: 2,
  /** An integer up to 2^53 or a float: itself. */
  number: 3,
  /** A key (file, line, name): FunctionIndex. */
  key: 4,
  /** A code object: StringIndex of how Python shows it. */
  code: 5,
} as const

/** The objects that a stream refers to by index: 9 bytes each, no object of ours. */
export class RefTable {
  readonly #kinds: ByteBuilder
  readonly #payloads: Float64Builder

  constructor(allocator: Allocator) {
    this.#kinds = new ByteBuilder(allocator)
    this.#payloads = new Float64Builder(allocator)
  }

  get length(): number {
    return this.#kinds.length
  }

  push(kind: number, payload: number): void {
    this.#kinds.push(kind)
    this.#payloads.push(payload)
  }

  set(index: number, kind: number, payload: number): void {
    this.#kinds.values[index] = kind
    this.#payloads.values[index] = payload
  }

  kind(index: number): number {
    return this.#kinds.values[index]!
  }

  payload(index: number): number {
    return this.#payloads.values[index]!
  }

  /** Forgets the entries from `length` on: what a reading that was given up added. */
  truncate(length: number): void {
    this.#kinds.length = length
    this.#payloads.length = length
  }
}
