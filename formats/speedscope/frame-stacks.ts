import { Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import { type Allocator, limitError } from '../../src/limits.js'
import { StackIndexer } from '../../src/model/stack-index.js'
import { NONE, type StackIndex } from '../../src/model/tables.js'

/** The stacks of a profile, on the indices of frames, and the frames that are open while it is read. */
export class FrameStacks {
  /** The largest frame index that was used. */
  largestFrame = NONE
  readonly #allocator: Allocator
  readonly #place: () => Place
  readonly #mostDepth: number
  readonly #mostStacks: number
  readonly #stacks: StackIndexer
  /** The stacks that are open, outermost first; the last one is running. */
  readonly #open: Int32Builder

  constructor(allocator: Allocator, place: () => Place) {
    this.#allocator = allocator
    this.#place = place
    this.#mostDepth = allocator.limits['stack-depth']
    this.#mostStacks = allocator.limits.stacks
    this.#stacks = new StackIndexer(allocator)
    this.#open = new Int32Builder(allocator)
  }

  /** How many stacks there are. */
  get length(): number {
    return this.#stacks.length
  }

  /** How many frames are open. */
  get depth(): number {
    return this.#open.length
  }

  /** The stack of all that is open; {@link NONE}. */
  get top(): StackIndex {
    return this.#open.length === 0 ? NONE : this.#open.values[this.#open.length - 1]!
  }

  /** Whether one more frame and stack stay below the limits. */
  get hasRoom(): boolean {
    return this.#open.length < this.#mostDepth && this.#stacks.length < this.#mostStacks
  }

  /** The frame that is open below so many others. */
  frameAt(depth: number): number {
    return this.#stacks.frame.values[this.#open.values[depth]!]!
  }

  /** Leaves all but the outermost frames. */
  keep(depth: number): void {
    this.#open.length = depth
  }

  enter(frame: number): void {
    if (frame < 0 || frame > 0x7fff_fffe)
      throw new FormatError(`expected the index of a frame, got ${frame}`, this.#place())
    const limit = this.#mostDepth
    if (this.#open.length >= limit) throw limitError('stack-depth', limit, `a stack of more than ${limit} frames`)
    const known = this.#stacks.length
    this.enterPlain(frame)
    if (this.#stacks.length > known) this.#allocator.check('stacks', known + 1)
  }

  /** `enter` where there is room, for a frame of 9 digits at most. */
  enterPlain(frame: number): void {
    if (frame > this.largestFrame) this.largestFrame = frame
    this.#open.push(this.#stacks.intern(this.top, frame))
  }

  finish() {
    return this.#stacks.finish()
  }
}
