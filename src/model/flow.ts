import { Allocator } from '../limits.js'
import { type Components, componentsOf } from './components.js'
import type { NumberColumn } from './numbers.js'
import type { CallGraph } from './tables.js'

/** One value type of a call graph as weight that flows from the entries along the edges; nothing unknown or negative. */
export interface Flow {
  /** Sum of `self`, which is what flows. */
  readonly sum: number
  readonly self: Float64Array
  readonly total: Float64Array
  readonly edgeTotal: Float64Array
  /** edge → self of the callee; null where the source does not say. */
  readonly edgeSelf: Float64Array | null
  /** function → sum of the totals of the edges out of it. */
  readonly below: Float64Array
  /** function → weight that enters it from outside the graph. They add up to `sum`. */
  readonly entry: Float64Array
  /** function → the part of `entry` that is its own; null when `edgeSelf` is. */
  readonly entrySelf: Float64Array | null
  /** The source has no totals for edges (`profile` module), they were taken from the shares of the calls. */
  readonly estimated: boolean
}

/** Weights below this share of all are what rounding leaves of zero. */
const NOISE = 1e-9

/** How the weight of value type `value` flows through a graph. */
export function flowOf(graph: CallGraph, value: number): Flow {
  const { length, edges } = graph
  const allocator = new Allocator()
  const self = weights(graph.self[value]!, length)
  const total = weights(graph.total[value]!, length)
  const selfColumn = edges.self[value] ?? null
  const totalColumn = edges.total[value] ?? null
  const estimated = totalColumn === null || totalColumn.values.subarray(0, edges.length).some(Number.isNaN)
  const edgeTotal = estimated ? estimateTotals(graph, total, totalColumn) : weights(totalColumn, edges.length)
  const hasSelf = selfColumn !== null && !estimated && !selfColumn.values.subarray(0, edges.length).some(Number.isNaN)
  const edgeSelf = hasSelf ? weights(selfColumn, edges.length) : null

  let sum = 0
  for (let fn = 0; fn < length; fn++) sum += self[fn]!
  const below = allocator.float64(length)
  for (let edge = 0; edge < edges.length; edge++) {
    const caller = edges.caller[edge]!
    below[caller] = below[caller]! + edgeTotal[edge]!
  }
  const entry = entries(graph, { sum, self, total, edgeTotal, estimated })
  const entrySelf = edgeSelf === null ? null : selfOfEntries(graph, self, edgeSelf, entry)
  return { sum, self, total, edgeTotal, edgeSelf, below, entry, entrySelf, estimated }
}

/** The numbers of a column, with 0 for what is unknown or negative. */
function weights(column: NumberColumn, length: number): Float64Array {
  return column.values.subarray(0, length).map((value) => (value > 0 && value < Number.POSITIVE_INFINITY ? value : 0))
}

/** gprof's assumption, for want of anything better: every call of a function costs the same. */
function estimateTotals(graph: CallGraph, total: Float64Array, known: NumberColumn | null): Float64Array {
  const { edges } = graph
  const share = new Float64Array(edges.length)
  const shares = new Float64Array(graph.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const calls = edges.calls?.values[edge] ?? 1
    share[edge] = Number.isNaN(calls) ? 0 : Math.max(calls, 0)
    shares[edges.callee[edge]!] = shares[edges.callee[edge]!]! + share[edge]!
  }
  return share.map((calls, edge) => {
    const callee = edges.callee[edge]!
    const given = known?.values[edge] ?? Number.NaN
    const all = Math.max(shares[callee]!, graph.calls?.values[callee] ?? 0)
    return given >= 0 ? given : all > 0 ? (total[callee]! * calls) / all : 0
  })
}

/**
 * What enters from outside. A whole cycle is exact: its own weight, plus what flows out of it, less what other functions
 * of the graph send in; summed over all cycles that is the sum of self. Which member of a cycle is entered, recorded
 * calls tell: a function has more of them than its callers made. Without calls it is the one that its callers explain
 * least.
 */
