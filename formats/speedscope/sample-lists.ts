import type { TextBlock } from '../../src/encode/text-block.js'
import type { Allocator } from '../../src/limits.js'
import { NONE, type SampleTable, type StackIndex, type StackTable } from '../../src/model/tables.js'

const COMMA = 44
const OPENING_BRACKET = 91
const CLOSING_BRACKET = 93

/** Bytes of texts that are kept at most. */
const KEPT_BYTES = 24 * 1024 * 1024

/** Where whole lists would be too much to keep: the frames between two stacks of which the list is. */
const ANCHOR_FRAMES = 32

export interface SampleListOptions {
  readonly stacks: StackTable
  /** stack → how many frames it has, and the most that one has. */
  readonly depths: Int32Array
  readonly deepest: number
  /** frame → index in the file, all below `count`. */
  readonly indexOf: Int32Array
  readonly count: number
  readonly allocator: Allocator
  /** Bytes of texts that are kept at most. */
  readonly mostKept?: number
}

/**
 * Stacks as a sampled profile lists them: `,[0,12,3]`, outermost frame first. Going up a stack frame by frame costs more
 * than its text does, so texts are kept: whole lists, or, where those would be too many, those of anchors, which are the
 * stacks whose depth is a multiple of a fixed number, and of each other stack what it has below its anchor.
 */
export class SampleLists {
  /** How many bytes of its own the block must have that the lists are written to: texts are kept there. */
  readonly capacity: number
  readonly #stacks: StackTable
  readonly #depths: Int32Array
  readonly #indexOf: Int32Array
  /** Index → `,12`, each in `#stride` bytes, of which `#sizes` count. */
  readonly #texts: Uint8Array
  readonly #sizes: Uint8Array
  readonly #stride: number
  readonly #anchorFrames: number
  /** stack → number of its text among those that are kept, from 1; 0 for none. */
  readonly #keptAs: Int32Array
  /** Where the texts that are kept begin, and the last one ends. */
  readonly #starts: Int32Array
  /** Text that is kept → the anchor above it. */
  readonly #above: Int32Array
  #kept = 0
  /** Another text did not fit. */
  #isFull = false

  constructor(samples: SampleTable, options: SampleListOptions) {
    const { stacks, depths, deepest, indexOf, count, allocator, mostKept = KEPT_BYTES } = options
    this.#stacks = stacks
    this.#depths = depths
    this.#indexOf = indexOf
    const stride = String(count).length + 1
    this.#stride = stride
    this.#texts = allocator.bytes(count * stride)
    this.#sizes = allocator.bytes(count)
    for (let index = 0; index < count; index++) this.#setText(index, index * stride)
    const whole = sampledFrames(samples, depths, allocator) * stride
    this.#anchorFrames = whole <= mostKept ? deepest + 1 : ANCHOR_FRAMES
    this.capacity = Math.min(whole, mostKept)
    this.#keptAs = allocator.int32(stacks.length)
    const most = Math.min(stacks.length, this.capacity)
    this.#starts = allocator.int32(most + 1)
    this.#above = allocator.int32(most)
  }

  /** Appends a comma and the list of a stack. */
  append(out: TextBlock, stack: StackIndex): void {
    out.room(BRACKETS)
    const start = out.length
    // The comma of the first frame is where the list begins.
    out.length += stack === NONE ? 2 : 1
    const anchor = stack === NONE ? NONE : this.#anchorOf(out, stack)
    if (anchor !== NONE) this.#appendText(out, anchor)
    if (stack !== NONE) this.#appendText(out, stack)
    out.room(1)
    out.bytes[start] = COMMA
    out.bytes[start + 1] = OPENING_BRACKET
    out.bytes[out.length++] = CLOSING_BRACKET
  }

  /** The anchor above a stack. Keeps the texts of both where there is room. */
  #anchorOf(out: TextBlock, stack: StackIndex): StackIndex {
    const kept = this.#keptAs[stack]!
    if (kept > 0) return this.#above[kept - 1]!
    const anchor = this.#keep(out, stack)
    if (anchor !== NONE && this.#keptAs[anchor] === 0) this.#keep(out, anchor)
    return anchor
  }

  #appendText(out: TextBlock, stack: StackIndex): void {
    const kept = this.#keptAs[stack]!
    if (kept === 0) {
      const size = this.#sizeOf(stack)
      out.room(size)
      out.length += size
      this.#write(out.bytes, out.length, stack)
      return
    }
    const start = this.#starts[kept - 1]!
    const end = this.#starts[kept]!
    out.room(end - start)
    out.bytes.copyWithin(out.length, start, end)
    out.length += end - start
  }

  /** Keeps the text of a stack, if there is room; returns the anchor above it. */
  #keep({ bytes }: TextBlock, stack: StackIndex): StackIndex {
    const end = this.#isFull ? 0 : this.#starts[this.#kept]! + this.#sizeOf(stack)
    if (this.#isFull || end > this.capacity || this.#kept === this.#above.length) {
      this.#isFull = true
      return this.#stackAbove(stack)
    }
    const anchor = this.#write(bytes, end, stack)
    this.#above[this.#kept] = anchor
    this.#starts[++this.#kept] = end
    this.#keptAs[stack] = this.#kept
    return anchor
  }

  #setText(index: number, start: number): void {
    const text = String(index)
    this.#texts[start] = COMMA
    for (let at = 0; at < text.length; at++) this.#texts[start + 1 + at] = text.charCodeAt(at)
    this.#sizes[index] = text.length + 1
  }

  /** The depth of the stack that the text of another one begins below: 0 for the text of an anchor. */
  #startOf(stack: StackIndex): number {
    const depth = this.#depths[stack]!
    const over = depth % this.#anchorFrames
    return over === 0 ? 0 : depth - over
  }

  #stackAbove(stack: StackIndex): StackIndex {
    const { parent } = this.#stacks
    let at = stack
    for (let depth = this.#depths[stack]!, start = this.#startOf(stack); depth > start; depth--) at = parent[at]!
    return at
  }

  #sizeOf(stack: StackIndex): number {
    const { parent, frame } = this.#stacks
    let size = 0
    let at = stack
    for (let depth = this.#depths[stack]!, start = this.#startOf(stack); depth > start; depth--) {
      size += this.#sizes[this.#indexOf[frame[at]!]!]!
      at = parent[at]!
    }
    return size
  }

  /** Writes the text of a stack in front of `end`; returns the anchor above it. */
  #write(bytes: Uint8Array, end: number, stack: StackIndex): StackIndex {
    const { parent, frame } = this.#stacks
    const texts = this.#texts
    let to = end
    let at = stack
    for (let depth = this.#depths[stack]!, top = this.#startOf(stack); depth > top; depth--) {
      const index = this.#indexOf[frame[at]!]!
      const start = index * this.#stride
      for (let from = start + this.#sizes[index]! - 1; from >= start; from--) bytes[--to] = texts[from]!
      at = parent[at]!
    }
    return at
  }
}

/** `,[` and `]` of an empty list. */
const BRACKETS = 3

/** The frames of all stacks that have samples. */
function sampledFrames({ length, stack }: SampleTable, depths: Int32Array, allocator: Allocator): number {
  const isSampled = allocator.bytes(depths.length)
  let frames = 0
  for (let sample = 0; sample < length; sample++) {
    const each = stack[sample]!
    if (each === NONE || isSampled[each] === 1) continue
    isSampled[each] = 1
    frames += depths[each]!
  }
  allocator.release(isSampled)
  return frames
}
