import { Allocator } from '../../limits.js'
import type { NumberColumn } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import { FrameMatcher } from './frame-matcher.js'
import { LOADS } from './rules/patterns.js'

/**
 * The profile without the edges by which modules load modules. They tie all code that runs while a module is loaded,
 * the program itself first, to one cycle, in which nothing can be said of who causes what. Functions keep their costs.
 */
export function withoutLoading(profile: Profile): Profile {
  const { graph } = profile
  if (graph === null) return profile
  const { edges } = graph
  const loads = new FrameMatcher(profile, LOADS)
  const allocator = new Allocator()
  const rows = allocator.int32(edges.length)
  let length = 0
  for (let edge = 0; edge < edges.length; edge++) if (!loads.has(edges.caller[edge]!)) rows[length++] = edge
  if (length === edges.length) return profile
  const ints = (column: Int32Array): Int32Array => {
    const kept = allocator.int32(length)
    for (let row = 0; row < length; row++) kept[row] = column[rows[row]!]!
    return kept
  }
  const numbers = (column: NumberColumn | null): NumberColumn | null => {
    if (column === null) return null
    const values = allocator.float64(length)
    for (let row = 0; row < length; row++) values[row] = column.values[rows[row]!]!
    return { values, exact: null }
  }
  return {
    ...profile,
    graph: {
      ...graph,
      edges: {
        length,
        caller: ints(edges.caller),
        callee: ints(edges.callee),
        calls: numbers(edges.calls),
        primitiveCalls: numbers(edges.primitiveCalls),
        self: edges.self.map(numbers),
        total: edges.total.map(numbers),
      },
    },
  }
}
