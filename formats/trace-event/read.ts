import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, lazy, number, object, oneOf, type Shape, skip } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { counted, FormatError, type Place } from '../../src/errors.js'
import type { DataNote, Profile, ProfileSet } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { cpuProfiles } from './cpu-profiles.js'
import { BEGIN, COMPLETE, END, emptyEvent, type TraceEvent } from './event.js'
import { EventItems } from './event-items.js'
import { eventShape } from './event-shape.js'
import { ProfileChunks } from './profile-chunks.js'
import { SpanEvents } from './span-events.js'
import { SpanLabels } from './span-labels.js'
import { spanProfiles } from './span-profiles.js'
import { Threads } from './threads.js'

const METADATA = 0x4d
/** Phases of spans that may overlap: asynchronous ones and flows, today's and the old ones. */
const ASYNC_PHASES = 'bneSTpFstf'

/**
 * Reads trace events: `[{ "ph": "X", "name": "work", "ts": 10, "dur": 5, "pid": 1, "tid": 1 }, …]`, bare or under
 * `traceEvents`. Each CPU profile of V8 in it becomes a profile, and the spans of each thread. README.md beside this
 * file has the surprises.
 */
export async function readTraceEvents(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const file = new TraceFile(context)
  const scanner: JsonScanner = new JsonScanner(
    file.shape(() => scanner.place()),
    context.allocator,
    // Tools that are killed leave the array open; an event that was cut is not taken.
    (message, place) => context.repair(message, place),
  )
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()
  return file.finish()
}

/** What of a file has come in. */
class TraceFile {
  readonly #context: ReadContext
  readonly #strings: StringInterner
  readonly #threads: Threads
  readonly #spans: SpanEvents
  readonly #chunks: ProfileChunks
  readonly #mostSpans: number
  #eventCount = 0
  #asyncCount = 0
  #sumCount = 0
  #beginningMicroseconds: number | null = null
  #path = 'traceEvents'
  #isVizTracer = false

  constructor(context: ReadContext) {
    const { allocator } = context
    this.#context = context
    this.#strings = new StringInterner(allocator)
    this.#threads = new Threads(this.#strings, allocator)
    this.#spans = new SpanEvents(allocator)
    this.#chunks = new ProfileChunks(this.#strings, allocator)
    this.#mostSpans = allocator.limits.samples
  }

