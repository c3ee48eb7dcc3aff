import type { Allocator } from '../limits.js'
import { NONE, type StackTable } from './tables.js'

/** stack → how many frames it has, and the most that one has. */
export function depthsOf(
  { parent, length }: StackTable,
  allocator: Allocator,
): { readonly depths: Int32Array<ArrayBuffer>; readonly deepest: number } {
  const depths = allocator.int32(length)
  let deepest = 0
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!
    const depth = above === NONE ? 1 : depths[above]! + 1
    depths[stack] = depth
    if (depth > deepest) deepest = depth
  }
  return { depths, deepest }
}
