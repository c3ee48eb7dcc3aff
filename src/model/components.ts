import { Allocator } from '../limits.js'
import { calleesOf, type EdgesByFunction } from './adjacency.js'
import type { CallGraph } from './tables.js'

/** The cycles of a call graph: two functions are in one component when each can reach the other. */
export interface Components {
  readonly count: number
  /** function → component. A component's number is above those of the components that it calls. */
  readonly of: Int32Array
  /** component → how many functions it has; 1 is a function that only may call itself. */
  readonly size: Int32Array
}

const known = new WeakMap<CallGraph, Components>()

/** The strongly connected components of a call graph; computed once a graph. */
export function componentsOf(graph: CallGraph): Components {
  let found = known.get(graph)
  if (found === undefined) {
    found = findComponents(calleesOf(graph), graph.edges.callee)
    known.set(graph, found)
  }
  return found
}

/** The strongly connected components (Tarjan 1972, with the call stack as arrays). `callee`: edge → function. */
export function findComponents({ start, edges }: EdgesByFunction, callee: Int32Array): Components {
  const length = start.length - 1
  const allocator = new Allocator()
  // function → when it was first seen, from 1; 0 is never.
  const seen = allocator.int32(length)
  // function → the earliest function on `open` that it is known to reach.
  const low = allocator.int32(length)
  const of = allocator.int32(length).fill(-1)
  const size = allocator.int32(length)
  const open = allocator.int32(length)
  const path = allocator.int32(length)
  const next = allocator.int32(length)
  let time = 0
  let openCount = 0
  let count = 0
  for (let root = 0; root < length; root++) {
    if (seen[root] !== 0) continue
    let depth = 0
    path[0] = root
    for (;;) {
      const fn = path[depth]!
      if (seen[fn] === 0) {
        seen[fn] = low[fn] = ++time
        open[openCount++] = fn
        next[fn] = start[fn]!
      }
      if (next[fn]! < start[fn + 1]!) {
        const to = callee[edges[next[fn]!]!]!
        next[fn] = next[fn]! + 1
        if (seen[to] === 0) path[++depth] = to
        else if (of[to] === -1) low[fn] = Math.min(low[fn]!, seen[to]!)
        continue
      }
      if (low[fn] === seen[fn]) {
        for (;;) {
          const member = open[--openCount]!
          of[member] = count
          size[count] = size[count]! + 1
          if (member === fn) break
        }
        count++
      }
      if (depth === 0) break
      const above = path[--depth]!
      low[above] = Math.min(low[above]!, low[fn]!)
    }
  }
  return { count, of, size: size.subarray(0, count) }
}
