import { FormatError } from '../../src/errors.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { NodeFold } from './node-fold.js'
import { Recording } from './recording.js'

/** When which node was seen. */
export interface SampleMoments {
  readonly length: number
  /** sample → node; empty when the samples are folded. */
  readonly node: Int32Array
  /** sample → microseconds since the start; null when they are folded, and for a file that has tick counts and no samples. */
  readonly times: Float64Array | null
  /** The samples summed up; null when they are wanted as they are. */
  readonly fold: NodeFold | null
  /** From the start to the end of the recording, in microseconds. */
  readonly duration: number
  /** As the file gives them, in microseconds. */
  readonly startTime: number
  readonly endTime: number
  /** Microseconds before the first sample. */
  readonly lead: number
  /** Samples before which the clock steps back. */
  readonly backwards: number
}

const SECOND = 1e6

/** Node's own serializer cuts its clocks to 32 bits, which wrap every 71.6 minutes. */
const CLOCK_WRAP = 2 ** 32

const NO_ROWS = { node: new Int32Array(0), times: null }

/** The samples of a recording on one clock: t(i) = startTime + Σ timeDeltas[0..i]. */
export function momentsOf(recording: Recording, context: ReadContext): SampleMoments {
  // The old form has its start and end in seconds and the moments of its samples in microseconds.
  const scale = recording.isNested && recording.timestamps !== null ? SECOND : 1
  const startTime = (recording.startTime ?? 0) * scale
  const interval = clockOf(recording, startTime, scale, context)
  const known = interval.duration ?? 0
  const clock = (duration: number) => ({ startTime, endTime: interval.endTime ?? startTime + duration, duration })
  if (recording.samples === null) {
    if (!recording.nodes.hits.isGiven) {
      throw new FormatError('the profile has neither samples nor hit counts', {}, { hint: 'there is nothing to weigh' })
    }
    context.repair('the profile has no samples; hit counts share its time', {})
    const times = { endTime: interval.endTime ?? startTime, startTime, duration: known }
    return { ...NO_ROWS, ...times, length: 0, fold: null, lead: 0, backwards: 0 }
  }
  if (recording.fold !== null) {
    checkLengths(recording, context)
    return foldedMoments(recording.fold, known, clock)
  }
  const times = timesOf(recording, startTime, interval.duration, context)
  if (Recording.isFolded(context)) {
    const rowOf = recording.nodes.rowsById()
    const fold = recording.newFold(context)
    let latest = 0
    for (let sample = 0; sample < times.length; sample++) {
      latest = Math.max(latest, times[sample]!)
      const row = knownRow(recording, rowOf, sample, context)
      if (row !== NONE) fold.add(row, times[sample]!)
    }
    return foldedMoments(fold, Math.max(known, latest), clock)
  }
  return recordedMoments(recording, times, known, clock, context)
}

type Clock = (duration: number) => Pick<SampleMoments, 'startTime' | 'endTime' | 'duration'>

function foldedMoments(fold: NodeFold, known: number, clock: Clock): SampleMoments {
  const duration = Math.max(known, fold.latest)
  fold.end(duration)
  const { length, lead, backwards } = fold
  return { ...NO_ROWS, ...clock(duration), length, fold, lead, backwards }
}

function recordedMoments(
  recording: Recording,
  times: Float64Array<ArrayBuffer>,
  known: number,
  clock: Clock,
  context: ReadContext,
): SampleMoments {
  const rowOf = recording.nodes.rowsById()
  const length = times.length
  // In place, id by id: a sample that is kept never moves towards the end.
  const node = recording.samples!.values
  let kept = 0
  let backwards = 0
  let latest = 0
  for (let sample = 0; sample < length; sample++) {
    const time = times[sample]!
    if (time < latest) backwards++
    else latest = time
    const row = knownRow(recording, rowOf, sample, context)
    if (row === NONE) continue
    node[kept] = row
    times[kept++] = time
  }
  return {
    length: kept,
    node: node.subarray(0, kept),
    times: times.subarray(0, kept),
    fold: null,
    ...clock(Math.max(known, latest)),
    lead: kept === 0 ? 0 : times[0]!,
    backwards,
  }
}

/** The node of a sample; {@link NONE} after telling that there is none. */
function knownRow({ samples }: Recording, rowOf: (id: number) => number, sample: number, context: ReadContext): number {
  const row = rowOf(samples!.values[sample]!)
  if (row === NONE) context.fault('a sample of a node that does not exist', { path: `samples[${sample}]` })
  return row
}
/** The end of the recording and its length; null where the file does not say. */
function clockOf(
  recording: Recording,
  startTime: number,
  scale: number,
  context: ReadContext,
): { readonly endTime: number | null; readonly duration: number | null } {
  if (recording.endTime === null || recording.startTime === null) {
    context.repair('the profile has no start or end; it lasts until its last sample', {})
    return { endTime: null, duration: null }
  }
  const endTime = recording.endTime * scale
  if (endTime >= startTime) return { endTime, duration: endTime - startTime }
  if (startTime < CLOCK_WRAP && startTime >= 0 && endTime >= 0) {
    context.repair('the end is before the start: a 32-bit clock ran over', { path: 'endTime' })
    return { endTime, duration: endTime + CLOCK_WRAP - startTime }
  }
  context.repair('the end is before the start; the profile lasts until its last sample', { path: 'endTime' })
  return { endTime, duration: null }
}

/** sample → microseconds since the start; the column of the file is used up. */
function timesOf(
  recording: Recording,
  startTime: number,
  duration: number | null,
  context: ReadContext,
): Float64Array<ArrayBuffer> {
  const samples = recording.samples!
  const column = recording.deltas ?? recording.timestamps
  if (column === null) {
    context.repair('the profile has no times of samples; they are spread evenly', {})
    const times = context.allocator.float64(samples.length)
    const step = (duration ?? 0) / Math.max(1, samples.length)
    for (let sample = 0; sample < times.length; sample++) times[sample] = step * sample
    return times
  }
  checkLengths(recording, context)
  const times = column.values.subarray(0, Math.min(column.length, samples.length))
  let time = 0
  for (let sample = 0; sample < times.length; sample++) {
    time = recording.deltas === null ? times[sample]! - startTime : time + times[sample]!
    times[sample] = time
  }
  return times
}

function checkLengths({ samples, deltas, fold, deltaCount, timestamps }: Recording, context: ReadContext): void {
  const times = fold === null ? (deltas ?? timestamps)!.length : deltaCount
  if (times === samples!.length) return
  context.repair(`there are ${samples!.length} samples and ${times} times; the rest is left out`, {})
}
