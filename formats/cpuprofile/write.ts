import { JsonWriter } from '../../src/encode/json.js'
import { CallcostError } from '../../src/errors.js'
import { exactAt } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { type FrameTable, NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import { unitFactor } from '../../src/units.js'
import { scriptIds, writeCallFrame } from '../_v8/call-frame.js'
import { type StackTree, treeOfStacks } from '../_v8/tree-of-stacks.js'
import type { WriteContext } from '../codec.js'

/** Tools read a start of 0 as "no start". */
const DEFAULT_START = 1

/**
 * Writes a V8 CPU profile that DevTools, speedscope and cpupro read: root first, ids from 1 in preorder, a `children`
 * array on each node. What V8 recorded goes back as it was; samples of other profilers become deltas that give each its
 * weight under the hold rule.
 */
export function* writeCpuprofile(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined || profile.frames === null || profile.stacks === null || profile.samples === null) {
    throw new CallcostError('data', 'a CPU profile needs stacks, and this profile has none')
  }
  const { frames, stacks, samples } = profile
  const tree = treeOfStacks(profile, frames, stacks)
  const clock = clockOf(profile, samples, context)
  const json = new JsonWriter()
  json.beginObject().key('nodes').beginArray()
  yield* writeNodes(json, profile, frames, stacks, tree)
  json.endArray()
  json.key('startTime').number(clock.startTime).key('endTime').number(clock.endTime)
  // A recording of nothing but tick counts stays one.
  if (stacks.hits === null || samples.time !== null) yield* writeSamples(json, samples, tree, clock)
  json.endObject()
  yield json.take()
}

function* writeSamples(json: JsonWriter, samples: SampleTable, tree: StackTree, clock: Clock): Iterable<Uint8Array> {
  json.key('samples').beginArray()
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample]!
    json.number(stack === NONE ? 1 : tree.idOf[stack]!)
    if (json.isFull) yield json.take()
  }
  // The weight of the last sample is the delta of one more, on the root.
  if (clock.closing) json.number(1)
  json.endArray().key('timeDeltas').beginArray()
  for (const delta of clock.deltas()) {
    json.number(delta)
    if (json.isFull) yield json.take()
  }
  json.endArray()
}

function* writeNodes(
  json: JsonWriter,
  profile: Profile,
  frames: FrameTable,
  stacks: StackTable,
  tree: StackTree,
): Iterable<Uint8Array> {
  const writeChildren = (first: number): void => {
    json.key('children').beginArray()
    for (let child = first; child !== NONE; child = tree.nextSibling[child]!) json.number(tree.idOf[child]!)
    json.endArray()
  }
  const scripts = scriptIds(profile)
  const ticks = ticksByStack(stacks)
  if (tree.needsRoot) {
    json.beginObject().key('id').number(1).key('callFrame')
    json.plain({ functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 })
    json.key('hitCount').number(0)
    writeChildren(tree.firstRoot)
    json.endObject()
  }
  for (const stack of tree.order) {
    const func = frames.function[stacks.frame[stack]!]!
    json.beginObject().key('id').number(tree.idOf[stack]!)
    writeCallFrame(json.key('callFrame'), profile, func, scripts)
    if (stacks.hits !== null) json.key('hitCount').number(exactAt(stacks.hits, stack))
    const reason = stacks.deoptReason?.[stack] ?? NONE
    if (reason !== NONE) json.key('deoptReason').text(profile.strings.text(reason))
    // The root has the array even when it is empty: DevTools asks for it.
    if (tree.firstChild[stack] !== NONE || stack === tree.firstRoot) writeChildren(tree.firstChild[stack]!)
    if (ticks !== null && ticks.start[stack + 1]! > ticks.start[stack]!) {
      json.key('positionTicks').beginArray()
      for (let at = ticks.start[stack]!; at < ticks.start[stack + 1]!; at++) {
        const tick = ticks.rows[at]!
        json.plain({ line: stacks.positionTicks!.line[tick], ticks: stacks.positionTicks!.ticks[tick] })
      }
      json.endArray()
    }
    json.endObject()
    if (json.isFull) yield json.take()
  }
}

/** stack → its rows of the tick table. */
function ticksByStack({ length, positionTicks }: StackTable): { start: Int32Array; rows: Int32Array } | null {
  if (positionTicks === null) return null
  const start = new Int32Array(length + 1)
  for (const stack of positionTicks.stack) start[stack + 1]!++
  for (let stack = 0; stack < length; stack++) start[stack + 1]! += start[stack]!
  const next = start.slice()
  const rows = new Int32Array(positionTicks.length)
  for (let tick = 0; tick < positionTicks.length; tick++) rows[next[positionTicks.stack[tick]!]!++] = tick
  return { start, rows }
}

interface Clock {
  readonly startTime: number
  readonly endTime: number
  /** One more sample is needed to end the last one. */
  readonly closing: boolean
  deltas(): Iterable<number>
}

function clockOf(profile: Profile, samples: SampleTable, context: WriteContext): Clock {
  const { details } = profile.source
  const recordedStart = details.get('cpuprofile.startTime')
  const startTime = typeof recordedStart === 'number' ? recordedStart : DEFAULT_START
  const { time } = samples
  if (time !== null && samples.values[profile.defaultValue] === null) {
    const recordedEnd = details.get('cpuprofile.endTime')
    const endTime = typeof recordedEnd === 'number' ? recordedEnd : startTime + (samples.duration ?? 0)
    let before = 0
    for (let sample = 0; sample < samples.length; sample++) {
      checkTime(time[sample]! - before)
      before = time[sample]!
    }
    checkTime(endTime)
    return {
      startTime,
      endTime,
      closing: false,
      *deltas() {
        for (let sample = 0; sample < samples.length; sample++)
          yield time[sample]! - (sample === 0 ? 0 : time[sample - 1]!)
      },
    }
  }
  return weightClock(profile, samples, startTime, context)
}

/** JSON has no number for times that doubles overflow with, and readers take it for granted that there is one. */
function checkTime(microseconds: number): void {
  if (Number.isFinite(microseconds)) return
  throw new CallcostError('data', `a CPU profile cannot hold a time of ${microseconds} microseconds`)
}

/** Deltas that give each sample its weight: sample i holds until sample i + 1. */
function weightClock(profile: Profile, samples: SampleTable, startTime: number, context: WriteContext): Clock {
  const { unit, name } = profile.valueTypes[profile.defaultValue]!
  const factor = unitFactor(unit, 'microseconds')
  if (factor === null) context.note(`a CPU profile measures microseconds: ${name} (${unit}) stands for them`)
  const column = samples.values[profile.defaultValue]!
  let total = 0
  for (let sample = 0; sample < samples.length; sample++) {
    const weight = column.values[sample]!
    if (!(weight >= 0 && weight * (factor ?? 1) < Number.POSITIVE_INFINITY))
      throw new CallcostError('data', `a CPU profile cannot hold a weight of ${weight}`)
    total += weight * (factor ?? 1)
  }
  checkTime(startTime + total)
  if (samples.time === null) context.note('samples have no order: they follow each other as the table has them')
  return {
    startTime,
    endTime: startTime + total,
    closing: true,
    *deltas() {
      yield 0
      for (let sample = 0; sample < samples.length; sample++) yield column.values[sample]! * (factor ?? 1)
    },
  }
}
