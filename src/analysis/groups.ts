import { CallcostError } from '../errors.js'
import { Allocator } from '../limits.js'
import { describeFunction } from '../model/modules/describe-function.js'
import type { Category } from '../model/modules/description.js'
import type { Profile } from '../model/profile.js'
import { StringInterner } from '../model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../model/tables.js'
import { PairIndex } from '../model/tuple-index.js'

/** What functions can be added up by. */
export type Grouping = 'name' | 'line' | 'file' | 'module' | 'package'

/** Members sorted into groups. The members are functions, or the frames of the profile for `line`. */
export interface Groups {
  readonly by: Grouping
  readonly length: number
  /** member → group; {@link NONE} for a function that is on no stack. */
  readonly of: Int32Array
  /** group → one of its functions, which stands for what they have in common. */
  readonly example: Int32Array
  /** group → executing line, for `line`; {@link NO_POSITION} where unknown. Empty otherwise. */
  readonly line: Int32Array
  /** Some frame knows its executing line. Without it, the line of the definition has to do. */
  readonly isExact: boolean
}

/** What the rows of a profile can be grouped by, function by function. `present`: function → 1, null for all. */
export function groupFunctions(profile: Profile, by: Exclude<Grouping, 'line'>, present: Uint8Array | null): Groups {
  const { length } = profile.functions
  const allocator = new Allocator()
  const of = allocator.int32(length).fill(NONE)
  const example = allocator.int32(length)
  const keyOf = keysBy(profile, by, allocator)
  let groups = 0
  // key → group + 1
  let known = allocator.int32(1024)
  for (let fn = 0; fn < length; fn++) {
    if (present?.[fn] === 0) continue
    const key = keyOf(fn)
    if (key >= known.length) known = grown(known, key, allocator)
    if (known[key] === 0) {
      example[groups++] = fn
      known[key] = groups
    }
    of[fn] = known[key]! - 1
  }
  return { by, length: groups, of, example: example.subarray(0, groups), line: new Int32Array(0), isExact: true }
}

/**
 * The executing lines of a profile, frame by frame: one group is a line of a file. A frame that does not know its line is
 * where its function begins. Throws for a call graph.
 */
export function groupFrames(profile: Profile): Groups {
  const { frames, functions } = profile
  if (frames === null || profile.graph !== null) {
    throw new CallcostError('data', `--by line needs stacks, and ${profile.source.format} holds a call graph`, {
      hint: 'a call graph knows where functions begin, not which of their lines were executing: use --by file',
    })
  }
  const allocator = new Allocator()
  const of = allocator.int32(frames.length)
  const example = allocator.int32(frames.length)
  const line = allocator.int32(frames.length)
  const places = new PairIndex(allocator)
  let isExact = false
  for (let frame = 0; frame < frames.length; frame++) {
    const fn = frames.function[frame]!
    const file = functions.file[fn]!
    // Without a file, the name is what is left to tell places apart; below NONE, so that it never looks like a file.
    const executing = frames.line[frame]!
    if (executing !== NO_POSITION) isExact = true
    const at = executing === NO_POSITION ? functions.line[fn]! : executing
    const group = places.intern(file === NONE ? -2 - functions.name[fn]! : file, at)
    if (group === places.length - 1) {
      example[group] = fn
      line[group] = at
    }
    of[frame] = group
  }
  const { length } = places
  return { by: 'line', length, of, example: example.subarray(0, length), line: line.subarray(0, length), isExact }
}

/** function → number of its key: equal for equal keys, small. */
function keysBy(profile: Profile, by: Exclude<Grouping, 'line'>, allocator: Allocator): (fn: FunctionIndex) => number {
  const { functions } = profile
  if (by === 'name') return (fn) => functions.name[fn]!
  if (by === 'file') return (fn) => functions.file[fn]! + 1
  const texts = new StringInterner(allocator)
  return (fn) => {
    const description = describeFunction(profile, fn)
    const name = description[by]
    // What has no module or package is told apart by what it is: the project, built-ins, waiting.
    return texts.internText(name === null ? `\0${description.category}` : name)
  }
}

function grown(array: Int32Array, index: number, allocator: Allocator): Int32Array<ArrayBuffer> {
  const larger = allocator.int32(Math.max(index + 1, array.length * 2))
  larger.set(array)
  allocator.release(array)
  return larger
}

/** What a category is called where there is no better name. */
export const CATEGORY_NAMES: Readonly<Record<Category, string>> = {
  project: '(project)',
  package: '(packages)',
  stdlib: '(standard library)',
  builtin: '(built-in)',
  frozen: '(frozen)',
  native: '(native)',
  wasm: '(wasm)',
  regexp: '(regexp)',
  eval: '(eval)',
  idle: '(idle)',
  program: '(program)',
  gc: '(garbage collector)',
  root: '(root)',
}

export function hasLine(groups: Groups, group: number): boolean {
  return groups.line.length > 0 && groups.line[group] !== NO_POSITION && groups.line[group]! >= 1
}
