import { Int32Builder } from '../bytes/columns.js'
import { CallcostError } from '../errors.js'
import { Allocator } from '../limits.js'
import { type ExactNumber, exactAt, NumberBuilder, type NumberColumn, sumColumn } from '../model/numbers.js'
import type { Profile } from '../model/profile.js'
import { type FrameTable, NONE, type SampleTable, type StackTable } from '../model/tables.js'
import { PairIndex } from '../model/tuple-index.js'

/** Whether a name, a file or a binary is meant. Asked once per text, not per sample. */
export type TextTest = (text: string) => boolean

/** A label that samples must have: its key, and its text or number as text. */
export interface TagFilter {
  readonly key: string
  readonly value: string
}

/**
 * What to look at. The meaning and the order are pprof's: first samples are chosen (focus, ignore), then frames removed
 * (hide), then stacks cut (show-from), then samples chosen by tag, then inlined frames folded into their caller.
 */
export interface StackFilters {
  /** Only samples that have a matching frame. */
  readonly focus?: TextTest | undefined
  /** Not the samples that have a matching frame; wins over focus. */
  readonly ignore?: TextTest | undefined
  /** Frames that match are removed; what they weigh goes to their callers. */
  readonly hide?: TextTest | undefined
  /** Stacks begin at their outermost matching frame; samples without one are left out. */
  readonly showFrom?: TextTest | undefined
  /** Only samples that have all of these labels. */
  readonly tags?: readonly TagFilter[] | undefined
  /** Inlined frames are removed; what they weigh goes to the function they were inlined into. */
  readonly noInlines?: boolean | undefined
  /** A function that calls itself directly is one frame. */
  readonly collapseRecursion?: boolean | undefined
  /** Shares relate to what is left instead of the whole profile. */
  readonly relative?: boolean | undefined
}

/** Why a sample is not there any more: its stack's new row. */
const DROPPED = -2

/**
 * The profile as the filters leave it. Totals stay honest: unless `relative`, shares still relate to the whole profile.
 * Throws when the profile is a call graph, which does not know stacks.
 */
export function filterStacks(profile: Profile, filters: StackFilters): Profile {
  const { frames, stacks, samples } = profile
  if (frames === null || stacks === null || samples === null) {
    throw new CallcostError(
      'data',
      `${profile.source.format} holds a call graph: it does not know which stacks there were`,
      {
        hint: '--filter and --exclude narrow the rows of a call graph; --callers and --callees show its edges',
      },
    )
  }
  const allocator = new Allocator()
  const kept = keptStacks(profile, frames, stacks, filters, allocator)
  const tagged = samplesWithTags(profile, samples, filters.tags ?? [])
  // No frame of an empty stack matches.
  const emptyTo = filters.focus === undefined && filters.showFrom === undefined ? NONE : DROPPED
  const chosen = chooseSamples(samples, kept.stackOf, emptyTo, tagged, allocator)
  return {
    ...profile,
    graph: null,
    stacks: kept.finish(chosen.stack),
    samples: chosen,
    wholeTotals: filters.relative ? null : (profile.wholeTotals ?? totals(samples)),
  }
}

/** value type → what all samples weigh; null where only attribution gives it. */
function totals(samples: SampleTable): (ExactNumber | null)[] {
  return samples.values.map((column) => (column === null ? null : sumColumn(column)))
}

interface KeptStacks {
  /** old stack → new stack, {@link NONE} for an empty one, {@link DROPPED} for one whose samples are left out. */
  readonly stackOf: Int32Array
  /** The new table; `used` are the stacks of the samples that are left, whose entries still count. */
  finish(used: Int32Array): StackTable
}

/** One pass over the stacks, parents first: what a stack's samples become follows from its parent and its frame. */
function keptStacks(
  profile: Profile,
  frames: FrameTable,
  stacks: StackTable,
  filters: StackFilters,
  allocator: Allocator,
): KeptStacks {
  const { focus, ignore, hide, showFrom, noInlines = false, collapseRecursion = false } = filters
  const focused = focus && matchingFrames(profile, frames, focus)
  const ignored = ignore && matchingFrames(profile, frames, ignore)
  const hidden = hide && matchingFrames(profile, frames, hide)
  const first = showFrom && matchingFrames(profile, frames, showFrom)

  const inFocus = allocator.bytes(stacks.length)
  const isIgnored = allocator.bytes(stacks.length)
  const isBegun = allocator.bytes(stacks.length)
  /** old stack → new stack of the frames kept so far, whatever becomes of its samples. */
  const path = allocator.int32(stacks.length)
  const created = allocator.bytes(stacks.length)
  const pairs = new PairIndex(allocator)
  for (let stack = 0; stack < stacks.length; stack++) {
    const parent = stacks.parent[stack]!
    const frame = stacks.frame[stack]!
    const above = parent === NONE ? NONE : path[parent]!
    const inherits = (flags: Uint8Array): number => (parent === NONE ? 0 : flags[parent]!)
    inFocus[stack] = inherits(inFocus) | (focused === undefined ? 1 : focused[frame]!)
    isIgnored[stack] = inherits(isIgnored) | (ignored === undefined ? 0 : ignored[frame]!)
    // A frame that hide removed is gone before show-from looks.
    const isHidden = hidden !== undefined && hidden[frame] === 1
    isBegun[stack] = inherits(isBegun) | (first === undefined ? 1 : isHidden ? 0 : first[frame]!)
    const isInlined = noInlines && frames.inlined?.[frame] === 1
    const repeats =
      collapseRecursion && above !== NONE && frames.function[pairs.second.values[above]!] === frames.function[frame]
    if (isHidden || isInlined || repeats || isBegun[stack] === 0) path[stack] = above
    else {
      path[stack] = pairs.intern(above, frame)
      created[stack] = 1
    }
  }
  const stackOf = allocator.int32(stacks.length)
  for (let stack = 0; stack < stacks.length; stack++) {
    const stays = inFocus[stack] === 1 && isIgnored[stack] === 0 && isBegun[stack] === 1
    stackOf[stack] = stays ? path[stack]! : DROPPED
  }
  return {
    stackOf,
    finish: (used) => ({
      length: pairs.length,
      parent: pairs.first.finish(),
      frame: pairs.second.finish(),
      calls: stacks.calls === null ? null : callsLeft(stacks.calls, pairs, path, created, used, allocator),
      hits: null,
      deoptReason: null,
      positionTicks: null,
    }),
  }
}

