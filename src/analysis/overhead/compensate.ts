import { Allocator } from '../../limits.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { NumberColumn } from '../../model/numbers.js'
import { unitFactor } from '../../units.js'
import { callCosts } from '../call-costs/solve.js'
import type { Measure } from '../costs.js'
import { sumOf } from '../diff/sum.js'
import { callWork } from '../what-if/call-work.js'
import type { CallOverhead, Overhead } from './overhead.js'

/** The costs of functions without those of the profiler, in the unit of the value type. */
export interface Compensation {
  /** What was used: rough constants are lowered to what the profile leaves possible. */
  readonly overhead: Overhead
  /** function → self; finite, never below 0. */
  readonly self: Float64Array
  /** function → total; finite. */
  readonly total: Float64Array
  /** The profile total that remains. */
  readonly whole: number
  /** What was subtracted in all. */
  readonly subtracted: number
  /** The calls on their own would have cost that much: more, where functions had less than that, or the cap held. */
  readonly expected: number
  /** What `plainTime` left to be subtracted at most; null without one. */
  readonly cap: number | null
  /**
   * function → 1 where more than 80 % of self was the profiler's: what is left is its error, no measurement. 2 where
   * that is so of the total too.
   */
  readonly unresolved: Uint8Array
}

/** A correction above this share of what was measured leaves nothing but its own error. */
const RESOLUTION = 0.8

/** Calls, received and made, of which the mean is trusted. */
const MANY = 1000

export interface CompensationOptions {
  /** How long the program runs without a profiler, in the unit of the value type: no more than the rest is subtracted. */
  readonly plainTime?: number | null
}

/**
 * Takes from each function what the profiler added to its calls and to those that it makes: with N calls, n calls of
 * callees, and the profiler's time per call in callee and caller,
 *
 *     self' = max(0, self - inside·N - Σ outside·n)
 *
 * Totals follow from self', shared out over callers as the totals are, so that the tree adds up. Recursive functions
 * keep the proportion of total to what they cost by their calls. null where calls or time are not known: samples, heap.
 */
export function compensate(
  measure: Measure,
  overhead: Overhead,
  { plainTime = null }: CompensationOptions = {},
): Compensation | null {
  const { graph, value, type, profile } = measure
  const factor = unitFactor('seconds', type.unit)
  const column = graph.self[value]
  if (factor === null || graph.calls === null || column === undefined || profile.source.method === 'sampled')
    return null
  const { length } = graph
  const allocator = new Allocator()
  const raw = finite(column, length)
  const added = addedTo(measure, overhead, factor)
  const possible = overhead.quality === 'rough' ? possiblePart(measure, raw, added) : 1
  for (let fn = 0; fn < length; fn++) added[fn] = added[fn]! * possible
  const expected = sumOf(added)
  for (let fn = 0; fn < length; fn++) added[fn] = Math.max(0, Math.min(added[fn]!, raw[fn]!))
  const cap = plainTime === null ? null : Math.max(0, sumOf(raw) - plainTime)
  const most = sumOf(added)
  const part = cap !== null && most > cap ? cap / most : 1
  const self = allocator.float64(length)
  for (let fn = 0; fn < length; fn++) self[fn] = raw[fn]! - added[fn]! * part
  const total = totalsOf(measure, raw, self)
  const unresolved = allocator.bytes(length)
  for (let fn = 0; fn < length; fn++) {
    const before = graph.total[value]!.values[fn]!
    if (self[fn]! >= raw[fn]! * (1 - RESOLUTION)) continue
    unresolved[fn] = total[fn]! < before * (1 - RESOLUTION) ? 2 : 1
  }
  const subtracted = most * part
  return {
    overhead: scaled(overhead, possible),
    self,
    total,
    whole: Number(measure.total) - subtracted,
    subtracted,
    expected,
    cap,
    unresolved,
  }
}

/** function → what the profiler added to self. */
function addedTo({ graph, profile }: Measure, overhead: Overhead, factor: number): Float64Array {
  const { length, edges } = graph
  const allocator = new Allocator()
  const isBuiltin = allocator.bytes(length)
  for (let fn = 0; fn < length; fn++) isBuiltin[fn] = describeFunction(profile, fn).category === 'builtin' ? 1 : 0
  const costOf = (fn: number): CallOverhead => (isBuiltin[fn] === 1 ? overhead.builtins : overhead.calls)
  const added = allocator.float64(length)
  for (let fn = 0; fn < length; fn++) added[fn] = count(graph.calls, fn) * costOf(fn).inside * factor
  for (let edge = 0; edge < edges.length; edge++) {
    const from = edges.caller[edge]!
    added[from] = added[from]! + count(edges.calls, edge) * costOf(edges.callee[edge]!).outside * factor
  }
  return added
}

/**
 * The part of rough constants that the profile does not refute: a function with many calls cannot have cost less than
 * the profiler added to it, so where it did, calls were profiled faster on that machine.
 */
function possiblePart({ graph }: Measure, raw: Float64Array, added: Float64Array): number {
  const { edges, length } = graph
  const events = new Allocator().float64(length)
  for (let fn = 0; fn < length; fn++) events[fn] = count(graph.calls, fn)
  for (let edge = 0; edge < edges.length; edge++) {
    events[edges.caller[edge]!] = events[edges.caller[edge]!]! + count(edges.calls, edge)
  }
  let part = 1
  for (let fn = 0; fn < length; fn++) {
    if (events[fn]! >= MANY && raw[fn]! < part * added[fn]!) part = Math.max(0, raw[fn]! / added[fn]!)
  }
  return part
}

function scaled(overhead: Overhead, part: number): Overhead {
  const by = ({ inside, outside }: CallOverhead): CallOverhead => ({ inside: inside * part, outside: outside * part })
  return part === 1 ? overhead : { ...overhead, calls: by(overhead.calls), builtins: by(overhead.builtins) }
}

/** function → total that follows from self, in proportion to the total that was measured. */
function totalsOf({ graph, value }: Measure, raw: Float64Array, self: Float64Array): Float64Array {
  const { structure, counts, rates } = callWork(graph, value, raw)
  const { of } = structure.components
  const before = callCosts(structure, rates)
  const selfPerCall = self.map((cost, fn) => cost / counts.calls[fn]!)
  const after = callCosts(structure, { selfPerCall, callsPerCall: rates.callsPerCall })
  const isEntered = new Allocator().bytes(graph.length)
  for (let fn = 0; fn < graph.length; fn++) if (rates.entries[fn]! > 0) isEntered[fn] = 1
  for (let edge = 0; edge < graph.edges.length; edge++) {
    const callee = graph.edges.callee[edge]!
    if (of[graph.edges.caller[edge]!] !== of[callee]) isEntered[callee] = 1
  }
  const total = finite(graph.total[value]!, graph.length)
  for (let fn = 0; fn < graph.length; fn++) {
    // Of a cycle, what comes back belongs to the functions that are called from outside of it.
    const key = isEntered[fn] === 1 ? 'entered' : 'once'
    const [from, to] = [before[key][fn]!, after[key][fn]!]
    total[fn] = Math.max(self[fn]!, from > 0 ? total[fn]! * (to / from) : total[fn]!)
  }
  return total
}

function count(column: NumberColumn | null, row: number): number {
  const calls = column === null ? 0 : column.values[row]!
  return calls > 0 && Number.isFinite(calls) ? calls : 0
}

function finite(column: NumberColumn, length: number): Float64Array {
  const values = new Allocator().float64(length)
  for (let row = 0; row < length; row++) values[row] = Number.isFinite(column.values[row]) ? column.values[row]! : 0
  return values
}
