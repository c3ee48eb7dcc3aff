import { Allocator } from '../../limits.js'
import { type EdgesByFunction, edgesBy } from '../../model/adjacency.js'
import { type Components, findComponents } from '../../model/components.js'

/** Who calls whom, without numbers: any table of functions with call edges. */
export interface CallEdges {
  readonly length: number
  /** edge → function that calls, that is called. */
  readonly caller: Int32Array
  readonly callee: Int32Array
}

/**
 * A call graph with its cycles cut open, so that numbers can be carried along the edges in one pass: each cycle has a
 * way down, and the edges that lead back up it are known.
 */
export interface CallStructure {
  readonly functions: number
  readonly edges: CallEdges
  readonly callers: EdgesByFunction
  readonly callees: EdgesByFunction
  readonly components: Components
  /** component → 1 when calls can come back to it: it has several functions, or one that calls itself. */
  readonly cyclic: Uint8Array
  /** All functions, callers before callees but for the edges that lead back. A component's functions are neighbours. */
  readonly order: Int32Array
  /** edge → 1 when it leads back up its cycle. Without these edges the graph has no cycle. */
  readonly back: Uint8Array
}

/**
 * @param heights what tells functions of one cycle that are further up: function → number, the first column that differs
 *   decides, larger is higher. An edge between two functions that are equal in all of them leads back, so that the order
 *   of the tables never shows.
 */
export function callStructure(functions: number, edges: CallEdges, heights: readonly Float64Array[]): CallStructure {
  const allocator = new Allocator()
  const { caller, callee } = edges
  const callees = edgesBy(caller, edges.length, functions)
  const components = findComponents(callees, callee)
  const byHeight = (a: number, b: number): number => {
    for (const height of heights) if (height[a] !== height[b]) return height[b]! - height[a]!
    return 0
  }
  const cyclic = allocator.bytes(components.count)
  for (let component = 0; component < components.count; component++) {
    cyclic[component] = components.size[component]! > 1 ? 1 : 0
  }
  const back = allocator.bytes(edges.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const [from, to] = [caller[edge]!, callee[edge]!]
    if (components.of[from] !== components.of[to] || byHeight(from, to) < 0) continue
    back[edge] = 1
    cyclic[components.of[from]!] = 1
  }
  return {
    functions,
    edges,
    callers: edgesBy(callee, edges.length, functions),
    callees,
    components,
    cyclic,
    order: topDown(allocator, components, byHeight),
    back,
  }
}

/** Functions by component, highest first, and within one by `compare`. */
function topDown(allocator: Allocator, components: Components, compare: (a: number, b: number) => number): Int32Array {
  const { count, of, size } = components
  const next = allocator.int32(count)
  let at = 0
  for (let component = count - 1; component >= 0; component--) {
    next[component] = at
    at += size[component]!
  }
  const order = allocator.int32(of.length)
  for (let fn = 0; fn < of.length; fn++) {
    const component = of[fn]!
    order[next[component]!] = fn
    next[component] = next[component]! + 1
  }
  for (let component = 0; component < count; component++) {
    const end = next[component]!
    if (size[component]! > 1) order.subarray(end - size[component]!, end).sort(compare)
  }
  return order
}
