import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Place } from '../../src/errors.js'
import { StackSums } from '../../src/model/stack-sums.js'
import type { SampleTable, StackTable } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { FrameStacks } from './frame-stacks.js'
import type { ProfileHeader } from './profile-columns.js'

/**
 * The events of a profile as they come in. They become samples: each piece of time in which nothing is entered or left
 * is one. So that entries and exits can be told again, an exit that follows an entry at the same moment makes a sample
 * without weight.
 */
export class EventedColumns {
  readonly stacks: FrameStacks
  readonly #header: ProfileHeader
  readonly #context: ReadContext
  readonly #place: () => Place
  readonly #mostSamples: number
  /** When the samples were is asked for, not only what they weigh. */
  readonly #keepsTimes: boolean
  /** stack → how often it was entered. */
  readonly #entries: Float64Builder
  readonly #stack: Int32Builder
  readonly #weight: Float64Builder
  readonly #time: Float64Builder
  readonly #continued: Int32Builder
  /** What the samples weigh when nothing else of them is asked for; null when it is. */
  readonly #sums: StackSums | null
  /** The time of the first event; null before it. */
  #first: number | null = null
  #now = 0
  /** Open frames that have been there since the sample before. */
  #goesOn = 0
  #entered = false

  constructor(header: ProfileHeader, context: ReadContext, place: () => Place) {
    const { allocator } = context
    this.stacks = new FrameStacks(allocator, place)
    this.#header = header
    this.#context = context
    this.#place = place
    this.#mostSamples = allocator.limits.samples
    this.#keepsTimes = context.need !== 'weights'
    this.#entries = new Float64Builder(allocator)
    this.#stack = new Int32Builder(allocator)
    this.#weight = new Float64Builder(allocator)
    this.#time = new Float64Builder(allocator)
    this.#continued = new Int32Builder(allocator)
    this.#sums = this.#keepsTimes ? null : new StackSums(allocator)
  }

  get isEmpty(): boolean {
    return this.#first === null
  }

  /** A frame is entered. */
  open(frame: number, at: number): void {
    this.#moveTo(at)
    this.stacks.enter(frame)
    this.#countEntry()
  }

  /** A frame is left. */
  close(frame: number, at: number): void {
    this.#moveTo(at)
    const { stacks } = this
    let depth = stacks.depth - 1
    while (depth >= 0 && stacks.frameAt(depth) !== frame) depth--
    if (depth < 0) {
      this.#context.fault('a frame is left that was not entered', this.#place())
      return
    }
    if (depth < stacks.depth - 1) {
      this.#context.repair(
        'a frame is left while frames that it called are still open: they are left with it',
        this.#place(),
      )
    }
    this.#leave(depth)
  }

  /**
   * Enters a frame as `open` does where there is nothing to say about it; else false, and nothing is done. `frame` has
   * 9 digits at most.
   */
  openPlain(frame: number, at: number): boolean {
    if (!this.#isPlain(at) || !this.stacks.hasRoom) return false
    if (at > this.#now) this.#emit(at - this.#now)
    this.#now = at
    this.stacks.enterPlain(frame)
    this.#countEntry()
    return true
  }

  /** Leaves a frame as `close` does where there is nothing to say about it; else false, and nothing is done. */
  closePlain(frame: number, at: number): boolean {
    const last = this.stacks.depth - 1
    if (last < 0 || this.stacks.frameAt(last) !== frame || !this.#isPlain(at)) return false
    if (at > this.#now) this.#emit(at - this.#now)
    this.#now = at
    this.#leave(last)
    return true
  }

  /** After the last field of the profile. */
  complete(): void {
    this.#header.startValue ??= this.#first
    const { endValue } = this.#header
    if (this.stacks.depth > 0) {
      this.#context.repair('a frame is never left: it is left at the end', this.#place())
      this.#moveTo(Math.max(endValue ?? this.#now, this.#now))
      this.#leave(0)
    }
    if (endValue !== null && endValue > this.#now && !this.isEmpty) this.#moveTo(endValue)
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    const { endValue, startValue, unit } = this.#header
    const start = startValue ?? 0
    while (this.#entries.length < this.stacks.length) this.#entries.push(0)
    const sums = this.#sums?.finish()
    const values = sums?.weight ?? this.#weight.finish()
    const time = this.#time.finish()
    if (start !== 0) for (let sample = 0; sample < time.length; sample++) time[sample]! -= start
    return {
      stacks: {
        ...this.stacks.finish(),
        calls: { values: this.#entries.finish(), exact: null },
        hits: null,
        deoptReason: null,
        positionTicks: null,
      },
      samples: {
        length: values.length,
        stack: sums?.stack ?? this.#stack.finish(),
        values: [{ values, exact: null }],
        time: this.#keepsTimes ? time : null,
        timeUnit: unit,
        duration: Math.max(endValue ?? this.#now, this.#now) - start,
        labels: null,
        continued: this.#keepsTimes ? this.#continued.finish() : null,
      },
    }
  }

  /** Those of which there is a row; sums have none before the end. No getter: V8 calls into its runtime for private ones. */
  #sampleCount(): number {
    return this.#sums === null ? this.#stack.length : this.#sums.apart
  }

  /** Whether an event at this time is not the first one and no earlier than the last, and leaves room for its samples. */
  #isPlain(at: number): boolean {
    return this.#first !== null && at >= this.#now && this.#sampleCount() + 2 <= this.#mostSamples
  }

  #countEntry(): void {
    const entries = this.#entries
    const stack = this.stacks.top
    while (entries.length <= stack) entries.push(0)
    entries.values[stack]!++
    this.#entered = true
  }

  /** Time passes: what is open now ran until `at`. */
  #moveTo(at: number): void {
    if (this.#first === null) {
      this.#first = at
      this.#now = Math.min(this.#header.startValue ?? at, at)
    }
    if (at < this.#now) {
      this.#context.repair('an event is earlier than the one before: it counts as at the same time', this.#place())
      return
    }
    if (at > this.#now) this.#emit(at - this.#now)
    this.#now = at
  }

  /** Leaves the open frames down to `depth`. */
  #leave(depth: number): void {
    if (this.#entered) this.#emit(0)
    this.stacks.keep(depth)
    if (depth < this.#goesOn) this.#goesOn = depth
  }

  #emit(weight: number): void {
    const count = this.#sampleCount()
    if (count >= this.#mostSamples) this.#context.allocator.check('samples', count + 1)
    const stack = this.stacks.top
    if (this.#sums === null) {
      this.#stack.push(stack)
      this.#weight.push(weight)
      this.#time.push(this.#now)
      this.#continued.push(this.#goesOn)
    } else this.#sums.add(stack, weight)
    this.#goesOn = this.stacks.depth
    this.#entered = false
  }
}
