import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE, type StackTable } from '../../src/model/tables.js'
import type { NodeColumns, NodeTree } from './node-columns.js'
import { hasDeoptReasons, hasHits } from './node-shape.js'

/**
 * The nodes as stacks. Siblings of the same function become one stack: merged and source-mapped files have such.
 * Returns node → stack.
 */
export function stacksOfNodes(
  columns: NodeColumns,
  tree: NodeTree,
  builder: StackBuilder,
  allocator: Allocator,
): Int32Array {
  const stackOf = allocator.int32(columns.length)
  for (let at = 0; at < tree.order.length; at++) {
    const node = tree.order[at]!
    const above = tree.parent[node]!
    stackOf[node] = builder.stack(above === NONE ? NONE : stackOf[above]!, builder.frame(columns.func.values[node]!))
  }
  return stackOf
}

/** The stack table with what the engine counted beside the samples. */
export function withEngineDetails(
  table: StackTable,
  columns: NodeColumns,
  stackOf: Int32Array,
  allocator: Allocator,
): StackTable {
  return {
    ...table,
    hits: hasHits(columns) ? hitColumn(table.length, columns, stackOf, allocator) : null,
    deoptReason: hasDeoptReasons(columns) ? deoptColumn(table.length, columns, stackOf, allocator) : null,
    positionTicks: columns.tickNode.length === 0 ? null : tickTable(columns, stackOf, allocator),
  }
}

function hitColumn(length: number, columns: NodeColumns, stackOf: Int32Array, allocator: Allocator): NumberColumn {
  const hits = new NumberBuilder(allocator)
  hits.fill(length, 0)
  for (let node = 0; node < columns.length; node++) {
    const count = columns.hits.values[node]!
    if (count > 0) hits.add(stackOf[node]!, count)
  }
  return hits.finish()
}

function deoptColumn(length: number, columns: NodeColumns, stackOf: Int32Array, allocator: Allocator): Int32Array {
  const reasons = allocator.int32(length).fill(NONE)
  for (let node = 0; node < columns.length; node++) {
    const reason = columns.deoptReason.values[node]!
    if (reason !== NONE) reasons[stackOf[node]!] = reason
  }
  return reasons
}

function tickTable(columns: NodeColumns, stackOf: Int32Array, allocator: Allocator): StackTable['positionTicks'] {
  const stack = new Int32Builder(allocator)
  for (let tick = 0; tick < columns.tickNode.length; tick++) stack.push(stackOf[columns.tickNode.values[tick]!]!)
  return {
    length: columns.tickNode.length,
    stack: stack.finish(),
    line: columns.tickLine.finish(),
    ticks: columns.tickCount.finish(),
  }
}
