import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { SampleTable, StackTable } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { FrameStacks } from './frame-stacks.js'
import type { ProfileHeader } from './profile-columns.js'

/** The samples and weights of a profile as they come in. */
export class SampledColumns {
  readonly stacks: FrameStacks
  readonly #header: ProfileHeader
  readonly #context: ReadContext
  readonly #place: () => Place
  readonly #mostSamples: number
  readonly #stack: Int32Builder
  readonly #weight: Float64Builder

  constructor(header: ProfileHeader, context: ReadContext, place: () => Place) {
    const { allocator } = context
    this.stacks = new FrameStacks(allocator, place)
    this.#header = header
    this.#context = context
    this.#place = place
    this.#mostSamples = allocator.limits.samples
    this.#stack = new Int32Builder(allocator)
    this.#weight = new Float64Builder(allocator)
  }

  get isEmpty(): boolean {
    return this.#stack.length === 0 && this.#weight.length === 0
  }

  /** Begins a sample, with the outermost frames of the one before. */
  begin(depth = 0): void {
    this.stacks.keep(depth)
  }

  frame(frame: number): void {
    this.stacks.enter(frame)
  }

  /** Adds a frame of 9 digits at most as `frame` does; false, and nothing is done, where that meets a limit. */
  framePlain(frame: number): boolean {
    if (!this.stacks.hasRoom) return false
    this.stacks.enterPlain(frame)
    return true
  }

  /** Whether one more sample stays below the limit. */
  get hasRoom(): boolean {
    return this.#stack.length < this.#mostSamples
  }

  end(): void {
    this.#context.allocator.check('samples', this.#stack.length + 1)
    this.#stack.push(this.stacks.top)
  }

  weight(weight: number): void {
    if (weight < 0) throw new FormatError(`expected a weight of 0 or more, got ${weight}`, this.#place())
    this.#weight.push(weight)
  }

  /** After the last field of the profile. */
  complete(): void {
    if (this.#stack.length === this.#weight.length) return
    const counts = `${this.#stack.length} samples and ${this.#weight.length} weights`
    throw new FormatError(`expected as many samples as weights, got ${counts}`, this.#place())
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    const { allocator, need } = this.#context
    const { startValue, endValue, unit } = this.#header
    const values = this.#weight.finish()
    const time = need === 'weights' ? null : allocator.float64(values.length)
    let sum = 0
    for (let sample = 0; sample < values.length; sample++) {
      if (time !== null) time[sample] = sum
      sum += values[sample]!
    }
    return {
      stacks: { ...this.stacks.finish(), calls: null, hits: null, deoptReason: null, positionTicks: null },
      samples: {
        length: values.length,
        stack: this.#stack.finish(),
        values: [{ values, exact: null }],
        time,
        timeUnit: unit,
        // What the samples do not fill is idle.
        duration: Math.max(sum, (endValue ?? 0) - (startValue ?? 0)),
        labels: null,
        continued: null,
      },
    }
  }
}
