import { Int32Builder } from '../../bytes/columns.js'
import { CallcostError } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { callersOf } from '../../model/adjacency.js'
import { callGraph } from '../../model/call-graph.js'
import { addExact, type ExactNumber, exactAt, type NumberColumn } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import type { StringTable } from '../../model/strings.js'
import {
  type CallGraph,
  type EdgeIndex,
  type FunctionIndex,
  type FunctionTable,
  NO_POSITION,
} from '../../model/tables.js'
import { dimension, unitFactor } from '../../units.js'
import { fileLine } from './python-text.js'

/** The sums over all functions that the head of a report shows. */
export interface StatsTotals {
  readonly calls: ExactNumber
  readonly primitiveCalls: ExactNumber
  /** Seconds. Added up plainly in the order of the file: the last digit of Python's sum depends on it. */
  readonly time: number
}

/**
 * What a `pstats.Stats` object of Python holds: a profile as an ordered dict of functions. Made by {@link statsOf},
 * changed by strip_dirs() and add() only, which make new ones.
 */
export interface Stats {
  /** Lines over the report of print_stats(), one a file. */
  readonly files: readonly Uint8Array[]
  readonly strings: StringTable
  readonly functions: FunctionTable
  readonly graph: CallGraph
  /** The value type of `graph` that is time. */
  readonly value: number
  /** Units of that value in a second. */
  readonly perSecond: number
  /** The functions with an entry, in the order of the dict. Others occur as callers only. */
  readonly entries: Int32Array
  /** function → 1 when it has an entry. */
  readonly isEntry: Uint8Array
  readonly totals: StatsTotals
  /** Print as Python 2.7 does: texts are bytes, and a list without items leaves no blank at the end of its line. */
  readonly python2: boolean
  /** Written by Python 3.15's sampling profiler: the columns have other titles. */
  readonly sampled: boolean
}

/** Details of a profile, written by the pstats reader, that matter to the text. */
const DETAIL = { ghosts: 'pstats.ghosts', python2: 'pstats.python2', sampled: 'pstats.sampled' } as const

/**
 * The Stats of one profile read from a file. Throws when the profile counts neither calls nor samples or measures no time: pstats
 * has no words for that.
 */
export function statsOf(profile: Profile, name: string, modifiedMs: number | null): Stats {
  const { strings, functions, source, valueTypes, defaultValue } = profile
  const { graph, sampled } = countedGraph(profile)
  const type = valueTypes[defaultValue]
  if (graph.length === 0) throw new CallcostError('data', 'there is no function in the profile, and Python prints none')
  if (type === undefined || dimension(type.unit) !== 'time') {
    throw new CallcostError('data', `pstats prints times, and ${type?.name ?? 'the profile'} is none`, {
      hint: 'choose a value type that is a time with --value, or use callcost analyze',
    })
  }
  if (graph.calls === null) {
    throw new CallcostError('data', 'pstats prints calls or samples, and the profile counts neither', {
      hint: 'callcost analyze shows such profiles',
    })
  }
  const { entries, isEntry } = entriesOf(profile)
  const perSecond = unitFactor('seconds', type.unit) ?? 1
  const head = { graph, value: defaultValue, perSecond }
  return {
    ...head,
    files: [fileLine(name, modifiedMs)],
    strings,
    functions,
    entries,
    isEntry,
    totals: totalsOf(head, entries),
    python2: source.details.get(DETAIL.python2) === true,
    sampled: sampled || source.details.get(DETAIL.sampled) === true,
  }
}

/**
 * The call graph with something to count. Python 3.15 writes samples in the place of calls: those with the function on
 * top of the stack are the primitive ones, those with it anywhere on the stack are all; of a caller only how often.
 */
function countedGraph(profile: Profile): { readonly graph: CallGraph; readonly sampled: boolean } {
  const { valueTypes } = profile
  const graph = callGraph(profile)
  const samples = valueTypes.findIndex(({ name, unit }) => name === 'samples' && unit === 'count')
  if (graph.calls !== null || samples < 0) return { graph, sampled: false }
  const { edges } = graph
  const unknown = valueTypes.map(() => null)
  const counts = { calls: edges.total[samples] ?? null, primitiveCalls: null, self: unknown, total: unknown }
  return {
    graph: {
      ...graph,
      calls: graph.total[samples]!,
      primitiveCalls: graph.self[samples]!,
      edges: { ...edges, ...counts },
    },
    sampled: true,
  }
}

