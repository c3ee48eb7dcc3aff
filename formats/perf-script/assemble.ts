import type { Allocator } from '../../src/limits.js'
import { makeProfile } from '../../src/model/make-profile.js'
import { NumberBuilder } from '../../src/model/numbers.js'
import type { Profile, ProfileSet, ValueType } from '../../src/model/profile.js'
import type { StringTable } from '../../src/model/strings.js'
import type { SampleTable } from '../../src/model/tables.js'
import type { Unit } from '../../src/units.js'
import type { ReadContext } from '../codec.js'
import type { FileHead } from './file-head.js'
import type { StackFrames } from './stack-frames.js'
import type { Thread } from './threads.js'

/** What was read of a file. */
export interface Script {
  readonly head: FileHead
  readonly frames: StackFrames
  readonly threads: { readonly all: readonly Thread[] }
  readonly events: StringTable
}

/** Events whose periods are nanoseconds: the kernel's clocks. */
const CLOCKS = /^(cpu-clock|task-clock)(:|$)/
/** Events that a viewer would look at first. */
const TIME_LIKE = /^(cpu-clock|task-clock|cpu-cycles|cycles|cpu_\w+\/(cpu-)?cycles\/)(:|\/|$)/

/** A value of the profiles: what the samples of one event weigh, or their number (`event` null). */
interface Value {
  readonly type: ValueType
  readonly event: number | null
}

/** One profile a thread; all of them share functions and frames, and count time from the first sample of the file. */
export function assemble(script: Script, { allocator }: ReadContext): ProfileSet {
  const { head, frames, threads, events } = script
  const values = valuesOf(threads.all, events)
  const span = spanOf(threads.all)
  const shared = frames.builder.finish()
  const valueTypes = values.map(({ type }) => type)
  const profiles = threads.all.map(
    (thread): Profile =>
      makeProfile({
        name: thread.command,
        process: thread.process === null ? null : String(thread.process),
        thread: thread.thread === null ? null : String(thread.thread),
        source: {
          format: 'perf-script',
          producer: head.producer,
          command: head.command,
          language: 'native',
          recordedAt: span === null ? null : BigInt(span.seconds) * 1_000_000_000n + BigInt(span.nanoseconds),
          clock: span === null ? null : 'monotonic',
          method: 'sampled',
          intervalNs: head.frequency === null ? null : 1e9 / head.frequency,
          details: new Map(head.hostname === null ? [] : [['perf-script.hostname', head.hostname]]),
        },
        valueTypes,
        defaultValue: Math.max(
          0,
          valueTypes.findIndex(({ name }) => TIME_LIKE.test(name)),
        ),
        strings: frames.builder.functions.strings,
        functions: shared.functions,
        frames: shared.frames,
        stacks: {
          length: thread.stacks.length,
          parent: thread.stacks.first.finish(),
          frame: thread.stacks.second.finish(),
          calls: null,
          hits: null,
          deoptReason: null,
          positionTicks: null,
        },
        samples: samplesOf(thread, values, span, allocator),
      }),
  )
  return { profiles, active: busiest(threads.all) }
}

/** One value an event, in what it counts, then the number of samples. An event without periods only has the number. */
function valuesOf(threads: readonly Thread[], events: StringTable): Value[] {
  const hasPeriods = new Uint8Array(events.length)
  for (const { event, period, sampleStack } of threads) {
    for (let sample = 0; sample < sampleStack.length; sample++) {
      const index = event.values[sample]!
      if (index >= 0 && !Number.isNaN(period.at(sample))) hasPeriods[index] = 1
    }
  }
  const values: Value[] = []
  for (let event = 0; event < events.length; event++) {
    if (events.length === 1 && hasPeriods[event] === 0) continue
    const name = events.text(event)
    const unit: Unit = hasPeriods[event] === 1 && CLOCKS.test(name) ? 'nanoseconds' : 'count'
    values.push({ type: { name, unit }, event })
  }
  return [...values, { type: { name: 'samples', unit: 'count' }, event: null }]
}

interface Span {
  /** The first moment. */
  readonly seconds: number
  readonly nanoseconds: number
  /** From the first moment to the last, in nanoseconds. */
  readonly duration: number
}

/** From the first sample to the last; null for a file without times. */
function spanOf(threads: readonly Thread[]): Span | null {
  let first: readonly [number, number] | null = null
  for (const { seconds, nanoseconds } of threads) {
    for (let sample = 0; sample < seconds.length; sample++) {
      const s = seconds.values[sample]!
      const ns = nanoseconds.values[sample]!
      if (Number.isNaN(s)) continue
      if (first === null || s < first[0] || (s === first[0] && ns < first[1])) first = [s, ns]
    }
  }
  if (first === null) return null
  let duration = 0
  for (const { seconds, nanoseconds } of threads) {
    for (let sample = 0; sample < seconds.length; sample++) {
      const since = (seconds.values[sample]! - first[0]) * 1e9 + (nanoseconds.values[sample]! - first[1])
      if (since > duration) duration = since
    }
  }
  return { seconds: first[0], nanoseconds: first[1], duration }
}

function samplesOf(thread: Thread, values: readonly Value[], span: Span | null, allocator: Allocator): SampleTable {
  const { length } = thread.sampleStack
  let time: Float64Array<ArrayBuffer> | null = null
  if (span !== null) {
    time = allocator.float64(length)
    for (let sample = 0; sample < length; sample++) {
      const seconds = thread.seconds.values[sample]! - span.seconds
      time[sample] = seconds * 1e9 + (thread.nanoseconds.values[sample]! - span.nanoseconds)
    }
  }
  return {
    length,
    stack: thread.sampleStack.finish(),
    values: values.map(({ event }) => {
      const column = new NumberBuilder(allocator)
      for (let sample = 0; sample < length; sample++) {
        if (event === null) column.push(1)
        else if (thread.event.values[sample] !== event) column.push(0)
        else {
          const period = thread.period.at(sample)
          column.push(Number.isNaN(period) ? 1 : period)
        }
      }
      return column.finish()
    }),
    time,
    timeUnit: time === null ? 'none' : 'nanoseconds',
    duration: span?.duration ?? null,
    labels: null,
    continued: null,
  }
}

/** The thread with the most samples. */
function busiest(threads: readonly Thread[]): number {
  let best = 0
  for (let index = 1; index < threads.length; index++) {
    if (threads[index]!.sampleStack.length > threads[best]!.sampleStack.length) best = index
  }
  return best
}
