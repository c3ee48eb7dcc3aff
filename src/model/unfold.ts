import { Float64Builder, Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import { calleesOf } from './adjacency.js'
import { componentsOf } from './components.js'
import type { Flow } from './flow.js'
import { type CallGraph, NONE } from './tables.js'

/** A call graph unfolded into a tree of paths; rows are nodes, parents before children. */
export interface Unfolded {
  readonly length: number
  readonly parent: Int32Array
  /** node → function; {@link BELOW_THRESHOLD} or a {@link recursionLabel} for leaves that stand for something cut off. */
  readonly label: Int32Array
  /** value type → node → weight of the node itself. */
  readonly own: readonly Float64Array[]
  /** node → how far its weight may be off, 0..1: the widest bounds of all callers on its path. */
  readonly doubt: Float64Array
}

export interface UnfoldLimits {
  /** Nodes that are unfolded further, heaviest first; leaves come on top. */
  readonly nodes: number
  /** Share of the whole below which a path is not followed. */
  readonly threshold: number
}

/** Shares of the whole up to this are what rounding leaves when a budget is handed out in parts. */
const ROUNDING = 1e-12

/** The label of a leaf that holds what was too light to follow. */
export const BELOW_THRESHOLD = -1

/** The label of a leaf that holds what calls back into function `fn` of the same path. */
export function recursionLabel(fn: number): number {
  return -2 - fn
}

/** The function of a {@link recursionLabel}. */
export function recursionTarget(label: number): number {
  return -2 - label
}

/**
 * Unfolds a graph from its entries, the heaviest paths first. Each node passes on what it has in the proportions that
 * the graph knows for its function, whoever called it: exact for a function and its direct callers, a guess beyond.
 * `flows[main]` decides what is followed; other value types go along.
 */
export function unfold(
  graph: CallGraph,
  flows: readonly Flow[],
  main: number,
  limits: UnfoldLimits,
  allocator: Allocator,
): Unfolded {
  return new Unfolding(graph, flows, main, limits, allocator).run()
}

class Unfolding {
  readonly #graph: CallGraph
  readonly #flows: readonly Flow[]
  readonly #main: number
  readonly #limits: UnfoldLimits
  readonly #component: Int32Array
  /** Edges by caller, heaviest first, so that what is too light is one tail. */
  readonly #start: Int32Array
  readonly #edges: Int32Array
  readonly #parent: Int32Builder
  readonly #label: Int32Builder
  /** node → edge that leads to it; {@link NONE} for a root. */
  readonly #edge: Int32Builder
  /** value type → node → what it and all below it weigh. */
  readonly #weight: readonly Float64Builder[]
  readonly #own: readonly Float64Builder[]
  readonly #doubt: Float64Builder
  readonly #heap: NodeHeap
  #followed = 0

  constructor(graph: CallGraph, flows: readonly Flow[], main: number, limits: UnfoldLimits, allocator: Allocator) {
    this.#graph = graph
    this.#flows = flows
    this.#main = main
    this.#limits = limits
    this.#component = componentsOf(graph).of
    const callees = calleesOf(graph)
    this.#start = callees.start
    this.#edges = Int32Array.from(callees.edges)
    const { edgeTotal } = flows[main]!
    for (let fn = 0; fn < graph.length; fn++) {
      this.#edges
        .subarray(this.#start[fn]!, this.#start[fn + 1]!)
        .sort((a, b) => edgeTotal[b]! - edgeTotal[a]! || a - b)
    }
    this.#parent = new Int32Builder(allocator)
    this.#label = new Int32Builder(allocator)
    this.#edge = new Int32Builder(allocator)
    this.#weight = flows.map(() => new Float64Builder(allocator))
    this.#own = flows.map(() => new Float64Builder(allocator))
    this.#doubt = new Float64Builder(allocator)
    this.#heap = new NodeHeap(allocator, this.#weight[main]!)
  }

  run(): Unfolded {
    this.#addRoots()
    for (let node = this.#heap.pop(); node !== NONE; node = this.#heap.pop()) this.#expand(node)
    return {
      length: this.#parent.length,
      parent: this.#parent.finish(),
      label: this.#label.finish(),
      own: this.#own.map((column) => column.finish()),
      doubt: this.#doubt.finish(),
    }
  }

  #addRoots(): void {
    const { entry } = this.#flows[this.#main]!
    const roots = Int32Array.from(entry.keys()).filter((fn) => entry[fn]! > 0)
    roots.sort((a, b) => entry[b]! - entry[a]! || a - b)
    const rest = this.#flows.map((flow) => flow.sum)
    for (const fn of roots) {
      if (this.#isTooLight(entry[fn]!)) break
      const given = this.#flows.map((flow) => flow.entry[fn]!)
      this.#follow(this.#add(NONE, fn, NONE, given, 0))
      subtract(rest, given)
    }
    this.#addLeaf(NONE, BELOW_THRESHOLD, rest, 0)
  }

  /** Gives a node its own weight and passes on the rest. */
  #expand(node: number): void {
    const fn = this.#label.values[node]!
    const doubt = this.#doubt.values[node]!
    const rest = this.#flows.map((_, value) => this.#budget(node, fn, value))
    const budget = rest.slice()
    const { edgeTotal, below } = this.#flows[this.#main]!
    for (let at = this.#start[fn]!; at < this.#start[fn + 1]!; at++) {
      const edge = this.#edges[at]!
      if (this.#isTooLight((budget[this.#main]! * edgeTotal[edge]!) / below[fn]!)) break
      const given = this.#flows.map((flow, value) =>
        flow.below[fn]! > 0 ? (budget[value]! * flow.edgeTotal[edge]!) / flow.below[fn]! : 0,
      )
      const callee = this.#graph.edges.callee[edge]!
      subtract(rest, given)
      if (this.#isOnPath(node, callee)) this.#addLeaf(node, recursionLabel(callee), given, doubt)
      else this.#follow(this.#add(node, callee, edge, given, Math.max(doubt, this.#doubtOf(node, edge))))
    }
    this.#addLeaf(node, BELOW_THRESHOLD, rest, doubt)
  }

  /** Books what a node costs itself; returns what is left for its callees. */
  #budget(node: number, fn: number, value: number): number {
    const flow = this.#flows[value]!
    const edge = this.#edge.values[node]!
    const weight = this.#weight[value]!.values[node]!
    let share: number
    if (flow.edgeSelf === null || flow.entrySelf === null) share = flow.self[fn]! / (flow.self[fn]! + flow.below[fn]!)
    else if (edge === NONE) share = flow.entrySelf[fn]! / flow.entry[fn]!
    else share = flow.edgeSelf[edge]! / flow.edgeTotal[edge]!
    // Without callees there is nobody else to book it on; 0 / 0 is a node that weighs nothing.
    const own = flow.below[fn] === 0 || Number.isNaN(share) ? weight : weight * Math.min(share, 1)
    this.#own[value]!.values[node] = own
    return weight - own
  }

  /** How wide the bounds of caller → function → callee are, in shares of the estimate. */
  #doubtOf(node: number, edge: number): number {
    const into = this.#edge.values[node]!
    if (into === NONE) return 0
    const { edgeTotal, total } = this.#flows[this.#main]!
    const all = total[this.#label.values[node]!]!
    const high = Math.min(edgeTotal[into]!, edgeTotal[edge]!)
    const low = Math.max(0, edgeTotal[into]! + edgeTotal[edge]! - all)
    const estimate = (edgeTotal[into]! * edgeTotal[edge]!) / all
    return estimate > 0 && high > low ? Math.min(1, (high - low) / estimate) : 0
  }

  #isTooLight(weight: number): boolean {
    // Not "weight < …": NaN is too light as well.
    return !(weight > 0 && weight >= this.#flows[this.#main]!.sum * this.#limits.threshold)
  }

  /** Only functions of one cycle can meet again on a path, so the walk ends where the cycle was entered. */
  #isOnPath(node: number, fn: number): boolean {
    const component = this.#component[fn]
    for (let at = node; at !== NONE; at = this.#parent.values[at]!) {
      const label = this.#label.values[at]!
      if (this.#component[label] !== component) return false
      if (label === fn) return true
    }
    return false
  }

  /** Queues a node; past the limit it becomes a leaf that keeps its own share and cuts off the rest. */
  #follow(node: number): void {
    if (this.#followed++ < this.#limits.nodes) {
      this.#heap.push(node)
      return
    }
    const fn = this.#label.values[node]!
    const rest = this.#flows.map((_, value) => this.#budget(node, fn, value))
    this.#addLeaf(node, BELOW_THRESHOLD, rest, this.#doubt.values[node]!)
  }

  #addLeaf(parent: number, label: number, weights: readonly number[], doubt: number): void {
    const worth = weights.some((weight, value) => weight > this.#flows[value]!.sum * ROUNDING)
    if (!worth) {
      // What rounding left over: back to the parent, so that nothing gets lost.
      if (parent !== NONE) this.#book(parent, weights)
      return
    }
    this.#book(this.#add(parent, label, NONE, weights, doubt), weights)
  }

  #book(node: number, weights: readonly number[]): void {
    for (let value = 0; value < weights.length; value++) {
      const own = this.#own[value]!.values
      const sum = own[node]! + weights[value]!
      // A node without own weight must not end up at -1e-18: formats refuse negative weights.
      own[node] = sum < 0 && -sum <= this.#flows[value]!.sum * ROUNDING ? 0 : sum
    }
  }

  #add(parent: number, label: number, edge: number, weights: readonly number[], doubt: number): number {
    this.#parent.push(parent)
    this.#label.push(label)
    this.#edge.push(edge)
    this.#doubt.push(doubt)
    for (let value = 0; value < weights.length; value++) {
      this.#weight[value]!.push(weights[value]!)
      this.#own[value]!.push(0)
    }
    return this.#parent.length - 1
  }
}

