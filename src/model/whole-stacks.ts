import { Int32Builder } from '../bytes/columns.js'
import { type Allocator, limitError } from '../limits.js'
import { type SortedStacks, sortStacks, type WholeStacks } from './sort-stacks.js'
import type { FrameIndex, SampleTable, StackTable } from './tables.js'

/** Samples whose stacks nobody has asked a table of yet: sample s has whole stack s. */
const unsorted = new WeakMap<SampleTable, WholeStacks>()

/**
 * The whole stacks of samples, sample by sample; null when their stacks are in a table. Sums over whole stacks come
 * out the same without that table, which takes longer to make than to count.
 */
export function wholeStacksOf(samples: SampleTable | null): WholeStacks | null {
  return samples === null ? null : (unsorted.get(samples) ?? null)
}

/** Collects whole stacks, as sources give them that write each one out. */
export class WholeStackBuilder {
  readonly #allocator: Allocator
  readonly #frames: Int32Builder
  readonly #start: Int32Builder

  /** `stacks` and `frames`: about how many there will be, frames in all stacks together. */
  constructor(allocator: Allocator, stacks = 0, frames = 0) {
    this.#allocator = allocator
    this.#frames = new Int32Builder(allocator, Math.max(64, Math.floor(frames)))
    this.#start = new Int32Builder(allocator, stacks + 1)
    this.#start.push(0)
  }

  /** Adds a frame to the stack that {@link endStack} will end, from the outermost inwards. */
  push(frame: FrameIndex): void {
    this.#frames.push(frame)
  }

  /** Ends the stack of the frames pushed since the last one. */
  endStack(): void {
    const { length } = this.#frames
    const depth = length - this.#start.values[this.#start.length - 1]!
    const limit = this.#allocator.limits['stack-depth']
    if (depth > limit) throw limitError('stack-depth', limit, `a stack of ${depth} frames`)
    this.#start.push(length)
  }

  /** Forgets the frames pushed since the last stack ended. */
  dropStack(): void {
    this.#frames.length = this.#start.values[this.#start.length - 1]!
  }

  finish(): WholeStacks {
    return { length: this.#start.length - 1, frames: this.#frames.finish(), start: this.#start.finish() }
  }
}

/**
 * The tables of samples with a whole stack each. The stacks are sorted into a table once a column of it is read, and
 * until then {@link wholeStacksOf} has them. Throws at once when they are more than the limit.
 */
export function tablesOf(
  allocator: Allocator,
  whole: WholeStacks,
  rest: Omit<SampleTable, 'stack'>,
): { readonly stacks: StackTable; readonly samples: SampleTable } {
  let sorted: SortedStacks | null = null
  const table = (): SortedStacks => {
    if (sorted !== null) return sorted
    sorted = sortStacks(allocator, unsorted.get(samples)!)
    unsorted.delete(samples)
    return sorted
  }
  const stacks: StackTable = {
    get length() {
      return table().parent.length
    },
    get parent() {
      return table().parent
    },
    get frame() {
      return table().frame
    },
    calls: null,
    hits: null,
    deoptReason: null,
    positionTicks: null,
  }
  const samples: SampleTable = {
    ...rest,
    get stack() {
      return table().rows
    },
  }
  unsorted.set(samples, whole)
  // There are no more stacks than frames. Where those may be too many, whoever reads the file shall hear of it.
  if (whole.frames.length > allocator.limits.stacks) table()
  return { stacks, samples }
}
