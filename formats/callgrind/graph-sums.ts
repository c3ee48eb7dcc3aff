import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { componentsOf } from '../../src/model/components.js'
import type { GraphBuilder } from '../../src/model/graph-builder.js'
import { addExact, type ExactNumber, exactAt, NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import { type CallGraph, type FunctionIndex, type FunctionTable, NO_POSITION, NONE } from '../../src/model/tables.js'

/** Adds up what the lines of a file say of functions and calls, and works out the totals, which it does not say. */
export class GraphSums {
  readonly #builder: GraphBuilder
  /** Every call so far has the count 0, or its cost as count: pprof has them so, and they are no counts of calls. */
  countsMeanNothing = true
  /** What the last lines said of one function, not yet added to its cells; {@link NONE}. */
  #pendingFunction: FunctionIndex = NONE
  readonly #pending: Float64Array
  readonly #allocator: Allocator
  readonly #values: number
  /** Edge → its count of calls and each of their costs, as far as they are not yet added to its cells. */
  readonly #pendingCalls: Float64Builder
  /** Function → line of its first own cost; fewer than functions. */
  readonly #line: Int32Builder

  constructor(allocator: Allocator, builder: GraphBuilder, values: number) {
    this.#allocator = allocator
    this.#builder = builder
    this.#pending = allocator.float64(values)
    this.#values = values
    this.#pendingCalls = new Float64Builder(allocator)
    this.#line = new Int32Builder(allocator)
  }

  cost(func: FunctionIndex, line: number, costs: ArrayLike<ExactNumber>): void {
    const builder = this.#builder
    builder.cover(func)
    while (this.#line.length <= func) this.#line.push(NO_POSITION)
    if (this.#line.values[func] === NO_POSITION && line > 0 && line <= 0x7fff_ffff) this.#line.values[func] = line
    if (func !== this.#pendingFunction) {
      this.#settle()
      this.#pendingFunction = func
    }
    const pending = this.#pending
    for (let value = 0; value < this.#values; value++) {
      const cost = costs[value]!
      if (cost === 0) continue
      const sum = typeof cost === 'number' ? pending[value]! + cost : Number.NaN
      // Sums of integers are the same in any order; a fraction makes no safe integer of one.
      if (Number.isSafeInteger(sum)) pending[value] = sum
      else {
        builder.self[value]!.add(func, pending[value]!)
        pending[value] = 0
        builder.self[value]!.add(func, cost)
      }
    }
  }

  /** Adds what was summed up of the current function to its cells. */
  #settle(): void {
    const func = this.#pendingFunction
    if (func === NONE) return
    const pending = this.#pending
    for (let value = 0; value < this.#values; value++) {
      if (pending[value] === 0) continue
      this.#builder.self[value]!.add(func, pending[value]!)
      pending[value] = 0
    }
    this.#pendingFunction = NONE
  }

  call(caller: FunctionIndex, callee: FunctionIndex, count: ExactNumber, costs: ArrayLike<ExactNumber>): void {
    const builder = this.#builder
    const edge = builder.edge(caller, callee)
    const row = edge * (this.#values + 1)
    if (row === this.#pendingCalls.length) for (let cell = 0; cell <= this.#values; cell++) this.#pendingCalls.push(0)
    const pending = this.#pendingCalls.values
    if (!addInteger(pending, row, count)) addTo(builder.edgeCalls, edge, count)
    for (let value = 0; value < this.#values; value++) {
      const cost = costs[value]!
      if (!addInteger(pending, row + 1 + value, cost)) addTo(builder.edgeTotal[value]!, edge, cost)
    }
    if (count !== 0 && count !== costs[0]) this.countsMeanNothing = false
  }

  /** The functions and their sums, without totals; see {@link finish}. */
  table(functions: FunctionTable): { readonly functions: FunctionTable; readonly graph: CallGraph } {
    this.#settle()
    this.#settleCalls()
    return this.#builder.finish(functions)
  }

  /** Adds what was summed up of calls to the cells of their edges. */
  #settleCalls(): void {
    const pending = this.#pendingCalls.finish()
    let at = 0
    for (let edge = 0; edge < this.#builder.edgeCount; edge++) {
      addTo(this.#builder.edgeCalls, edge, pending[at++]!)
      for (const column of this.#builder.edgeTotal) addTo(column, edge, pending[at++]!)
    }
    this.#allocator.release(this.#pendingCalls.values)
  }

  /** The lines of first costs, which foreign writers give as those of definitions. */
  firstLines(length: number): Int32Array {
    while (this.#line.length < length) this.#line.push(NO_POSITION)
    return this.#line.finish()
  }

  /**
   * The graph. Total is self plus what was called; calls of a function to itself add nothing to it. It is at least what
   * the calls of the function cost its callers, which is more where a profiler did not see what was called (yappi leaves
   * built-ins out). Functions that call each other in a cycle count their calls into the cycle more than once, so their
   * total is held to what the cycle as a whole cost. Calls are the sum over callers, unknown for a function that nobody
   * in the file calls.
   */
  finish(graph: CallGraph, hasCalls: boolean): { readonly graph: CallGraph; readonly inCycles: number } {
    const { edges, length } = graph
    const components = componentsOf(graph)
    const isSelf = (edge: number): boolean => edges.caller[edge] === edges.callee[edge]
    const sums = graph.self.map((self, value) => this.#totals(graph, self, edges.total[value]!))
    const totals = sums.map(({ total }) => total)
    const capped = edges.total.map((column, value) => {
      const cells = new NumberBuilder(this.#allocator)
      for (let edge = 0; edge < edges.length; edge++) {
        const callee = edges.callee[edge]!
        const component = components.of[callee]!
        const cost = exactAt(column!, edge)
        // Whatever is cut here must not change a total when the graph is written and read again.
        if (isSelf(edge)) cells.push(least(cost, exactAt(totals[value]!, callee)))
        else if (component === components.of[edges.caller[edge]!]) {
          cells.push(least(cost, sums[value]!.cycle.at(component)))
        } else cells.push(cost)
      }
      return cells.finish()
    })
    let inCycles = 0
    for (let func = 0; func < length; func++) if (components.size[components.of[func]!]! > 1) inCycles++
    if (!hasCalls) {
      const counted = { ...edges, calls: null, primitiveCalls: null, total: capped }
      return { graph: { ...graph, calls: null, primitiveCalls: null, total: totals, edges: counted }, inCycles }
    }
    const calls = new NumberBuilder(this.#allocator)
    const primitive = new NumberBuilder(this.#allocator)
    calls.fill(length, Number.NaN)
    primitive.fill(length, Number.NaN)
    for (let edge = 0; edge < edges.length; edge++) {
      const callee = edges.callee[edge]!
      addTo(calls, callee, exactAt(edges.calls!, edge))
      // A call in a cycle may be nested or not; a call to itself is nested.
      if (components.size[components.of[callee]!] === 1) {
        addTo(primitive, callee, isSelf(edge) ? 0 : exactAt(edges.calls!, edge))
      }
    }
    return {
      graph: {
        ...graph,
        calls: calls.finish(),
        primitiveCalls: primitive.finish(),
        total: totals,
        edges: { ...edges, primitiveCalls: null, total: capped },
      },
      inCycles,
    }
  }

  /** Function → total, and component → what it cost as a whole. */
  #totals(
    graph: CallGraph,
    self: NumberColumn,
    edgeTotal: NumberColumn,
  ): { readonly total: NumberColumn; readonly cycle: NumberBuilder } {
    const { edges, length } = graph
    const components = componentsOf(graph)
    const own = new NumberBuilder(this.#allocator)
    const cycle = new NumberBuilder(this.#allocator)
    /** Function → what calls from outside its cycle cost. */
    const entered = new NumberBuilder(this.#allocator)
    cycle.fill(components.count, 0)
    entered.fill(length, 0)
    for (let func = 0; func < length; func++) {
      own.push(exactAt(self, func))
      cycle.add(components.of[func]!, exactAt(self, func))
    }
    for (let edge = 0; edge < edges.length; edge++) {
      const caller = edges.caller[edge]!
      const callee = edges.callee[edge]!
      const cost = exactAt(edgeTotal, edge)
      if (caller !== callee) own.add(caller, cost)
      if (components.of[caller] === components.of[callee]) continue
      cycle.add(components.of[caller]!, cost)
      entered.add(callee, cost)
    }
    for (let func = 0; func < length; func++) {
      const component = components.of[func]!
      if (components.size[component]! > 1) own.set(func, least(own.at(func), cycle.at(component)))
      if (entered.at(func) > own.at(func)) own.set(func, entered.at(func))
    }
    return { total: own.finish(), cycle }
  }
}

/** Adds an integer to a sum that stays a safe one, else nothing and says so. Such sums are the same in any order. */
function addInteger(sums: Float64Array, row: number, value: ExactNumber): boolean {
  const sum = typeof value === 'number' ? sums[row]! + value : Number.NaN
  if (!Number.isSafeInteger(sum)) return false
  sums[row] = sum
  return true
}

/** Adds to a cell that is NaN as long as nothing is known. */
function addTo(column: NumberBuilder, row: number, value: ExactNumber): void {
  const known = column.at(row)
  column.set(row, Number.isNaN(known) ? value : addExact(known, value))
}

function least(a: ExactNumber, b: ExactNumber): ExactNumber {
  return a < b ? a : b
}