function subtract(rest: number[], given: readonly number[]): void {
  for (let value = 0; value < rest.length; value++) rest[value] = rest[value]! - given[value]!
}

/** Nodes by weight, the heaviest first, of equal ones the oldest. */
class NodeHeap {
  readonly #weight: Float64Builder
  readonly #nodes: Int32Builder

  constructor(allocator: Allocator, weight: Float64Builder) {
    this.#weight = weight
    this.#nodes = new Int32Builder(allocator)
  }

  push(node: number): void {
    this.#nodes.push(node)
    const nodes = this.#nodes.values
    let at = this.#nodes.length - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(node, nodes[above]!)) break
      nodes[at] = nodes[above]!
      at = above
    }
    nodes[at] = node
  }

  /** {@link NONE} when the heap is empty. */
  pop(): number {
    const nodes = this.#nodes.values
    if (this.#nodes.length === 0) return NONE
    const top = nodes[0]!
    const last = nodes[--this.#nodes.length]!
    const { length } = this.#nodes
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= length) break
      if (child + 1 < length && this.#isBefore(nodes[child + 1]!, nodes[child]!)) child++
      if (!this.#isBefore(nodes[child]!, last)) break
      nodes[at] = nodes[child]!
      at = child
    }
    nodes[at] = last
    return top
  }

  #isBefore(a: number, b: number): boolean {
    const weights = this.#weight.values
    return weights[a]! > weights[b]! || (weights[a] === weights[b] && a < b)
  }
}
