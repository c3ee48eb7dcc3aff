import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import { type Allocator, limitError } from '../../src/limits.js'

const LENGTH = 0
const FRAMES = 1
const COUNT = 2

/**
 * The arrays `raw` and `raw_lines`: for each run of equal samples the number of frames, the frames (outermost first), and
 * how many samples there were.
 */
export class RawSamples {
  /** Of all stacks, one after the other. */
  readonly frames: Int32Builder
  /** Stack → where it ends in `frames`. */
  readonly ends: Int32Builder
  /** Stack → samples in a row. */
  readonly counts: Float64Builder
  isGiven = false
  readonly #allocator: Allocator
  readonly #place: () => Place
  #state = LENGTH
  #left = 0

  constructor(allocator: Allocator, place: () => Place) {
    this.#allocator = allocator
    this.#place = place
    this.frames = new Int32Builder(allocator)
    this.ends = new Int32Builder(allocator)
    this.counts = new Float64Builder(allocator)
  }

  /** The next numbers of the array; `indexOf` turns that of a frame into what is kept. */
  take(values: Float64Array, count: number, indexOf: (value: number) => number): void {
    for (let at = 0; at < count; at++) {
      const value = values[at]!
      switch (this.#state) {
        case LENGTH:
          this.#check(value, 'frames of a stack')
          if (value > this.#allocator.limits['stack-depth']) {
            throw limitError('stack-depth', this.#allocator.limits['stack-depth'], `a stack of ${value} frames`)
          }
          this.#left = value
          this.#state = value === 0 ? COUNT : FRAMES
          break
        case FRAMES:
          this.frames.push(indexOf(value))
          if (--this.#left === 0) this.#state = COUNT
          break
        default:
          this.#check(value, 'samples')
          this.ends.push(this.frames.length)
          this.counts.push(value)
          this.#state = LENGTH
      }
    }
  }

  end(): void {
    if (this.#state !== LENGTH) throw new FormatError('expected whole stacks, got a part of one', this.#place())
  }

  #check(value: number, what: string): void {
    if (value < 0) throw new FormatError(`expected a number of ${what}, got ${value}`, this.#place())
  }
}
