import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { StringUnion } from './merge-functions.js'
import { type ExactNumber, exactAt, NumberBuilder } from './numbers.js'
import type { StringTable } from './strings.js'
import { type FrameTable, type MappingTable, NONE } from './tables.js'
import { TupleIndex } from './tuple-index.js'

/** Puts an unsigned 64-bit integer into two integers of a key; an unknown one, NaN, is 0. */
function setWide(key: Int32Array, at: number, number: ExactNumber): void {
  if (typeof number === 'number' && number >= 0 && number < 2 ** 31) {
    key[at] = number
    key[at + 1] = 0
    return
  }
  const wide = BigInt(number || 0)
  key[at] = Number(BigInt.asIntN(32, wide))
  key[at + 1] = Number(BigInt.asIntN(32, wide >> 32n))
}

/** The mappings of several profiles, equal ones united. */
export class MappingUnion {
  readonly #allocator: Allocator
  readonly #strings: StringUnion
  readonly #index: TupleIndex
  readonly #start: NumberBuilder
  readonly #limit: NumberBuilder
  readonly #offset: NumberBuilder
  readonly #file: Int32Builder
  readonly #buildId: Int32Builder
  readonly #resolved: Int32Builder
  #isKnown = false

  constructor(allocator: Allocator, strings: StringUnion) {
    this.#allocator = allocator
    this.#strings = strings
    this.#start = new NumberBuilder(allocator)
    this.#limit = new NumberBuilder(allocator)
    this.#offset = new NumberBuilder(allocator)
    this.#file = new Int32Builder(allocator)
    this.#buildId = new Int32Builder(allocator)
    this.#resolved = new Int32Builder(allocator)
    const halves = Array.from({ length: 6 }, () => new Int32Builder(allocator))
    this.#index = new TupleIndex(allocator, [this.#file, this.#buildId, ...halves])
  }

  /** Mapping of the profile → mapping of the union. The caller releases the array. */
  add(mappings: MappingTable | null, table: StringTable): Int32Array<ArrayBuffer> {
    const rows = this.#allocator.int32(mappings?.length ?? 0)
    if (mappings === null) return rows
    this.#isKnown = true
    const key = new Int32Array(8)
    for (let mapping = 0; mapping < mappings.length; mapping++) {
      const start = exactAt(mappings.start, mapping)
      const limit = exactAt(mappings.limit, mapping)
      const offset = exactAt(mappings.offset, mapping)
      key[0] = this.#strings.map(table, mappings.file[mapping]!)
      key[1] = this.#strings.map(table, mappings.buildId[mapping]!)
      setWide(key, 2, start)
      setWide(key, 4, limit)
      setWide(key, 6, offset)
      const row = this.#index.intern(key)
      rows[mapping] = row
      const resolved = mappings.resolved[mapping]!
      if (row === this.#resolved.length) {
        this.#start.push(start)
        this.#limit.push(limit)
        this.#offset.push(offset)
        this.#resolved.push(resolved)
      } else {
        // What one side did not resolve is unresolved in the sum.
        this.#resolved.values[row] = this.#resolved.values[row]! & resolved
      }
    }
    return rows
  }

  /** The mappings so far; null when no profile had any. */
  table(): MappingTable | null {
    if (!this.#isKnown) return null
    return {
      length: this.#file.length,
      start: this.#start.finish(),
      limit: this.#limit.finish(),
      offset: this.#offset.finish(),
      file: this.#file.finish(),
      buildId: this.#buildId.finish(),
      resolved: Uint8Array.from(this.#resolved.finish()),
    }
  }
}

/** The frames of several profiles, equal ones united. */
export class FrameUnion {
  readonly #allocator: Allocator
  readonly #columns: readonly Int32Builder[]
  readonly #index: TupleIndex
  readonly #address: NumberBuilder
  #hasInlined = false
  #hasAddress = false
  #hasMapping = false

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#columns = Array.from({ length: 7 }, () => new Int32Builder(allocator))
    this.#index = new TupleIndex(allocator, this.#columns)
    this.#address = new NumberBuilder(allocator)
  }

  /**
   * Frame of the profile → frame of the union. `functionRows`, `mappingRows`: function, mapping of the profile → that of
   * the union. The caller releases the array.
   */
  add(frames: FrameTable, functionRows: Int32Array, mappingRows: Int32Array): Int32Array<ArrayBuffer> {
    const { inlined, address, mapping } = frames
    if (inlined !== null) this.#hasInlined = true
    if (address !== null) this.#hasAddress = true
    if (mapping !== null) this.#hasMapping = true
    const rows = this.#allocator.int32(frames.length)
    const key = new Int32Array(7)
    for (let frame = 0; frame < frames.length; frame++) {
      const at = address === null ? 0 : exactAt(address, frame)
      const own = mapping === null ? NONE : mapping[frame]!
      key[0] = functionRows[frames.function[frame]!]!
      key[1] = frames.line[frame]!
      key[2] = frames.column[frame]!
      key[3] = inlined === null ? 0 : inlined[frame]!
      key[4] = own === NONE ? NONE : mappingRows[own]!
      setWide(key, 5, at)
      const row = this.#index.intern(key)
      rows[frame] = row
      if (row === this.#address.length) this.#address.push(at)
    }
    this.#allocator.check('frames', this.#address.length)
    return rows
  }

  /** The frames so far. */
  table(): FrameTable {
    const [functionColumn, line, column, inlined, mapping] = this.#columns
    return {
      length: this.#address.length,
      function: functionColumn!.finish(),
      line: line!.finish(),
      column: column!.finish(),
      inlined: this.#hasInlined ? Uint8Array.from(inlined!.finish()) : null,
      address: this.#hasAddress ? this.#address.finish() : null,
      mapping: this.#hasMapping ? mapping!.finish() : null,
    }
  }
}
