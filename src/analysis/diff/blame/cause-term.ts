import type { CallRates } from '../../call-costs/call-rates.js'
import type { AlignedGraph } from '../aligned.js'
import type { Pair } from '../side.js'
import { BLAME_KINDS, type Blame, type BlameKind } from './blame.js'

/** One term, with the numbers that it rests on. */
export interface CauseTerm {
  /** Row in the blame's terms. */
  readonly term: number
  readonly kind: BlameKind
  /** Row that is called, and edge; NONE where the term is not about an edge. */
  readonly callee: number
  readonly edge: number
  readonly delta: number
  /** Standard error of `delta`; null when none was given. */
  readonly error: number | null
  /** Part of the change of the profile total; null when that is 0. */
  readonly share: number | null
  /** Calls of the function (`self`), on the edge, or from outside the profile (`entry`); null where unknown. */
  readonly calls: Pair<number | null>
  /**
   * What changed per call: self of a call (`self`, `context`); calls for one call of the caller (`edge`), for one from
   * outside the cycle (`recursion`). null where there is no call, and for `entry`.
   */
  readonly perCall: Pair<number | null>
}

export function causeTerm(graph: AlignedGraph, blame: Blame, term: number, errors: Float64Array | null): CauseTerm {
  const kind = BLAME_KINDS[blame.kind[term]!]!
  const edge = blame.edge[term]!
  const delta = blame.delta[term]!
  const row = blame.row[term]!
  const { rates } = blame
  return {
    term,
    kind,
    callee: blame.callee[term]!,
    edge,
    delta,
    error: errors === null ? null : errors[term]!,
    share: blame.total === 0 ? null : delta / blame.total,
    calls: [callsOf(graph, kind, row, edge, rates, 0), callsOf(graph, kind, row, edge, rates, 1)],
    perCall:
      rates === null
        ? [null, null]
        : [perCall(graph, kind, row, edge, rates[0], 0), perCall(graph, kind, row, edge, rates[1], 1)],
  }
}

function callsOf(
  { calls, edges }: AlignedGraph,
  kind: BlameKind,
  row: number,
  edge: number,
  rates: Pair<CallRates> | null,
  side: 0 | 1,
): number | null {
  if (kind === 'self') return calls === null ? null : known(calls[side][row]!)
  if (kind === 'entry') return rates === null ? null : rates[side].entries[row]!
  return edges.calls === null ? null : known(edges.calls[side][edge]!)
}

function perCall(
  { edges }: AlignedGraph,
  kind: BlameKind,
  row: number,
  edge: number,
  { selfPerCall, callsPerCall }: CallRates,
  side: 0 | 1,
): number | null {
  if (kind === 'entry') return null
  if (kind === 'self') return known(selfPerCall[row]!)
  if (kind !== 'context') return known(callsPerCall[edge]!)
  return edges.self === null || edges.calls === null ? null : known(edges.self[side][edge]! / edges.calls[side][edge]!)
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
