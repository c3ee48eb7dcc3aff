import { JsonWriter } from '../../src/encode/json.js'
import { CallcostError, counted } from '../../src/errors.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { NO_POSITION, NONE, type SampleTable } from '../../src/model/tables.js'
import { dimension, unitFactor } from '../../src/units.js'
import type { WriteContext } from '../codec.js'
import { SharedTexts } from './shared-texts.js'
import { type Weights, weightsOf } from './weights.js'

/** The version that is written: the one that Python 3.15 writes, with tables of each thread's own. */
const PROCESSED_VERSION = 57
const GECKO_VERSION = 32

/** "No resource" in `funcTable.resource`, and "no address". */
const NO_ROW = -1

const CATEGORIES = [{ name: 'Other', color: 'grey', subcategories: ['Other'] }]

type Recorded = Profile & {
  readonly frames: NonNullable<Profile['frames']>
  readonly stacks: NonNullable<Profile['stacks']>
  readonly samples: SampleTable
}

/**
 * Writes a processed profile that the Firefox Profiler loads, a thread for each profile. Times count from the earliest
 * moment of all, so that threads keep their places beside each other.
 */
export function* writeFirefox(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const kept = measuringApart(set, context)
  const profiles = kept.profiles.map(recorded)
  const texts = new SharedTexts(profiles)
  const interval = intervalOf(profiles)
  const start = earliest(profiles)
  const json = new JsonWriter()
  json.beginObject()
  writeMeta(json, kept, profiles, { interval, start }, context)
  json.key('libs').plain([]).key('pages').plain([]).key('counters').plain([])
  json.key('shared').beginObject().key('stringArray').beginArray()
  for (const text of texts.all()) {
    json.text(text)
    if (json.isFull) yield json.take()
  }
  json.endArray().key('sources').plain({ length: 0, uuid: [], filename: [] }).endObject()
  json.key('threads').beginArray()
  const processes = new Map<string, number>()
  for (const [index, profile] of profiles.entries()) {
    const process = profile.process ?? ''
    const isMain = !processes.has(process)
    if (isMain) processes.set(process, processes.size + 1)
    json.beginObject()
    writeThread(json, profile, { pid: processes.get(process)!, tid: index + 1, isMain })
    yield* writeSamples(json, profile, weightsOf(profile, interval, context), offsetOf(profile, start))
    yield* writeTables(json, profile, texts)
    json.endObject()
    yield json.take()
  }
  json.endArray().endObject()
  yield json.take()
}

/**
 * The profiles whose values stay apart in the format, which knows one sort of time: another one than the active
 * profile's, measured in the same threads, would be added to it by whoever reads the file.
 */
function measuringApart(set: ProfileSet, { note }: WriteContext): ProfileSet {
  const active = set.profiles[set.active] ?? set.profiles[0]
  if (active === undefined) throw new CallcostError('data', 'there is no profile to write')
  const wanted = active.valueTypes[active.defaultValue]!
  const profiles = set.profiles.filter((profile) => {
    const type = profile.valueTypes[profile.defaultValue]!
    return type.name === wanted.name || dimension(type.unit) !== dimension(wanted.unit)
  })
  const left = set.profiles.length - profiles.length
  if (left > 0)
    note(`another time than ${wanted.name} is left out: ${counted(left, 'profile measures', 'profiles measure')} it`)
  return { profiles, active: profiles.indexOf(active) }
}

function recorded(profile: Profile): Recorded {
  const { frames, stacks, samples } = profile
  if (frames === null || stacks === null || samples === null) {
    throw new CallcostError('data', 'a profile for the Firefox Profiler needs stacks, and this profile has none')
  }
  return { ...profile, frames, stacks, samples }
}

/** Milliseconds between samples; the profiler needs a number. */
function intervalOf(profiles: readonly Recorded[]): number {
  for (const { source } of profiles)
    if (source.intervalNs !== null && source.intervalNs > 0) return source.intervalNs / 1e6
  return 1
}

/** The earliest moment of a recording, in nanoseconds. */
function earliest(profiles: readonly Recorded[]): bigint {
  let first: bigint | null = null
  for (const { source } of profiles) {
    if (source.recordedAt !== null && (first === null || source.recordedAt < first)) first = source.recordedAt
  }
  return first ?? 0n
}

/** Milliseconds from the earliest moment to the first of this profile. */
function offsetOf({ source }: Recorded, start: bigint): number {
  return source.recordedAt === null ? 0 : Number(source.recordedAt - start) / 1e6
}

function writeMeta(
  json: JsonWriter,
  set: ProfileSet,
  profiles: readonly Recorded[],
  clock: { readonly interval: number; readonly start: bigint },
  { exporter }: WriteContext,
): void {
  const active = profiles[set.active] ?? profiles[0]
  json.key('meta').beginObject()
  json.key('interval').number(clock.interval)
  json.key('startTime').number(Number(clock.start / 1_000_000n) + Number(clock.start % 1_000_000n) / 1e6)
  const only = profiles.length === 1 ? profiles[0]!.samples : null
  const factor = only === null ? null : unitFactor(only.timeUnit, 'milliseconds')
  if (only !== null && factor !== null && only.time !== null && only.duration !== null) {
    json
      .key('profilingStartTime')
      .number(0)
      .key('profilingEndTime')
      .number(finite('duration', only.duration * factor))
  }
  json
    .key('processType')
    .number(0)
    .key('product')
    .text(active?.source.producer ?? 'callcost')
  json.key('importedFrom').text(exporter).key('stackwalk').number(0).key('debug').boolean(false)
  json.key('version').number(GECKO_VERSION).key('preprocessedProfileVersion').number(PROCESSED_VERSION)
  json.key('symbolicated').boolean(true).key('symbolicationNotSupported').boolean(true)
  json.key('usesOnlyOneStackType').boolean(true).key('sourceCodeIsNotOnSearchfox').boolean(true)
  json.key('categories').plain(CATEGORIES).key('markerSchema').plain([])
  json.key('extensions').plain({ id: [], name: [], baseURL: [], length: 0 })
  if (profiles.length > 1) json.key('initialSelectedThreads').plain([set.active])
  json.endObject()
}

