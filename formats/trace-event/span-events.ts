import { ByteBuilder, Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { END, NO_NAME } from './event.js'
import { PairCheck } from './paired-spans.js'

const FIRST_CAPACITY = 64

/** The B, E and X events of all threads as columns, in the order of the file. */
export class SpanEvents {
  /** event → BEGIN, END or COMPLETE. */
  phase: Uint8Array<ArrayBuffer>
  /** The thread of the first event; NONE. */
  firstThread = NONE
  /** event → its thread; empty as long as that is the first one's. */
  #thread: Int32Builder
  /** event → its pair of name and category. */
  label: Int32Array<ArrayBuffer>
  /** event → microseconds. */
  time: Float64Array<ArrayBuffer>
  /** How many there are; the columns above are longer. */
  length = 0
  readonly #allocator: Allocator
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
    this.#allocator = allocator
    this.phase = allocator.bytes(FIRST_CAPACITY)
    this.label = allocator.int32(FIRST_CAPACITY)
    this.time = allocator.float64(FIRST_CAPACITY)
    this.#thread = new Int32Builder(allocator)
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
    const label = this.#labelOf(name, category)
    if (row === this.phase.length) this.#grow()
    this.phase[row] = phase
    this.label[row] = label
    this.length = row + 1
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
    const last = this.#lastLabel
    const known = name !== NO_NAME && name < last.length ? last.values[name]! : NONE
    return known !== NONE && this.#labels.second.values[known] === category ? known : this.#findLabel(name, category)
  }

  #findLabel(name: StringIndex, category: StringIndex): number {
    const label = this.#labels.intern(name, category)
    if (label === this.#isSpan.length) this.#isSpan.push(0)
    if (name !== NO_NAME) {
      const last = this.#lastLabel
      while (last.length <= name) last.push(NONE)
      last.values[name] = label
    }
    return label
  }

  /** When the event that was added last was, and how long it lasted. */
  addTime(time: number, duration: number): void {
    const row = this.length - 1
    this.time[row] = time
    if (time < this.#lastTime) this.#isInOrder = false
    this.#lastTime = time
    if (duration === 0) return
    while (this.#duration.length < row) this.#duration.push(0)
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
    for (let row = 0; row < threads; row++) sortByTime(order.subarray(start[row]!, start[row + 1]!), this.time)
    return { start, order }
  }

  /** One check and one step for all columns, because this is done a million times. */
  #grow(): void {
    const allocator = this.#allocator
    const { phase, label, time } = this
    const capacity = phase.length * 2
    this.phase = allocator.bytes(capacity)
    this.label = allocator.int32(capacity)
    this.time = allocator.float64(capacity)
    this.phase.set(phase)
    this.label.set(label)
    this.time.set(time)
    for (const column of [phase, label, time]) allocator.release(column)
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
