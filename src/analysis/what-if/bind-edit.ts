import { Int32Builder } from '../../bytes/columns.js'
import { CallcostError, quote } from '../../errors.js'
import { Allocator } from '../../limits.js'
import type { Profile } from '../../model/profile.js'
import type { EdgeIndex, FunctionIndex } from '../../model/tables.js'
import { dimension, unitFactor } from '../../units.js'
import { edgeColumns } from '../costs.js'
import { findFunctions } from '../find-functions.js'
import { shownName } from '../function-text.js'
import type { Amount, Change, Edit } from './edit.js'
import type { WhatIfModel } from './model.js'

/** What an edit is about: functions, or the calls of them from some callers. */
export interface EditTarget {
  readonly functions: Int32Array
  /** null when all calls are meant. */
  readonly callers: Int32Array | null
}

/** An edit in the numbers of one profile. */
export interface BoundEdit extends EditTarget {
  /** The edit as people write it. */
  readonly text: string
  readonly kind: Change['kind']
  /** Rows of the call graph's edges; null when all calls are meant. */
  readonly edges: Int32Array | null
  /** What remains of the work that the calls cause, 1 for all. */
  readonly scale: number
  /** What remains of self, 1 for all. */
  readonly selfScale: number
  /** What each call costs instead, or in addition, in the unit of the value type. */
  readonly extra: number
  /** Calls now, and with the edit; null where nothing counts them. */
  readonly calls: { readonly before: number; readonly after: number } | null
}

/** What a hit of a cache costs where nothing else is said, in nanoseconds. */
const HIT_COST = { python: 300, other: 50 }

/** Finds what an edit is about. Throws a data error for what the profile does not have or cannot tell. */
export function bindEdit(model: WhatIfModel, edit: Edit): BoundEdit {
  return boundEdit(model, findTarget(model, edit.target), edit.change, edit.text)
}

/** An edit of functions that are known already. */
export function boundEdit(model: WhatIfModel, target: EditTarget, change: Change, text: string): BoundEdit {
  const { functions, callers } = target
  const edges = callers === null ? null : edgesBetween(model, functions, callers)
  const now = presentCosts(model, functions, edges)
  const bound = { functions, callers, edges, text, kind: change.kind, scale: 1, selfScale: 1, extra: 0 }
  const called = (scale: number): BoundEdit['calls'] =>
    Number.isFinite(now.calls) ? { before: now.calls, after: now.calls * scale } : null
  const counted = (): number => {
    if (now.calls > 0) return now.calls
    throw uncounted(model, text, now.calls === 0)
  }
  switch (change.kind) {
    case 'remove':
      return { ...bound, scale: 0, calls: called(0) }
    case 'calls': {
      const { amount } = change
      const calls = counted()
      const scale = amount.kind === 'factor' ? amount.factor : amount.value / calls
      return { ...bound, scale, calls: called(scale) }
    }
    case 'cache': {
      const calls = counted()
      const scale = 1 - change.hitRate
      const extra = change.hitRate * hitCost(model, change.cost, text)
      return { ...bound, scale, extra, calls: { before: calls, after: calls * scale } }
    }
    case 'percall': {
      if (edges !== null) {
        throw new CallcostError('usage', `an edit of the calls of one caller cannot change self: ${quote(text)}`, {
          hint: 'what can be changed is calls, totalpercall and cache, or remove',
        })
      }
      const { amount } = change
      if (amount.kind === 'factor') return { ...bound, selfScale: amount.factor, calls: called(1) }
      const cost = costOf(model, amount, text)
      if (cost !== 0) counted()
      return { ...bound, selfScale: 0, extra: cost, calls: called(1) }
    }
    case 'totalpercall': {
      const { amount } = change
      if (amount.kind === 'factor') return { ...bound, scale: amount.factor, calls: called(1) }
      const cost = costOf(model, amount, text)
      if (cost === 0) return { ...bound, scale: 0, calls: called(1) }
      counted()
      if (now.total > 0) return { ...bound, scale: (cost * now.primitiveCalls) / now.total, calls: called(1) }
      return { ...bound, extra: cost, calls: called(1) }
    }
  }
}

/** The edit as if what it changes cost nothing: the most that any such edit can save. */
export function freeOf(edit: BoundEdit): BoundEdit {
  return edit.kind === 'percall' ? { ...edit, selfScale: 0, extra: 0 } : { ...edit, scale: 0, extra: 0 }
}

function findTarget({ measure: { profile } }: WhatIfModel, target: string): EditTarget {
  const arrow = target.indexOf('->')
  const ends =
    arrow < 0 || isName(profile, target) ? null : [target.slice(0, arrow).trim(), target.slice(arrow + 2).trim()]
  if (ends === null) return { functions: findFunctions(profile, target), callers: null }
  return { callers: findFunctions(profile, ends[0]!), functions: findFunctions(profile, ends[1]!) }
}