  shape(place: () => Place): Shape {
    const current = emptyEvent()
    const finish = this.#finishEvent()
    const event = eventShape(this.#strings, this.#chunks, place, current, finish)
    const fast = new EventItems(this.#strings, current, finish, this.#context.allocator)
    const bare = array(event, {
      fast,
      begin: () => {
        this.#path = ''
      },
    })
    const wrapped = object<string>(
      {
        traceEvents: array(event, { fast }),
        beginningOfTime: number((value) => {
          this.#beginningMicroseconds = value
        }),
        viztracer_metadata: lazy(() => seen),
      },
      { required: ['traceEvents'] },
    )
    const seen = object<string>(
      {},
      {
        begin: () => {
          this.#isVizTracer = true
        },
        other: skip(),
      },
    )
    return oneOf(wrapped, bare)
  }

  finish(): ProfileSet {
    const cpu = cpuProfiles(this.#chunks, this.#threads, this.#context)
    const spans = spanProfiles(
      {
        events: this.#spans,
        labels: new SpanLabels(this.#spans, this.#strings, this.#context.allocator),
        strings: this.#strings,
        threads: this.#threads.length,
        // Beside samples of the same threads, spans measure the same time once more: another value keeps them apart.
        valueType: { name: cpu.profiles.length > 0 ? 'wall' : 'time', unit: 'microseconds' },
        path: this.#path,
        beginningMicroseconds: this.#beginningMicroseconds,
        producer: this.#isVizTracer ? 'VizTracer' : null,
      },
      this.#context,
    )
    const profiles: Profile[] = [...cpu.profiles]
    let { active } = cpu
    let most = 0
    for (const { thread, spans: count, profile } of spans) {
      if (cpu.profiles.length === 0 && count > most) {
        most = count
        active = profiles.length
      }
      const names = this.#threads.namesOf(thread)
      const name = cpu.profiles.length > 0 ? `${names.name} (spans)` : names.name
      profiles.push(profile({ ...names, name }, profiles.length === cpu.profiles.length ? this.#notes() : []))
    }
    if (profiles.length > 0) return { profiles, active }
    throw new FormatError(
      this.#asyncCount > 0
        ? `expected spans or CPU profiles, got only asynchronous events (${this.#asyncCount}), which have no stacks`
        : `expected spans or CPU profiles, got ${this.#eventCount} events without`,
      {},
      { hint: 'spans are events of the phases B, E and X; CPU profiles are Profile and ProfileChunk events' },
    )
  }

  #notes(): DataNote[] {
    const notes: DataNote[] = []
    const asyncCount = this.#asyncCount
    if (asyncCount > 0) {
      notes.push({
        code: 'async-left-out',
        message: `${counted(asyncCount, 'asynchronous or flow event has no stack and is', 'asynchronous and flow events have no stacks and are')} left out`,
        count: asyncCount,
      })
    }
    const sumCount = this.#sumCount
    if (sumCount > 0) {
      notes.push({
        code: 'sums-left-out',
        message: `${counted(sumCount, 'event is a sum', 'events are sums')} of other events, as clang writes them, and left out`,
        count: sumCount,
      })
    }
    return notes
  }

  #finishEvent(): (event: TraceEvent) => void {
    const strings = this.#strings
    const threadName = strings.internText('thread_name')
    const processName = strings.internText('process_name')
    const opening = strings.internText('Profile')
    const chunk = strings.internText('ProfileChunk')
    const whole = strings.internText('CpuProfile')
    return (event) => {
      const { phase, name, pid, tid, id, time } = event
      this.#eventCount++
      if (phase === BEGIN || phase === END || phase === COMPLETE) this.#addSpan(event)
      else if (phase === METADATA) {
        if (event.argsName === NONE) return
        if (name === threadName) this.#threads.nameThread(pid, tid, event.argsName)
        else if (name === processName) this.#threads.nameProcess(pid, event.argsName)
      } else if (name === opening) {
        this.#chunks.open(pid, id, this.#threads.intern(pid, tid), time, event.startTime)
      } else if (name === chunk) this.#chunks.add(pid, id, this.#threads.intern(pid, tid), time, event.endTime)
      else if (name === whole) {
        const thread = this.#threads.intern(pid, tid)
        this.#chunks.open(pid, id, thread, time, event.startTime)
        this.#chunks.add(pid, id, thread, time, event.endTime)
      } else if (phase > 0 && ASYNC_PHASES.includes(String.fromCharCode(phase))) this.#asyncCount++
    }
  }

  #addSpan(event: TraceEvent): void {
    const { phase, time } = event
    if (event.isSum) {
      this.#sumCount++
      return
    }
    if (!Number.isFinite(time)) {
      this.#context.fault('a span has no time', this.#place())
      return
    }
    let duration = 0
    if (phase === COMPLETE) {
      const given = Number.isNaN(event.duration) ? event.threadDuration : event.duration
      if (given > 0 && Number.isFinite(given)) duration = given
      else if (given !== 0) this.#context.repair('a complete event has no duration: it counts as 0', this.#place())
    }
    const spans = this.#spans
    if (spans.length >= this.#mostSpans) this.#context.allocator.check('samples', spans.length + 1, 'events of spans')
    const thread = this.#threads.intern(event.pid, event.tid)
    spans.add(phase, thread, event.name, event.category, this.#eventCount - 1)
    spans.addTime(time, duration)
  }

  /** Of the last event. */
  #place(): Place {
    return { path: `${this.#path}[${this.#eventCount - 1}]` }
  }
}
