import { FormatError } from '../../src/errors.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { NodeTree } from './node-columns.js'
import { hasHits } from './node-shape.js'
import type { Recording } from './recording.js'

/** When which node was seen. */
export interface SampleMoments {
  readonly length: number
  /** sample → node. */
  readonly node: Int32Array
  /** sample → microseconds since the start; null for a file that has tick counts and no samples. */
  readonly times: Float64Array | null
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

/** The samples of a recording on one clock: t(i) = startTime + Σ timeDeltas[0..i]. */
export function momentsOf(recording: Recording, tree: NodeTree, context: ReadContext): SampleMoments {
  // The old form has its start and end in seconds and the moments of its samples in microseconds.
  const scale = recording.isNested && recording.timestamps !== null ? SECOND : 1
  const startTime = (recording.startTime ?? 0) * scale
  const { samples } = recording
  const interval = clockOf(recording, startTime, scale, context)
  if (samples === null) {
    if (!hasHits(recording.nodes)) {
      throw new FormatError('the profile has neither samples nor hit counts', {}, { hint: 'there is nothing to weigh' })
    }
    context.repair('the profile has no samples; hit counts share its time', {})
    const base = { length: 0, node: new Int32Array(0), times: null, lead: 0, backwards: 0 }
    return { ...base, startTime, endTime: interval.endTime ?? startTime, duration: interval.duration ?? 0 }
  }
  const times = timesOf(recording, startTime, interval.duration, context)
  const length = times.length
  const node = context.allocator.int32(length)
  let kept = 0
  let backwards = 0
  let latest = 0
  for (let sample = 0; sample < length; sample++) {
    const time = times[sample]!
    if (time < latest) backwards++
    else latest = time
    const row = tree.rowOf(samples.values[sample]!)
    if (row === NONE) {
      context.fault('a sample of a node that does not exist', { path: `samples[${sample}]` })
      continue
    }
    node[kept] = row
    times[kept++] = time
  }
  const duration = Math.max(interval.duration ?? 0, latest)
  return {
    length: kept,
    node: node.subarray(0, kept),
    times: times.subarray(0, kept),
    duration,
    startTime,
    endTime: interval.endTime ?? startTime + duration,
    lead: kept === 0 ? 0 : times[0]!,
    backwards,
  }
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

/** sample → microseconds since the start. */
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
  if (column.length !== samples.length) {
    context.repair(`there are ${samples.length} samples and ${column.length} times; the rest is left out`, {})
  }
  const times = context.allocator.float64(Math.min(column.length, samples.length))
  let time = 0
  for (let sample = 0; sample < times.length; sample++) {
    time = recording.deltas === null ? column.values[sample]! - startTime : time + column.values[sample]!
    times[sample] = time
  }
  return times
}
