import { Int32Builder } from '../../bytes/columns.js'
import { CallcostError, quote } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { callersOf } from '../../model/adjacency.js'
import { groupCallGraph } from '../../model/call-graph.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import { addExact, type ExactNumber, type NumberColumn } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import type { FunctionIndex } from '../../model/tables.js'
import { type Unit, unitFactor } from '../../units.js'
import { countAt, edgeColumns, type Measure, measure, valueAt } from '../costs.js'
import { functionsPresent } from '../function-rows.js'
import { compareFunctions, shownName } from '../function-text.js'
import { groupTotals } from '../group-totals.js'
import type { Metric, Target } from './expression.js'
import { SelectableFunction } from './selectable.js'
import { type Selector, selectAmong } from './selector.js'

/** What assertions can ask of one run. Times are in `unit`, whatever the profile has them in. */
export class RunValues {
  readonly name: string
  readonly measure: Measure
  readonly #factor: number
  readonly #present: Uint8Array | null
  readonly #functions = new Map<Selector, Int32Array>()

  constructor(name: string, profile: Profile, value: number, unit: Unit) {
    this.name = name
    this.measure = measure(profile, value)
    this.#factor = unitFactor(this.measure.type.unit, unit) ?? 1
    this.#present = functionsPresent(profile)
  }

  /** The functions that are meant, in the order of their names; none when the run has none of them. */
  functions(selector: Selector): Int32Array {
    let found = this.#functions.get(selector)
    if (found === undefined) {
      const { profile } = this.measure
      const all = selectAmong(selector, profile.functions.length, (fn) => new SelectableFunction(profile, fn))
      found = all
        .filter((fn) => this.#present?.[fn] !== 0)
        .sort((a: number, b: number) => compareFunctions(profile, a, b))
      this.#functions.set(selector, found)
    }
    return found
  }

  /** Whether there is a function, or a call from one to the other. */
  has(target: Target): boolean {
    return target.kind === 'functions' ? this.functions(target.functions).length > 0 : this.edges(target).length > 0
  }

  /** The call edges that are meant. */
  edges(target: Target & { readonly kind: 'edges' }): Int32Array {
    const { graph, profile } = this.measure
    const isCaller = new Uint8Array(profile.functions.length)
    for (const fn of this.functions(target.callers)) isCaller[fn] = 1
    const found = new Int32Builder(new Allocator())
    for (const fn of this.functions(target.callees)) {
      for (const edge of callersOf(graph).of(fn)) if (isCaller[graph.edges.caller[edge]!] === 1) found.push(edge)
    }
    return found.finish()
  }

  /** The profile total, or the self of garbage collection or waiting. */
  whole(whole: 'program' | 'gc' | 'idle'): ExactNumber {
    const { profile, graph, value, total } = this.measure
    if (whole === 'program') return this.#scaled(total)
    const self = graph.self[value] ?? null
    let sum: ExactNumber = 0
    for (let fn = 0; fn < graph.length; fn++) {
      if (describeFunction(profile, fn).category === whole) sum = addExact(sum, valueAt(self, fn) ?? 0)
    }
    return this.#scaled(sum)
  }

  /** A metric of functions or edges; of none of them it is 0. Throws a data error for what the profile does not say. */
  metric(metric: Metric, target: Target): ExactNumber {
    return target.kind === 'functions'
      ? this.#ofFunctions(metric, this.functions(target.functions))
      : this.#ofEdges(metric, this.edges(target))
  }

  #ofFunctions(metric: Metric, functions: Int32Array): ExactNumber {
    const { graph, value, total } = this.measure
    const name = (fn: number): string => shownName(this.measure.profile, fn)
    const calls = () => this.#counts(graph.calls, functions, name)
    const primitive = () => this.#counts(graph.primitiveCalls, functions, name)
    const self = () =>
      this.#scaled(sumOf(functions, (fn) => known(valueAt(graph.self[value] ?? null, fn), 'self', name(fn))))
    switch (metric) {
      case 'calls':
        return calls()
      case 'primitive':
        return primitive()
      case 'self':
        return self()
      case 'total':
        return this.#total(functions, name)
      case 'percall':
        return quotient(self(), calls())
      case 'totalpercall':
        return quotient(this.#total(functions, name), primitive())
      case 'selfpct':
        return quotient(self(), this.#scaled(total))
      case 'totalpct':
        return quotient(this.#total(functions, name), this.#scaled(total))
      case 'callers':
      case 'callees':
        return this.#neighbours(functions, metric)
    }
  }

  #ofEdges(metric: Metric, edges: Int32Array): ExactNumber {
    const { graph, profile } = this.measure
    const columns = edgeColumns(this.measure)
    const name = (edge: number): string =>
      `${shownName(profile, graph.edges.caller[edge]!)} -> ${shownName(profile, graph.edges.callee[edge]!)}`
    const calls = () => this.#counts(columns.calls, edges, name)
    const cost = (column: NumberColumn | null, what: string) =>
      this.#scaled(sumOf(edges, (edge) => known(valueAt(column, edge), what, name(edge))))
    switch (metric) {
      case 'self':
        return cost(columns.self, 'self')
      case 'total':
        return cost(columns.total, 'total')
      case 'percall':
        return quotient(cost(columns.self, 'self'), calls())
      case 'totalpercall':
        return quotient(cost(columns.total, 'total'), calls())
      default:
        return calls()
    }
  }

  #counts(column: NumberColumn | null, rows: Iterable<number>, name: (row: number) => string): ExactNumber {
    if (column === null) {
      const { method, format } = this.measure.profile.source
      const why = method === 'sampled' ? 'it is sampled' : `${format} has no counts`
      throw new CallcostError('data', `the profile counts no calls: ${why}`, {
        hint: 'assert self(), total(), selfpct() or totalpct(), or record with a profiler that counts',
      })
    }
    return sumOf(rows, (row) => known(countAt(column, row), 'the number of calls', name(row)))
  }

  /** A total counts what happened inside of several of the functions once. */
  #total(functions: Int32Array, name: (fn: number) => string): ExactNumber {
    const { profile, graph, value } = this.measure
    if (functions.length === 0) return 0
    if (functions.length === 1) {
      const fn = functions[0]!
      return this.#scaled(known(valueAt(graph.total[value] ?? null, fn), 'the total', name(fn)))
    }
    // All others are the second group.
    const groupOf = new Allocator().int32(graph.length).fill(1)
    for (const fn of functions) groupOf[fn] = 0
    const derived = profile.graph === null ? groupCallGraph(profile, groupOf, 2) : null
    const column = derived === null ? groupTotals(graph, value, groupOf, 2) : derived.total[value]
    const total = valueAt(column ?? null, 0)
    if (total !== null) return this.#scaled(total)
    throw new CallcostError(
      'data',
      `the total of ${functions.length} functions together is unknown: calls leave them and come back, and a call graph cannot tell what would count twice`,
      { hint: 'assert their self, or the total of one function' },
    )
  }

