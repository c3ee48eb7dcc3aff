import { Float64Builder, Int32Builder } from '../bytes/columns.js'
import { CallcostError } from '../errors.js'
import { Allocator } from '../limits.js'
import { exactAt, type NumberColumn, sumColumn } from '../model/numbers.js'
import type { Profile } from '../model/profile.js'
import { type AttributionRules, DEFAULT_RULES, SampleSink } from '../model/sample-sink.js'
import { type FrameTable, NONE, type SampleTable, type StackTable } from '../model/tables.js'

/** The name of the pseudo function that V8 books garbage collections on; it has no file. */
export const GC_NAME = '(garbage collector)'

/**
 * Gives a weight to samples that only have a moment (V8's): the profile with its time column filled and, unless the
 * rules say otherwise, garbage collections put onto the stacks that they interrupted. Other profiles come back as they are.
 */
export function attribute(profile: Profile, rules: AttributionRules = DEFAULT_RULES): Profile {
  const { samples, stacks, frames } = profile
  if (samples === null || stacks === null || frames === null) return profile
  if (samples.values.every((column) => column !== null)) return profile
  if (rules.attribution === 'hits') return byHits(profile, stacks, samples)
  const { time } = samples
  if (time === null) throw new CallcostError('internal', 'samples have neither weights nor times')

  const allocator = new Allocator()
  const weights = new Float64Builder(allocator)
  const stackOf = new Int32Builder(allocator)
  const collector = new GcStacks(profile, frames, stacks, allocator)
  const sink = new SampleSink({
    attribution: rules.attribution,
    isGc: rules.gc === 'attach' && collector.exists ? (stack) => collector.isGc(stack) : null,
    attach: (stack) => collector.attachedTo(stack),
    emit: (stack, weight) => {
      stackOf.push(stack)
      weights.push(weight)
    },
  })
  for (let sample = 0; sample < samples.length; sample++) sink.add(samples.stack[sample]!, time[sample]!)
  sink.end(samples.duration)

  const values = weights.finish()
  return {
    ...profile,
    stacks: collector.finish(),
    samples: {
      ...samples,
      stack: stackOf.finish(),
      values: samples.values.map((column) => column ?? { values, exact: null }),
    },
  }
}

/** One sample a stack: its share of the profiler's ticks times the whole time. */
function byHits(profile: Profile, stacks: StackTable, samples: SampleTable): Profile {
  const { hits } = stacks
  if (hits === null) {
    throw new CallcostError('data', 'the profile has no hit counts', { hint: 'use --attribution hold, back or mid' })
  }
  const allocator = new Allocator()
  const hitTotal = Number(sumColumn(hits))
  const perHit = hitTotal === 0 ? 0 : (samples.duration ?? 0) / hitTotal
  const stackOf = new Int32Builder(allocator)
  const counts = new Float64Builder(allocator)
  for (let stack = 0; stack < stacks.length; stack++) {
    const count = Number(exactAt(hits, stack))
    if (!(count > 0)) continue
    stackOf.push(stack)
    counts.push(count)
  }
  const ticks = counts.finish()
  const ticksColumn: NumberColumn = { values: ticks, exact: null }
  const timeColumn: NumberColumn = { values: ticks.map((count) => count * perHit), exact: null }
  return {
    ...profile,
    samples: {
      length: ticks.length,
      stack: stackOf.finish(),
      values: samples.values.map((column) => (column === null ? timeColumn : ticksColumn)),
      time: null,
      timeUnit: samples.timeUnit,
      duration: samples.duration,
      labels: null,
      continued: null,
    },
  }
}

/** The stacks of a profile and those that come from putting collections onto the stacks they interrupted. */
class GcStacks {
  readonly #stacks: StackTable
  readonly #isGcStack: Uint8Array
  readonly #gcFrame: number = NONE
  /** stack → the stack of a collection on top of it; {@link NONE} until one is needed. */
  readonly #attached: Int32Array
  readonly #parents: Int32Builder
  readonly #frames: Int32Builder

  constructor(profile: Profile, frames: FrameTable, stacks: StackTable, allocator: Allocator) {
    this.#stacks = stacks
    this.#isGcStack = allocator.bytes(stacks.length)
    this.#attached = allocator.int32(stacks.length).fill(NONE)
    this.#parents = new Int32Builder(allocator)
    this.#frames = new Int32Builder(allocator)
    const gc = gcFunction(profile)
    if (gc === NONE) return
    for (let stack = 0; stack < stacks.length; stack++) {
      const frame = stacks.frame[stack]!
      if (frames.function[frame] !== gc) continue
      this.#isGcStack[stack] = 1
      this.#gcFrame = frame
      // A collection that is there already, from an earlier read, is found again.
      const parent = stacks.parent[stack]!
      if (parent !== NONE) this.#attached[parent] = stack
    }
  }

  get exists(): boolean {
    return this.#gcFrame !== NONE
  }

  isGc(stack: number): boolean {
    return stack < this.#isGcStack.length && this.#isGcStack[stack] === 1
  }

  attachedTo(stack: number): number {
    let attached = this.#attached[stack]!
    if (attached === NONE) {
      attached = this.#stacks.length + this.#parents.length
      this.#parents.push(stack)
      this.#frames.push(this.#gcFrame)
      this.#attached[stack] = attached
    }
    return attached
  }

  finish(): StackTable {
    const stacks = this.#stacks
    const added = this.#parents.length
    if (added === 0) return stacks
    const length = stacks.length + added
    const extended = (column: Int32Array, more: Int32Array): Int32Array => {
      const longer = new Int32Array(length)
      longer.set(column)
      longer.set(more, stacks.length)
      return longer
    }
    const none = new Int32Array(added).fill(NONE)
    return {
      ...stacks,
      length,
      parent: extended(stacks.parent, this.#parents.finish()),
      frame: extended(stacks.frame, this.#frames.finish()),
      calls: padded(stacks.calls, length),
      hits: padded(stacks.hits, length),
      deoptReason: stacks.deoptReason === null ? null : extended(stacks.deoptReason, none),
    }
  }
}

/** The column with zeros for stacks that were added. */
function padded(column: NumberColumn | null, length: number): NumberColumn | null {
  if (column === null) return null
  const values = new Float64Array(length)
  values.set(column.values)
  return { values, exact: column.exact }
}

/** The function that collections are booked on; {@link NONE} where there is none. */
function gcFunction({ functions, strings }: Profile): number {
  const name = strings.find(GC_NAME)
  if (name === -1) return NONE
  for (let func = 0; func < functions.length; func++) {
    if (functions.name[func] === name && functions.file[func] === NONE) return func
  }
  return NONE
}
