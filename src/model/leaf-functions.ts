import type { Allocator } from '../limits.js'
import type { Profile } from './profile.js'
import { NONE } from './tables.js'
import { wholeStacksOf } from './whole-stacks.js'

/** sample → the function that was executing, {@link NONE} for a sample without a stack; null for a call graph. */
export function leafFunctions({ frames, stacks, samples }: Profile, allocator: Allocator): Int32Array | null {
  if (frames === null || stacks === null || samples === null) return null
  const leaf = allocator.int32(samples.length)
  const whole = wholeStacksOf(samples)
  for (let sample = 0; sample < leaf.length; sample++) {
    let frame = NONE
    if (whole === null) {
      const stack = samples.stack[sample]!
      if (stack !== NONE) frame = stacks.frame[stack]!
    } else if (whole.start[sample + 1]! > whole.start[sample]!) frame = whole.frames[whole.start[sample + 1]! - 1]!
    leaf[sample] = frame === NONE ? NONE : frames.function[frame]!
  }
  return leaf
}
