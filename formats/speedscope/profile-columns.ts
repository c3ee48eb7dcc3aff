import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import { limitError } from '../../src/limits.js'
import type { ValueType } from '../../src/model/profile.js'
import { StackIndexer } from '../../src/model/stack-index.js'
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
  /** The stacks that are open, outermost first; the last one is running. */
  readonly #open: Int32Builder
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
    this.#open = new Int32Builder(allocator)
  }

  get valueType(): ValueType {
    const isTime = this.unit.endsWith('seconds')
    return { name: isTime ? 'time' : this.unit === 'bytes' ? 'space' : 'weight', unit: this.unit }
  }

  /** A frame is entered. */
  open(frame: number, at: number): void {
    this.#moveTo(at)
    const stack = this.#push(frame)
    const entries = this.#entries
    while (entries.length <= stack) entries.push(0)
    entries.values[stack]!++
    this.#entered = true
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

  /** Enters a frame as `open` does where there is nothing to say about it; else false, and nothing is done. */
  openPlain(frame: number, at: number): boolean {
    if (!this.#isPlain(at) || !this.hasRoom) return false
    this.open(frame, at)
    return true
  }

  /** Leaves a frame as `close` does where there is nothing to say about it; else false, and nothing is done. */
  closePlain(frame: number, at: number): boolean {
    const top = this.#top
    if (top === NONE || this.#stacks.frame.values[top] !== frame || !this.#isPlain(at)) return false
    this.#moveTo(at)
    this.#leave(this.#open.length - 1)
    return true
  }

  /** Whether one more frame, stack and sample stay below the limits. */
  get hasRoom(): boolean {
    return (
      this.#open.length < this.#mostDepth &&
      this.#stacks.length < this.#mostStacks &&
      this.#sampleStack.length < this.#mostSamples
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

  endSample(): void {
    this.#context.allocator.check('samples', this.#sampleStack.length + 1)
    this.#sampleStack.push(this.#top)
  }

  weight(weight: number): void {
    if (weight < 0) throw new FormatError(`expected a weight of 0 or more, got ${weight}`, this.#place())
    this.#weight.push(weight)
  }

  /** After the last field of the profile. */
  end(): void {
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
    let sum = 0
    for (let sample = 0; sample < this.#weight.length; sample++) {
      if (!isEvented && this.#keepsTimes) this.#time.push(sum)
      sum += this.#weight.values[sample]!
    }
    const start = isEvented ? (this.startValue ?? 0) : 0
    const values = this.#weight.finish()
    const time = this.#time.finish()
    if (start !== 0) for (let sample = 0; sample < time.length; sample++) time[sample]! -= start
    return {
      stacks: {
        ...this.#stacks.finish(),
        calls: isEvented ? { values: this.#entries.finish(), exact: null } : null,
        hits: null,
        deoptReason: null,
        positionTicks: null,
      },
      samples: {
        length: values.length,
        stack: this.#sampleStack.finish(),
        values: [{ values, exact: null }],
        time: this.#keepsTimes ? time : null,
        timeUnit: this.unit,
        duration: isEvented ? Math.max(this.endValue ?? this.#now, this.#now) - start : Math.max(sum, this.#span),
        labels: null,
        continued: isEvented && this.#keepsTimes ? this.#continued.finish() : null,
      },
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
    return !this.#isFirst && at >= this.#now && this.#sampleStack.length + 2 <= this.#mostSamples
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
    this.#context.allocator.check('samples', this.#sampleStack.length + 1)
    this.#sampleStack.push(this.#top)
    this.#weight.push(weight)
    if (this.#keepsTimes) {
      this.#time.push(this.#now)
      this.#continued.push(this.#goesOn)
    }
    this.#goesOn = this.#open.length
    this.#entered = false
  }
}