function entries(
  graph: CallGraph,
  flow: Pick<Flow, 'sum' | 'self' | 'total' | 'edgeTotal' | 'estimated'>,
): Float64Array {
  const components = componentsOf(graph)
  const claim = claims(graph, flow.total, flow.edgeTotal)
  const weight = flow.estimated ? claimedWeights(components, claim) : componentEntries(graph, components, flow)
  const claimed = claimedWeights(components, claim)
  const heaviest = heaviestMembers(components, flow.total)
  let entered = 0
  for (let component = 0; component < components.count; component++) {
    if (weight[component]! <= flow.sum * NOISE) weight[component] = 0
    entered += weight[component]!
  }
  const entry = new Float64Array(graph.length)
  // A graph without a way in: damaged, or merged from parts. The heaviest function has to do.
  if (entered === 0) {
    let root = -1
    for (const fn of heaviest) if (root < 0 || flow.total[fn]! > flow.total[root]!) root = fn
    if (root >= 0) entry[root] = flow.sum
    return entry
  }
  for (let fn = 0; fn < graph.length; fn++) {
    const component = components.of[fn]!
    const all = claimed[component]!
    const share = all > 0 ? claim[fn]! / all : heaviest[component] === fn ? 1 : 0
    // Faulty files send more into a function than it has; then what enters elsewhere is too much by as much.
    entry[fn] = share * weight[component]! * (flow.sum / entered)
  }
  return entry
}

function componentEntries(
  { edges, length }: CallGraph,
  components: Components,
  { self, edgeTotal }: Pick<Flow, 'self' | 'edgeTotal'>,
): Float64Array {
  const weight = new Float64Array(components.count)
  for (let fn = 0; fn < length; fn++) weight[components.of[fn]!] = weight[components.of[fn]!]! + self[fn]!
  for (let edge = 0; edge < edges.length; edge++) {
    const from = components.of[edges.caller[edge]!]!
    const to = components.of[edges.callee[edge]!]!
    if (from === to) continue
    weight[from] = weight[from]! + edgeTotal[edge]!
    weight[to] = weight[to]! - edgeTotal[edge]!
  }
  return weight
}

/** function → how much of it is not explained by its callers. */
function claims({ edges, calls, length }: CallGraph, total: Float64Array, edgeTotal: Float64Array): Float64Array {
  const counted = calls !== null && edges.calls !== null
  const claim = new Float64Array(length)
  for (let fn = 0; fn < length; fn++) claim[fn] = counted ? calls.values[fn]! : total[fn]!
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    if (counted) claim[callee] = claim[callee]! - edges.calls.values[edge]!
    else if (edges.caller[edge] !== callee) claim[callee] = claim[callee]! - edgeTotal[edge]!
  }
  for (let fn = 0; fn < length; fn++) {
    const perUnit = counted ? total[fn]! / calls.values[fn]! : 1
    claim[fn] = claim[fn]! > 0 && perUnit > 0 ? claim[fn]! * perUnit : 0
  }
  return claim
}

function claimedWeights(components: Components, claim: Float64Array): Float64Array {
  const sums = new Float64Array(components.count)
  for (let fn = 0; fn < claim.length; fn++) sums[components.of[fn]!] = sums[components.of[fn]!]! + claim[fn]!
  return sums
}

function heaviestMembers(components: Components, total: Float64Array): Int32Array {
  const heaviest = new Int32Array(components.count).fill(-1)
  for (let fn = 0; fn < total.length; fn++) {
    const component = components.of[fn]!
    const best = heaviest[component]!
    if (best < 0 || total[fn]! > total[best]!) heaviest[component] = fn
  }
  return heaviest
}

function selfOfEntries(
  { edges }: CallGraph,
  self: Float64Array,
  edgeSelf: Float64Array,
  entry: Float64Array,
): Float64Array {
  const rest = Float64Array.from(self)
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    rest[callee] = rest[callee]! - edgeSelf[edge]!
  }
  return rest.map((weight, fn) => Math.min(Math.max(weight, 0), entry[fn]!))
}
