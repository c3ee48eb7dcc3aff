import type { Allocator } from '../limits.js'
import { finishSums, scaleColumn, sumRows } from './exact-sums.js'
import type { NumberColumn } from './numbers.js'
import type { CallGraph } from './tables.js'
import { PairIndex } from './tuple-index.js'

/** One graph of a merge. */
export interface GraphPart {
  readonly graph: CallGraph
  /** Its function → function of the merged graph. */
  readonly rows: Int32Array
  /** Merged value type → its value type, and the factor that brings it to the merged unit. */
  readonly values: readonly { readonly index: number; readonly factor: number }[]
}

/** The sum of graphs. What one of them does not know is unknown in the sum: a null column, a NaN cell. */
export function mergeGraphs(allocator: Allocator, parts: readonly GraphPart[], functions: number): CallGraph {
  const pairs = new PairIndex(allocator)
  const edgeRows = parts.map(({ graph: { edges }, rows }) => {
    const map = allocator.int32(edges.length)
    for (let edge = 0; edge < edges.length; edge++) {
      map[edge] = pairs.intern(rows[edges.caller[edge]!]!, rows[edges.callee[edge]!]!)
    }
    return map
  })
  allocator.check('edges', pairs.length)
  const sum = (pick: (part: GraphPart) => NumberColumn | null, ofEdges: boolean): NumberColumn | null => {
    const summands = []
    for (const [index, part] of parts.entries()) {
      const column = pick(part)
      if (column === null) return null
      const { graph } = part
      summands.push(
        ofEdges
          ? { column, rows: edgeRows[index]!, length: graph.edges.length }
          : { column, rows: part.rows, length: graph.length },
      )
    }
    return finishSums(sumRows(allocator, ofEdges ? pairs.length : functions, summands, Number.NaN))
  }
  const scaled = (column: NumberColumn | null, factor: number): NumberColumn | null =>
    column === null ? null : scaleColumn(column, factor)
  const valueTypes = parts[0]?.values ?? []
  const cost = (key: 'self' | 'total', value: number): NumberColumn =>
    sum(({ graph, values }) => scaled(graph[key][values[value]!.index]!, values[value]!.factor), false)!
  const edgeCost = (key: 'self' | 'total', value: number): NumberColumn | null =>
    sum(({ graph, values }) => scaled(graph.edges[key][values[value]!.index]!, values[value]!.factor), true)
  return {
    length: functions,
    calls: sum(({ graph }) => graph.calls, false),
    primitiveCalls: sum(({ graph }) => graph.primitiveCalls, false),
    self: valueTypes.map((_, value) => cost('self', value)),
    total: valueTypes.map((_, value) => cost('total', value)),
    edges: {
      length: pairs.length,
      caller: pairs.first.finish(),
      callee: pairs.second.finish(),
      calls: sum(({ graph }) => graph.edges.calls, true),
      primitiveCalls: sum(({ graph }) => graph.edges.primitiveCalls, true),
      self: valueTypes.map((_, value) => edgeCost('self', value)),
      total: valueTypes.map((_, value) => edgeCost('total', value)),
    },
  }
}
