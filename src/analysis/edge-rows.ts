import { calleesOf, callersOf } from '../model/adjacency.js'
import { addExact, type ExactNumber } from '../model/numbers.js'
import type { Profile } from '../model/profile.js'
import type { FunctionIndex } from '../model/tables.js'
import {
  type Costs,
  costColumns,
  costsAt,
  countAt,
  edgeColumns,
  type Measure,
  measure,
  shareOf,
  valueAt,
} from './costs.js'
import { functionTexts, type RowOptions } from './function-rows.js'
import { selectFunctions } from './selection.js'
import { sortRows } from './sort-rows.js'

export type Direction = 'callers' | 'callees'

/** What a function costs when one other calls it. */
export interface EdgeRow extends Costs {
  readonly caller: FunctionIndex
  readonly callee: FunctionIndex
  /** The edge's total in the total of the function that was asked for; null when either is unknown. */
  readonly share: number | null
}

export interface EdgeRows {
  readonly measure: Measure
  readonly direction: Direction
  /** The functions that were asked for. */
  readonly matched: Int32Array
  readonly length: number
  /** Edges before the selection. */
  readonly all: number
  /** Callers that the profile does not name; null when there are none or nothing is known of them. Only for callers. */
  readonly outside: OutsideCalls | null
  row(index: number): EdgeRow
}

/** Calls of the matched functions that come from none of the profile's functions. */
export interface OutsideCalls {
  readonly calls: ExactNumber
}

/**
 * Who calls the functions, or whom they call, dearest first. The selection and the sort keys that are texts go by the
 * function at the other end.
 */
export function edgeRows(
  profile: Profile,
  matched: Int32Array,
  direction: Direction,
  options: RowOptions = {},
): EdgeRows {
  const measured = measure(profile, options.value)
  const { edges } = measured.graph
  const adjacent = direction === 'callers' ? callersOf(measured.graph) : calleesOf(measured.graph)
  const others = direction === 'callers' ? edges.caller : edges.callee
  const own = direction === 'callers' ? edges.callee : edges.caller
  const columns = edgeColumns(measured)
  const selected = selectFunctions(profile, options)
  let all = 0
  for (const fn of matched) all += adjacent.of(fn).length
  const rows = new Int32Array(all)
  let length = 0
  for (const fn of matched) {
    for (const edge of adjacent.of(fn)) if (selected?.[others[edge]!] !== 0) rows[length++] = edge
  }
  const texts = functionTexts(profile)
  const key = options.sort ?? (hasValues(columns.total) ? 'total' : 'calls')
  const order = sortRows(
    rows.subarray(0, length),
    key,
    columns,
    {
      name: (a, b) => texts.name(others[a]!, others[b]!),
      file: (a, b) => texts.file(others[a]!, others[b]!),
      module: (a, b) => texts.module(others[a]!, others[b]!),
      tie: (a, b) => texts.tie(others[a]!, others[b]!) || texts.tie(own[a]!, own[b]!),
    },
    options.reverse,
  )
  const { total } = costColumns(measured)
  return {
    measure: measured,
    direction,
    matched,
    length,
    all,
    outside: direction === 'callers' ? outsideCalls(measured, matched) : null,
    row(index) {
      const edge = order[index]!
      const costs = costsAt(columns, edge)
      return {
        caller: edges.caller[edge]!,
        callee: edges.callee[edge]!,
        ...costs,
        share: shareOf(costs.total, valueAt(total, own[edge]!)),
      }
    },
  }
}

function hasValues(column: { readonly values: Float64Array } | null): boolean {
  return column?.values.some((value) => !Number.isNaN(value)) ?? false
}

/** Calls that no edge explains. */
export function outsideCalls({ graph }: Measure, matched: Int32Array): OutsideCalls | null {
  if (graph.calls === null || graph.edges.calls === null) return null
  let outside: ExactNumber = 0
  for (const fn of matched) {
    let rest: ExactNumber | null = countAt(graph.calls, fn)
    for (const edge of callersOf(graph).of(fn)) {
      const calls = countAt(graph.edges.calls, edge)
      rest = rest === null || calls === null ? null : addExact(rest, -calls)
    }
    if (rest !== null && rest > 0) outside = addExact(outside, rest)
  }
  return outside > 0 ? { calls: outside } : null
}
