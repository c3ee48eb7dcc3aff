import { FormatError } from '../../src/errors.js'
import { GraphBuilder } from '../../src/model/graph-builder.js'
import { makeProfile, type ProfileParts } from '../../src/model/make-profile.js'
import type { NumberBuilder } from '../../src/model/numbers.js'
import type { Profile, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { type IdIndex, lineOf } from './frame-entries.js'
import type { Recording } from './recording.js'

const SAMPLES: ValueType = { name: 'samples', unit: 'count' }

/** What an interval is, by mode; in other modes samples only count. */
const INTERVALS: ReadonlyMap<string, ValueType> = new Map([
  ['wall', { name: 'wall', unit: 'microseconds' }],
  ['cpu', { name: 'cpu', unit: 'microseconds' }],
  ['object', { name: 'objects', unit: 'count' }],
])

/** The profile of a recording with stacks. */
export function stackProfile(recording: Recording, context: ReadContext): Profile {
  const { entries, raw, rawLines, timestamps, deltas } = recording
  const count = sampleCount(recording)
  const hasTimes = count > 0 && timestamps.length === count
  const hasDeltas = count > 0 && deltas.length === count
  if (deltas.length > 0 && !hasDeltas) {
    context.repair(`${deltas.length} times for ${count} samples are left out`, { path: 'raw_timestamp_deltas' })
  }
  const valueTypes = valueTypesOf(recording)
  const hasLines = hasSameRuns(recording)
  const shape = { valueTypes, timeUnit: hasTimes || hasDeltas ? ('microseconds' as const) : null }
  const builder = new StackBuilder(context.allocator, shape, entries.functions)
  let sample = 0
  let elapsed = 0
  let at = 0
  for (let run = 0; run < raw.ends.length; run++) {
    let stack = NONE
    for (; at < raw.ends.values[run]!; at++) {
      const line = hasLines ? lineOf(rawLines.frames.values[at]!) : NO_POSITION
      stack = builder.stack(stack, builder.frame(functionOf(recording, raw.frames.values[at]!), line))
    }
    const length = raw.counts.values[run]!
    if (!hasTimes && !hasDeltas) {
      builder.sample(stack, cells(recording.interval * length, length, valueTypes))
      continue
    }
    for (const end = sample + length; sample < end; sample++) {
      if (hasDeltas && sample > 0) elapsed += deltas.values[sample]!
      const time = hasTimes ? timestamps.values[sample]! - timestamps.values[0]! : elapsed
      builder.sample(stack, cells(weightOf(recording, sample, hasDeltas), 1, valueTypes), { time })
    }
  }
  return profileOf(recording, valueTypes, builder.finish())
}

/** The profile of a recording without stacks: the call graph that its frames make. */
export function graphProfile(recording: Recording, { allocator }: ReadContext): Profile {
  const { entries } = recording
  const valueTypes = valueTypesOf(recording)
  const graph = new GraphBuilder(allocator, {
    valueTypes,
    calls: false,
    edgeCalls: false,
    edgePrimitiveCalls: false,
    edgeSelf: valueTypes.map(() => false),
  })
  const add = (columns: readonly NumberBuilder[], row: number, count: number): void => {
    const values = cells(recording.interval * count, count, valueTypes)
    for (let value = 0; value < values.length; value++) columns[value]!.add(row, values[value]!)
  }
  for (let row = 0; row < entries.entryId.length; row++) {
    const fn = functionOf(recording, entries.entryId.values[row]!)
    graph.cover(fn)
    add(graph.self, fn, Number(entries.self.at(row)))
    add(graph.total, fn, Number(entries.total.at(row)))
  }
  for (let row = 0; row < entries.edgeCaller.length; row++) {
    const caller = functionOf(recording, entries.edgeCaller.values[row]!)
    const callee = functionOf(recording, entries.edgeCallee.values[row]!)
    const known = graph.edgeCount
    const edge = graph.edge(caller, callee)
    if (edge === known) for (const column of graph.edgeTotal) column.set(edge, 0)
    add(graph.edgeTotal, edge, Number(entries.edgeWeight.at(row)))
    // A pair counts as often as it is on a stack, a total once a stack: recursion makes the first larger.
    for (let value = 0; value < valueTypes.length; value++) {
      const column = graph.edgeTotal[value]!
      const most = Math.min(Number(graph.total[value]!.at(caller)), Number(graph.total[value]!.at(callee)))
      if (Number(column.at(edge)) > most) column.set(edge, most)
    }
  }
  return profileOf(recording, valueTypes, graph.finish(entries.functions.finish()))
}

function profileOf(
  recording: Recording,
  valueTypes: readonly ValueType[],
  tables: Pick<ProfileParts, 'functions' | 'graph' | 'frames' | 'stacks' | 'samples'> & Pick<Profile, 'functions'>,
): Profile {
  const { mode, interval, timestamps, details } = recording
  const first = timestamps.length > 0 ? timestamps.values[0]! : null
  return makeProfile({
    ...tables,
    name: mode,
    source: {
      format: 'stackprof',
      producer: 'stackprof',
      language: 'ruby',
      method: 'sampled',
      intervalNs: mode === 'wall' || mode === 'cpu' ? intervalOf(interval) : null,
      recordedAt: first !== null && Number.isSafeInteger(first) ? BigInt(first) * 1000n : null,
      clock: first !== null && Number.isSafeInteger(first) ? 'monotonic' : null,
      details,
    },
    valueTypes,
    strings: recording.entries.functions.strings,
  })
}

/** A nonsense interval is none: what overflows is not even a number that a file can hold. */
function intervalOf(microseconds: number): number | null {
  const nanoseconds = microseconds * 1000
  return nanoseconds > 0 && Number.isFinite(nanoseconds) ? nanoseconds : null
}

function valueTypesOf({ mode, interval }: Recording): readonly ValueType[] {
  const type = interval > 0 ? INTERVALS.get(mode) : undefined
  return type === undefined ? [SAMPLES] : [type, SAMPLES]
}

function cells(weight: number, count: number, valueTypes: readonly ValueType[]): number[] {
  return valueTypes.length === 1 ? [count] : [weight, count]
}

/**
 * An interval a sample, except for wall time, whose samples can be late: they weigh the time since the one before. The
 * first one's can reach back to before the recording, so it weighs an interval at most.
 */
function weightOf({ mode, interval, deltas }: Recording, sample: number, hasDeltas: boolean): number {
  if (mode !== 'wall' || !hasDeltas) return interval
  const delta = deltas.values[sample]!
  return sample === 0 ? Math.min(delta, interval) : delta
}

function sampleCount({ raw }: Recording): number {
  let count = 0
  for (let run = 0; run < raw.counts.length; run++) count += raw.counts.values[run]!
  return count
}

/** Whether there is a line for each frame of `raw`. */
function hasSameRuns({ raw, rawLines }: Recording): boolean {
  if (rawLines.ends.length !== raw.ends.length || raw.ends.length === 0) return false
  for (let run = 0; run < raw.ends.length; run++) if (raw.ends.values[run] !== rawLines.ends.values[run]) return false
  return true
}

function functionOf({ entries }: Recording, id: IdIndex): FunctionIndex {
  const fn = entries.functionOf(id)
  if (fn === NONE) throw new FormatError('a stack has a frame that "frames" does not list', { path: 'frames' })
  return fn
}
