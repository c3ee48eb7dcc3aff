import type { StringIndex } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'

/** Phases of the events that make spans, as the file has them: the letters' codes. */
export const BEGIN = 0x42
export const END = 0x45
export const COMPLETE = 0x58

/** An end without a name ends whatever is open innermost. */
export const NO_NAME = NONE

/** One event of the file; the object is the same for all of them. */
export interface TraceEvent {
  /** The letter's code, 0 for none. */
  phase: number
  /** Texts; NONE where the event has none. */
  name: StringIndex
  category: StringIndex
  pid: StringIndex
  tid: StringIndex
  id: StringIndex
  /** Microseconds; NaN where the event has none. */
  time: number
  duration: number
  threadDuration: number
  /** `args.name`, which names threads and processes. */
  argsName: StringIndex
  /** `args["avg ms"]` is there: the event is one of clang's sums, no span. */
  isSum: boolean
  /** `args.data.startTime` and `endTime`, microseconds on V8's clock; NaN. */
  startTime: number
  endTime: number
}

export function emptyEvent(): TraceEvent {
  const event: TraceEvent = {
    phase: 0,
    name: NONE,
    category: NONE,
    pid: NONE,
    tid: NONE,
    id: NONE,
    // Doubles from the start, so that the fields are made for them.
    time: Number.NaN,
    duration: Number.NaN,
    threadDuration: Number.NaN,
    argsName: NONE,
    isSum: false,
    startTime: Number.NaN,
    endTime: Number.NaN,
  }
  return event
}

export function clearEvent(event: TraceEvent): void {
  event.phase = 0
  event.name = event.category = event.pid = event.tid = event.id = event.argsName = NONE
  event.time = event.duration = event.threadDuration = event.startTime = event.endTime = Number.NaN
  event.isSum = false
}
