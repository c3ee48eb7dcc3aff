import type { Allocator } from '../../src/limits.js'
import { componentsOf } from '../../src/model/components.js'
import type { GraphBuilder } from '../../src/model/graph-builder.js'
import { addExact, type ExactNumber, exactAt, NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import type { CallGraph, FunctionIndex, FunctionTable } from '../../src/model/tables.js'

/** Functions and edges that there is room for from the start. */
const FIRST_ROWS = 64

/** Adds up what the lines of a file say of functions and calls, and works out the totals, which it does not say. */
export class GraphSums {
  readonly #builder: GraphBuilder
  /** Every call so far has the count 0, or its cost as count: pprof has them so, and they are no counts of calls. */
  countsMeanNothing = true
  readonly #allocator: Allocator
  /** Numbers of a row of the sums: one and as many as there are costs. */
  readonly #width: number
  /** Function → line of its first own cost, or 0, and each of its costs, as far as they are not yet in its cells. */
  #selfSums: Float64Array<ArrayBuffer>
  /** Edge → its count of calls and each of their costs, as far as they are not yet in its cells. */
  #callSums: Float64Array<ArrayBuffer>

  constructor(allocator: Allocator, builder: GraphBuilder, values: number) {
    this.#allocator = allocator
    this.#builder = builder
    this.#width = 1 + values
    this.#selfSums = allocator.float64(FIRST_ROWS * this.#width)
    this.#callSums = allocator.float64(FIRST_ROWS * this.#width)
  }

  cost(func: FunctionIndex, line: number, costs: ArrayLike<ExactNumber>): void {
    const width = this.#width
    const row = func * width
    if (row >= this.#selfSums.length) this.#selfSums = this.#grown(this.#selfSums, row)
    const sums = this.#selfSums
    if (sums[row] === 0 && line > 0 && line <= 0x7fff_ffff) sums[row] = line
    for (let cell = 1; cell < width; cell++) {
      const cost = costs[cell - 1]!
      if (!addInteger(sums, row + cell, cost)) this.#addSelf(func, cell - 1, cost)
    }
  }

  #addSelf(func: FunctionIndex, value: number, cost: ExactNumber): void {
    this.#builder.cover(func)
    this.#builder.self[value]!.add(func, cost)
  }

  call(caller: FunctionIndex, callee: FunctionIndex, count: ExactNumber, costs: ArrayLike<ExactNumber>): void {
    const width = this.#width
    const edge = this.#builder.edge(caller, callee)
    const row = edge * width
    if (row >= this.#callSums.length) this.#callSums = this.#grown(this.#callSums, row)
    const sums = this.#callSums
    if (!addInteger(sums, row, count)) addTo(this.#builder.edgeCalls, edge, count)
    for (let cell = 1; cell < width; cell++) {
      const cost = costs[cell - 1]!
      if (!addInteger(sums, row + cell, cost)) addTo(this.#builder.edgeTotal[cell - 1]!, edge, cost)
    }
    if (count !== 0 && count !== costs[0]) this.countsMeanNothing = false
  }

  /** The sums with room for the row that begins at `row`, and for as many more. */
  #grown(sums: Float64Array<ArrayBuffer>, row: number): Float64Array<ArrayBuffer> {
    const grown = this.#allocator.float64((row + this.#width) * 2)
    grown.set(sums)
    this.#allocator.release(sums)
    return grown
  }

  /** The functions and their sums, without totals; see {@link finish}. */
  table(functions: FunctionTable): { readonly functions: FunctionTable; readonly graph: CallGraph } {
    this.#settleSelf(functions.length)
    this.#settleCalls()
    return this.#builder.finish(functions)
  }

  /** Adds what was summed up of functions to their cells. */
  #settleSelf(functions: number): void {
    const { self } = this.#builder
    if (functions > 0) this.#builder.cover(functions - 1)
    const sums = this.#selfSums
    for (let value = 0; value < self.length; value++) {
      const column = self[value]!
      for (let func = 0, at = 1 + value; func < functions && at < sums.length; func++, at += this.#width) {
        column.add(func, sums[at]!)
      }
    }
  }

  /** Adds what was summed up of calls to the cells of their edges. */
  #settleCalls(): void {
    const { edgeCalls, edgeTotal, edgeCount } = this.#builder
    const sums = this.#callSums
    for (let cell = 0; cell < this.#width; cell++) {
      const column = cell === 0 ? edgeCalls : edgeTotal[cell - 1]!
      for (let edge = 0, at = cell; edge < edgeCount; edge++, at += this.#width) addTo(column, edge, sums[at]!)
    }
    this.#allocator.release(sums)
  }

  /** Function → the line of its first cost, which foreign writers give as that of its definition; 0 where none is known. */
  firstLines(functions: number): Int32Array {
    const lines = this.#allocator.int32(functions)
    for (let func = 0, at = 0; func < functions && at < this.#selfSums.length; func++, at += this.#width) {
      lines[func] = this.#selfSums[at]!
    }
    return lines
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
