import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import type { FrameIndex, StackIndex } from './tables.js'

/** No slot is taken: stacks are stored as stack + 1. */
const EMPTY = 0

/** Slots that are looked at beside those of the parent, before the search goes on somewhere else. */
const NEAR = 8

/**
 * Finds the stack that is another one plus a frame, appending it when it is new. Open addressing as in PairIndex, but
 * the stacks on top of one lie beside those on top of its neighbours: what was made one after the other is mostly looked
 * for one after the other, and a table far larger than the caches is then read in order. A stack with many on top of it
 * has the rest of them in places that are mixed.
 */
export class StackIndexer {
  readonly parent: Int32Builder
  readonly frame: Int32Builder
  readonly #allocator: Allocator
  #slots: Int32Array<ArrayBuffer>

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.parent = new Int32Builder(allocator)
    this.frame = new Int32Builder(allocator)
    this.#slots = allocator.int32(128)
  }

  get length(): number {
    return this.parent.length
  }

  /** The stack that is `parent` plus `frame`; a new one gets the next row. */
  intern(parent: StackIndex, frame: FrameIndex): StackIndex {
    const slots = this.#slots
    const mask = slots.length - 1
    const parents = this.parent.values
    const frames = this.frame.values
    // There are two slots and more for each stack.
    let slot = (parent * 2) & mask
    for (let tries = 1; ; tries++) {
      const entry = slots[slot]!
      if (entry === EMPTY) break
      if (parents[entry - 1] === parent && frames[entry - 1] === frame) return entry - 1
      slot = (tries === NEAR ? mix(parent, frame) : slot + 1) & mask
    }
    const stack = this.parent.length
    this.parent.push(parent)
    this.frame.push(frame)
    slots[slot] = stack + 1
    if ((stack + 1) * 2 > slots.length) this.#rehash()
    return stack
  }

  /** The columns. Lets go of what only looking up needs, so nothing may be interned afterwards. */
  finish(): { readonly length: number; readonly parent: Int32Array; readonly frame: Int32Array } {
    this.#allocator.release(this.#slots)
    this.#slots = this.#allocator.int32(0)
    return { length: this.length, parent: this.parent.finish(), frame: this.frame.finish() }
  }

  #rehash(): void {
    this.#allocator.release(this.#slots)
    const slots = this.#allocator.int32(this.#slots.length * 2)
    const mask = slots.length - 1
    const parents = this.parent.values
    const frames = this.frame.values
    for (let stack = 0; stack < this.parent.length; stack++) {
      const parent = parents[stack]!
      let slot = (parent * 2) & mask
      for (let tries = 1; slots[slot] !== EMPTY; tries++) {
        slot = (tries === NEAR ? mix(parent, frames[stack]!) : slot + 1) & mask
      }
      slots[slot] = stack + 1
    }
    this.#slots = slots
  }
}

function mix(parent: StackIndex, frame: FrameIndex): number {
  let hash = Math.imul(parent, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ frame, 0x2c1b3c6d)
  return hash ^ (hash >>> 15)
}
