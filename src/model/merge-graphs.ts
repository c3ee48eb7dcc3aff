import type { Allocator } from '../limits.js'
import { ColumnSum } from './merge-column.js'
import type { ValuePick, ValueStep } from './merge-values.js'
import type { CallGraph } from './tables.js'
import { PairIndex } from './tuple-index.js'

/** One graph of a merge. */
export interface GraphPart {
  readonly graph: CallGraph
  /** Its function → function of the merged graph. */
  readonly rows: Int32Array
  /** Merged value type → its value type, and the factor that brings it to the merged unit. */
  readonly values: readonly ValuePick[]
}

/** Self and total of one value type. */
interface Costs {
  readonly self: ColumnSum
  readonly total: ColumnSum
  readonly edgeSelf: ColumnSum
  readonly edgeTotal: ColumnSum
}

/** The sum of graphs. What one of them does not know is unknown in the sum: a null column, a NaN cell. */
export class GraphSum {
  readonly #allocator: Allocator
  readonly #edges: PairIndex
  readonly #calls: ColumnSum
  readonly #primitiveCalls: ColumnSum
  readonly #edgeCalls: ColumnSum
  readonly #edgePrimitiveCalls: ColumnSum
  #costs: readonly Costs[]

  constructor(allocator: Allocator, values: number) {
    const column = (): ColumnSum => new ColumnSum(allocator)
    this.#allocator = allocator
    this.#edges = new PairIndex(allocator)
    this.#calls = column()
    this.#primitiveCalls = column()
    this.#edgeCalls = column()
    this.#edgePrimitiveCalls = column()
    this.#costs = Array.from({ length: values }, () => ({
      self: column(),
      total: column(),
      edgeSelf: column(),
      edgeTotal: column(),
    }))
  }

  /** Brings the sums to the value types that they have in common with the next graph. */
  keep({ kept }: ValueStep): void {
    this.#costs = kept.map(({ index, factor }) => {
      const costs = this.#costs[index]!
      for (const column of [costs.self, costs.total, costs.edgeSelf, costs.edgeTotal]) column.scale(factor)
      return costs
    })
  }

  /** `functions`: how many functions the sum has by now. */
  add({ graph, rows, values }: GraphPart, functions: number): void {
    const { edges } = graph
    const edgeRows = this.#allocator.int32(edges.length)
    for (let edge = 0; edge < edges.length; edge++) {
      edgeRows[edge] = this.#edges.intern(rows[edges.caller[edge]!]!, rows[edges.callee[edge]!]!)
    }
    const count = this.#edges.length
    this.#allocator.check('edges', count)
    this.#calls.add(graph.calls, rows, functions)
    this.#primitiveCalls.add(graph.primitiveCalls, rows, functions)
    this.#edgeCalls.add(edges.calls, edgeRows, count)
    this.#edgePrimitiveCalls.add(edges.primitiveCalls, edgeRows, count)
    for (const [value, { index, factor }] of values.entries()) {
      const { self, total, edgeSelf, edgeTotal } = this.#costs[value]!
      self.add(graph.self[index]!, rows, functions, factor)
      total.add(graph.total[index]!, rows, functions, factor)
      edgeSelf.add(edges.self[index]!, edgeRows, count, factor)
      edgeTotal.add(edges.total[index]!, edgeRows, count, factor)
    }
    this.#allocator.release(edgeRows)
  }

  /** The sum so far. */
  graph(functions: number): CallGraph {
    const count = this.#edges.length
    return {
      length: functions,
      calls: this.#calls.column(functions),
      primitiveCalls: this.#primitiveCalls.column(functions),
      self: this.#costs.map(({ self }) => self.column(functions)!),
      total: this.#costs.map(({ total }) => total.column(functions)!),
      edges: {
        length: count,
        caller: this.#edges.first.finish(),
        callee: this.#edges.second.finish(),
        calls: this.#edgeCalls.column(count),
        primitiveCalls: this.#edgePrimitiveCalls.column(count),
        self: this.#costs.map(({ edgeSelf }) => edgeSelf.column(count)),
        total: this.#costs.map(({ edgeTotal }) => edgeTotal.column(count)),
      },
    }
  }
}

/** The sum of graphs that are all there. */
export function mergeGraphs(allocator: Allocator, parts: readonly GraphPart[], functions: number): CallGraph {
  const sum = new GraphSum(allocator, parts[0]?.values.length ?? 0)
  for (const part of parts) sum.add(part, functions)
  return sum.graph(functions)
}