/** new stack → entries of the old stacks that became it, as far as a sample is left in or below it. */
function callsLeft(
  calls: NumberColumn,
  pairs: PairIndex,
  path: Int32Array,
  created: Uint8Array,
  used: Int32Array,
  allocator: Allocator,
): NumberColumn {
  const isUsed = allocator.bytes(pairs.length)
  for (const stack of used) if (stack !== NONE) isUsed[stack] = 1
  for (let stack = pairs.length - 1; stack >= 0; stack--) {
    const parent = pairs.first.values[stack]!
    if (parent !== NONE) isUsed[parent] = isUsed[parent]! | isUsed[stack]!
  }
  const left = new NumberBuilder(allocator)
  left.fill(pairs.length, 0)
  for (let stack = 0; stack < path.length; stack++) {
    const target = path[stack]!
    if (created[stack] === 1 && isUsed[target] === 1) left.add(target, exactAt(calls, stack))
  }
  return left.finish()
}

/** frame → 1 when its function's name, its file or its binary passes the test. */
function matchingFrames(profile: Profile, frames: FrameTable, test: TextTest): Uint8Array {
  const { functions, strings, mappings } = profile
  const allocator = new Allocator()
  const ofText = allocator.bytes(strings.length)
  const asked = allocator.bytes(strings.length)
  const passes = (text: number): number => {
    if (text === NONE) return 0
    if (asked[text] === 0) {
      asked[text] = 1
      ofText[text] = test(strings.text(text)) ? 1 : 0
    }
    return ofText[text]!
  }
  const matching = allocator.bytes(frames.length)
  for (let frame = 0; frame < frames.length; frame++) {
    const func = frames.function[frame]!
    const mapping = frames.mapping?.[frame] ?? NONE
    matching[frame] =
      passes(functions.name[func]!) |
      passes(functions.file[func]!) |
      (mappings === null || mapping === NONE ? 0 : passes(mappings.file[mapping]!))
  }
  return matching
}

/** sample → whether its labels pass; null when no tag is asked for. */
function samplesWithTags(profile: Profile, samples: SampleTable, tags: readonly TagFilter[]): Uint8Array | null {
  if (tags.length === 0) return null
  const { labels, strings } = profile
  if (labels === null || samples.labels === null) {
    throw new CallcostError('data', `no sample of this profile has labels, so none has ${tags[0]!.key}`)
  }
  const allocator = new Allocator()
  const sets = labels.setStart.length - 1
  const setPasses = allocator.bytes(sets)
  for (let set = 0; set < sets; set++) {
    const passes = tags.every(({ key, value }) => {
      for (let at = labels.setStart[set]!; at < labels.setStart[set + 1]!; at++) {
        const label = labels.members[at]!
        if (strings.text(labels.key[label]!) !== key) continue
        const text = labels.text[label]!
        if ((text === NONE ? String(exactAt(labels.number, label)) : strings.text(text)) === value) return true
      }
      return false
    })
    setPasses[set] = passes ? 1 : 0
  }
  const passing = allocator.bytes(samples.length)
  for (let sample = 0; sample < samples.length; sample++) passing[sample] = setPasses[samples.labels[sample]!]!
  return passing
}

/** The samples that are left, on their new stacks. A sample without a frame keeps its weight, as an empty stack. */
function chooseSamples(
  samples: SampleTable,
  stackOf: Int32Array,
  emptyTo: number,
  tagged: Uint8Array | null,
  allocator: Allocator,
): SampleTable {
  const rows = new Int32Builder(allocator)
  const stack = new Int32Builder(allocator)
  for (let sample = 0; sample < samples.length; sample++) {
    const old = samples.stack[sample]!
    const target = old === NONE ? emptyTo : stackOf[old]!
    if (target === DROPPED || (tagged !== null && tagged[sample] === 0)) continue
    rows.push(sample)
    stack.push(target)
  }
  const kept = rows.finish()
  return {
    ...samples,
    length: kept.length,
    stack: stack.finish(),
    values: samples.values.map((column) => (column === null ? null : pick(column, kept, allocator))),
    time: samples.time === null ? null : Float64Array.from(kept, (sample) => samples.time![sample]!),
    labels: samples.labels === null ? null : kept.map((sample) => samples.labels![sample]!),
    // Which frames go on from the sample before is not known once samples between them are gone.
    continued: null,
  }
}

function pick(column: NumberColumn, rows: Int32Array, allocator: Allocator): NumberColumn {
  const picked = new NumberBuilder(allocator)
  for (const row of rows) picked.push(exactAt(column, row))
  return picked.finish()
}
