import type { Allocator } from '../limits.js'
import { FunctionTableBuilder } from './function-table.js'
import { NumberBuilder, type NumberColumn } from './numbers.js'
import type { ValueType } from './profile.js'
import type { StringInterner } from './strings.js'
import { type CallGraph, type EdgeIndex, type FunctionIndex, type FunctionTable, NONE } from './tables.js'
import { PairIndex } from './tuple-index.js'

/** Which columns a source of call graphs fills; the others become null in the finished graph. */
export interface GraphShape {
  readonly valueTypes: readonly ValueType[]
  /** The source counts calls of functions; default true. */
  readonly calls?: boolean
  readonly edgeCalls?: boolean
  readonly edgePrimitiveCalls?: boolean
  /** Value types whose self and total the edges know; default all. */
  readonly edgeSelf?: readonly boolean[]
  readonly edgeTotal?: readonly boolean[]
}

/**
 * Builds a call graph from a source that has one (pstats, callgrind, XHProf). A reader interns functions in
 * `functions`, then writes their cells and those of their edges; a cell that is never written is 0 for a function and
 * NaN ("unknown") for an edge.
 */
export class GraphBuilder {
  readonly functions: FunctionTableBuilder
  readonly calls: NumberBuilder
  readonly primitiveCalls: NumberBuilder
  readonly self: readonly NumberBuilder[]
  readonly total: readonly NumberBuilder[]
  readonly edgeCalls: NumberBuilder
  readonly edgePrimitiveCalls: NumberBuilder
  readonly edgeSelf: readonly NumberBuilder[]
  readonly edgeTotal: readonly NumberBuilder[]
  readonly #allocator: Allocator
  readonly #shape: GraphShape
  readonly #edges: PairIndex
  #lastEdge: EdgeIndex = NONE

  constructor(allocator: Allocator, shape: GraphShape, strings?: StringInterner) {
    const column = (): NumberBuilder => new NumberBuilder(allocator)
    this.#allocator = allocator
    this.#shape = shape
    this.functions = new FunctionTableBuilder(allocator, strings)
    this.calls = column()
    this.primitiveCalls = column()
    this.self = shape.valueTypes.map(column)
    this.total = shape.valueTypes.map(column)
    this.#edges = new PairIndex(allocator)
    this.edgeCalls = column()
    this.edgePrimitiveCalls = column()
    this.edgeSelf = shape.valueTypes.map(column)
    this.edgeTotal = shape.valueTypes.map(column)
  }

  get edgeCount(): number {
    return this.#edges.length
  }

  /** Makes the cells of every function interned so far, with 0 where nothing was written. Call it before writing cells. */
  cover(functionIndex: FunctionIndex): void {
    if (functionIndex < this.calls.length) return
    for (const column of [this.calls, this.primitiveCalls, ...this.self, ...this.total])
      column.fill(functionIndex + 1, 0)
  }

  /** The edge caller → callee; a new one has NaN in every cell. */
  edge(caller: FunctionIndex, callee: FunctionIndex): EdgeIndex {
    // A file that says its edges again, part by part, does so in the order in which it said them first.
    const next = this.#lastEdge + 1
    const { first, second } = this.#edges
    if (next < first.length && first.values[next] === caller && second.values[next] === callee) {
      this.#lastEdge = next
      return next
    }
    const edge = this.#edges.intern(caller, callee)
    this.#lastEdge = edge
    if (edge === this.edgeCalls.length) {
      this.#allocator.check('edges', edge + 1)
      this.edgeCalls.push(Number.NaN)
      this.edgePrimitiveCalls.push(Number.NaN)
      for (const column of this.edgeSelf) column.push(Number.NaN)
      for (const column of this.edgeTotal) column.push(Number.NaN)
    }
    return edge
  }

  finish(functions?: FunctionTable): { readonly functions: FunctionTable; readonly graph: CallGraph } {
    const table = functions ?? this.functions.finish()
    if (table.length > 0) this.cover(table.length - 1)
    const shape = this.#shape
    const calls = shape.calls ?? true
    const kept = (builders: readonly NumberBuilder[], flags: readonly boolean[] | undefined): (NumberColumn | null)[] =>
      builders.map((builder, value) => ((flags?.[value] ?? true) ? builder.finish() : null))
    return {
      functions: table,
      graph: {
        length: table.length,
        calls: calls ? this.calls.finish() : null,
        primitiveCalls: calls ? this.primitiveCalls.finish() : null,
        self: this.self.map((column) => column.finish()),
        total: this.total.map((column) => column.finish()),
        edges: {
          length: this.#edges.length,
          caller: this.#edges.first.finish(),
          callee: this.#edges.second.finish(),
          calls: (shape.edgeCalls ?? true) ? this.edgeCalls.finish() : null,
          primitiveCalls: (shape.edgePrimitiveCalls ?? true) ? this.edgePrimitiveCalls.finish() : null,
          self: kept(this.edgeSelf, shape.edgeSelf),
          total: kept(this.edgeTotal, shape.edgeTotal),
        },
      },
    }
  }
}
