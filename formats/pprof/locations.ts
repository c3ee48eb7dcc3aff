import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { type FrameIndex, type FrameTable, NO_POSITION, NONE, type StackTable } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { placeholderName } from './placeholder.js'

/**
 * The locations of stacks: a frame together with the frames that are inlined into it. They are numbered from 1 as they
 * are first used.
 */
export class Locations {
  /** (location without its innermost frame or NONE, frame) → node: every sequence of frames that may be a location. */
  readonly #nodes: PairIndex
  /** stack → node of the location that it ends with. */
  readonly #nodeOf: Int32Array
  /** stack → the stack without that location. */
  readonly #above: Int32Array
  /** node → id, 0 where not used yet. */
  readonly #ids: Int32Array
  readonly #used: Int32Builder

  constructor(frames: FrameTable, stacks: StackTable, allocator: Allocator) {
    this.#nodes = new PairIndex(allocator)
    this.#nodeOf = allocator.int32(stacks.length)
    this.#above = allocator.int32(stacks.length)
    this.#used = new Int32Builder(allocator)
    for (let stack = 0; stack < stacks.length; stack++) {
      const parent = stacks.parent[stack]!
      const frame = stacks.frame[stack]!
      const isInlined = parent !== NONE && isInlinedInto(frames, frame, stacks.frame[parent]!)
      this.#nodeOf[stack] = this.#nodes.intern(isInlined ? this.#nodeOf[parent]! : NONE, frame)
      this.#above[stack] = isInlined ? this.#above[parent]! : parent
    }
    this.#ids = allocator.int32(this.#nodes.length)
  }

  get length(): number {
    return this.#used.length
  }

  /** The id of the location that a stack ends with. */
  idOf(stack: number): number {
    const node = this.#nodeOf[stack]!
    const known = this.#ids[node]!
    if (known !== 0) return known
    this.#used.push(node)
    this.#ids[node] = this.#used.length
    return this.#used.length
  }

  /** The stack without the location that it ends with. */
  above(stack: number): number {
    return this.#above[stack]!
  }

  /** The frames of location `id`, innermost first. */
  framesOf(id: number): FrameIndex[] {
    const frames: FrameIndex[] = []
    for (let node = this.#used.values[id - 1]!; node !== NONE; node = this.#nodes.first.values[node]!) {
      frames.push(this.#nodes.second.values[node]!)
    }
    return frames
  }
}

/** Filters can take a frame away that others were inlined into; what is left then has another address. */
function isInlinedInto({ inlined, address, mapping }: FrameTable, frame: FrameIndex, outer: FrameIndex): boolean {
  if (inlined === null || inlined[frame] === 0) return false
  if (address === null || mapping === null) return true
  return (
    address.values[frame] === address.values[outer] &&
    address.exact?.get(frame) === address.exact?.get(outer) &&
    mapping[frame] === mapping[outer]
  )
}

/** frame → whether it only stands for an address, so that its location has no line. */
export function isPlaceholder(profile: Profile, frames: FrameTable, frame: FrameIndex): boolean {
  if (frames.address === null || frames.mapping === null) return false
  const { functions, strings, mappings } = profile
  const func = frames.function[frame]!
  if (functions.file[func] !== NONE || functions.line[func] !== NO_POSITION) return false
  if (frames.line[frame] !== NO_POSITION || frames.column[frame] !== NO_POSITION) return false
  // Such names begin like this; the longer look is only for those.
  const first = strings.bytes(functions.name[func]!)[0]
  if (first !== OPENING_BRACKET && first !== LESS_THAN) return false
  const mapping = frames.mapping[frame]!
  const file = mapping === NONE || mappings === null ? NONE : mappings.file[mapping]!
  return strings.text(functions.name[func]!) === placeholderName(strings, file)
}

const OPENING_BRACKET = 0x5b
const LESS_THAN = 0x3c
