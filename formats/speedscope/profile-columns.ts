import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import { limitError } from '../../src/limits.js'
import type { ValueType } from '../../src/model/profile.js'
import { StackIndexer } from '../../src/model/stack-index.js'
import { StackSums } from '../../src/model/stack-sums.js'
import { NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import type { Unit } from '../../src/units.js'
import type { ReadContext } from '../codec.js'

/**
 * One profile of the file as it comes in. Stacks are built on the indices of frames, which may be defined only later.
 *
 * Events become samples: each piece of time in which nothing is entered or left is one. So that entries and exits can
 * be told again, an exit that follows an entry at the same moment makes a sample without weight.
 */
export class ProfileColumns {
  type: 'evented' | 'sampled' = 'sampled'
  name = ''
  unit: Unit = 'none'
  startValue: number | null = null
  endValue: number | null = null
  readonly #context: ReadContext
  readonly #place: () => Place
  readonly #mostDepth: number
  readonly #mostStacks: number
  readonly #mostSamples: number
  /** When the samples were is asked for, not only what they weigh. */
  readonly #keepsTimes: boolean
  readonly #stacks: StackIndexer
  /** stack → how often it was entered. */
  readonly #entries: Float64Builder
  readonly #sampleStack: Int32Builder
  readonly #weight: Float64Builder
  readonly #time: Float64Builder
  readonly #continued: Int32Builder
  /** What the samples of an evented profile weigh when nothing else of them is asked for; null when it is. */
  readonly #sums: StackSums | null
  /** The stacks that are open, outermost first; the last one is running. */
  readonly #open: Int32Builder
  /** Samples and weights that the file lists, which belong to sampled profiles only. */
  #listed = 0
  /** The largest frame index that was used. */
  #largestFrame = NONE
  #now = 0
  #isFirst = true
  /** Open frames that have been there since the sample before. */
  #goesOn = 0
  #entered = false

  constructor(context: ReadContext, place: () => Place) {
    const { allocator } = context
    this.#mostDepth = allocator.limits['stack-depth']
    this.#mostStacks = allocator.limits.stacks
    this.#mostSamples = allocator.limits.samples
    this.#keepsTimes = context.need !== 'weights'
    this.#context = context
    this.#place = place
    this.#stacks = new StackIndexer(allocator)
    this.#entries = new Float64Builder(allocator)
    this.#sampleStack = new Int32Builder(allocator)
    this.#weight = new Float64Builder(allocator)
    this.#time = new Float64Builder(allocator)
    this.#continued = new Int32Builder(allocator)
    this.#sums = this.#keepsTimes ? null : new StackSums(allocator)
    this.#open = new Int32Builder(allocator)
  }

  get valueType(): ValueType {
    const isTime = this.unit.endsWith('seconds')
    return { name: isTime ? 'time' : this.unit === 'bytes' ? 'space' : 'weight', unit: this.unit }
  }

  /** A frame is entered. */
  open(frame: number, at: number): void {
    this.#moveTo(at)
    this.#push(frame)
    this.#countEntry()
  }

  /** A frame is left. */
  close(frame: number, at: number): void {
    this.#moveTo(at)
    let depth = this.#open.length - 1
    while (depth >= 0 && this.#stacks.frame.values[this.#open.values[depth]!] !== frame) depth--
    if (depth < 0) {
      this.#context.fault('a frame is left that was not entered', this.#place())
      return
    }
    if (depth < this.#open.length - 1) {
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
    if (!this.#isPlain(at) || !this.#hasRoom) return false
    if (at > this.#now) this.#emit(at - this.#now)
    this.#now = at
    this.#pushPlain(frame)
    this.#countEntry()
    return true
  }

  /** Leaves a frame as `close` does where there is nothing to say about it; else false, and nothing is done. */
  closePlain(frame: number, at: number): boolean {
    const top = this.#top
    if (top === NONE || this.#stacks.frame.values[top] !== frame || !this.#isPlain(at)) return false
    if (at > this.#now) this.#emit(at - this.#now)
    this.#now = at
    this.#leave(this.#open.length - 1)
    return true
  }

  /** Whether one more frame, stack and sample stay below the limits. */
  get #hasRoom(): boolean {
    return (
      this.#open.length < this.#mostDepth &&
      this.#stacks.length < this.#mostStacks &&
      this.#sampleCount < this.#mostSamples
    )
  }

  /** Keeps the outermost frames of the sample before. */
  keepFrames(depth: number): void {
    this.#open.length = depth
  }

  beginSample(): void {
    this.#open.length = 0
  }

  frameOfSample(frame: number): void {
    this.#push(frame)
  }

  /** Adds a frame of 9 digits at most as `frameOfSample` does; false, and nothing is done, where that meets a limit. */
  framePlain(frame: number): boolean {
    if (!this.#hasRoom) return false
    this.#pushPlain(frame)
    return true
  }

  endSample(): void {
    this.#context.allocator.check('samples', this.#sampleStack.length + 1)
    this.#listed++
    this.#sampleStack.push(this.#top)
  }

  weight(weight: number): void {
    this.#listed++
    if (weight < 0) throw new FormatError(`expected a weight of 0 or more, got ${weight}`, this.#place())
    this.#weight.push(weight)
  }

  /** After the last field of the profile. */
  end(): void {
    // Both would be added to the same samples.
    if (this.type === 'evented' ? this.#listed > 0 : !this.#isFirst) {
      const other = this.type === 'evented' ? 'samples or weights' : 'events'
      throw new FormatError(`expected no ${other} in a profile of the type "${this.type}"`, this.#place())
    }
    if (this.type === 'evented') {
      if (this.#open.length > 0) {
        this.#context.repair('a frame is never left: it is left at the end', this.#place())
        this.#moveTo(Math.max(this.endValue ?? this.#now, this.#now))
        this.#leave(0)
      }
      if (this.endValue !== null && this.endValue > this.#now && !this.#isFirst) this.#moveTo(this.endValue)
      return
    }
    if (this.#sampleStack.length !== this.#weight.length) {
      const counts = `${this.#sampleStack.length} samples and ${this.#weight.length} weights`
      throw new FormatError(`expected as many samples as weights, got ${counts}`, this.#place())
    }
  }

  /** Throws when a frame was used that the file does not define. `index` is the profile's place in the file. */
  checkFrames(frames: number, index: number): void {
    if (this.#largestFrame < frames) return
    throw new FormatError(`expected one of ${frames} frames, got frame ${this.#largestFrame}`, {
      path: `profiles[${index}]`,
    })
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    const isEvented = this.type === 'evented'
    while (isEvented && this.#entries.length < this.#stacks.length) this.#entries.push(0)
    const stacks = {
      ...this.#stacks.finish(),
      calls: isEvented ? { values: this.#entries.finish(), exact: null } : null,
      hits: null,
      deoptReason: null,
      positionTicks: null,
    }
    return { stacks, samples: isEvented ? this.#eventedSamples() : this.#sampledSamples() }
  }

  #eventedSamples(): SampleTable {
    const start = this.startValue ?? 0
    const sums = this.#sums?.finish()
    const values = sums?.weight ?? this.#weight.finish()
    const time = this.#time.finish()
    if (start !== 0) for (let sample = 0; sample < time.length; sample++) time[sample]! -= start
    return {
      length: values.length,
      stack: sums?.stack ?? this.#sampleStack.finish(),
      values: [{ values, exact: null }],
      time: this.#keepsTimes ? time : null,
      timeUnit: this.unit,
      duration: Math.max(this.endValue ?? this.#now, this.#now) - start,
      labels: null,
      continued: this.#keepsTimes ? this.#continued.finish() : null,
    }
  }

  #sampledSamples(): SampleTable {
    const values = this.#weight.finish()
    let sum = 0
    for (const weight of values) {
      if (this.#keepsTimes) this.#time.push(sum)
      sum += weight
    }
    return {
      length: values.length,
      stack: this.#sampleStack.finish(),
      values: [{ values, exact: null }],
      time: this.#keepsTimes ? this.#time.finish() : null,
      timeUnit: this.unit,
      duration: Math.max(sum, this.#span),
      labels: null,
      continued: null,
    }
  }

  /** What a sampled profile says it lasts; what its samples do not fill is idle. */
  get #span(): number {
    return (this.endValue ?? 0) - (this.startValue ?? 0)
  }

  get #top(): number {
    return this.#open.length === 0 ? NONE : this.#open.values[this.#open.length - 1]!
  }

  #isPlain(at: number): boolean {
    return !this.#isFirst && at >= this.#now && this.#sampleCount + 2 <= this.#mostSamples
  }

  /** Those of which there is a row; sums have none before the end. */
  get #sampleCount(): number {
    return this.#sums === null ? this.#sampleStack.length : this.#sampleStack.length + this.#sums.apart
  }

  #push(frame: number): number {
    if (frame < 0 || frame > 0x7fff_fffe)
      throw new FormatError(`expected the index of a frame, got ${frame}`, this.#place())
    if (frame > this.#largestFrame) this.#largestFrame = frame
    const { allocator } = this.#context
    const limit = allocator.limits['stack-depth']
    if (this.#open.length >= limit) throw limitError('stack-depth', limit, `a stack of more than ${limit} frames`)
    const known = this.#stacks.length
    const stack = this.#stacks.intern(this.#top, frame)
    if (stack === known) allocator.check('stacks', known + 1)
    this.#open.push(stack)
    return stack
  }

  /** `#push` where it is sure that nothing is to be said about it. */
  #pushPlain(frame: number): void {
    if (frame > this.#largestFrame) this.#largestFrame = frame
    this.#open.push(this.#stacks.intern(this.#top, frame))
  }

  #countEntry(): void {
    const entries = this.#entries
    const stack = this.#top
    while (entries.length <= stack) entries.push(0)
    entries.values[stack]!++
    this.#entered = true
  }

  /** Time passes: what is open now ran until `at`. */
  #moveTo(at: number): void {
    if (this.#isFirst) {
      this.#isFirst = false
      this.startValue ??= at
      this.#now = Math.min(this.startValue, at)
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
    this.#open.length = depth
    if (depth < this.#goesOn) this.#goesOn = depth
  }

  #emit(weight: number): void {
    this.#context.allocator.check('samples', this.#sampleCount + 1)
    if (this.#sums === null) {
      this.#sampleStack.push(this.#top)
      this.#weight.push(weight)
      this.#time.push(this.#now)
      this.#continued.push(this.#goesOn)
    } else this.#sums.add(this.#top, weight)
    this.#goesOn = this.#open.length
    this.#entered = false
  }
}
