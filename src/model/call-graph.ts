import { Allocator } from '../limits.js'
import { type ExactSums, finishSums, type Summand, sumRows } from './exact-sums.js'
import { graphOfWholeStacks } from './graph-of-whole-stacks.js'
import type { NumberColumn } from './numbers.js'
import { preorder } from './preorder.js'
import type { Profile } from './profile.js'
import { sortPairs } from './sort-pairs.js'
import type { CallEdgeTable, CallGraph, FrameTable, SampleTable, StackTable } from './tables.js'
import { NONE } from './tables.js'
import { PairIndex } from './tuple-index.js'
import { wholeStacksOf } from './whole-stacks.js'

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

/** Where the functions and edges of a stack table are, stack by stack. */
interface Layout {
  readonly functions: number
  readonly edges: number
  /** stack → frame, and frame → function, {@link NONE} for none. */
  readonly frame: Int32Array
  readonly functionOf: Int32Array
  /** stack → edge from the stack above, as they were met; {@link NONE} for a root. */
  readonly edgeOf: Int32Array
  /** edge of the graph → edge as it was met. */
  readonly edgeOrder: Int32Array
  /** stack → bits: it has a function, it has an edge, and that one is not on the stack above. */
  readonly outermost: Uint8Array
}

const FUNCTION = 1
const EDGE = 2
const OUTERMOST_FUNCTION = 4
const OUTERMOST_EDGE = 8

function deriveGraph(profile: Profile, groupOf: Int32Array | null, length: number): CallGraph {
  const { frames, stacks, samples, valueTypes } = profile
  const allocator = new Allocator()
  if (frames === null || stacks === null || samples === null) return emptyGraph(length, valueTypes.length)
  const functionOf = groupOf === null ? frames.function : groupsOfFrames(frames, groupOf)
  const whole = wholeStacksOf(samples)
  const counted = whole === null ? null : graphOfWholeStacks(allocator, whole, functionOf, length, samples)
  if (counted !== null) return counted
  const { layout, caller, callee } = layOut(allocator, functionOf, stacks, length)
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
  functionOf: Int32Array,
  stacks: StackTable,
  functions: number,
): { readonly layout: Layout; readonly caller: Int32Array; readonly callee: Int32Array } {
  const { stackAt, end } = preorder(stacks, allocator)
  const count = stacks.length
  const { parent, frame } = stacks
  const edgeOf = allocator.int32(count)
  const outermost = allocator.bytes(count)
  const pairs = new PairIndex(allocator)
  // Where the outermost activation seen last ends: an occurrence before that lies inside it.
  const functionEnd = allocator.int32(functions)
  const edgeEnd = allocator.int32(count)
  for (let at = 0; at < count; at++) {
    const stack = stackAt === null ? at : stackAt[at]!
    const own = functionOf[frame[stack]!]!
    edgeOf[stack] = NONE
    if (own === NONE) continue
    let bits = FUNCTION
    if (at >= functionEnd[own]!) {
      functionEnd[own] = end[stack]!
      bits |= OUTERMOST_FUNCTION
    }
    const above = parent[stack]!
    const caller = above === NONE ? NONE : functionOf[frame[above]!]!
    if (caller !== NONE) {
      const edge = pairs.intern(caller, own)
      edgeOf[stack] = edge
      bits |= EDGE
      if (at >= edgeEnd[edge]!) {
        edgeEnd[edge] = end[stack]!
        bits |= OUTERMOST_EDGE
      }
    }
    outermost[stack] = bits
  }
  allocator.check('edges', pairs.length)
  const edgeOrder = sortPairs(allocator, pairs.first.values, pairs.second.values, pairs.length, functions)
  const layout = { functions, edges: pairs.length, frame, functionOf, edgeOf, edgeOrder, outermost }
  const { first, second } = pairs
  return {
    layout,
    caller: edgeOrder.map((edge) => first.values[edge]!),
    callee: edgeOrder.map((edge) => second.values[edge]!),
  }
}

/** frame → group of its function. */
function groupsOfFrames(frames: FrameTable, groupOf: Int32Array): Int32Array {
  return frames.function.map((fn) => groupOf[fn]!)
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
  return tally(allocator, layout, stacks, sumRows(allocator, stacks.length, [summandOf(samples, column)]))
}

function summandOf({ stack, length }: SampleTable, column: NumberColumn): Summand {
  return { column, rows: stack, length }
}

/** Calls as `self`, primitive calls as `total`: only the entries of outermost activations. */
function callTally(allocator: Allocator, layout: Layout, stacks: StackTable, column: NumberColumn): Tally {
  const calls = { column, rows: null, length: stacks.length }
  return tally(allocator, layout, null, sumRows(allocator, stacks.length, [calls], Number.NaN))
}

/** What each stack weighs, added up; the total of one is what it and all below it in `stacks` weigh, null: its own. */
function tally(allocator: Allocator, layout: Layout, stacks: StackTable | null, own: ExactSums): Tally {
  const add = (functionBit: number, edgeBit: number) => {
    const high = addUp(allocator, layout, own.high, functionBit, edgeBit)
    const low = own.low === null ? null : addUp(allocator, layout, own.low, functionBit, edgeBit)
    const finish = (key: keyof typeof high): NumberColumn =>
      finishSums({ integers: own.integers, high: high[key], low: low === null ? null : low[key] })
    return { functions: finish('functions'), edges: finish('edges') }
  }
  const self = add(FUNCTION, EDGE)
  // In place: a million stacks are eight megabytes once more otherwise.
  if (stacks !== null) for (const part of [own.high, own.low]) if (part !== null) addToParents(stacks, part)
  const total = add(OUTERMOST_FUNCTION, OUTERMOST_EDGE)
  return { self: self.functions, total: total.functions, edgeSelf: self.edges, edgeTotal: total.edges }
}

/** stack → what it weighs becomes what it and all below it weigh. */
function addToParents({ parent, length }: StackTable, sums: Float64Array): void {
  for (let stack = length - 1; stack >= 0; stack--) {
    const above = parent[stack]!
    if (above !== NONE) sums[above] = sums[above]! + sums[stack]!
  }
}

/** The weights of the stacks that have one of these bits, by function and by edge. */
function addUp(allocator: Allocator, layout: Layout, weights: Float64Array, functionBit: number, edgeBit: number) {
  const { frame, functionOf, edgeOf, edgeOrder, outermost } = layout
  const functions = allocator.float64(layout.functions)
  const edges = allocator.float64(layout.edges)
  for (let stack = 0; stack < edgeOf.length; stack++) {
    const bits = outermost[stack]!
    const weight = weights[stack]!
    if (weight === 0) continue
    if (bits & functionBit) functions[functionOf[frame[stack]!]!]! += weight
    if (bits & edgeBit) edges[edgeOf[stack]!]! += weight
  }
  const ordered = allocator.float64(edges.length)
  for (let edge = 0; edge < ordered.length; edge++) ordered[edge] = edges[edgeOrder[edge]!]!
  allocator.release(edges)
  return { functions, edges: ordered }
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
