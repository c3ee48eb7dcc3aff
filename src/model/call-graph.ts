import { Allocator } from '../limits.js'
import { type ExactSums, finishSums, sumRows } from './exact-sums.js'
import type { NumberColumn } from './numbers.js'
import { preorder } from './preorder.js'
import type { Profile } from './profile.js'
import type { CallEdgeTable, CallGraph, FrameTable, SampleTable, StackTable } from './tables.js'
import { NONE } from './tables.js'
import { PairIndex } from './tuple-index.js'

const derived = new WeakMap<Profile, CallGraph>()

/**
 * The call graph of a profile: as its source gave it, or else derived from the stacks, once.
 *
 * Derived: a function's total counts a stack once however often the function is on it, and an edge's total counts it
 * once however often the pair is. Calls are the recorded entries where the source has spans, else null. Edges are
 * ordered by caller, then callee. A value type whose samples have no values yet (time before attribution) has NaN for
 * every function and null for the edges.
 */
export function callGraph(profile: Profile): CallGraph {
  if (profile.graph !== null) return profile.graph
  let graph = derived.get(profile)
  if (graph === undefined) {
    graph = deriveGraph(profile, null, profile.functions.length)
    derived.set(profile, graph)
  }
  return graph
}

/**
 * The call graph between groups of functions (files, modules, packages), derived from stacks, so that a total counts a
 * stack once. `groupOf`: function → group below `groups`, {@link NONE} leaves a function out: what it costs itself is
 * nobody's, and who it calls is called by nobody. null when the profile has no stacks.
 */
export function groupCallGraph(profile: Profile, groupOf: Int32Array, groups: number): CallGraph | null {
  return profile.stacks === null ? null : deriveGraph(profile, groupOf, groups)
}

/** Where the functions and edges of a stack table are, position by position in preorder. */
interface Layout {
  readonly functions: number
  readonly edges: number
  /** position → stack. */
  readonly stackAt: Int32Array
  /** position → function, {@link NONE} for none. */
  readonly functionAt: Int32Array
  /** position → edge from the stack above; {@link NONE} for a root. */
  readonly edgeAt: Int32Array
  /** position → bits: the function, the edge is not on the stack above. */
  readonly outermost: Uint8Array
}

const OUTERMOST_FUNCTION = 1
const OUTERMOST_EDGE = 2

function deriveGraph(profile: Profile, groupOf: Int32Array | null, length: number): CallGraph {
  const { frames, stacks, samples, valueTypes } = profile
  const allocator = new Allocator()
  if (frames === null || stacks === null || samples === null) return emptyGraph(length, valueTypes.length)
  const { layout, caller, callee } = layOut(allocator, frames, stacks, groupOf, length)
  const costs = valueTypes.map((_, value) => valueTally(allocator, layout, stacks, samples, value))
  const calls = stacks.calls === null ? null : callTally(allocator, layout, stacks, stacks.calls)
  const edges: CallEdgeTable = {
    length: caller.length,
    caller,
    callee,
    calls: calls?.edgeSelf ?? null,
    primitiveCalls: calls?.edgeTotal ?? null,
    self: costs.map((cost) => cost?.edgeSelf ?? null),
    total: costs.map((cost) => cost?.edgeTotal ?? null),
  }
  return {
    length,
    calls: calls?.self ?? null,
    primitiveCalls: calls?.total ?? null,
    self: costs.map((cost) => cost?.self ?? unknownColumn(length)),
    total: costs.map((cost) => cost?.total ?? unknownColumn(length)),
    edges,
  }
}

function layOut(
  allocator: Allocator,
  frames: FrameTable,
  stacks: StackTable,
  groupOf: Int32Array | null,
  functions: number,
): { readonly layout: Layout; readonly caller: Int32Array; readonly callee: Int32Array } {
  const { position, stackAt, end } = preorder(stacks, allocator)
  const count = stacks.length
  const functionAt = allocator.int32(count)
  const edgeAt = allocator.int32(count)
  const pairs = new PairIndex(allocator)
  for (let at = 0; at < count; at++) {
    const stack = stackAt[at]!
    const fn = frames.function[stacks.frame[stack]!]!
    const own = groupOf === null ? fn : groupOf[fn]!
    functionAt[at] = own
    const parent = stacks.parent[stack]!
    const above = parent === NONE ? NONE : functionAt[position[parent]!]!
    edgeAt[at] = above === NONE || own === NONE ? NONE : pairs.intern(above, own)
  }
  allocator.check('edges', pairs.length)
  const sorted = sortPairs(allocator, pairs, functions)
  for (let at = 0; at < count; at++) if (edgeAt[at] !== NONE) edgeAt[at] = sorted.rank[edgeAt[at]!]!

  // Where the outermost activation seen last ends: an occurrence before that lies inside it.
  const functionEnd = allocator.int32(functions)
  const edgeEnd = allocator.int32(pairs.length)
  const outermost = allocator.bytes(count)
  for (let at = 0; at < count; at++) {
    const own = functionAt[at]!
    const edge = edgeAt[at]!
    let bits = 0
    if (own !== NONE && at >= functionEnd[own]!) {
      functionEnd[own] = end[at]!
      bits = OUTERMOST_FUNCTION
    }
    if (edge !== NONE && at >= edgeEnd[edge]!) {
      edgeEnd[edge] = end[at]!
      bits |= OUTERMOST_EDGE
    }
    outermost[at] = bits
  }
  const layout = { functions, edges: pairs.length, stackAt, functionAt, edgeAt, outermost }
  return { layout, caller: sorted.caller, callee: sorted.callee }
}

