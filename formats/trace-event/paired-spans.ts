import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { BEGIN, END, NO_NAME } from './event.js'
import type { SpanEvents } from './span-events.js'
import type { SpanSamples } from './span-samples.js'

/**
 * Looks at the events of a thread in order: whether they are nothing but beginnings and ends that fit, each end that of
 * the innermost span. Then they say themselves what is in what, and need not be matched.
 */
export class PairCheck {
  /** Whether all fitted so far. */
  fits = true
  readonly #allocator: Allocator
  /** label → text of the name. */
  readonly #names: Int32Builder
  /** The labels of the open spans, outermost first. */
  readonly #open: Int32Builder

  constructor(names: Int32Builder, allocator: Allocator) {
    this.#allocator = allocator
    this.#names = names
    this.#open = new Int32Builder(allocator)
  }

  /** The next event. */
  add(phase: number, label: number): void {
    const open = this.#open
    if (phase === BEGIN) open.push(label)
    else if (phase === END && open.length > 0) {
      const innermost = open.values[--open.length]!
      if (label !== innermost && !this.#isEndOf(label, innermost)) this.fits = false
    } else this.fits = false
  }

  /** After the last event: whether all were pairs. */
  finish(): boolean {
    this.#allocator.release(this.#open.values)
    return this.fits && this.#open.length === 0
  }

  #isEndOf(label: number, begun: number): boolean {
    const names = this.#names.values
    return names[label] === NO_NAME || names[label] === names[begun]
  }
}

/** Whether the events `rows` of a thread, which are in order, are pairs. */
export function arePaired(rows: Int32Array, events: SpanEvents, allocator: Allocator): boolean {
  const phase = events.phase
  const label = events.label
  const pairs = new PairCheck(events.names, allocator)
  for (let at = 0; at < rows.length && pairs.fits; at++) pairs.add(phase[rows[at]!]!, label[rows[at]!]!)
  return pairs.finish()
}

/** Enters and leaves spans that are pairs; `rows` are their events in order, null where those are all there are. */
export function followPairs(
  rows: Int32Array | null,
  events: SpanEvents,
  samples: SpanSamples,
  frameOf: (label: number) => number,
): void {
  const phase = events.phase
  const label = events.label
  const time = events.time
  // No iterator: the compiler does not see through that of a typed array.
  const count = rows === null ? events.length : rows.length
  for (let at = 0; at < count; at++) {
    const row = rows === null ? at : rows[at]!
    if (phase[row] === BEGIN) samples.enter(frameOf(label[row]!), time[row]!)
    else samples.leave(time[row]!)
  }
}
