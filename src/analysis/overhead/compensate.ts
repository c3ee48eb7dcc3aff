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
   * function → 1 where 80 % of self or more was the profiler's: what is left is its error, no measurement. 2 where that
   * is so of the total too. 0 for all others.
   */
  readonly unresolved: Uint8Array
}

/** A correction above this share of what was measured leaves nothing but its own error. */
const RESOLUTION = 0.8

/** The same, but for rounding. */
const RESOLVED = RESOLUTION * (1 - 1e-9)

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
 * With rough constants a fifth of self is left at least, as they may be off by more than that.
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
  const expected = sumOf(added)
  // Rough constants that leave less would say nothing but how far they are off.
  const allowed = overhead.quality === 'rough' ? RESOLUTION : 1
  const isUnresolved = added.map((cost, fn) => (raw[fn]! > 0 && cost > raw[fn]! * RESOLUTION ? 1 : 0))
  for (let fn = 0; fn < length; fn++) added[fn] = Math.max(0, Math.min(added[fn]!, raw[fn]! * allowed))
  const cap = plainTime === null ? null : Math.max(0, sumOf(raw) - plainTime)
  const most = sumOf(added)
  const part = cap !== null && most > cap ? cap / most : 1
  const self = allocator.float64(length)
  for (let fn = 0; fn < length; fn++) self[fn] = raw[fn]! - added[fn]! * part
  const total = totalsOf(measure, raw, self)
  const unresolved = allocator.bytes(length)
  for (let fn = 0; fn < length; fn++) {
    if (isUnresolved[fn] === 0 || part * added[fn]! < raw[fn]! * RESOLVED) continue
    unresolved[fn] = graph.total[value]!.values[fn]! * (1 - RESOLVED) >= total[fn]! ? 2 : 1
  }
  const subtracted = most * part
  return {
    overhead,
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
