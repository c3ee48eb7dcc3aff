import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, Profile, Source, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import type { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { momentOf } from '../../src/units.js'
import type { ReadContext } from '../codec.js'
import { arePaired, followPairs } from './paired-spans.js'
import { placeOfEvent, type SpanEvents } from './span-events.js'
import type { SpanLabels } from './span-labels.js'
import { SpanSamples } from './span-samples.js'
import { orderOfEntry, type ReportRepair, SpanMatcher, type Spans } from './spans.js'

/** Microseconds since 1970 are past this since 2001; other clocks start with the machine. */
const EPOCH_MICROSECONDS = 1e15

/** What the spans of a file have in common. */
export interface SpanFile {
  readonly events: SpanEvents
  readonly labels: SpanLabels
  readonly strings: StringInterner
  readonly threads: number
  readonly valueType: ValueType
  /** Where the events are in the file: `traceEvents`. */
  readonly path: string
  /** Microseconds since 1970 that times count from (clang); null where the file does not say. */
  readonly beginningMicroseconds: number | null
  readonly producer: string | null
}

/** label → the thread that had it last, and its frame there. One table for all threads: there may be many of both. */
interface LabelFrames {
  readonly thread: Int32Array
  readonly frame: Int32Array
}

/** A thread's spans as a profile. */
export interface SpanProfile {
  readonly thread: number
  readonly spans: number
  profile(names: Pick<Profile, 'name' | 'process' | 'thread'>, notes: readonly DataNote[]): Profile
}

/** The spans of each thread that has some. */
export function spanProfiles(file: SpanFile, context: ReadContext): SpanProfile[] {
  const { allocator } = context
  const { events } = file
  const repair: ReportRepair = (message, event) => context.repair(message, placeOfEvent(events, event, file.path))
  const frames: LabelFrames = {
    thread: allocator.int32(events.labels).fill(NONE),
    frame: allocator.int32(events.labels),
  }
  const profiles: SpanProfile[] = []
  const add = (thread: number, begin: number, follow: (nesting: Nesting) => number): void => {
    const nesting = new Nesting(file, thread, begin, frames, context)
    const spans = follow(nesting)
    const parts = nesting.finish()
    profiles.push({
      thread,
      spans,
      profile: (names, notes) => makeProfile({ ...names, ...parts, source: { ...parts.source, notes } }),
    })
  }
  if (events.arePaired()) {
    add(events.firstThread, events.time[0]!, (nesting) => nesting.follow(null))
    return profiles
  }
  const matcher = new SpanMatcher(events, file.strings.length, allocator, repair)
  const { start, order } = events.byThread(file.threads, allocator)
  for (let thread = 0; thread < file.threads; thread++) {
    if (start[thread] === start[thread + 1]) continue
    const rows = order.subarray(start[thread]!, start[thread + 1]!)
    const spans = arePaired(rows, events, allocator) ? null : matcher.match(rows)
    if (spans?.length === 0) continue
    if (spans === null) add(thread, events.time[rows[0]!]!, (nesting) => nesting.follow(rows))
    else add(thread, spans.start[0]!, (nesting) => nesting.enterAndLeave(spans, repair))
  }
  return profiles
}

/** The stacks that the spans of one thread are, and their samples. */
class Nesting {
  readonly #file: SpanFile
  readonly #thread: number
  readonly #frames: LabelFrames
  readonly #allocator: Allocator
  readonly #builder: StackBuilder
  readonly #samples: SpanSamples
  readonly #begin: number
  #last: number

  /** `begin`: when the first span begins. */
  constructor(file: SpanFile, thread: number, begin: number, frames: LabelFrames, { allocator, need }: ReadContext) {
    const weightsOnly = need === 'weights'
    this.#file = file
    this.#thread = thread
    this.#frames = frames
    this.#allocator = allocator
    this.#builder = new StackBuilder(
      allocator,
      { valueTypes: [file.valueType], timeUnit: 'microseconds', spans: true, weightsOnly },
      new FunctionTableBuilder(allocator, file.strings),
    )
    this.#begin = begin
    this.#last = begin
    this.#samples = new SpanSamples(this.#builder, begin, weightsOnly, allocator)
  }

  /** Takes events that are pairs, all there are where `rows` is null; returns how many spans they are. */
  follow(rows: Int32Array | null): number {
    const { events } = this.#file
    followPairs(rows, events, this.#samples, (label) => this.#frameOf(label))
    const count = rows === null ? events.length : rows.length
    this.#last = events.time[rows === null ? count - 1 : rows[count - 1]!]!
    return count / 2
  }

  /** Takes spans that may lie across each other, and lets go of their columns; returns how many they are. */
  enterAndLeave(spans: Spans, repair: ReportRepair): number {
    const { start, end, event, around } = spans
    const { label } = this.#file.events
    const samples = this.#samples
    const allocator = this.#allocator
    /** Spans that are open, outermost first. */
    const open = new Int32Builder(allocator)
    const order = orderOfEntry(spans, allocator)
    for (const span of order) {
      const at = start[span]!
      while (open.length > 0) {
        const top = open.values[open.length - 1]!
        if (end[top]! > at || top === around[span]) break
        samples.leave(end[top]!)
        open.length--
      }
      if (open.length > 0) {
        const limit = end[open.values[open.length - 1]!]!
        if (end[span]! - limit > roundingOf(limit)) {
          repair('a span goes on after the one around it: it ends with it', event[span]!)
        }
        if (end[span]! > limit) end[span] = limit
      }
      if (end[span]! > this.#last) this.#last = end[span]!
      samples.enter(this.#frameOf(label[event[span]!]!), at)
      open.push(span)
    }
    while (open.length > 0) samples.leave(end[open.values[--open.length]!]!)
    for (const column of [start, end, event, around, order, open.values]) allocator.release(column)
    return spans.length
  }

  finish() {
    const { strings, valueType } = this.#file
    const parts = this.#builder.finish(this.#last - this.#begin)
    return {
      ...parts,
      samples: this.#samples.finish(parts.samples),
      strings,
      valueTypes: [valueType],
      source: sourceOf(this.#file, this.#begin),
    }
  }

  #frameOf(label: number): number {
    const { labels } = this.#file
    const { thread, frame } = this.#frames
    if (thread[label] !== this.#thread) {
      thread[label] = this.#thread
      const func = this.#builder.functions.intern(labels.name[label]!, labels.file[label]!, labels.line[label]!)
      frame[label] = this.#builder.frame(func)
    }
    return frame[label]!
  }
}

/** What sums of a beginning and a duration are off by: four units in the last place. */
function roundingOf(time: number): number {
  return Math.abs(time) * 2 ** -50
}

function sourceOf(file: SpanFile, begin: number): Partial<Source> {
  const moment = (file.beginningMicroseconds ?? 0) + begin
  return {
    format: 'trace-event',
    producer: file.producer,
    recordedAt: momentOf(moment),
    clock: moment > EPOCH_MICROSECONDS ? 'epoch' : 'monotonic',
    method: 'deterministic',
  }
}
