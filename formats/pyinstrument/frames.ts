import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { StringInterner } from '../../src/model/strings.js'
import { type FrameIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { frameInfo } from './frame-info.js'

export const VALUE_TYPES: readonly ValueType[] = [{ name: 'wall', unit: 'seconds' }]

/** The frames of a file, and the stacks on them. */
export class Frames {
  readonly builder: StackBuilder
  readonly #texts: StringInterner
  /** Text of a session's frame → frame; NONE for `[self]`, which is the frame above it. */
  readonly #frameOf: Int32Builder

  constructor(allocator: Allocator) {
    this.builder = new StackBuilder(allocator, { valueTypes: VALUE_TYPES, timeUnit: 'seconds' })
    this.#texts = new StringInterner(allocator)
    this.#frameOf = new Int32Builder(allocator)
  }

  /** The frame of a session's text `bytes[start..end)`, which is parsed when it is new. */
  ofText(bytes: Uint8Array, start: number, end: number): FrameIndex {
    const index = this.#texts.intern(bytes, start, end)
    if (index === this.#frameOf.length) {
      const { name, file, line, executing } = frameInfo(this.#texts.text(index))
      this.#frameOf.push(isSelf(name) ? NONE : this.of(name, file, line, executing))
    }
    return this.#frameOf.values[index]!
  }

  of(name: string, file: string | null, line: number, executing = NO_POSITION): FrameIndex {
    return this.builder.frame(this.builder.functions.internText(name, file, line), executing)
  }
}

/** Whether a frame stands for what the frame above it spent itself. */
export function isSelf(name: string): boolean {
  return name === '[self]'
}
