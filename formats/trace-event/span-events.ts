import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'

/** Phases of the events that make spans, as the file has them: the letters' codes. */
export const BEGIN = 0x42
export const END = 0x45
export const COMPLETE = 0x58

/** An end without a name ends whatever is open innermost. */
export const NO_NAME = NONE

/** The B, E and X events of all threads as columns, in the order of the file. */
export class SpanEvents {
  /** event → BEGIN, END or COMPLETE. */
  readonly phase: Int32Builder
  readonly thread: Int32Builder
  /** event → text of its name; {@link NO_NAME}. */
  readonly name: Int32Builder
  /** event → text of its category; NONE. */
  readonly category: Int32Builder
  /** event → microseconds. */
  readonly time: Float64Builder
  /** event → microseconds that a complete event lasts, 0 for others. */
  readonly duration: Float64Builder
  /** event → its index among all events of the file. */
  readonly index: Int32Builder

  constructor(allocator: Allocator) {
    this.phase = new Int32Builder(allocator)
    this.thread = new Int32Builder(allocator)
    this.name = new Int32Builder(allocator)
    this.category = new Int32Builder(allocator)
    this.time = new Float64Builder(allocator)
    this.duration = new Float64Builder(allocator)
    this.index = new Int32Builder(allocator)
  }

  get length(): number {
    return this.phase.length
  }

  /** The events of each thread, by time; events at one time stay in the order of the file. */
  byThread(threads: number, allocator: Allocator): { readonly start: Int32Array; readonly order: Int32Array } {
    const start = allocator.int32(threads + 1)
    const thread = this.thread.values
    for (let event = 0; event < this.length; event++) start[thread[event]! + 1]!++
    for (let row = 0; row < threads; row++) start[row + 1]! += start[row]!
    const next = start.slice()
    const order = allocator.int32(this.length)
    for (let event = 0; event < this.length; event++) order[next[thread[event]!]!++] = event
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
  return { path: `${path}[${events.index.values[event]}]` }
}