/** Pairs by first, then second, in linear time; `rank` is old row → new row. */
function sortPairs(
  allocator: Allocator,
  pairs: PairIndex,
  functions: number,
): { readonly rank: Int32Array; readonly caller: Int32Array; readonly callee: Int32Array } {
  const count = pairs.length
  const byCallee = countingSort(allocator, pairs.second.values, null, count, functions)
  const byBoth = countingSort(allocator, pairs.first.values, byCallee, count, functions)
  const rank = allocator.int32(count)
  const caller = allocator.int32(count)
  const callee = allocator.int32(count)
  for (let row = 0; row < count; row++) {
    const old = byBoth[row]!
    rank[old] = row
    caller[row] = pairs.first.values[old]!
    callee[row] = pairs.second.values[old]!
  }
  return { rank, caller, callee }
}

/** The rows of `order` (null: 0 … count - 1) stably sorted by `keys[row]`, which are below `end`. */
function countingSort(
  allocator: Allocator,
  keys: Int32Array,
  order: Int32Array | null,
  count: number,
  end: number,
): Int32Array {
  const next = allocator.int32(end + 1)
  for (let row = 0; row < count; row++) next[keys[row]! + 1] = next[keys[row]! + 1]! + 1
  for (let key = 0; key < end; key++) next[key + 1] = next[key + 1]! + next[key]!
  const sorted = allocator.int32(count)
  for (let i = 0; i < count; i++) {
    const row = order === null ? i : order[i]!
    const key = keys[row]!
    sorted[next[key]!] = row
    next[key] = next[key]! + 1
  }
  return sorted
}

interface Tally {
  readonly self: NumberColumn
  readonly total: NumberColumn
  readonly edgeSelf: NumberColumn
  readonly edgeTotal: NumberColumn
}

/** Self and total of one value type; null when the samples have no values of it. */
function valueTally(
  allocator: Allocator,
  layout: Layout,
  stacks: StackTable,
  samples: SampleTable,
  value: number,
): Tally | null {
  const column = samples.values[value] ?? null
  if (column === null) return null
  const own = sumRows(allocator, stacks.length, [{ column, rows: samples.stack, length: samples.length }])
  const below: ExactSums = {
    integers: own.integers,
    high: subtreeSums(stacks, own.high),
    low: own.low === null ? null : subtreeSums(stacks, own.low),
  }
  return tally(allocator, layout, own, below)
}

/** Calls as `self`, primitive calls as `total`: only the entries of outermost activations. */
function callTally(allocator: Allocator, layout: Layout, stacks: StackTable, column: NumberColumn): Tally {
  const own = sumRows(allocator, stacks.length, [{ column, rows: null, length: stacks.length }], Number.NaN)
  return tally(allocator, layout, own, own)
}

/** stack → what it and all below it weigh. */
function subtreeSums({ parent, length }: StackTable, own: Float64Array): Float64Array<ArrayBuffer> {
  const sums = Float64Array.from(own)
  for (let stack = length - 1; stack >= 0; stack--) {
    const above = parent[stack]!
    if (above !== NONE) sums[above] = sums[above]! + sums[stack]!
  }
  return sums
}

function tally(allocator: Allocator, layout: Layout, own: ExactSums, below: ExactSums): Tally {
  const high = tallyPart(allocator, layout, own.high, below.high)
  const low = own.low === null || below.low === null ? null : tallyPart(allocator, layout, own.low, below.low)
  const finish = (key: keyof typeof high): NumberColumn =>
    finishSums({ integers: own.integers, high: high[key], low: low === null ? null : low[key] })
  return { self: finish('self'), total: finish('total'), edgeSelf: finish('edgeSelf'), edgeTotal: finish('edgeTotal') }
}

/** Adds `own` to function and edge everywhere, `below` where they are outermost. */
function tallyPart(allocator: Allocator, layout: Layout, own: Float64Array, below: Float64Array) {
  const { stackAt, functionAt, edgeAt, outermost } = layout
  const self = allocator.float64(layout.functions)
  const total = allocator.float64(layout.functions)
  const edgeSelf = allocator.float64(layout.edges)
  const edgeTotal = allocator.float64(layout.edges)
  for (let at = 0; at < stackAt.length; at++) {
    const stack = stackAt[at]!
    const fn = functionAt[at]!
    const edge = edgeAt[at]!
    const bits = outermost[at]!
    const weight = own[stack]!
    if (fn !== NONE) self[fn] = self[fn]! + weight
    if (bits & OUTERMOST_FUNCTION) total[fn] = total[fn]! + below[stack]!
    if (edge === NONE) continue
    edgeSelf[edge] = edgeSelf[edge]! + weight
    if (bits & OUTERMOST_EDGE) edgeTotal[edge] = edgeTotal[edge]! + below[stack]!
  }
  return { self, total, edgeSelf, edgeTotal }
}

function unknownColumn(length: number): NumberColumn {
  return { values: new Float64Array(length).fill(Number.NaN), exact: null }
}

function emptyGraph(length: number, values: number): CallGraph {
  const zeros = (): NumberColumn => ({ values: new Float64Array(length), exact: null })
  const columns = Array.from({ length: values }, () => null)
  const none = new Int32Array(0)
  return {
    length,
    calls: null,
    primitiveCalls: null,
    self: columns.map(zeros),
    total: columns.map(zeros),
    edges: { length: 0, caller: none, callee: none, calls: null, primitiveCalls: null, self: columns, total: columns },
  }
}
