import { ByteBuilder, Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { END, NO_NAME } from './event.js'
import { PairCheck } from './paired-spans.js'

/** The B, E and X events of all threads as columns, in the order of the file. */
export class SpanEvents {
  /** event → BEGIN, END or COMPLETE. */
  readonly phase: ByteBuilder
  /** The thread of the first event; NONE. */
  firstThread = NONE
  /** event → its thread; empty as long as that is the first one's. */
  #thread: Int32Builder
  /** event → its pair of name and category. */
  readonly label: Int32Builder
  /** event → microseconds. */
  readonly time: Float64Builder
  /** Pairs of the text of a name, which may be {@link NO_NAME}, and that of a category or NONE. */
  readonly #labels: PairIndex
  /** label → 1 where a span has it, and not only an end. */
  readonly #isSpan: ByteBuilder
  /** event → microseconds that a complete event lasts, 0 for others; shorter than the table. */
  readonly #duration: Float64Builder
  /** event → its index among all events of the file; empty as long as that is the row. */
  readonly #index: Int32Builder
  /** text of a name → its label in the last event that had it. */
  readonly #lastLabel: Int32Builder
  /** Whether all events are of one thread and come by time, as a program writes them that traces itself. */
  #isInOrder = true
  #lastTime = Number.NEGATIVE_INFINITY
  readonly #pairs: PairCheck

  constructor(allocator: Allocator) {
    this.phase = new ByteBuilder(allocator)
    this.#thread = new Int32Builder(allocator)
    this.label = new Int32Builder(allocator)
    this.time = new Float64Builder(allocator)
    this.#labels = new PairIndex(allocator)
    this.#isSpan = new ByteBuilder(allocator)
    this.#duration = new Float64Builder(allocator)
    this.#index = new Int32Builder(allocator)
    this.#lastLabel = new Int32Builder(allocator)
    this.#pairs = new PairCheck(this.#labels.first, allocator)
  }

  /** Appends an event; `index` is its place among all events of the file. */
  add(phase: number, thread: number, name: StringIndex, category: StringIndex, index: number): void {
    const row = this.length
    this.phase.push(phase)
    const label = this.#labelOf(name, category)
    this.label.push(label)
    if (label === this.#isSpan.length) this.#isSpan.push(0)
    if (phase !== END) this.#isSpan.values[label] = 1
    if (row === 0) this.firstThread = thread
    if (thread !== this.firstThread || this.#thread.length > 0) this.#addThread(thread, row)
    if (this.#isInOrder && this.#pairs.fits) this.#pairs.add(phase, label)
    if (index === row && this.#index.length === 0) return
    while (this.#index.length < row) this.#index.push(this.#index.length)
    this.#index.push(index)
  }

  #addThread(thread: number, row: number): void {
    this.#isInOrder = false
    while (this.#thread.length < row) this.#thread.push(this.firstThread)
    this.#thread.push(thread)
  }

  #labelOf(name: StringIndex, category: StringIndex): number {
    if (name === NO_NAME) return this.#labels.intern(name, category)
    const last = this.#lastLabel
    while (last.length <= name) last.push(NONE)
    const known = last.values[name]!
    if (known !== NONE && this.#labels.second.values[known] === category) return known
    const label = this.#labels.intern(name, category)
    last.values[name] = label
    return label
  }

  /** When the event that was added last was, and how long it lasted. */
  addTime(time: number, duration: number): void {
    this.time.push(time)
    if (time < this.#lastTime) this.#isInOrder = false
    this.#lastTime = time
    if (duration === 0) return
    while (this.#duration.length < this.time.length - 1) this.#duration.push(0)
    this.#duration.push(duration)
  }

  /** How many different pairs of name and category there are. */
  get labels(): number {
    return this.#labels.length
  }

  /** label → text of the name; {@link NO_NAME}. */
  get names(): Int32Builder {
    return this.#labels.first
  }

  /** label → 1 where a span has it, 0 where only ends do. */
  get isSpan(): Uint8Array {
    return this.#isSpan.values
  }

  /** label → text of the category; NONE. */
  get categories(): Int32Array {
    return this.#labels.second.values
  }

  durationOf(event: number): number {
    return event < this.#duration.length ? this.#duration.values[event]! : 0
  }

  /** Where an event is among all events of the file. */
  indexOf(event: number): number {
    return event < this.#index.length ? this.#index.values[event]! : event
  }

  get length(): number {
    return this.phase.length
  }

  /** After the last event: whether all are pairs of one thread, in order. */
  arePaired(): boolean {
    return this.#pairs.finish() && this.#isInOrder && this.length > 0
  }

  /**
   * The events of each thread, by time; events at one time stay in the order of the file. Which thread an event is of is
   * known by that from then on.
   */
  byThread(threads: number, allocator: Allocator): { readonly start: Int32Array; readonly order: Int32Array } {
    const start = allocator.int32(threads + 1)
    while (this.#thread.length < this.length) this.#thread.push(this.firstThread)
    const thread = this.#thread.values
    for (let event = 0; event < this.length; event++) start[thread[event]! + 1]!++
    for (let row = 0; row < threads; row++) start[row + 1]! += start[row]!
    const next = start.slice()
    const order = allocator.int32(this.length)
    for (let event = 0; event < this.length; event++) order[next[thread[event]!]!++] = event
    allocator.release(thread)
    this.#thread = new Int32Builder(allocator)
    for (let row = 0; row < threads; row++) sortByTime(order.subarray(start[row]!, start[row + 1]!), this.time.values)
    return { start, order }
  }
}

/** Sorts rows by their time, stably; most files need no sorting. */
export function sortByTime(rows: Int32Array, time: Float64Array): void {
  for (let at = 1; at < rows.length; at++) {
    if (time[rows[at]!]! < time[rows[at - 1]!]!) {
      rows.sort((a, b) => time[a]! - time[b]! || a - b)
      return
    }
  }
}

/** Where an event is in the file. */
export function placeOfEvent(events: SpanEvents, event: number, path: string): Place {
  return { path: `${path}[${events.indexOf(event)}]` }
}
