import { Int32Builder } from '../../src/bytes/columns.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, Profile, Source, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import type { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
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
  const { start, order } = events.byThread(file.threads, allocator)
  const repair: ReportRepair = (message, event) => context.repair(message, placeOfEvent(events, event, file.path))
  const matcher = new SpanMatcher(events, file.strings.length, allocator, repair)
  const frames: LabelFrames = {
    thread: allocator.int32(events.labels).fill(NONE),
    frame: allocator.int32(events.labels),
  }
  const profiles: SpanProfile[] = []
  for (let thread = 0; thread < file.threads; thread++) {
    if (start[thread] === start[thread + 1]) continue
    const spans = matcher.match(order.subarray(start[thread]!, start[thread + 1]!))
    if (spans.length === 0) continue
    const parts = nested(file, thread, spans, frames, context, repair)
    profiles.push({
      thread,
      spans: spans.length,
      profile: (names, notes) => makeProfile({ ...names, ...parts, source: { ...parts.source, notes } }),
    })
  }
  return profiles
}

function nested(
  file: SpanFile,
  thread: number,
  spans: Spans,
  frames: LabelFrames,
  context: ReadContext,
  repair: ReportRepair,
) {
  const { allocator } = context
  const { start, end, event, around } = spans
  const { labels, strings, events, valueType } = file
  const builder = new StackBuilder(
    allocator,
    { valueTypes: [valueType], timeUnit: 'microseconds', spans: true, weightsOnly: context.need === 'weights' },
    new FunctionTableBuilder(allocator, strings),
  )
  const begin = start[0]!
  const samples = new SpanSamples(builder, begin, allocator)
  /** Spans that are open, outermost first. */
  const open = new Int32Builder(allocator)
  const order = orderOfEntry(spans, allocator)
  let last = begin
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
    if (end[span]! > last) last = end[span]!
    const label = events.label.values[event[span]!]!
    if (frames.thread[label] !== thread) {
      frames.thread[label] = thread
      const func = builder.functions.intern(labels.name[label]!, labels.file[label]!, labels.line[label]!)
      frames.frame[label] = builder.frame(func)
    }
    samples.enter(frames.frame[label]!, at)
    open.push(span)
  }
  while (open.length > 0) samples.leave(end[open.values[--open.length]!]!)
  for (const column of [start, end, event, around, order, open.values]) allocator.release(column)
  return {
    ...builder.finish(last - begin),
    strings,
    valueTypes: [valueType],
    source: sourceOf(file, begin),
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
    recordedAt: BigInt(Math.round(moment * 1000)),
    clock: moment > EPOCH_MICROSECONDS ? 'epoch' : 'monotonic',
    method: 'deterministic',
  }
}
