import type { TextBlock } from '../../src/encode/text-block.js'
import type { Allocator } from '../../src/limits.js'
import { NONE, type SampleTable, type StackIndex, type StackTable } from '../../src/model/tables.js'

/** Bytes of an event besides its numbers, and the most that a number takes. */
const EVENT_BYTES = 80

/** Neighbours that are looked at to see how much they differ, and the frames that this may take. */
const LOOKED_AT = 20_000
const MOST_STEPS = 1e7

/**
 * The samples as entries and exits, in text: `,{"type":"O","frame":3,"at":12}`. Where the source recorded spans, they are
 * its own, at its own times; otherwise the frames that two neighbours share go on, and time is what the samples weigh.
 */
export class EventLists {
  readonly #stacks: StackTable
  readonly #depths: Int32Array
  readonly #indexOf: Int32Array
  /** Depth from 0 → the stack that is open there. */
  readonly #open: Int32Array
  #openCount = 0
  /** Stacks that have to be entered, innermost first. */
  readonly #entered: Int32Array

  /** `indexOf`: frame → index in the file. */
  constructor(stacks: StackTable, depths: Int32Array, deepest: number, indexOf: Int32Array, allocator: Allocator) {
    this.#stacks = stacks
    this.#depths = depths
    this.#indexOf = indexOf
    this.#open = allocator.int32(deepest)
    this.#entered = allocator.int32(deepest)
  }

  /** All events of a value, in pieces; `start` is added to their times. */
  *write(out: TextBlock, samples: SampleTable, value: number, start: number): Iterable<Uint8Array> {
    const weights = samples.values[value]!.values
    const { continued } = samples
    const times = continued === null ? null : samples.time
    const { parent } = this.#stacks
    let now = 0
    for (let sample = 0; sample < samples.length; sample++) {
      const at = times === null ? now : times[sample]!
      const stack = samples.stack[sample]!
      let entered = 0
      let above = stack
      if (continued === null) {
        for (; above !== NONE && !this.#isOpen(above); above = parent[above]!) this.#entered[entered++] = above
      } else {
        const goesOn = continued[sample]!
        for (; this.#depthOf(above) > goesOn; above = parent[above]!) this.#entered[entered++] = above
      }
      const goesOn = continued === null ? this.#depthOf(above) : continued[sample]!
      while (this.#openCount > goesOn) {
        this.#event(out, LEAVE, this.#open[--this.#openCount]!, start + at)
        if (out.isFull) yield out.take()
      }
      while (entered > 0) {
        const next = this.#entered[--entered]!
        this.#open[this.#openCount++] = next
        this.#event(out, ENTER, next, start + at)
        if (out.isFull) yield out.take()
      }
      now = at + weights[sample]!
    }
    while (this.#openCount > 0) {
      this.#event(out, LEAVE, this.#open[--this.#openCount]!, start + now)
      if (out.isFull) yield out.take()
    }
  }

  #depthOf(stack: StackIndex): number {
    return stack === NONE ? 0 : this.#depths[stack]!
  }

  #isOpen(stack: StackIndex): boolean {
    const depth = this.#depths[stack]!
    return depth <= this.#openCount && this.#open[depth - 1] === stack
  }

  #event(out: TextBlock, before: Uint8Array, stack: StackIndex, at: number): void {
    out.room(EVENT_BYTES)
    put(out, before)
    out.number(this.#indexOf[this.#stacks.frame[stack]!]!)
    put(out, AT)
    out.number(at)
    out.bytes[out.length++] = CLOSING_BRACE
  }
}

const ENTER = ascii(',{"type":"O","frame":')
const LEAVE = ascii(',{"type":"C","frame":')
const AT = ascii(',"at":')
const CLOSING_BRACE = 125

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** What there is room for already. */
function put(out: TextBlock, text: Uint8Array): void {
  const { bytes } = out
  let to = out.length
  for (let at = 0; at < text.length; at++) bytes[to++] = text[at]!
  out.length = to
}

/** About how many entries and exits the samples are, judged by some neighbours. */
export function eventCount({ parent }: StackTable, depths: Int32Array, { length, stack }: SampleTable): number {
  const step = Math.max(1, Math.floor(length / LOOKED_AT))
  let events = 0
  let looked = 0
  let steps = 0
  for (let sample = step; sample < length && steps < MOST_STEPS; sample += step) {
    let left = stack[sample - 1]!
    let right = stack[sample]!
    looked++
    while (left !== right) {
      const isLeft = (left === NONE ? 0 : depths[left]!) >= (right === NONE ? 0 : depths[right]!)
      if (isLeft) left = parent[left]!
      else right = parent[right]!
      events++
      steps++
    }
  }
  return looked === 0 ? 0 : (events / looked) * (length - 1)
}
