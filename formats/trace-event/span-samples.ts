import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { type FrameIndex, NONE, type StackIndex } from '../../src/model/tables.js'

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

  /** `start` is the first moment, which times of samples count from. */
  constructor(builder: StackBuilder, start: number, allocator: Allocator) {
    this.#builder = builder
    this.#open = new Int32Builder(allocator)
    this.#start = start
    this.#now = start
  }

  enter(frame: FrameIndex, at: number): void {
    this.moveTo(at)
    const stack = this.#builder.stack(this.#top, frame)
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

  get #top(): StackIndex {
    return this.#open.length === 0 ? NONE : this.#open.values[this.#open.length - 1]!
  }

  #emit(weight: number): void {
    this.#builder.sample(this.#top, [weight], { time: this.#now - this.#start, continued: this.#goesOn })
    this.#goesOn = this.#open.length
    this.#entered = false
  }
}
