import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'
import { BEGIN, END, NO_NAME } from './event.js'
import type { SpanEvents } from './span-events.js'

/** Beginnings at the time of an end that are looked through for the one that it ends; see {@link SpanMatcher}. */
const MOST_TIED = 16

/** The spans of one thread, each with its beginning and end. */
export interface Spans {
  readonly length: number
  /** span → the event that began it. */
  readonly event: Int32Array
  /** span → microseconds. */
  readonly start: Float64Array
  readonly end: Float64Array
  /** span → the span of a pair of B and E that it began in by the order of the file; NONE. */
  readonly around: Int32Array
}

/** Reports what was mended; `event` is a row of the events. */
export type ReportRepair = (message: string, event: number) => void

/**
 * Pairs beginnings with ends and adds complete events. An end without a name closes the innermost span; one whose name
 * is further out closes what is in between; one that fits nothing is left out; what stays open ends with its thread.
 */
export class SpanMatcher {
  readonly #events: SpanEvents
  readonly #allocator: Allocator
  readonly #repair: ReportRepair
  /** text → open spans of that name, so that an end that fits nothing is not searched for. */
  readonly #openOfName: Int32Array

  constructor(events: SpanEvents, names: number, allocator: Allocator, repair: ReportRepair) {
    this.#events = events
    this.#allocator = allocator
    this.#repair = repair
    this.#openOfName = allocator.int32(names)
  }

  /** The spans of a thread, whose events `rows` are in order. */
  match(rows: Int32Array): Spans {
    const { phase, time, label } = this.#events
    const names = this.#events.names.values
    const event = new Int32Builder(this.#allocator, Math.max(1, rows.length))
    const start = new Float64Builder(this.#allocator, Math.max(1, rows.length))
    const end = new Float64Builder(this.#allocator, Math.max(1, rows.length))
    const around = new Int32Builder(this.#allocator, Math.max(1, rows.length))
    const open = new Int32Builder(this.#allocator)
    let last = Number.NEGATIVE_INFINITY
    const close = (span: number, at: number): void => {
      end.values[span] = at
      const spanName = names[label[event.values[span]!]!]!
      if (spanName !== NO_NAME) this.#openOfName[spanName]!--
    }
    for (const row of rows) {
      const at = time[row]!
      const kind = phase[row]!
      const until = at + this.#events.durationOf(row)
      if (until > last) last = until
      if (kind === END) {
        this.#end(row, at, open, { event, start, around }, close)
        continue
      }
      const span = event.length
      event.push(row)
      start.push(at)
      end.push(until)
      around.push(open.length === 0 ? NONE : open.values[open.length - 1]!)
      if (kind !== BEGIN) continue
      open.push(span)
      const spanName = names[label[row]!]!
      if (spanName !== NO_NAME) this.#openOfName[spanName]!++
    }
    while (open.length > 0) {
      const span = open.values[--open.length]!
      close(span, last)
      this.#repair('a span never ends: it ends with the last event of its thread', event.values[span]!)
    }
    this.#allocator.release(open.values)
    return {
      length: event.length,
      event: event.finish(),
      start: start.finish(),
      end: end.finish(),
      around: around.finish(),
    }
  }

  #end(
    row: number,
    at: number,
    open: Int32Builder,
    spans: { readonly event: Int32Builder; readonly start: Float64Builder; readonly around: Int32Builder },
    close: (span: number, at: number) => void,
  ): void {
    const names = this.#events.names.values
    const label = this.#events.label
    const event = spans.event.values
    const wanted = names[label[row]!]!
    if (open.length === 0 || (wanted !== NO_NAME && this.#openOfName[wanted] === 0)) {
      this.#repair('an end without a beginning is left out', row)
      return
    }
    let depth = open.length - 1
    if (wanted !== NO_NAME) while (names[label[event[open.values[depth]!]!]!] !== wanted) depth--
    const between = open.length - 1 - depth
    if (between > 0 && between <= MOST_TIED && spans.start.values[open.values[depth + 1]!] === at) {
      // The spans in between began at this very moment: the end belongs before them.
      const ended = open.values[depth]!
      close(ended, at)
      spans.around.values[open.values[depth + 1]!] = spans.around.values[ended]!
      open.values.copyWithin(depth, depth + 1, open.length)
      open.length--
      return
    }
    if (between > 0) this.#repair('a span ends while spans in it are open: they end with it', row)
    while (open.length > depth) close(open.values[--open.length]!, at)
  }
}

/** The spans in the order in which they are entered: by beginning, of equal ones the longer first. */
export function orderOfEntry(spans: Spans, allocator: Allocator): Int32Array {
  const { start, end, length } = spans
  const order = allocator.int32(length)
  for (let span = 0; span < length; span++) order[span] = span
  // Spans come in the order of their beginnings already; only those of one moment need a look at their ends.
  for (let from = 0; from < length; ) {
    let to = from + 1
    while (to < length && start[to] === start[from]) to++
    let isInOrder = true
    for (let span = from + 1; span < to; span++) isInOrder &&= end[span]! <= end[span - 1]!
    if (!isInOrder) order.subarray(from, to).sort((a, b) => end[b]! - end[a]! || a - b)
    from = to
  }
  return order
}
