import { totalmem } from 'node:os'
import { CallcostError } from './errors.js'

/**
 * What one input may ask of us. Every refusal names the key, so that `--max KEY=VALUE` can raise it.
 * The defaults are far above real files and far below what hurts: see DECISIONS.md, "limits".
 */
export interface Limits {
  /** Bytes of one input as stored. */
  readonly input: number
  /** Bytes of one input after decompression. */
  readonly decompressed: number
  /** Decompressed bytes per compressed byte, looked at after the first 64 MiB. gzip reaches 1,029 at most; real profiles 20. */
  readonly ratio: number
  /** Live bytes of tables while one input is read: 8 GiB, or less where there is little memory. */
  readonly memory: number
  /** Nesting of marshalled objects; a pstats file needs 5, with a code object as key 13. */
  readonly 'marshal-depth': number
  /** Nesting of JSON arrays and objects. */
  readonly 'json-depth': number
  /** Bytes of one name, path or other text. */
  readonly text: number
  readonly functions: number
  readonly edges: number
  readonly frames: number
  /** Distinct stacks, that is nodes of the call tree. */
  readonly stacks: number
  readonly samples: number
  /** Frames of one stack. */
  readonly 'stack-depth': number
  /** Integers past 2^53, which are kept apart from the columns. */
  readonly 'exact-integers': number
  /** Faults of one input that `--lenient` drops or a repair mends before we give up. */
  readonly faults: number
}

export type LimitKey = keyof Limits

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Part of the memory that there is which the tables of an input may take: the rest is for what is made of them. */
const SHARE_OF_MEMORY = 0.6

/** What may be taken of so much memory; `constrained` is what a container leaves us, 0 or undefined: no less than all. */
export function memoryBudget(total: number, constrained: number | undefined): number {
  const there = constrained !== undefined && constrained > 0 ? Math.min(total, constrained) : total
  return Math.min(8 * GIB, Math.floor(there * SHARE_OF_MEMORY))
}

export const DEFAULT_LIMITS: Limits = {
  input: 4 * GIB,
  decompressed: 8 * GIB,
  ratio: 200,
  memory: memoryBudget(totalmem(), process.constrainedMemory()),
  'marshal-depth': 64,
  'json-depth': 1_000_000,
  text: 16 * MIB,
  functions: 2 ** 24,
  edges: 2 ** 26,
  frames: 2 ** 26,
  stacks: 2 ** 27,
  samples: 2 ** 31 - 1,
  'stack-depth': 1_000_000,
  'exact-integers': 2 ** 20,
  faults: 1_000_000,
}

export const LIMIT_KEYS = Object.keys(DEFAULT_LIMITS) as readonly LimitKey[]

export function limitError(key: LimitKey, limit: number, what: string): CallcostError {
  return new CallcostError('data', `${what}, the limit is ${limit}`, {
    hint: `if you trust the file, raise it with --max ${key}=N`,
  })
}

/**
 * The one gate that memory for tables goes through. It knows the limits of the read that it serves and counts what is
 * live, so that a hostile count ends in a sentence and not in an aborted process.
 */
export class Allocator {
  readonly limits: Limits
  #live = 0

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.limits = limits
  }

  /** Bytes handed out and not released. */
  get live(): number {
    return this.#live
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    this.#take(length)
    return this.#make(() => new Uint8Array(length))
  }

  int32(length: number): Int32Array<ArrayBuffer> {
    this.#take(length * 4)
    return this.#make(() => new Int32Array(length))
  }

  uint32(length: number): Uint32Array<ArrayBuffer> {
    this.#take(length * 4)
    return this.#make(() => new Uint32Array(length))
  }

  float64(length: number): Float64Array<ArrayBuffer> {
    this.#take(length * 8)
    return this.#make(() => new Float64Array(length))
  }

  /** Tells the gate that an array it handed out is dropped. */
  release(array: ArrayBufferView): void {
    this.#live -= array.byteLength
  }

  /** Refuses a count that is above its limit; `noun` as in "more than 16777216 functions". */
  check(key: LimitKey, count: number, noun: string = key): void {
    const limit = this.limits[key]
    if (count > limit) throw limitError(key, limit, `more than ${limit} ${noun}`)
  }

  #take(bytes: number): void {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new CallcostError('internal', `asked for ${bytes} bytes`)
    if (this.#live + bytes > this.limits.memory) {
      throw limitError('memory', this.limits.memory, `reading needs more than ${this.#live + bytes} bytes of memory`)
    }
    this.#live += bytes
  }

  #make<T>(make: () => T): T {
    try {
      return make()
    } catch (error) {
      // A typed array that does not fit is a RangeError, which unlike a full heap can be caught.
      throw new CallcostError('data', 'not enough memory for the tables of this profile', { cause: error })
    }
  }
}