  /** How many functions call these, or are called by them. They themselves do not count. */
  #neighbours(functions: Int32Array, metric: 'callers' | 'callees'): number {
    const { edges, length } = this.measure.graph
    const isMatched = new Uint8Array(length)
    for (const fn of functions) isMatched[fn] = 1
    const own = metric === 'callers' ? edges.callee : edges.caller
    const others = metric === 'callers' ? edges.caller : edges.callee
    let count = 0
    for (let edge = 0; edge < edges.length; edge++) {
      const other: FunctionIndex = others[edge]!
      if (isMatched[own[edge]!] !== 1 || isMatched[other] !== 0) continue
      isMatched[other] = 2
      count++
    }
    return count
  }

  #scaled(value: ExactNumber): ExactNumber {
    return this.#factor === 1 ? value : Number(value) * this.#factor
  }
}

function sumOf(rows: Iterable<number>, at: (row: number) => ExactNumber): ExactNumber {
  let sum: ExactNumber = 0
  let lost = 0
  for (const row of rows) {
    const value = at(row)
    const next = addExact(sum, value)
    // Compensated (Neumaier) where doubles round.
    if (typeof next === 'number' && typeof sum === 'number' && typeof value === 'number') {
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    }
    sum = next
  }
  return lost === 0 || typeof sum === 'bigint' ? sum : sum + lost
}

function known(value: ExactNumber | null, what: string, name: string): ExactNumber {
  if (value !== null) return value
  throw new CallcostError('data', `${what} of ${quote(name)} is not in the profile`)
}

/** Of nothing there is nothing per call. */
function quotient(value: ExactNumber, by: ExactNumber): number {
  return Number(value) === 0 && Number(by) === 0 ? 0 : Number(value) / Number(by)
}
