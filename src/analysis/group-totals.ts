import { Allocator } from '../limits.js'
import { calleesOf } from '../model/adjacency.js'
import { componentsOf } from '../model/components.js'
import { finishSums, sumRows } from '../model/exact-sums.js'
import { flowOf } from '../model/flow.js'
import type { NumberColumn } from '../model/numbers.js'
import { type CallGraph, NONE } from '../model/tables.js'
import { PairIndex } from '../model/tuple-index.js'

/** Edges looked at, per edge of the graph, while searching for ways back; what is not decided by then is unknown. */
const SEARCH_FACTOR = 64
const SEARCH_MIN = 2 ** 22

/**
 * group → total on a call graph: what its callers in other groups and outside the graph spend in it. That counts time
 * twice as soon as calls can leave the group and come back, so such a group has NaN, as has one whose edges the source
 * gives no totals for.
 */
export function groupTotals(graph: CallGraph, value: number, groupOf: Int32Array, groups: number): NumberColumn {
  const { edges } = graph
  const column = edges.total[value] ?? null
  const isReentered = groupsReentered(graph, groupOf, groups)
  const allocator = new Allocator()
  // The edges that enter a group from another one; -1 is added up nowhere.
  const entering = allocator.int32(edges.length)
  // function → 1 when another function calls it.
  const isCalled = new Uint8Array(graph.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const caller = edges.caller[edge]!
    const callee = edges.callee[edge]!
    const group = groupOf[callee]!
    entering[edge] = groupOf[caller] === group ? NONE : group
    if (caller !== callee) isCalled[callee] = 1
  }
  const flow = flowOf(graph, value)
  const entries = allocator.float64(graph.length)
  const total = graph.total[value]!
  // A function that nobody calls is entered with all it has; of others the flow tells how much.
  for (let fn = 0; fn < graph.length; fn++) entries[fn] = isCalled[fn] === 1 ? flow.entry[fn]! : total.values[fn]!
  const summands = [{ column: entryColumn(entries, isCalled, total), rows: groupOf, length: graph.length }]
  if (column !== null) summands.push({ column, rows: entering, length: edges.length })
  const sums = finishSums(sumRows(allocator, groups, summands, Number.NaN))
  const values = Float64Array.from(sums.values)
  for (let edge = 0; column === null && edge < edges.length; edge++) {
    if (entering[edge] !== NONE) values[entering[edge]!] = Number.NaN
  }
  for (let group = 0; group < groups; group++) if (isReentered[group] === 1) values[group] = Number.NaN
  return { values, exact: sums.exact }
}

function entryColumn(values: Float64Array, isCalled: Uint8Array, total: NumberColumn): NumberColumn {
  if (total.exact === null) return { values, exact: null }
  return { values, exact: new Map([...total.exact].filter(([fn]) => isCalled[fn] === 0)) }
}

/** group → 1 when a path of calls may leave it and come back. */
function groupsReentered(graph: CallGraph, groupOf: Int32Array, groups: number): Uint8Array {
  const component = quotientComponents(graph, groupOf, groups)
  const { start, edges } = calleesOf(graph)
  const { callee } = graph.edges
  const allocator = new Allocator()
  const reentered = new Uint8Array(groups)
  const members = membersOf(groupOf, groups, allocator)
  // function → group whose search saw it last, + 1.
  const seen = allocator.int32(graph.length)
  const open = allocator.int32(graph.length)
  let budget = Math.max(SEARCH_MIN, graph.edges.length * SEARCH_FACTOR)
  for (let group = 0; group < groups; group++) {
    // Groups that do not call each other in a circle need no search.
    if (component.size[component.of[group]!] === 1) continue
    let count = 0
    const visit = (fn: number): boolean => {
      for (let at = start[fn]!; at < start[fn + 1]!; at++) {
        budget--
        const to = callee[edges[at]!]!
        if (groupOf[to] === group) {
          if (groupOf[fn] !== group) return true
        } else if (seen[to] !== group + 1 && component.of[groupOf[to]!] === component.of[group]) {
          seen[to] = group + 1
          open[count++] = to
        }
      }
      return budget < 0
    }
    let found = budget < 0
    for (let i = members.start[group]!; !found && i < members.start[group + 1]!; i++) found = visit(members.list[i]!)
    while (!found && count > 0) found = visit(open[--count]!)
    if (found) reentered[group] = 1
  }
  return reentered
}

/** The circles of groups that call each other. */
function quotientComponents(graph: CallGraph, groupOf: Int32Array, groups: number) {
  const pairs = new PairIndex(new Allocator())
  for (let edge = 0; edge < graph.edges.length; edge++) {
    const from = groupOf[graph.edges.caller[edge]!]!
    const to = groupOf[graph.edges.callee[edge]!]!
    if (from !== to) pairs.intern(from, to)
  }
  return componentsOf({
    length: groups,
    calls: null,
    primitiveCalls: null,
    self: [],
    total: [],
    edges: {
      length: pairs.length,
      caller: pairs.first.finish(),
      callee: pairs.second.finish(),
      calls: null,
      primitiveCalls: null,
      self: [],
      total: [],
    },
  })
}

/** The functions of each group, group by group. */
function membersOf(groupOf: Int32Array, groups: number, allocator: Allocator) {
  const start = allocator.int32(groups + 1)
  for (const group of groupOf) start[group + 1] = start[group + 1]! + 1
  for (let group = 0; group < groups; group++) start[group + 1] = start[group + 1]! + start[group]!
  const next = Int32Array.from(start)
  const list = allocator.int32(groupOf.length)
  for (let fn = 0; fn < groupOf.length; fn++) {
    const group = groupOf[fn]!
    list[next[group]!] = fn
    next[group] = next[group]! + 1
  }
  return { start, list }
}
