import { Int32Builder } from '../../src/bytes/columns.js'
import type { Lines } from '../../src/bytes/lines.js'
import { TextCache } from '../../src/bytes/text-cache.js'
import { commonLength } from '../../src/bytes/words.js'
import { type Allocator, limitError } from '../../src/limits.js'
import { type ExactNumber, NumberBuilder } from '../../src/model/numbers.js'
import { StackIndexer } from '../../src/model/stack-index.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE, type SampleTable, type StackIndex, type StackTable } from '../../src/model/tables.js'

const SEMICOLON = 59

/**
 * Stacks over the texts of their frames, and one sample a line. Most lines begin as the line before: its frames are
 * taken over as far as they are the same. The others are looked up by their bytes.
 */
export class FoldedStacks {
  /** The distinct texts of frames. */
  readonly texts: StringInterner
  readonly #weights: NumberBuilder
  readonly #allocator: Allocator
  /** Whether lines of one stack may become one sample. */
  readonly #isFolding: boolean
  /** Stack → its latest sample, while folding. */
  readonly #sampleOf: Int32Builder
  readonly #stacks: StackIndexer
  readonly #sampleStack: Int32Builder
  readonly #frames: TextCache
  /** The line before. */
  #before: DataView = new DataView(new ArrayBuffer(0))
  #beforeStart = 0
  #beforeEnd = 0
  /** How many bytes {@link shared} found last. */
  #same = 0
  /** Depth in the stack of the line before → where the frame ends, from the line's start, and its stack. */
  readonly #ends: Int32Builder
  readonly #path: Int32Builder

  /** `isFolding`: lines of one stack become one sample, as long as adding up their weights loses nothing. */
  constructor(allocator: Allocator, isFolding: boolean) {
    this.#allocator = allocator
    this.#isFolding = isFolding
    this.#sampleOf = new Int32Builder(allocator)
    this.texts = new StringInterner(allocator)
    this.#weights = new NumberBuilder(allocator)
    this.#stacks = new StackIndexer(allocator)
    this.#sampleStack = new Int32Builder(allocator)
    this.#frames = new TextCache(allocator, SEMICOLON)
    this.#ends = new Int32Builder(allocator)
    this.#path = new Int32Builder(allocator)
  }

  /** The bytes of the line before are about to change. */
  forgetLine(): void {
    this.#beforeEnd = this.#beforeStart
    this.#ends.length = this.#path.length = 0
  }

  /** With how many bytes of the stack of the line before the next line begins. */
  shared({ words, nextStart, blockEnd }: Lines): number {
    const most = Math.min(this.#beforeEnd - this.#beforeStart, blockEnd - nextStart)
    this.#same = commonLength(this.#before, this.#beforeStart, words, nextStart, most)
    return this.#same
  }

  get sampleCount(): number {
    return this.#sampleStack.length
  }

  /** Adds a sample of the stack that is the line up to `end`. {@link shared} was asked before `lines` came to it. */
  add(lines: Lines, end: number, weight: ExactNumber): void {
    // py-spy writes a weight without a stack for a thread that has none.
    const stack = lines.start === end ? NONE : this.#stackOf(lines, end)
    if (this.#isFolding && stack !== NONE && this.#fold(stack, weight)) return
    this.#allocator.check('samples', this.#sampleStack.length + 1)
    this.#sampleStack.push(stack)
    this.#weights.push(weight)
  }

  /** Adds the weight to the sample that the stack has; tells whether it could. */
  #fold(stack: StackIndex, weight: ExactNumber): boolean {
    const sampleOf = this.#sampleOf
    while (sampleOf.length <= stack) sampleOf.push(NONE)
    const sample = sampleOf.values[stack]!
    if (sample !== NONE) {
      const own = this.#weights.at(sample)
      // Fractions are added up at the end, where the order in which they came does not show.
      if (Number.isSafeInteger(own) && Number.isSafeInteger(weight)) {
        this.#weights.add(sample, weight)
        return true
      }
    }
    sampleOf.values[stack] = this.#sampleStack.length
    return false
  }

  #stackOf({ bytes, words, start }: Lines, end: number): StackIndex {
    const allocator = this.#allocator
    const depthLimit = allocator.limits['stack-depth']
    this.#keepShared(bytes, start, end)
    let depth = this.#ends.length
    let stack = depth === 0 ? NONE : this.#path.values[depth - 1]!
    let at = depth === 0 ? start : start + this.#ends.values[depth - 1]! + 1
    while (at <= end) {
      if (++depth > depthLimit) throw limitError('stack-depth', depthLimit, `a stack of more than ${depthLimit} frames`)
      let frame = this.#frames.find(words, at, end)
      let next = this.#frames.end
      if (frame === NONE) {
        if (next < 0) for (next = at; next < end && bytes[next] !== SEMICOLON; ) next++
        frame = this.texts.intern(bytes, at, next)
        this.#frames.add(bytes, at, next, frame)
      }
      const known = this.#stacks.length
      stack = this.#stacks.intern(stack, frame)
      if (stack === known) allocator.check('stacks', known + 1)
      this.#ends.push(next - start)
      this.#path.push(stack)
      at = next + 1
    }
    this.#before = words
    this.#beforeStart = start
    this.#beforeEnd = end
    return stack
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    return {
      stacks: {
        ...this.#stacks.finish(),
        calls: null,
        hits: null,
        deoptReason: null,
        positionTicks: null,
      },
      samples: {
        length: this.#sampleStack.length,
        stack: this.#sampleStack.finish(),
        values: [this.#weights.finish()],
        time: null,
        timeUnit: 'none',
        duration: null,
        labels: null,
        continued: null,
      },
    }
  }

  /** Keeps the frames of the line before that this line begins with. */
  #keepShared(bytes: Uint8Array, start: number, end: number): void {
    const same = Math.min(this.#same, end - start)
    const ends = this.#ends.values
    let depth = this.#ends.length
    while (depth > 0 && ends[depth - 1]! > same) depth--
    // A frame that ends where the lines part is shared only when it ends in this line too.
    if (depth > 0 && ends[depth - 1] === same && start + same < end && bytes[start + same] !== SEMICOLON) depth--
    this.#ends.length = this.#path.length = depth
  }
}
