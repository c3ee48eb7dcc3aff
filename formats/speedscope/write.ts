import { JsonWriter } from '../../src/encode/json.js'
import { TextBlock } from '../../src/encode/text-block.js'
import { CallcostError } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { depthsOf } from '../../src/model/stack-depths.js'
import { NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import type { Unit } from '../../src/units.js'
import type { WriteContext } from '../codec.js'
import { EventLists, eventCount } from './event-lists.js'
import { SCHEMA, type SpeedscopeUnit } from './file-format.js'
import { SampleLists } from './sample-lists.js'
import { SharedFrames } from './shared-frames.js'

/** Up to so many cells (frames of all its samples), an ordered profile is written as samples, whatever events would be. */
const MOST_CELLS = 1e7

/** Characters of an event besides the index of its frame, with a time of seven digits. */
const EVENT_TEXT = 36

const COMMA = 44

/**
 * Writes speedscope's format: one of its profiles for each of ours and each value type. Samples stay samples, equal
 * neighbours merged; spans become events, and so do very many samples where that is less to write.
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
  const allocator = new Allocator()
  const { depths, deepest } = depthsOf(stacks, allocator)
  const indexOf = shared.indicesOf(profile, frames, allocator)
  const cells = cellCount(depths, samples)
  const isEvented = isBestEvented(stacks, depths, samples, cells, shared.length)
  const lists = isEvented
    ? new EventLists(stacks, depths, deepest, indexOf, allocator)
    : new SampleLists(samples, { stacks, depths, deepest, indexOf, count: shared.length, allocator })
  const out = new TextBlock(allocator, lists instanceof SampleLists ? lists.capacity : 0)
  for (let value = 0; value < profile.valueTypes.length; value++) {
    checkWeights(profile, samples, value)
    json
      .beginObject()
      .key('type')
      .text(isEvented ? 'evented' : 'sampled')
    json.key('name').text(profileName(profile, value)).key('unit').text(unitOf(profile.valueTypes[value]!.unit))
    yield* lists instanceof EventLists
      ? writeEvents(json, out, profile, samples, value, lists)
      : writeSamples(json, out, profile, samples, value, lists)
    json.endObject()
  }
}

/** Whether events are the form to write: for spans always, else where lists of frames would be large and events are less. */
function isBestEvented(
  stacks: StackTable,
  depths: Int32Array,
  samples: SampleTable,
  cells: number,
  frameCount: number,
): boolean {
  if (samples.continued !== null) return true
  if (cells <= MOST_CELLS) return false
  const digits = String(frameCount).length
  return eventCount(stacks, depths, samples) * (EVENT_TEXT + digits) < cells * (digits + 1)
}

/** Frames of all samples together, equal neighbours counted once. */
function cellCount(depths: Int32Array, { length, stack }: SampleTable): number {
  let cells = 0
  let before: number = NONE
  for (let sample = 0; sample < length; sample++) {
    const each = stack[sample]!
    if (each !== NONE && (sample === 0 || each !== before)) cells += depths[each]!
    before = each
  }
  return cells
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
  const { values } = column
  let total = 0
  for (let sample = 0; sample < values.length; sample++) {
    const weight = values[sample]!
    total += weight
    // Of weights that doubles hold the sum may be more than they do.
    if (weight >= 0 && total < Number.POSITIVE_INFINITY) continue
    throw new CallcostError('data', `speedscope cannot hold a weight of ${weight < 0 ? weight : total}`, {
      hint: `choose another value than ${profile.valueTypes[value]!.name} with --value`,
    })
  }
}

/** Samples with equal neighbours merged. */
function* writeSamples(
  json: JsonWriter,
  out: TextBlock,
  profile: Profile,
  samples: SampleTable,
  value: number,
  lists: SampleLists,
): Iterable<Uint8Array> {
  const weights = samples.values[value]!.values
  const total = sumOf(weights)
  // A sampled speedscope file may last longer than its samples: the rest is idle.
  const isOwn = profile.source.format === 'speedscope'
  json
    .key('startValue')
    .number(0)
    .key('endValue')
    .number(isOwn ? Math.max(total, samples.duration ?? 0) : total)
  json.key('samples').beginArray()
  yield json.take()
  const { stack, length } = samples
  let isFirst = true
  for (let sample = 0; sample < length; sample++) {
    if (sample > 0 && stack[sample] === stack[sample - 1]) continue
    lists.append(out, stack[sample]!)
    if (!out.isFull) continue
    yield items(isFirst, out.take())
    isFirst = false
  }
  yield items(isFirst, out.take())
  json.endArray().key('weights').beginArray()
  yield json.take()
  isFirst = true
  for (let sample = 0; sample < length; ) {
    const each = stack[sample]!
    let weight = 0
    for (; sample < length && stack[sample] === each; sample++) weight += weights[sample]!
    out.room(1)
    out.bytes[out.length++] = COMMA
    out.number(weight)
    if (!out.isFull) continue
    yield items(isFirst, out.take())
    isFirst = false
  }
  yield items(isFirst, out.take())
  json.endArray()
}

/** Entries and exits. */
function* writeEvents(
  json: JsonWriter,
  out: TextBlock,
  profile: Profile,
  samples: SampleTable,
  value: number,
  lists: EventLists,
): Iterable<Uint8Array> {
  const recorded = profile.source.details.get('speedscope.startValue')
  const start = typeof recorded === 'number' ? recorded : 0
  const isRecorded = samples.continued !== null && samples.time !== null
  const end = (isRecorded ? samples.duration : null) ?? sumOf(samples.values[value]!.values)
  json
    .key('startValue')
    .number(start)
    .key('endValue')
    .number(start + end)
  json.key('events').beginArray()
  yield json.take()
  let isFirst = true
  for (const events of lists.write(out, samples, value, start)) {
    yield items(isFirst, events)
    isFirst = false
  }
  yield items(isFirst, out.take())
  json.endArray()
}

function sumOf(weights: Float64Array): number {
  let total = 0
  for (let sample = 0; sample < weights.length; sample++) total += weights[sample]!
  return total
}

/** A piece of a list in which each item has a comma before it, which the very first must not have. */
function items(isFirst: boolean, piece: Uint8Array): Uint8Array {
  return isFirst ? piece.subarray(1) : piece
}
