import { Allocator } from '../../limits.js'
import { callsFrom } from '../call-costs/solve.js'
import type { Measure } from '../costs.js'
import { sumOf } from '../diff/sum.js'
import type { BoundEdit } from './bind-edit.js'
import { callWork } from './call-work.js'

/**
 * Solves edits on a call graph: with calls N, self per call u, calls per call K and entries e, an edit changes u and K;
 * then N' = e + K'ᵀ·N' and the cost is Σ N'·u'. Calls are weighed as in {@link callWork}. Cycles are cut open: calls
 * that lead back up follow the entries of their cycle, and the work of the function that makes them.
 *
 * @param self function → self; finite
 * @returns what edits save together
 */
export function graphSolver({ graph, value }: Measure, self: Float64Array): (edits: readonly BoundEdit[]) => number {
  const { structure, counts, rates } = callWork(graph, value, self)
  const { functions, edges } = structure
  const now = sumOf(self)
  return (edits) => {
    if (edits.length === 0) return 0
    const changes = changesOf(edits, functions, edges.length)
    const { scale, selfScale, extra, edgeScale, edgeExtra } = changes
    const allocator = new Allocator()
    const callsPerCall = allocator.float64(edges.length)
    for (let edge = 0; edge < edges.length; edge++) {
      const from = edges.caller[edge]!
      // A function called half as often calls itself half as often as it is: that is in its calls already.
      const work = from === edges.callee[edge] ? 1 : scale[from]!
      callsPerCall[edge] = rates.callsPerCall[edge]! * edgeScale[edge]! * work
    }
    const calls = callsFrom(structure, { entries: rates.entries, callsPerCall })
    const costs = allocator.float64(functions + edges.length)
    for (let fn = 0; fn < functions; fn++) {
      costs[fn] = calls[fn]! * (scale[fn]! * selfScale[fn]! * rates.selfPerCall[fn]! + extra[fn]!)
    }
    for (let edge = 0; edge < edges.length; edge++) {
      if (edgeExtra[edge] === 0) continue
      const from = edges.caller[edge]!
      const perCall = (graph.edges.calls?.values[edge] ?? 0) / counts.calls[from]!
      costs[functions + edge] = calls[from]! * scale[from]! * perCall * edgeExtra[edge]!
    }
    return now - sumOf(costs)
  }
}

/** Edits in columns. Those of one function work one after the other, as they are given. */
interface Changes {
  /** function → what remains of its work: its calls, or what they cause. */
  readonly scale: Float64Array
  readonly selfScale: Float64Array
  /** function → what is added for each call of it that would have been made. */
  readonly extra: Float64Array
  readonly edgeScale: Float64Array
  readonly edgeExtra: Float64Array
}

function changesOf(edits: readonly BoundEdit[], functions: number, edges: number): Changes {
  const allocator = new Allocator()
  const changes: Changes = {
    scale: allocator.float64(functions).fill(1),
    selfScale: allocator.float64(functions).fill(1),
    extra: allocator.float64(functions),
    edgeScale: allocator.float64(edges).fill(1),
    edgeExtra: allocator.float64(edges),
  }
  for (const edit of edits) {
    const [rows, scale, extra] =
      edit.edges === null
        ? [edit.functions, changes.scale, changes.extra]
        : [edit.edges, changes.edgeScale, changes.edgeExtra]
    for (const row of rows) {
      extra[row] = extra[row]! * edit.scale + scale[row]! * edit.extra
      scale[row] = scale[row]! * edit.scale
      if (edit.edges === null) changes.selfScale[row] = changes.selfScale[row]! * edit.selfScale
    }
  }
  return changes
}
