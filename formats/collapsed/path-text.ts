import { ByteBuilder } from '../../src/bytes/columns.js'
import { Allocator } from '../../src/limits.js'
import { depthsOf } from '../../src/model/stack-depths.js'
import { NONE, type StackIndex, type StackTable } from '../../src/model/tables.js'
import type { FrameTexts } from './frame-texts.js'

const SEMICOLON = 59

/**
 * The text of one stack at a time, its frames joined by `;`. Stacks that follow one another in a table mostly have their
 * outermost frames in common, and those stay.
 */
export class PathText {
  readonly #stacks: StackTable
  readonly #texts: FrameTexts
  readonly #bytes: ByteBuilder
  /** stack → frames of it. */
  readonly #depth: Int32Array
  /** Depth from 0 → the stack that is there, and where its text ends. */
  readonly #stackAt: Int32Array
  readonly #endAt: Float64Array
  /** Stacks that have to be entered, innermost first. */
  readonly #entered: Int32Array
  /** How many frames the text has. */
  #frames = 0

  constructor(stacks: StackTable, texts: FrameTexts) {
    const allocator = new Allocator()
    const { depths, deepest } = depthsOf(stacks, allocator)
    this.#stacks = stacks
    this.#texts = texts
    this.#bytes = new ByteBuilder(allocator)
    this.#depth = depths
    this.#stackAt = allocator.int32(deepest)
    this.#endAt = allocator.float64(deepest)
    this.#entered = allocator.int32(deepest)
  }

  /** The text stands in the first `length` of them. */
  get bytes(): Uint8Array {
    return this.#bytes.values
  }

  get length(): number {
    return this.#bytes.length
  }

  /** Makes it the text of a stack; {@link NONE} is the empty one. */
  moveTo(stack: StackIndex): void {
    const { parent, frame } = this.#stacks
    let count = 0
    let common = stack
    while (common !== NONE && !this.#isOpen(common)) {
      this.#entered[count++] = common
      common = parent[common]!
    }
    this.#frames = common === NONE ? 0 : this.#depth[common]!
    this.#bytes.length = this.#frames === 0 ? 0 : this.#endAt[this.#frames - 1]!
    while (count > 0) {
      const next = this.#entered[--count]!
      if (this.#frames > 0) this.#bytes.push(SEMICOLON)
      this.#texts.append(this.#bytes, frame[next]!)
      this.#stackAt[this.#frames] = next
      this.#endAt[this.#frames++] = this.#bytes.length
    }
  }

  #isOpen(stack: StackIndex): boolean {
    const depth = this.#depth[stack]!
    return depth <= this.#frames && this.#stackAt[depth - 1] === stack
  }
}