/** Whether a function has just this name, as C++'s `operator->` has. */
function isName({ strings, functions }: Profile, text: string): boolean {
  const name = strings.find(text)
  return name >= 0 && functions.name.subarray(0, functions.length).includes(name)
}

function edgesBetween(
  { measure: { graph, profile } }: WhatIfModel,
  callees: Int32Array,
  callers: Int32Array,
): Int32Array {
  const { edges } = graph
  const isEnd = new Allocator().bytes(graph.length)
  for (const fn of callers) isEnd[fn] = 1
  for (const fn of callees) isEnd[fn] = isEnd[fn]! | 2
  const found = new Int32Builder(new Allocator())
  for (let edge: EdgeIndex = 0; edge < edges.length; edge++) {
    if ((isEnd[edges.caller[edge]!]! & 1) !== 0 && (isEnd[edges.callee[edge]!]! & 2) !== 0) found.push(edge)
  }
  if (found.length > 0) return found.finish()
  const name = (fns: Int32Array): string => quote(shownName(profile, fns[0]!))
  throw new CallcostError('data', `${name(callers)} never calls ${name(callees)} in this profile`, {
    hint: '--callers FUNC of analyze shows who calls a function',
  })
}

interface PresentCosts {
  /** NaN where they are unknown. */
  readonly calls: number
  readonly primitiveCalls: number
  readonly total: number
}

function presentCosts({ measure, total }: WhatIfModel, functions: Int32Array, edges: Int32Array | null): PresentCosts {
  const { graph } = measure
  const sum = (rows: Int32Array, of: (row: number) => number): number => {
    let all = 0
    for (const row of rows) all += of(row)
    return all
  }
  const count = (column: { readonly values: Float64Array } | null) => (row: number) => {
    const calls = column === null ? Number.NaN : column.values[row]!
    return calls >= 0 ? calls : Number.NaN
  }
  if (edges !== null) {
    const columns = edgeColumns(measure)
    const calls = sum(edges, count(columns.calls))
    // Where the profiler's part was subtracted from totals, calls of all callers lose the same share.
    const cost = (edge: EdgeIndex): number => {
      const callee = graph.edges.callee[edge]!
      const part = total[callee]! / graph.total[measure.value]!.values[callee]!
      return (columns.total?.values[edge] ?? Number.NaN) * (Number.isFinite(part) ? part : 1)
    }
    return { calls, primitiveCalls: calls, total: sum(edges, cost) }
  }
  return {
    calls: sum(functions, count(graph.calls)),
    primitiveCalls: sum(functions, count(graph.primitiveCalls ?? graph.calls)),
    total: sum(functions, (fn: FunctionIndex) => total[fn]!),
  }
}

function uncounted({ measure: { profile } }: WhatIfModel, text: string, isZero: boolean): CallcostError {
  if (isZero) return new CallcostError('data', `there are no calls that ${quote(text)} could change`)
  const why = profile.source.method === 'sampled' ? 'it is sampled' : `${profile.source.format} has no counts`
  return new CallcostError('data', `${quote(text)} needs counts, and the profile counts no calls: ${why}`, {
    hint: 'NAME:percall=/2, NAME:totalpercall=/2 and NAME:remove need none',
  })
}

function hitCost(model: WhatIfModel, cost: Amount | null, text: string): number {
  const { profile, type } = model.measure
  if (cost !== null) {
    if (cost.kind === 'value') return costOf(model, cost, text)
    throw new CallcostError('usage', `the cost of a hit is a time, as in cache=0.9,0.5us, not a factor: ${quote(text)}`)
  }
  const nanoseconds = profile.source.language === 'python' ? HIT_COST.python : HIT_COST.other
  return nanoseconds * (unitFactor('nanoseconds', type.unit) ?? 0)
}

/** A cost in the unit of the profile. */
function costOf({ measure: { type } }: WhatIfModel, amount: Amount & { kind: 'value' }, text: string): number {
  const { value, unit } = amount
  const kind = dimension(type.unit)
  if (value === 0) return 0
  if (unit === null || unit.kind === 'number') {
    if (kind === 'count' || kind === 'none') return value * (unit?.factor ?? 1)
    const example = kind === 'time' ? '0.2ms' : '4KB'
    throw new CallcostError('usage', `the cost has no unit in ${quote(text)}`, { hint: `write it, as in ${example}` })
  }
  const factor = unitFactor(unit.unit, type.unit)
  if (factor !== null) return value * unit.factor * factor
  throw new CallcostError('data', `${quote(text)} is in ${unit.unit}, and the profile measures ${type.unit}`)
}
