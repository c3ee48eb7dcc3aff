import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { StringInterner } from '../../src/model/strings.js'
import { type FrameIndex, type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { PairIndex, TupleIndex } from '../../src/model/tuple-index.js'
import { frameLine, sourceLine } from './frame-line.js'

/** A line of a stack that was seen. */
export type LineIndex = number

/**
 * The frames of a file. The lines of its stacks repeat, so each distinct one is parsed once; all threads share the
 * frames.
 *
 * A function is a name in a binary, or in the source file where `-F +srcline` gives one: that of the first of its
 * frames, since code of other files can be inlined into it.
 */
export class StackFrames {
  readonly builder: StackBuilder
  readonly #lines: StringInterner
  readonly #places: StringInterner
  /** (line, place) → entry. An entry is the frames of a line, innermost first, in `members`. */
  readonly #entries: PairIndex
  readonly #entryStart: Int32Builder
  readonly #members: Int32Builder
  /** (name, binary) → function. */
  readonly #identities: TupleIndex
  readonly #functionOf: Int32Builder
  readonly #fileOf: Int32Builder
  readonly #key = new Int32Array(2)

  constructor(allocator: Allocator) {
    this.builder = new StackBuilder(allocator, { valueTypes: [], inlining: true })
    this.#lines = new StringInterner(allocator)
    this.#places = new StringInterner(allocator)
    this.#entries = new PairIndex(allocator)
    this.#entryStart = new Int32Builder(allocator)
    this.#members = new Int32Builder(allocator)
    const names = new Int32Builder(allocator)
    const objects = new Int32Builder(allocator)
    this.#identities = new TupleIndex(allocator, [names, objects])
    this.#functionOf = new Int32Builder(allocator)
    this.#fileOf = new Int32Builder(allocator)
    this.#entryStart.push(0)
  }

  /** The line `bytes[start..end)`, without the blanks in front. */
  line(bytes: Uint8Array, start: number, end: number): LineIndex {
    return this.#lines.intern(bytes, start, end)
  }

  /** The place below a line. */
  place(bytes: Uint8Array, start: number, end: number): number {
    return this.#places.intern(bytes, start, end)
  }

  /** What the frames of a line are known by; -1 when the line is none. `place` is NONE where there is none. */
  entry(line: LineIndex, place: number): number {
    const entry = this.#entries.intern(line, place)
    if (entry + 1 === this.#entryStart.length) {
      this.#parse(this.#lines.text(line), place === NONE ? null : this.#places.text(place))
      this.#entryStart.push(this.#members.length)
    }
    return this.#entryStart.values[entry] === this.#entryStart.values[entry + 1] ? -1 : entry
  }

  /** The stack that is `parent` plus the frames of an entry. */
  stackOf(entry: number, parent: number, stacks: PairIndex): number {
    const members = this.#members.values
    let stack = parent
    for (let at = this.#entryStart.values[entry + 1]! - 1; at >= this.#entryStart.values[entry]!; at--) {
      stack = stacks.intern(stack, members[at]!)
    }
    return stack
  }

  #parse(text: string, placeText: string | null): void {
    const parts = frameLine(text)
    if (parts === null) return
    const place = placeText === null ? null : sourceLine(placeText)
    const { names, object } = parts
    for (let at = 0; at < names.length; at++) {
      const inlined = parts.inlined || (place?.inlined ?? false) || at < names.length - 1
      this.#members.push(this.#frame(names[at]!, object, place?.file ?? null, place?.line ?? NO_POSITION, inlined))
    }
  }

  #frame(name: string, object: string | null, file: string | null, line: number, inlined: boolean): FrameIndex {
    const { functions } = this.builder
    const { strings } = functions
    this.#key[0] = strings.internText(name)
    this.#key[1] = object === null ? NONE : strings.internText(object)
    const own = file === null ? NONE : strings.internText(file)
    const identity = this.#identities.intern(this.#key)
    if (identity === this.#functionOf.length) {
      const home = own === NONE ? this.#key[1] : own
      this.#functionOf.push(functions.intern(this.#key[0], home))
      this.#fileOf.push(home)
    }
    const isHome = own !== NONE && this.#fileOf.values[identity] === own
    const index: FunctionIndex = this.#functionOf.values[identity]!
    return this.builder.frame(index, isHome ? line : NO_POSITION, NO_POSITION, { inlined })
  }
}
