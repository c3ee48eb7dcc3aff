import { JsonWriter } from '../../src/encode/json.js'
import { CallcostError } from '../../src/errors.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import type { FrameTable, SampleTable, StackTable } from '../../src/model/tables.js'
import type { Unit } from '../../src/units.js'
import type { WriteContext } from '../codec.js'
import { SCHEMA, type SpeedscopeUnit } from './file-format.js'
import { SharedFrames } from './shared-frames.js'
import { type SpanChange, spanChanges, stackCells, stackFrames } from './spans.js'

/** An ordered profile with more cells (frames of all its samples) is written as events, which repeat nothing. */
const MOST_CELLS = 1e7

/**
 * Writes speedscope's format: one of its profiles for each of ours and each value type. Samples stay samples, equal
 * neighbours merged; spans, and samples that would be very large, become events.
 */
export function* writeSpeedscope(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const shared = new SharedFrames(set.profiles)
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('$schema').text(SCHEMA)
  json.key('shared').beginObject().key('frames').beginArray()
  for (const frame of shared.frames()) {
    json.plain(frame)
    if (json.isFull) yield json.take()
  }
  json.endArray().endObject()
  json.key('profiles').beginArray()
  for (const profile of set.profiles) yield* writeProfile(json, profile, shared)
  json.endArray()
  json.key('name').text(groupName(set))
  json.key('activeProfileIndex').number(activeIndex(set))
  json.key('exporter').text(context.exporter).endObject()
  yield json.take()
}

function groupName(set: ProfileSet): string {
  const first = set.profiles[0]
  const name = first?.source.details.get('speedscope.name')
  return typeof name === 'string' ? name : first?.source.command || first?.name || 'profile'
}

/** Each of our profiles is as many of speedscope's as it has value types. */
function activeIndex({ profiles, active }: ProfileSet): number {
  let index = 0
  for (let at = 0; at < active; at++) index += profiles[at]!.valueTypes.length
  return index + (profiles[active]?.defaultValue ?? 0)
}

function* writeProfile(json: JsonWriter, profile: Profile, shared: SharedFrames): Iterable<Uint8Array> {
  const { frames, stacks, samples } = profile
  if (frames === null || stacks === null || samples === null) {
    throw new CallcostError('data', 'speedscope needs stacks, and this profile has none')
  }
  for (let value = 0; value < profile.valueTypes.length; value++) {
    checkWeights(profile, samples, value)
    const scaled = unitOf(profile.valueTypes[value]!.unit)
    const type = samples.continued !== null || stackCells(stacks, samples) > MOST_CELLS ? 'evented' : 'sampled'
    json.beginObject().key('type').text(type)
    json.key('name').text(profileName(profile, value)).key('unit').text(scaled)
    yield* type === 'evented'
      ? writeEvents(json, profile, frames, stacks, samples, value, shared)
      : writeSamples(json, profile, frames, stacks, samples, value, shared)
    json.endObject()
  }
}

/** speedscope's name for a unit; it has none for counts. */
function unitOf(unit: Unit): SpeedscopeUnit {
  return unit === 'count' ? 'none' : unit
}

/** Name of the profile, of the value where there are several, and a mark where the stacks are made up. */
function profileName(profile: Profile, value: number): string {
  const { name, valueTypes, source } = profile
  const share = source.details.get('inference.recursion-share')
  const recursion = typeof share === 'number' ? `, ${(share * 100).toFixed(0)} % recursion` : ''
  const parts = [
    name || source.format,
    ...(valueTypes.length > 1 ? [`(${valueTypes[value]!.name})`] : []),
    ...(source.stacks === 'inferred' ? [`[stacks inferred from call graph${recursion}]`] : []),
  ]
  return parts.join(' ')
}

function checkWeights(profile: Profile, samples: SampleTable, value: number): void {
  const column = samples.values[value]
  if (column === null || column === undefined)
    throw new CallcostError('internal', 'samples without weights reached a writer')
  for (const weight of column.values) {
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) continue
    throw new CallcostError('data', `speedscope cannot hold a weight of ${weight}`, {
      hint: `choose another value than ${profile.valueTypes[value]!.name} with --value`,
    })
  }
}

/** Samples with equal neighbours merged. */
function* writeSamples(
  json: JsonWriter,
  profile: Profile,
  frames: FrameTable,
  stacks: StackTable,
  samples: SampleTable,
  value: number,
  shared: SharedFrames,
): Iterable<Uint8Array> {
  const weights = samples.values[value]!.values
  let total = 0
  for (const weight of weights) total += weight
  // A sampled speedscope file may last longer than its samples: the rest is idle.
  const isOwn = profile.source.format === 'speedscope'
  json
    .key('startValue')
    .number(0)
    .key('endValue')
    .number(isOwn ? Math.max(total, samples.duration ?? 0) : total)
  json.key('samples').beginArray()
  for (let sample = 0; sample < samples.length; sample++) {
    if (sample > 0 && samples.stack[sample] === samples.stack[sample - 1]) continue
    json.beginArray()
    for (const frame of stackFrames(stacks, samples.stack[sample]!)) {
      json.number(shared.indexOf(profile, frames.function[frame]!))
    }
    json.endArray()
    if (json.isFull) yield json.take()
  }
  json.endArray().key('weights').beginArray()
  for (let sample = 0; sample < samples.length; ) {
    const stack = samples.stack[sample]!
    let weight = 0
    for (; sample < samples.length && samples.stack[sample] === stack; sample++) weight += weights[sample]!
    json.number(weight)
    if (json.isFull) yield json.take()
  }
  json.endArray()
}

/** Entries and exits; between samples without spans, what two neighbours have in common goes on. */
function* writeEvents(
  json: JsonWriter,
  profile: Profile,
  frames: FrameTable,
  stacks: StackTable,
  samples: SampleTable,
  value: number,
  shared: SharedFrames,
): Iterable<Uint8Array> {
  const recorded = profile.source.details.get('speedscope.startValue')
  const start = typeof recorded === 'number' ? recorded : 0
  const { end, changes } = spanChanges(stacks, samples, value)
  json
    .key('startValue')
    .number(start)
    .key('endValue')
    .number(start + end)
  json.key('events').beginArray()
  const write = ({ isOpen, frame, at }: SpanChange): void => {
    const index = shared.indexOf(profile, frames.function[frame]!)
    json.plain({ type: isOpen ? 'O' : 'C', frame: index, at: start + at })
  }
  for (const change of changes()) {
    write(change)
    if (json.isFull) yield json.take()
  }
  json.endArray()
}