function entriesOf({ functions, source }: Profile): Pick<Stats, 'entries' | 'isEntry'> {
  const allocator = new Allocator()
  const ghosts = Number(source.details.get(DETAIL.ghosts) ?? 0)
  const count = Math.max(0, functions.length - ghosts)
  const entries = allocator.int32(count)
  for (let fn = 0; fn < count; fn++) entries[fn] = fn
  return { entries, isEntry: allocator.bytes(functions.length).fill(1, 0, count) }
}

function totalsOf(stats: Pick<Stats, 'graph' | 'value' | 'perSecond'>, entries: Int32Array): StatsTotals {
  let time = 0
  for (let i = 0; i < entries.length; i++) time += selfSeconds(stats, entries[i]!)
  const { calls, primitiveCalls } = stats.graph
  return { calls: sumOf(calls, entries), primitiveCalls: sumOf(primitiveCalls ?? calls, entries), time }
}

function sumOf(column: NumberColumn | null, entries: Int32Array): ExactNumber {
  if (column === null) return 0
  let sum: ExactNumber = 0
  for (let i = 0; i < entries.length; i++) sum = addExact(sum, exactAt(column, entries[i]!))
  return sum
}

/** Line as Python has it: built-ins and whatever has none are at line 0. */
export function lineOf({ functions }: Pick<Stats, 'functions'>, fn: FunctionIndex): number {
  const line = functions.line[fn]!
  return line === NO_POSITION ? 0 : line
}

export function callsOf({ graph }: Stats, fn: FunctionIndex): ExactNumber {
  return graph.calls === null ? Number.NaN : exactAt(graph.calls, fn)
}

/** Primitive calls; all calls where the source does not tell them apart. */
export function primitiveCallsOf(stats: Stats, fn: FunctionIndex): ExactNumber {
  const { primitiveCalls } = stats.graph
  return primitiveCalls === null ? callsOf(stats, fn) : exactAt(primitiveCalls, fn)
}

export function selfSeconds(
  { graph, value, perSecond }: Pick<Stats, 'graph' | 'value' | 'perSecond'>,
  fn: FunctionIndex,
): number {
  return graph.self[value]!.values[fn]! / perSecond
}

export function totalSeconds({ graph, value, perSecond }: Stats, fn: FunctionIndex): number {
  return graph.total[value]!.values[fn]! / perSecond
}

/** One caller of a function: `(calls, primitive calls, self, total)`, or in the old style of the `profile` module only how often. */
export interface CallerCell {
  readonly calls: ExactNumber
  /** null in the old style. */
  readonly times: { readonly primitiveCalls: ExactNumber; readonly self: number; readonly total: number } | null
}

/** What an edge says. It is of the old style when its calls are all that is known. */
export function callerCell({ graph, value, perSecond }: Stats, edge: EdgeIndex): CallerCell {
  const { edges } = graph
  const calls = cell(edges.calls, edge)
  const primitiveCalls = cell(edges.primitiveCalls, edge)
  const self = edges.self[value]?.values[edge] ?? Number.NaN
  const total = edges.total[value]?.values[edge] ?? Number.NaN
  if (Number.isNaN(primitiveCalls) && Number.isNaN(self) && Number.isNaN(total)) return { calls, times: null }
  return {
    calls,
    times: {
      primitiveCalls: Number.isNaN(primitiveCalls) ? calls : primitiveCalls,
      self: self / perSecond,
      total: total / perSecond,
    },
  }
}

function cell(column: NumberColumn | null, row: number): ExactNumber {
  return column === null ? Number.NaN : exactAt(column, row)
}

/** The functions called by `('jprofile', 0, 'profiler')`, which print_stats() names over its totals. */
export function topLevel(stats: Stats): Int32Array {
  const found = new Int32Builder(new Allocator(), 0)
  const { strings, functions, graph, entries } = stats
  const file = strings.find('jprofile')
  const name = strings.find('profiler')
  if (file < 0 || name < 0) return found.finish()
  const callers = callersOf(graph)
  for (let i = 0; i < entries.length; i++) {
    const edges = callers.of(entries[i]!)
    for (let at = 0; at < edges.length; at++) {
      const caller = graph.edges.caller[edges[at]!]!
      if (functions.file[caller] === file && functions.name[caller] === name && lineOf(stats, caller) === 0) {
        found.push(entries[i]!)
        break
      }
    }
  }
  return found.finish()
}
