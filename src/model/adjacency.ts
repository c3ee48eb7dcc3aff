import { Allocator } from '../limits.js'
import type { CallGraph, EdgeIndex, FunctionIndex } from './tables.js'

/** The edges of a graph by function: those of function f are `edges[start[f]]` to `edges[start[f + 1] - 1]`, in row order. */
export interface EdgesByFunction {
  /** function → where its edges begin; one more entry than functions. */
  readonly start: Int32Array
  /** Edge rows, function by function. */
  readonly edges: Int32Array
  /** The edge rows of one function, a view. */
  of(functionIndex: FunctionIndex): Int32Array
}

const callers = new WeakMap<CallGraph, EdgesByFunction>()
const callees = new WeakMap<CallGraph, EdgesByFunction>()

/** function → edges into it, from its callers; computed once a graph. */
export function callersOf(graph: CallGraph): EdgesByFunction {
  return remembered(callers, graph, graph.edges.callee)
}

/** function → edges out of it, to its callees; computed once a graph. */
export function calleesOf(graph: CallGraph): EdgesByFunction {
  return remembered(callees, graph, graph.edges.caller)
}

function remembered(memory: WeakMap<CallGraph, EdgesByFunction>, graph: CallGraph, key: Int32Array): EdgesByFunction {
  let found = memory.get(graph)
  if (found === undefined) {
    found = edgesBy(key, graph.edges.length, graph.length)
    memory.set(graph, found)
  }
  return found
}

/** Groups `length` edges by one end of theirs: `end` is edge → function, below `functions`. */
export function edgesBy(end: Int32Array, length: number, functions: number): EdgesByFunction {
  const allocator = new Allocator()
  const start = allocator.int32(functions + 1)
  for (let edge = 0; edge < length; edge++) start[end[edge]! + 1] = start[end[edge]! + 1]! + 1
  for (let fn = 0; fn < functions; fn++) start[fn + 1] = start[fn + 1]! + start[fn]!
  const next = Int32Array.from(start)
  const edges = allocator.int32(length)
  for (let edge: EdgeIndex = 0; edge < length; edge++) {
    const fn = end[edge]!
    edges[next[fn]!] = edge
    next[fn] = next[fn]! + 1
  }
  return { start, edges, of: (fn) => edges.subarray(start[fn]!, start[fn + 1]!) }
}
