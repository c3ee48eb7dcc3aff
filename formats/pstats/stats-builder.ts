import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { type ExactNumber, NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import type { StringInterner } from '../../src/model/strings.js'
import { type CallGraph, type FunctionIndex, type FunctionTable, NONE } from '../../src/model/tables.js'

/** What a stats dict holds, as tables. */
export interface StatsTables {
  /** Entries in the order of the file, then callers that have no entry. */
  readonly functions: FunctionTable
  readonly graph: CallGraph
  /** Number of entries. */
  readonly entries: number
  /** Entries and callers that came twice, so that the first value was lost. */
  readonly duplicates: number
  /** Callers with costs, and callers with nothing but a count, as read. */
  readonly costEdges: number
  readonly countEdges: number
}

/** Row number that belongs to a function, by function; grows as functions do. */
class RowOfFunction {
  readonly #rows: Int32Builder

  constructor(allocator: Allocator) {
    this.#rows = new Int32Builder(allocator)
  }

  get(fn: FunctionIndex): number {
    return fn < this.#rows.length ? this.#rows.values[fn]! : NONE
  }

  set(fn: FunctionIndex, row: number): void {
    while (this.#rows.length <= fn) this.#rows.push(NONE)
    this.#rows.values[fn] = row
  }
}

/**
 * Gathers the entries and callers of a stats dict. Keys are numbered as they come, callers before their own entry, so
 * functions get their final order, that of the entries, at the end. Of keys that come twice the last value counts, at
 * the place of the first, as in Python.
 */
export class StatsBuilder {
  readonly functions: FunctionTableBuilder
  readonly #allocator: Allocator
  readonly #entryFunction: Int32Builder
  readonly #entryOf: RowOfFunction
  readonly #calls: NumberBuilder
  readonly #primitiveCalls: NumberBuilder
  readonly #self: NumberBuilder
  readonly #total: NumberBuilder
  readonly #edgeEntry: Int32Builder
  readonly #edgeCaller: Int32Builder
  readonly #edgeOf: RowOfFunction
  readonly #edgeCalls: NumberBuilder
  readonly #edgePrimitiveCalls: NumberBuilder
  readonly #edgeSelf: NumberBuilder
  readonly #edgeTotal: NumberBuilder
  #duplicates = 0
  #lostEntries = false
  #costEdges = 0
  #countEdges = 0

  constructor(allocator: Allocator, strings: StringInterner) {
    const column = (): NumberBuilder => new NumberBuilder(allocator)
    this.#allocator = allocator
    this.functions = new FunctionTableBuilder(allocator, strings)
    this.#entryFunction = new Int32Builder(allocator)
    this.#entryOf = new RowOfFunction(allocator)
    this.#calls = column()
    this.#primitiveCalls = column()
    this.#self = column()
    this.#total = column()
    this.#edgeEntry = new Int32Builder(allocator)
    this.#edgeCaller = new Int32Builder(allocator)
    this.#edgeOf = new RowOfFunction(allocator)
    this.#edgeCalls = column()
    this.#edgePrimitiveCalls = column()
    this.#edgeSelf = column()
    this.#edgeTotal = column()
  }

  /** Begins an entry; the callers that follow are its own. */
  entry(fn: FunctionIndex, primitive: ExactNumber, calls: ExactNumber, self: ExactNumber, total: ExactNumber): void {
    const entry = this.#entryFunction.length
    if (this.#entryOf.get(fn) !== NONE) {
      this.#duplicates++
      this.#lostEntries = true
    }
    this.#entryOf.set(fn, entry)
    this.#entryFunction.push(fn)
    this.#primitiveCalls.push(primitive)
    this.#calls.push(calls)
    this.#self.push(self)
    this.#total.push(total)
  }

  /** A caller of the last entry, with all numbers. */
  caller(fn: FunctionIndex, calls: ExactNumber, primitive: ExactNumber, self: ExactNumber, total: ExactNumber): void {
    this.#costEdges++
    this.#edge(fn, calls, primitive, self, total)
  }

  /** A caller of the last entry of which only the number of calls is known. */
  countedCaller(fn: FunctionIndex, calls: ExactNumber): void {
    this.#countEdges++
    this.#edge(fn, calls, Number.NaN, Number.NaN, Number.NaN)
  }

  #edge(fn: FunctionIndex, calls: ExactNumber, primitive: ExactNumber, self: ExactNumber, total: ExactNumber): void {
    const entry = this.#entryFunction.length - 1
    const known = this.#edgeOf.get(fn)
    if (known !== NONE && this.#edgeEntry.values[known] === entry) {
      this.#duplicates++
      this.#edgeCalls.set(known, calls)
      this.#edgePrimitiveCalls.set(known, primitive)
      this.#edgeSelf.set(known, self)
      this.#edgeTotal.set(known, total)
      return
    }
    const edge = this.#edgeEntry.length
    this.#allocator.check('edges', edge + 1)
    this.#edgeOf.set(fn, edge)
    this.#edgeEntry.push(entry)
    this.#edgeCaller.push(fn)
    this.#edgeCalls.push(calls)
    this.#edgePrimitiveCalls.push(primitive)
    this.#edgeSelf.push(self)
    this.#edgeTotal.push(total)
  }

  finish(): StatsTables {
    const table = this.functions.finish()
    const { rank, entryAt, entries } = this.#order(table.length)
    const kept = this.#keptEdges()
    const edgeCount = kept?.length ?? this.#edgeEntry.length
    const caller = this.#allocator.int32(edgeCount)
    const callee = this.#allocator.int32(edgeCount)
    let length = entries
    const ghosts = new Int32Builder(this.#allocator)
    for (let row = 0; row < edgeCount; row++) {
      const edge = kept === null ? row : kept[row]!
      const from = this.#edgeCaller.values[edge]!
      if (rank[from] === NONE) {
        rank[from] = length++
        ghosts.push(from)
      }
      caller[row] = rank[from]!
      callee[row] = rank[this.#entryFunction.values[this.#edgeEntry.values[edge]!]!]!
    }
    const functionAt = (row: number): FunctionIndex =>
      row < entries ? this.#entryFunction.values[entryAt[row]!]! : ghosts.values[row - entries]!
    const perEntry = (column: NumberBuilder): NumberColumn =>
      pick(this.#allocator, column.finish(), this.#lostEntries ? entryAt : null, length, entries)
    const perEdge = (column: NumberBuilder): NumberColumn =>
      pick(this.#allocator, column.finish(), kept, edgeCount, edgeCount)
    return {
      functions: pickFunctions(this.#allocator, table, length, functionAt),
      graph: {
        length,
        calls: perEntry(this.#calls),
        primitiveCalls: perEntry(this.#primitiveCalls),
        self: [perEntry(this.#self)],
        total: [perEntry(this.#total)],
        edges: {
          length: edgeCount,
          caller,
          callee,
          calls: perEdge(this.#edgeCalls),
          primitiveCalls: perEdge(this.#edgePrimitiveCalls),
          self: [perEdge(this.#edgeSelf)],
          total: [perEdge(this.#edgeTotal)],
        },
      },
      entries,
      duplicates: this.#duplicates,
      costEdges: this.#costEdges,
      countEdges: this.#countEdges,
    }
  }

  /** function → its row, {@link NONE} for one without entry; row → the entry whose numbers it gets. */
  #order(functionCount: number): { rank: Int32Array; entryAt: Int32Array; entries: number } {
    const rank = this.#allocator.int32(functionCount).fill(NONE)
    const entryAt = this.#allocator.int32(this.#entryFunction.length)
    let entries = 0
    for (let entry = 0; entry < this.#entryFunction.length; entry++) {
      const fn = this.#entryFunction.values[entry]!
      if (rank[fn] !== NONE) continue
      rank[fn] = entries
      entryAt[entries++] = this.#entryOf.get(fn)
    }
    return { rank, entryAt, entries }
  }

  /** The edges of entries that were not replaced later; null for all. */
  #keptEdges(): Int32Array | null {
    if (!this.#lostEntries) return null
    const kept = new Int32Builder(this.#allocator)
    for (let edge = 0; edge < this.#edgeEntry.length; edge++) {
      const entry = this.#edgeEntry.values[edge]!
      if (this.#entryOf.get(this.#entryFunction.values[entry]!) === entry) kept.push(edge)
    }
    return kept.finish()
  }
}

/** `length` rows, of which the first `known` are taken from `rows` (null: the same rows) and the others are 0. */
function pick(
  allocator: Allocator,
  column: NumberColumn,
  rows: Int32Array | null,
  length: number,
  known: number,
): NumberColumn {
  if (rows === null && column.values.length === length) return column
  const values = allocator.float64(length)
  let exact: Map<number, bigint> | null = null
  for (let row = 0; row < known; row++) {
    const from = rows === null ? row : rows[row]!
    values[row] = column.values[from]!
    const wide = column.exact?.get(from)
    if (wide === undefined) continue
    exact ??= new Map()
    exact.set(row, wide)
  }
  return { values, exact }
}

function pickFunctions(
  allocator: Allocator,
  table: FunctionTable,
  length: number,
  functionAt: (row: number) => FunctionIndex,
): FunctionTable {
  const name = allocator.int32(length)
  const file = allocator.int32(length)
  const line = allocator.int32(length)
  const column = allocator.int32(length)
  for (let row = 0; row < length; row++) {
    const fn = functionAt(row)
    name[row] = table.name[fn]!
    file[row] = table.file[fn]!
    line[row] = table.line[fn]!
    column[row] = table.column[fn]!
  }
  return { length, name, file, line, column, systemName: null, distinctArgs: null }
}
