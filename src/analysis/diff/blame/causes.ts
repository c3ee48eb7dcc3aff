import { Allocator } from '../../../limits.js'
import type { AlignedGraph } from '../aligned.js'
import { type Blame, blameByRow } from './blame.js'
import { type CauseTerm, causeTerm } from './cause-term.js'

export interface CauseOptions {
  /** At most so many causes, and so many terms of each. Default 10. */
  readonly limit?: number
  /** Stop when the causes so far come this close to the change, as a share of it. Default 0.9: between 90 and 110 %. */
  readonly enough?: number
  /** term → standard error of its delta. A cause is ranked by what of it is above 1.64 of them. */
  readonly termErrors?: Float64Array | null
  /** row → standard error of the sum of its terms; without it, that of independent terms. */
  readonly rowErrors?: Float64Array | null
  /** row → not 0: what happened there is known and no cause (code that moved); it keeps its part of the sum. */
  readonly neutral?: Uint8Array | null
}

/** All terms that blame one function. */
export interface Cause extends Pick<CauseTerm, 'delta' | 'error' | 'share'> {
  readonly row: number
  /** Largest first, without those of 0; the first one gives the cause its name. */
  readonly terms: readonly CauseTerm[]
}

export interface Causes {
  /** Largest first. */
  readonly list: readonly Cause[]
  /** Number of functions that are blamed for anything, in `list` or not. */
  readonly length: number
  /** Part of the change of the profile total that `list` sums to; null when that is 0. */
  readonly explained: number | null
  /** Sum of the terms of neutral rows. */
  readonly neutral: number
}

/** One-sided 95 %. */
const CERTAIN = 1.64

/** The causes of a change, most important first. */
export function causesOf(graph: AlignedGraph, blame: Blame, options: CauseOptions = {}): Causes {
  const { limit = 10, enough = 0.9, termErrors = null, neutral = null } = options
  const delta = blameByRow(blame, graph.length)
  const errors = options.rowErrors ?? (termErrors === null ? null : independent(blame, termErrors, graph.length))
  const weight = new Allocator().float64(graph.length)
  let blamed = 0
  let isNeutral = 0
  for (let row = 0; row < graph.length; row++) {
    // What may be nothing is all alike; among it the larger first.
    weight[row] = Math.max(0, Math.abs(delta[row]!) - (errors === null ? 0 : CERTAIN * errors[row]!))
    if (neutral !== null && neutral[row] !== 0) isNeutral += delta[row]!
    else if (delta[row] !== 0) blamed++
  }
  const ranked = new Allocator().int32(blamed)
  for (let row = 0, at = 0; row < graph.length; row++) {
    if (delta[row] !== 0 && (neutral === null || neutral[row] === 0)) ranked[at++] = row
  }
  ranked.sort((a, b) => weight[b]! - weight[a]! || Math.abs(delta[b]!) - Math.abs(delta[a]!) || a - b)

  const termsOf = termsByRow(blame, graph.length)
  const share = (part: number): number | null => (blame.total === 0 ? null : part / blame.total)
  const list: Cause[] = []
  let sum = 0
  for (const row of ranked) {
    if (list.length >= limit) break
    // Of no change at all nothing is ever enough: the ratio is no number, or infinite.
    if (list.length > 0 && Math.abs(1 - sum / blame.total) <= 1 - enough) break
    const terms = termsOf(row).sort((a, b) => Math.abs(blame.delta[b]!) - Math.abs(blame.delta[a]!) || a - b)
    list.push({
      row,
      delta: delta[row]!,
      error: errors === null ? null : errors[row]!,
      share: share(delta[row]!),
      terms: Array.from(terms.subarray(0, limit), (term) => causeTerm(graph, blame, term, termErrors)),
    })
    sum += delta[row]!
  }
  return { list, length: blamed, explained: share(sum), neutral: isNeutral }
}

function independent({ length, row }: Blame, termErrors: Float64Array, rows: number): Float64Array {
  const sums = new Allocator().float64(rows)
  for (let term = 0; term < length; term++) sums[row[term]!] = sums[row[term]!]! + termErrors[term]! ** 2
  return sums.map(Math.sqrt)
}

/** The terms of a row that are not 0. */
function termsByRow({ length, row, delta }: Blame, rows: number): (row: number) => Int32Array {
  const allocator = new Allocator()
  const next = allocator.int32(rows + 1)
  for (let term = 0; term < length; term++) if (delta[term] !== 0) next[row[term]! + 1] = next[row[term]! + 1]! + 1
  for (let index = 0; index < rows; index++) next[index + 1] = next[index + 1]! + next[index]!
  const start = Int32Array.from(next)
  const terms = allocator.int32(start[rows]!)
  for (let term = 0; term < length; term++) {
    if (delta[term] === 0) continue
    const at = next[row[term]!]!
    terms[at] = term
    next[row[term]!] = at + 1
  }
  return (index) => terms.subarray(start[index]!, start[index + 1]!)
}
