import { callGraph } from '../model/call-graph.js'
import { addExact, type ExactNumber, exactAt, type NumberColumn, sumColumn } from '../model/numbers.js'
import type { Profile, ValueType } from '../model/profile.js'
import type { CallGraph } from '../model/tables.js'

/** One value type of a profile, with its call graph and what shares relate to. */
export interface Measure {
  readonly profile: Profile
  readonly graph: CallGraph
  /** Index of the value type. */
  readonly value: number
  readonly type: ValueType
  /** The profile total: all samples, those without a stack too, else Σ self; with filters, what it was before them. */
  readonly total: ExactNumber
  /** All calls; null when the source counts none. */
  readonly calls: ExactNumber | null
}

/** The value type `value` of a profile, by default the one that the profile shows first. */
export function measure(profile: Profile, value = profile.defaultValue): Measure {
  const graph = callGraph(profile)
  const self = graph.self[value]
  return {
    profile,
    graph,
    value,
    type: profile.valueTypes[value] ?? { name: 'time', unit: 'none' },
    total:
      profile.wholeTotals?.[value] ??
      sampledTotal(profile, value) ??
      (self === undefined ? 0 : sumColumn(self, graph.length)),
    calls: graph.calls === null ? null : sumCounts(graph.calls, graph.length),
  }
}

/** Σ of the samples, with those whose stack is empty, which are nobody's self; null when no sample has a value. */
export function sampledTotal({ samples }: Profile, value: number): ExactNumber | null {
  const column = samples?.values[value]
  return samples === null || !column ? null : sumColumn(column, samples.length)
}

/** Columns of one kind of row: functions, groups or edges. null where nothing is known of any row. */
export interface CostColumns {
  readonly calls: NumberColumn | null
  readonly primitiveCalls: NumberColumn | null
  readonly self: NumberColumn | null
  readonly total: NumberColumn | null
}

/** What one row costs, in the unit of the value type. Unknown is null. */
export interface Costs {
  readonly calls: ExactNumber | null
  readonly primitiveCalls: ExactNumber | null
  readonly self: ExactNumber | null
  readonly total: ExactNumber | null
  /** self / calls. */
  readonly selfPerCall: number | null
  /** total / primitive calls: total is only charged to calls that are not nested in another of the same function. */
  readonly totalPerCall: number | null
}

export function costColumns({ graph, value }: Measure): CostColumns {
  return {
    calls: graph.calls,
    primitiveCalls: graph.primitiveCalls,
    self: graph.self[value] ?? null,
    total: graph.total[value] ?? null,
  }
}

export function edgeColumns({ graph: { edges }, value }: Measure): CostColumns {
  return {
    calls: edges.calls,
    primitiveCalls: edges.primitiveCalls,
    self: edges.self[value] ?? null,
    total: edges.total[value] ?? null,
  }
}

export function costsAt({ calls, primitiveCalls, self, total }: CostColumns, row: number): Costs {
  const counted = countAt(calls, row)
  const primitive = countAt(primitiveCalls, row)
  const own = valueAt(self, row)
  const all = valueAt(total, row)
  return {
    calls: counted,
    primitiveCalls: primitive,
    self: own,
    total: all,
    selfPerCall: perCall(own, counted),
    totalPerCall: perCall(all, primitive),
  }
}

/** The value of a row; null where it is unknown. */
export function valueAt(column: NumberColumn | null, row: number): ExactNumber | null {
  if (column === null) return null
  const value = exactAt(column, row)
  return Number.isNaN(value) ? null : value
}

/** A number of calls; null where it is unknown, which pyinstrument writes as -1. */
export function countAt(column: NumberColumn | null, row: number): ExactNumber | null {
  const count = valueAt(column, row)
  return count !== null && count >= 0 ? count : null
}

export function perCall(value: ExactNumber | null, calls: ExactNumber | null): number | null {
  return value === null || calls === null || Number(calls) === 0 ? null : Number(value) / Number(calls)
}

/** A part of a whole, 0 to 1 where nothing is negative, else with the part's sign; null when there is no whole. */
export function shareOf(part: ExactNumber | null, whole: ExactNumber | null): number | null {
  if (part === null || whole === null || Number(whole) === 0) return null
  const share = Number(part) / Math.abs(Number(whole))
  return Number.isFinite(share) ? share : null
}

function sumCounts(column: NumberColumn, length: number): ExactNumber | null {
  let sum: ExactNumber | null = null
  for (let row = 0; row < length; row++) {
    const count = countAt(column, row)
    if (count !== null) sum = addExact(sum ?? 0, count)
  }
  return sum
}