function writeThread(
  json: JsonWriter,
  profile: Recorded,
  ids: { readonly pid: number; readonly tid: number; readonly isMain: boolean },
): void {
  const shown = profile.thread ?? profile.name
  const mark = profile.source.stacks === 'inferred' ? ' [stacks inferred from call graph]' : ''
  json.key('name').text(`${shown === '' ? 'main' : shown}${mark}`)
  json.key('isMainThread').boolean(ids.isMain).key('processType').text('default')
  if (profile.process !== null) json.key('processName').text(profile.process)
  json.key('processStartupTime').number(0).key('processShutdownTime').nothing()
  json.key('registerTime').number(0).key('unregisterTime').nothing().key('pausedRanges').plain([])
  json.key('pid').text(String(ids.pid)).key('tid').number(ids.tid)
  json.key('markers').plain({ data: [], name: [], startTime: [], endTime: [], phase: [], category: [], length: 0 })
}

function* writeSamples(
  json: JsonWriter,
  { samples }: Recorded,
  weights: Weights,
  offset: number,
): Iterable<Uint8Array> {
  const { length, stack, time, timeUnit } = samples
  const factor = unitFactor(timeUnit, 'milliseconds')
  json.key('samples').beginObject()
  yield* column(json, 'stack', length, (sample) => (stack[sample] === NONE ? Number.NaN : stack[sample]!))
  // Samples without times stand one behind the other, as wide as they are heavy. The profiler takes it for granted that
  // times do not step back.
  let now = 0
  yield* column(json, 'time', length, (sample) => {
    if (time !== null && factor !== null) {
      now = Math.max(now, offset + time[sample]! * factor)
      return now
    }
    const at = now
    now += Math.abs(weights.millisecondsAt(sample))
    return at
  })
  yield* column(json, 'weight', length, (sample) => weights.at(sample))
  json.key('weightType').text(weights.type).key('length').number(length).endObject()
}

function* writeTables(json: JsonWriter, profile: Recorded, texts: SharedTexts): Iterable<Uint8Array> {
  const { stacks, frames, functions, source } = profile
  const zero = (): number => 0
  const none = (): number => Number.NaN
  const noRow = (): number => NO_ROW
  const position = (column: Int32Array) => (row: number) => (column[row] === NO_POSITION ? Number.NaN : column[row]!)

  json.key('stackTable').beginObject()
  yield* column(json, 'frame', stacks.length, (row) => stacks.frame[row]!)
  yield* column(json, 'prefix', stacks.length, (row) =>
    stacks.parent[row] === NONE ? Number.NaN : stacks.parent[row]!,
  )
  yield* column(json, 'category', stacks.length, zero)
  yield* column(json, 'subcategory', stacks.length, zero)
  json.key('length').number(stacks.length).endObject()

  json.key('frameTable').beginObject()
  yield* column(json, 'func', frames.length, (row) => frames.function[row]!)
  yield* column(json, 'line', frames.length, position(frames.line))
  yield* column(json, 'column', frames.length, position(frames.column))
  yield* column(json, 'inlineDepth', frames.length, (row) => frames.inlined?.[row] ?? 0)
  yield* column(json, 'address', frames.length, noRow)
  for (const name of ['category', 'subcategory']) yield* column(json, name, frames.length, zero)
  for (const name of ['nativeSymbol', 'innerWindowID', 'implementation']) {
    yield* column(json, name, frames.length, none)
  }
  json.key('length').number(frames.length).endObject()

  const isScript = source.language === 'javascript'
  json.key('funcTable').beginObject()
  yield* column(json, 'name', functions.length, (row) => texts.indexOf(profile, functions.name[row]!))
  yield* column(json, 'fileName', functions.length, (row) =>
    functions.file[row] === NONE ? Number.NaN : texts.indexOf(profile, functions.file[row]!),
  )
  yield* column(json, 'lineNumber', functions.length, position(functions.line))
  yield* column(json, 'columnNumber', functions.length, position(functions.column))
  yield* column(json, 'resource', functions.length, noRow)
  json.key('isJS').beginArray()
  for (let row = 0; row < functions.length; row++) json.boolean(isScript && functions.file[row] !== NONE)
  json.endArray().key('relevantForJS').beginArray()
  for (let row = 0; row < functions.length; row++) json.boolean(false)
  json.endArray().key('length').number(functions.length).endObject()
  json.key('resourceTable').plain({ lib: [], name: [], host: [], type: [], length: 0 })
  json.key('nativeSymbols').plain({ libIndex: [], address: [], name: [], functionSize: [], length: 0 })
}

/** A column of a table; NaN is null. */
function* column(json: JsonWriter, name: string, length: number, cell: (row: number) => number): Iterable<Uint8Array> {
  json.key(name).beginArray()
  for (let row = 0; row < length; row++) {
    json.number(finite(name, cell(row)))
    if (json.isFull) yield json.take()
  }
  json.endArray()
}

/** JSON has no number for what doubles overflow with, as times do that are sums of weights. */
function finite(name: string, value: number): number {
  if (Math.abs(value) !== Number.POSITIVE_INFINITY) return value
  throw new CallcostError('data', `the Firefox Profiler's format cannot hold a ${name} of ${value}`)
}
