import { NONE } from '../../model/tables.js'
import type { AlignedGraph } from './aligned.js'
import { sumOf } from './sum.js'

/** A function that grows faster than its input. Exponents: 1 is linear, 2 quadratic; null where they are unknown. */
export interface Growth {
  readonly row: number
  readonly callsExponent: number | null
  readonly selfExponent: number | null
  /** The row that makes most of the calls after, and {@link NONE} when nobody does. */
  readonly caller: number
}

/** From here on growth is worth a word: fixed costs make linear work look like less, never like so much more. */
const EXPONENT = 1.5

/** Part of the profile total after that a function has to have, with all it calls. */
const SHARE = 0.01

/** And of its own, where only its time says that it grows: short times are noisy, counts are not. */
const OWN_SHARE = 0.1

/**
 * The functions that grow faster than their input, those that cost most first: calls or own time grow at least with the
 * power of 1.5 of the input, times only where their part of the whole rises. `scale`: how many times larger the input after is.
 */
export function growthOf(graph: AlignedGraph, scale: number): Growth[] {
  const { self, total, calls, length } = graph
  const whole = [sumOf(self[0]), sumOf(self[1])] as const
  const exponent = (before: number, after: number): number | null =>
    before > 0 && after > 0 ? Math.log(after / before) / Math.log(scale) : null
  const found: Growth[] = []
  for (let row = 0; row < length; row++) {
    if (total[1][row]! < SHARE * whole[1]) continue
    const callsExponent = calls === null ? null : exponent(calls[0][row]!, calls[1][row]!)
    const isOwn = self[1][row]! >= OWN_SHARE * whole[1] && self[1][row]! / whole[1] > self[0][row]! / whole[0]
    const selfExponent = exponent(self[0][row]!, self[1][row]!)
    const isSteep = (callsExponent ?? 0) >= EXPONENT || (isOwn && (selfExponent ?? 0) >= EXPONENT)
    if (isSteep) found.push({ row, callsExponent, selfExponent, caller: mainCaller(graph, row) })
  }
  return found.sort((a, b) => self[1][b.row]! - self[1][a.row]! || a.row - b.row)
}

function mainCaller({ edges }: AlignedGraph, row: number): number {
  const weights = edges.calls ?? edges.total
  let caller = NONE
  let most = 0
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges.callee[edge] !== row || edges.caller[edge] === row) continue
    const weight = weights?.[1][edge] ?? 0
    if (weight > most) {
      most = weight
      caller = edges.caller[edge]!
    }
  }
  return caller
}
