import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { GraphBuilder } from '../../src/model/graph-builder.js'
import { addExact, type ExactNumber, type NumberBuilder } from '../../src/model/numbers.js'
import type { ValueType } from '../../src/model/profile.js'
import type { StringTable } from '../../src/model/strings.js'
import type { CallGraph, FunctionIndex, FunctionTable } from '../../src/model/tables.js'
import { type EntryFunction, entryKey } from './entry-key.js'

/** The costs that an entry can have, in the order of the value types. */
export const COSTS: readonly { readonly key: string; readonly type: ValueType }[] = [
  { key: 'wt', type: { name: 'wall', unit: 'microseconds' } },
  { key: 'cpu', type: { name: 'cpu', unit: 'microseconds' } },
  { key: 'mu', type: { name: 'memory', unit: 'bytes' } },
  { key: 'pmu', type: { name: 'peak-memory', unit: 'bytes' } },
]

/**
 * The entries of a file as a call graph. An entry's costs are inclusive, and it has the depth of recursion on both sides,
 * which is what totals need: a function's outermost activation is the one at depth 0. A pair's is the one where the
 * caller or the callee is at depth 0; where neither is, there may be another below, and it counts as nested.
 */
export class Entries {
  /** Functions that called something and have no entry of their own. */
  withoutEntry = 0
  readonly #graph: GraphBuilder
  /** function → 1 when an entry has it as callee. */
  readonly #hasEntry: Int32Builder

  constructor(allocator: Allocator, valueTypes: readonly ValueType[]) {
    this.#graph = new GraphBuilder(allocator, { valueTypes, edgeSelf: valueTypes.map(() => false) })
    this.#hasEntry = new Int32Builder(allocator)
  }

  get strings(): StringTable {
    return this.#graph.functions.strings
  }

  /** An entry; `costs` in the order of the value types. */
  add(key: string, calls: ExactNumber, costs: readonly ExactNumber[]): void {
    const { caller, callee } = entryKey(key)
    const graph = this.#graph
    const fn = this.#function(callee)
    const isOutermost = callee.depth === 0
    this.#hasEntry.values[fn] = 1
    graph.calls.add(fn, calls)
    if (isOutermost) graph.primitiveCalls.add(fn, calls)
    for (let value = 0; value < costs.length; value++) {
      graph.self[value]!.add(fn, costs[value]!)
      if (isOutermost) graph.total[value]!.add(fn, costs[value]!)
    }
    if (caller === null) return
    const above = this.#function(caller)
    const edge = graph.edge(above, fn)
    const isOutermostPair = isOutermost || caller.depth === 0
    addKnown(graph.edgeCalls, edge, calls)
    addKnown(graph.edgePrimitiveCalls, edge, isOutermostPair ? calls : 0)
    for (let value = 0; value < costs.length; value++) {
      const cost = costs[value]!
      graph.self[value]!.add(above, -cost)
      addKnown(graph.edgeTotal[value]!, edge, isOutermostPair ? cost : 0)
    }
  }

  finish(): { readonly functions: FunctionTable; readonly graph: CallGraph } {
    const { calls, primitiveCalls, self, total } = this.#graph
    for (let fn = 0; fn < this.#hasEntry.length; fn++) {
      if (this.#hasEntry.values[fn] === 1) continue
      this.withoutEntry++
      for (const column of [calls, primitiveCalls, ...self, ...total]) column.set(fn, Number.NaN)
    }
    return this.#graph.finish()
  }

  #function({ name }: EntryFunction): FunctionIndex {
    const fn = this.#graph.functions.internText(name)
    this.#graph.cover(fn)
    while (this.#hasEntry.length <= fn) this.#hasEntry.push(0)
    return fn
  }
}

/** Cells of edges begin as unknown. */
function addKnown(column: NumberBuilder, row: number, value: ExactNumber): void {
  const known = column.at(row)
  column.set(row, typeof known === 'number' && Number.isNaN(known) ? value : addExact(known, value))
}
