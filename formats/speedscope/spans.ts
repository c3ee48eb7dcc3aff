import { Int32Builder } from '../../src/bytes/columns.js'
import { Allocator } from '../../src/limits.js'
import { type FrameIndex, NONE, type SampleTable, type StackIndex, type StackTable } from '../../src/model/tables.js'

/** A frame is entered or left. */
export interface SpanChange {
  readonly isOpen: boolean
  readonly frame: FrameIndex
  /** Since the start of the profile, in the unit of the value. */
  readonly at: number
}

/** The frames of a stack, outermost first. */
export function stackFrames(stacks: StackTable, stack: StackIndex): Int32Array {
  return pathTo(stacks, stack).map((each) => stacks.frame[each]!)
}

/** The stacks from the outermost frame to this one. */
function pathTo(stacks: StackTable, stack: StackIndex): Int32Array {
  let depth = 0
  for (let at = stack; at !== NONE; at = stacks.parent[at]!) depth++
  const path = new Int32Array(depth)
  for (let at = stack; at !== NONE; at = stacks.parent[at]!) path[--depth] = at
  return path
}

/** Frames of all samples together, equal neighbours counted once: what writing each sample as a list costs. */
export function stackCells(stacks: StackTable, samples: SampleTable): number {
  const depth = new Int32Array(stacks.length)
  for (let stack = 0; stack < stacks.length; stack++) {
    depth[stack] = stacks.parent[stack] === NONE ? 1 : depth[stacks.parent[stack]!]! + 1
  }
  let cells = 0
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample]!
    if (stack !== NONE && (sample === 0 || stack !== samples.stack[sample - 1])) cells += depth[stack]!
  }
  return cells
}

/**
 * The samples as entries and exits. Where the source recorded spans, they are its own, at its own times; otherwise the
 * frames that two neighbours share go on, and time is what the samples weigh.
 */
export function spanChanges(
  stacks: StackTable,
  samples: SampleTable,
  value: number,
): { readonly end: number; changes(): Iterable<SpanChange> } {
  const weights = samples.values[value]!.values
  const { continued } = samples
  const times = continued === null ? null : samples.time
  let total = 0
  for (const weight of weights) total += weight
  return {
    end: (times === null ? null : samples.duration) ?? total,
    *changes() {
      const open = new Int32Builder(new Allocator())
      let now = 0
      for (let sample = 0; sample < samples.length; sample++) {
        const at = times === null ? now : times[sample]!
        const path = pathTo(stacks, samples.stack[sample]!)
        const goesOn = continued === null ? commonLength(open, path) : continued[sample]!
        yield* leave(stacks, open, goesOn, at)
        for (const stack of path.subarray(goesOn)) {
          open.push(stack)
          yield { isOpen: true, frame: stacks.frame[stack]!, at }
        }
        now = at + weights[sample]!
      }
      yield* leave(stacks, open, 0, now)
    },
  }
}

/** Leaves the open frames down to the outermost `keep`. */
function* leave(stacks: StackTable, open: Int32Builder, keep: number, at: number): Iterable<SpanChange> {
  while (open.length > keep) {
    open.length--
    yield { isOpen: false, frame: stacks.frame[open.values[open.length]!]!, at }
  }
}

/** How many of the outermost stacks are the same; equal stacks are equal rows. */
function commonLength(open: Int32Builder, path: Int32Array): number {
  const most = Math.min(open.length, path.length)
  let length = 0
  while (length < most && open.values[length] === path[length]) length++
  return length
}
