import { Allocator } from '../../../limits.js'
import { NONE } from '../../../model/tables.js'
import type { CallRates } from '../../call-costs/call-rates.js'
import { type CallStructure, callStructure } from '../../call-costs/call-structure.js'
import type { AlignedGraph } from '../aligned.js'
import type { Pair } from '../side.js'
import { sumOf } from '../sum.js'
import { contextTerms } from './context-terms.js'
import { countedTerms } from './counted-terms.js'

/**
 * What a term says. `self`: a call of the function costs more or less in itself. `edge`: the caller calls the callee
 * more or less often per call of its own. `recursion`: the same of an edge that leads back up its cycle, per call from
 * outside into the cycle. `entry`: the function is called more or less often by nobody in the profile (main, callbacks).
 * `context`: the callee costs more or less when this caller calls it, and not from its other callers.
 */
export const BLAME_KINDS = ['self', 'edge', 'recursion', 'entry', 'context'] as const
export type BlameKind = (typeof BLAME_KINDS)[number]

/**
 * What can be a cause, whether it changed or not: term → what it is about. First `self` of every row, then every edge
 * (`edge` or `recursion`), then `entry` of every row, then `context` of every edge.
 */
export interface BlameTerms {
  readonly length: number
  /** term → index in {@link BLAME_KINDS}. */
  readonly kind: Uint8Array
  /** term → row to blame: the caller where the term is about an edge. */
  readonly row: Int32Array
  /** term → row that is called, and edge; {@link NONE} where the term is not about an edge. */
  readonly callee: Int32Array
  readonly edge: Int32Array
}

/** The change of the profile total, in terms that exclude each other and sum to it. */
export interface Blame extends BlameTerms {
  /** term → its part of the change, in the diff's unit; 0 for most. */
  readonly delta: Float64Array
  /** The change of the sum of self. */
  readonly total: number
  /**
   * What the terms rest on, before and after. null when not both sides count calls: then there are only `self` and
   * `context`, and nothing tells "called more often" from "costs more".
   */
  readonly rates: Pair<CallRates> | null
}

/** What blame needs to know of a graph besides its numbers: the same for every pair of runs. */
export interface BlamePlan {
  readonly structure: CallStructure
  readonly terms: BlameTerms
}

/** A plan for this graph and for others over the same rows and edges, whose terms then are comparable one by one. */
export function blamePlan(graph: AlignedGraph): BlamePlan {
  const { length, calls, self, total, edges } = graph
  // Up in a cycle is what costs most with all it calls; then what is called least, as wrappers are called by loops.
  const heights = [bothSides(length, total, 1), bothSides(length, calls, -1), bothSides(length, self, -1)]
  const structure = callStructure(length, edges, heights)
  return { structure, terms: layOut(structure) }
}

function bothSides(length: number, pair: Pair<Float64Array> | null, sign: 1 | -1): Float64Array {
  const sums = new Allocator().float64(length)
  if (pair === null) return sums
  for (let row = 0; row < length; row++) sums[row] = sign * ((pair[0][row]! || 0) + (pair[1][row]! || 0))
  return sums
}

/**
 * Explains the change of the profile total by what functions and callers do differently. What merely follows from that
 * appears nowhere: a function that is called more often because its caller is called more often has no term for it.
 * Each term is the same with its sign turned when time is. Exact on any graph, with cycles, functions that are new or
 * gone, and counts that contradict each other: whatever calls do not explain is in the function's `self`.
 */
export function blame(graph: AlignedGraph, plan: BlamePlan = blamePlan(graph)): Blame {
  const { terms, structure } = plan
  const delta = new Allocator().float64(terms.length)
  const rates = graph.calls === null ? null : countedTerms(graph, structure, delta)
  if (rates === null)
    for (let row = 0; row < graph.length; row++) delta[row] = graph.self[1][row]! - graph.self[0][row]!
  contextTerms(graph, structure, delta)
  return { ...terms, delta, total: sumOf(graph.self[1]) - sumOf(graph.self[0]), rates }
}

/** row → the sum of its terms. */
export function blameByRow({ delta, row, length }: Blame, rows: number): Float64Array {
  const sums = new Allocator().float64(rows)
  for (let term = 0; term < length; term++) sums[row[term]!] = sums[row[term]!]! + delta[term]!
  return sums
}

function layOut({ functions, edges, back }: CallStructure): BlameTerms {
  const allocator = new Allocator()
  const length = 2 * functions + 2 * edges.length
  const kind = allocator.bytes(length)
  const row = allocator.int32(length)
  const callee = allocator.int32(length).fill(NONE)
  const edge = allocator.int32(length).fill(NONE)
  let term = 0
  const addRows = (code: number): void => {
    for (let fn = 0; fn < functions; fn++, term++) {
      kind[term] = code
      row[term] = fn
    }
  }
  const addEdges = (codeOf: (edge: number) => number): void => {
    for (let index = 0; index < edges.length; index++, term++) {
      kind[term] = codeOf(index)
      row[term] = edges.caller[index]!
      callee[term] = edges.callee[index]!
      edge[term] = index
    }
  }
  addRows(codeOf('self'))
  addEdges((index) => codeOf(back[index] === 1 ? 'recursion' : 'edge'))
  addRows(codeOf('entry'))
  addEdges(() => codeOf('context'))
  return { length, kind, row, callee, edge }
}

function codeOf(kind: BlameKind): number {
  return BLAME_KINDS.indexOf(kind)
}
