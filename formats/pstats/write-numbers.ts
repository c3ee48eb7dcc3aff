import { Allocator } from '../../src/limits.js'
import { callGraph } from '../../src/model/call-graph.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import type { CallGraph, EdgeIndex, FunctionIndex } from '../../src/model/tables.js'
import { dimension, unitFactor } from '../../src/units.js'
import { DETAIL } from './details.js'

/** The numbers of a profile as pstats has them. Counts that are not known are 0, which Python shows as a blank per call. */
export interface StatsNumbers {
  readonly graph: CallGraph
  /** Write the marker that Python 3.15 reads. */
  readonly marker: boolean
  primitive(fn: FunctionIndex): ExactNumber
  calls(fn: FunctionIndex): ExactNumber
  /** Seconds. */
  self(fn: FunctionIndex): number
  total(fn: FunctionIndex): number
  edgeCalls(edge: EdgeIndex): ExactNumber
  edgePrimitive(edge: EdgeIndex): ExactNumber
  edgeSelf(edge: EdgeIndex): number
  edgeTotal(edge: EdgeIndex): number
  /** Only the calls of the edge are known, as in files of the profile module. */
  isCounted(edge: EdgeIndex): boolean
}

/** What the numbers of a profile are as pstats; `note` is told what was made up for it. */
export function statsNumbers(profile: Profile, note: (message: string) => void): StatsNumbers {
  const graph = callGraph(profile)
  const { edges } = graph
  const { value, perSecond } = timeOf(profile, note)
  const samples = profile.valueTypes.findIndex(({ name, unit }) => name === 'samples' && unit === 'count')
  const marker = profile.source.details.get(DETAIL.sampled) === true && graph.calls === null && samples >= 0
  const counts = countsOf(graph, samples, marker, note)
  const self = graph.self[value]!
  const total = graph.total[value]!
  const edgeTotal = edges.total[value] ?? null
  const edgeSelf = edges.self[value] ?? estimatedSelf(graph, value, note)
  const seconds = (column: NumberColumn | null, row: number): number =>
    column === null ? Number.NaN : column.values[row]! / perSecond
  return {
    ...counts,
    graph,
    marker,
    self: (fn) => seconds(self, fn),
    total: (fn) => seconds(total, fn),
    edgeSelf: (edge) => seconds(edgeSelf, edge),
    edgeTotal: (edge) => seconds(edgeTotal, edge),
    isCounted: (edge) =>
      Number.isNaN(seconds(edgeSelf, edge)) &&
      Number.isNaN(seconds(edgeTotal, edge)) &&
      Number.isNaN(edges.primitiveCalls?.values[edge] ?? Number.NaN),
  }
}

/** The value type to write, and how many of its units are a second. */
function timeOf({ valueTypes, defaultValue }: Profile, note: (message: string) => void) {
  const isTime = (value: number): boolean => dimension(valueTypes[value]?.unit ?? 'none') === 'time'
  const value = isTime(defaultValue) ? defaultValue : valueTypes.findIndex((_, at) => isTime(at))
  if (value >= 0) return { value, perSecond: unitFactor('seconds', valueTypes[value]!.unit)! }
  const { name, unit } = valueTypes[defaultValue]!
  note(`pstats holds times: the numbers of ${name} (${unit}) stand where Python shows seconds`)
  return { value: defaultValue, perSecond: 1 }
}

function countsOf(graph: CallGraph, samples: number, marker: boolean, note: (message: string) => void) {
  const { edges } = graph
  if (graph.calls === null && samples >= 0) {
    if (!marker) note('calls were not counted: the number of samples stands where Python shows calls')
    const self = graph.self[samples]!
    const total = graph.total[samples]!
    const edgeSamples = edges.total[samples] ?? null
    const calls = (fn: FunctionIndex): ExactNumber => count(total, fn)
    const edgeCalls = (edge: EdgeIndex): ExactNumber => count(edgeSamples, edge)
    // The two counts of an entry mean samples on top and anywhere on the stack only where the marker says so.
    return {
      calls,
      primitive: marker ? (fn: FunctionIndex) => count(self, fn) : calls,
      edgeCalls,
      edgePrimitive: edgeCalls,
    }
  }
  if (graph.calls === null) note('calls were not counted: they are written as 0')
  else if (graph.primitiveCalls === null) note('primitive calls are not known: they are written as all calls')
  const primitive = graph.primitiveCalls ?? graph.calls
  const edgePrimitive = edges.primitiveCalls
  const edgeCalls = (edge: EdgeIndex): ExactNumber => count(edges.calls, edge)
  return {
    calls: (fn: FunctionIndex) => count(graph.calls, fn),
    primitive: (fn: FunctionIndex) => count(primitive, fn),
    edgeCalls,
    edgePrimitive: (edge: EdgeIndex) =>
      Number.isNaN(edgePrimitive?.values[edge] ?? Number.NaN) ? edgeCalls(edge) : count(edgePrimitive, edge),
  }
}

function count(column: NumberColumn | null, row: number): ExactNumber {
  if (column === null || Number.isNaN(column.values[row])) return 0
  return exactAt(column, row)
}

/**
 * Self times per caller for a graph that only has totals per caller (callgrind): a function's self shared out by the
 * totals. null when there are no totals either.
 */
function estimatedSelf(graph: CallGraph, value: number, note: (message: string) => void): NumberColumn | null {
  const { edges } = graph
  const total = edges.total[value]?.values
  if (total === undefined || edges.length === 0) return null
  note('self times per caller are not known: each is estimated from the total time of the same caller')
  const allocator = new Allocator()
  const sums = allocator.float64(graph.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    sums[callee] = sums[callee]! + total[edge]!
  }
  const values = allocator.float64(edges.length)
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    const sum = sums[callee]!
    // Calls from outside have no edge, so the totals of all edges may be less than the total of the function.
    const whole = Math.max(sum, graph.total[value]!.values[callee]!)
    values[edge] = whole > 0 ? (graph.self[value]!.values[callee]! * total[edge]!) / whole : 0
  }
  return { values, exact: null }
}
