import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { StackSums } from '../../src/model/stack-sums.js'
import { type FrameIndex, NONE, type SampleTable, type StackIndex } from '../../src/model/tables.js'

/**
 * Turns entries and exits into samples: each piece of time in which nothing is entered or left is one. So that they can
 * be told again, an exit that follows an entry at the same moment makes a sample without weight.
 */
export class SpanSamples {
  readonly #builder: StackBuilder
  /** The stacks that are open, outermost first; the last one is running. */
  readonly #open: Int32Builder
  readonly #start: number
  #now: number
  /** Open frames that have been there since the sample before. */
  #goesOn = 0
  #entered = false
  /** What samples weigh when nothing else of them is asked for; null when it is. */
  readonly #sums: StackSums | null

  /** `start` is the first moment, which times of samples count from. `weightsOnly`: only what they weigh is kept. */
  constructor(builder: StackBuilder, start: number, weightsOnly: boolean, allocator: Allocator) {
    this.#builder = builder
    this.#sums = weightsOnly ? new StackSums(allocator) : null
    this.#open = new Int32Builder(allocator)
    this.#start = start
    this.#now = start
  }

  enter(frame: FrameIndex, at: number): void {
    this.moveTo(at)
    const stack = this.#builder.stack(this.#top(), frame)
    this.#builder.calls.add(stack, 1)
    this.#open.push(stack)
    this.#entered = true
  }

  /** The innermost open frame is left. */
  leave(at: number): void {
    this.moveTo(at)
    if (this.#entered) this.#emit(0)
    this.#open.length--
    if (this.#open.length < this.#goesOn) this.#goesOn = this.#open.length
  }

  /** Time passes: what is open ran until `at`. */
  moveTo(at: number): void {
    if (at > this.#now) {
      this.#emit(at - this.#now)
      this.#now = at
    }
  }

  /** The running stack; {@link NONE}. No getter: V8 calls into its runtime for private ones. */
  #top(): StackIndex {
    return this.#open.length === 0 ? NONE : this.#open.values[this.#open.length - 1]!
  }

  /** The samples, where `samples` are those of the builder. */
  finish(samples: SampleTable): SampleTable {
    if (this.#sums === null) return samples
    const { stack, weight } = this.#sums.finish()
    return { ...samples, length: stack.length, stack, values: [{ values: weight, exact: null }] }
  }

  #emit(weight: number): void {
    const stack = this.#top()
    if (this.#sums !== null) this.#sums.add(stack, weight)
    else this.#builder.sample(stack, [weight], { time: this.#now - this.#start, continued: this.#goesOn })
    this.#goesOn = this.#open.length
    this.#entered = false
  }
}
