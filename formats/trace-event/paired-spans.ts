import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { BEGIN, END, NO_NAME, type SpanEvents } from './span-events.js'
import type { SpanSamples } from './span-samples.js'

/**
 * Whether a thread has nothing but beginnings and ends that fit, each end that of the innermost span: then they say
 * themselves what is in what, and need not be matched. `rows` are its events in order.
 */
export function arePaired(rows: Int32Array, events: SpanEvents, allocator: Allocator): boolean {
  const { names } = events
  const phase = events.phase.values
  const label = events.label.values
  /** The labels of the open spans, outermost first. */
  const open = new Int32Builder(allocator)
  let fits = true
  for (let at = 0; at < rows.length && fits; at++) {
    const row = rows[at]!
    const kind = phase[row]
    if (kind === BEGIN) open.push(label[row]!)
    else if (kind === END && open.length > 0) {
      const own = label[row]!
      const innermost = open.values[--open.length]!
      fits = own === innermost || names[own] === NO_NAME || names[own] === names[innermost]
    } else fits = false
  }
  fits &&= open.length === 0
  allocator.release(open.values)
  return fits
}

/** Enters and leaves the spans of a thread that {@link arePaired}. */
export function followPairs(
  rows: Int32Array,
  events: SpanEvents,
  samples: SpanSamples,
  frameOf: (label: number) => number,
): void {
  const phase = events.phase.values
  const label = events.label.values
  const time = events.time.values
  for (const row of rows) {
    if (phase[row] === BEGIN) samples.enter(frameOf(label[row]!), time[row]!)
    else samples.leave(time[row]!)
  }
}
