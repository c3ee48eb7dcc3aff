import { Int32Builder } from '../../bytes/columns.js'
import { CallcostError } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { callersOf } from '../../model/adjacency.js'
import { GraphBuilder } from '../../model/graph-builder.js'
import { addExact, type ExactNumber } from '../../model/numbers.js'
import { type EdgeIndex, type FunctionIndex, NONE } from '../../model/tables.js'
import {
  callerCell,
  callsOf,
  lineOf,
  primitiveCallsOf,
  type Stats,
  type StatsTotals,
  selfSeconds,
  totalSeconds,
} from './stats.js'

const SLASH = 0x2f
const TILDE = 0x7e

/** Stats.strip_dirs(): files lose their folders, and functions that are alike then are added up. */
export function stripDirs(stats: Stats): Stats {
  const combined = new Combination('strip')
  combined.take(stats)
  return { ...stats, ...combined.finish() }
}

/** `Stats(first, second, third)`: Python adds the others to the first from the last to the second. */
export function addStats(stats: readonly Stats[]): Stats {
  const [first, ...others] = stats
  if (first === undefined) throw new CallcostError('internal', 'no Stats to add')
  if (others.length === 0) return first
  const combined = new Combination('add')
  combined.take(first)
  let totals = first.totals
  const files = [...first.files]
  for (const other of others.reverse()) {
    combined.take(other)
    totals = addTotals(totals, other.totals)
    for (const file of other.files) files.push(file)
  }
  return { ...first, ...combined.finish(), totals, files }
}

function addTotals(a: StatsTotals, b: StatsTotals): StatsTotals {
  return {
    calls: addExact(a.calls, b.calls),
    primitiveCalls: addExact(a.primitiveCalls, b.primitiveCalls),
    time: a.time + b.time,
  }
}

/** An ordered dict of functions that others are added to, in seconds. */
class Combination {
  readonly #mode: 'strip' | 'add'
  readonly #builder: GraphBuilder
  readonly #entries: Int32Builder
  /** function → 1 when it has an entry. */
  readonly #isEntry: Int32Builder
  /** Edge → edge of the entry being taken that it comes from. */
  readonly #origin: Int32Builder
  /** Edges that the entry being taken has, each once. */
  readonly #touched: Int32Builder
  #first = true

  constructor(mode: 'strip' | 'add') {
    const allocator = new Allocator()
    this.#mode = mode
    this.#builder = new GraphBuilder(allocator, { valueTypes: [{ name: 'time', unit: 'seconds' }] })
    this.#entries = new Int32Builder(allocator)
    this.#isEntry = new Int32Builder(allocator)
    this.#origin = new Int32Builder(allocator)
    this.#touched = new Int32Builder(allocator)
  }

  take(stats: Stats): void {
    const target = new Int32Array(stats.functions.length).fill(NONE)
    const functionOf = (fn: FunctionIndex): FunctionIndex => {
      if (target[fn] === NONE) target[fn] = this.#intern(stats, fn)
      return target[fn]!
    }
    const callers = callersOf(stats.graph)
    for (let i = 0; i < stats.entries.length; i++) {
      const fn = stats.entries[i]!
      const own = functionOf(fn)
      this.#addEntry(stats, fn, own)
      this.#addCallers(stats, callers.of(fn), own, functionOf)
    }
    this.#first = false
  }

  finish(): Pick<Stats, 'strings' | 'functions' | 'graph' | 'value' | 'perSecond' | 'entries' | 'isEntry'> {
    const { functions, graph } = this.#builder.finish()
    const strings = this.#builder.functions.strings
    const isEntry = Uint8Array.from(this.#isEntry.finish())
    return { strings, functions, graph, value: 0, perSecond: 1, entries: this.#entries.finish(), isEntry }
  }

  #intern(stats: Stats, fn: FunctionIndex): FunctionIndex {
    const { functions } = this.#builder
    const name = functions.strings.intern(stats.strings.bytes(stats.functions.name[fn]!))
    const index = functions.intern(name, this.#internFile(stats, stats.functions.file[fn]!), lineOf(stats, fn))
    this.#builder.cover(index)
    while (this.#isEntry.length <= index) this.#isEntry.push(0)
    return index
  }

  #internFile(stats: Stats, file: number): number {
    if (file === NONE) return NONE
    const bytes = stats.strings.bytes(file)
    const start = this.#mode === 'strip' ? bytes.lastIndexOf(SLASH) + 1 : 0
    if (bytes.length === start + 1 && bytes[start] === TILDE) return NONE
    return this.#builder.functions.strings.intern(bytes, start)
  }

  #addEntry(stats: Stats, fn: FunctionIndex, own: FunctionIndex): void {
    const { calls, primitiveCalls, self, total } = this.#builder
    const fresh = this.#isEntry.values[own] === 0
    if (fresh) {
      this.#isEntry.values[own] = 1
      this.#entries.push(own)
    }
    calls.add(own, callsOf(stats, fn))
    primitiveCalls.add(own, primitiveCallsOf(stats, fn))
    // What is added, is added to 0 at first, so that -0 becomes 0; what is only renamed stays as it is.
    const sum = (cell: ExactNumber, value: number): number =>
      fresh && (this.#mode === 'strip' || this.#first) ? value : Number(cell) + value
    self[0]!.set(own, sum(self[0]!.at(own), selfSeconds(stats, fn)))
    total[0]!.set(own, sum(total[0]!.at(own), totalSeconds(stats, fn)))
  }

  /**
   * Adds the callers of one entry. When stripping makes two callers of one function alike, Python keeps the later one
   * and forgets the other; only callers of different entries are added up.
   */
  #addCallers(
    stats: Stats,
    edges: Int32Array,
    own: FunctionIndex,
    functionOf: (fn: FunctionIndex) => FunctionIndex,
  ): void {
    const before = this.#builder.edgeCount
    this.#touched.length = 0
    for (let i = 0; i < edges.length; i++) {
      const edge = this.#builder.edge(functionOf(stats.graph.edges.caller[edges[i]!]!), own)
      if (edge === this.#origin.length) this.#origin.push(NONE)
      if (this.#origin.values[edge] === NONE) this.#touched.push(edge)
      this.#origin.values[edge] = edges[i]!
    }
    for (let i = 0; i < this.#touched.length; i++) {
      const edge = this.#touched.values[i]!
      this.#addCaller(stats, this.#origin.values[edge]!, edge, edge < before)
      this.#origin.values[edge] = NONE
    }
  }

  #addCaller(stats: Stats, from: EdgeIndex, edge: EdgeIndex, known: boolean): void {
    const { edgeCalls, edgePrimitiveCalls, edgeSelf, edgeTotal } = this.#builder
    const { calls, times } = callerCell(stats, from)
    // The primitive calls of an edge are unknown in the old style, and only there.
    if (known && (times === null) !== Number.isNaN(edgePrimitiveCalls.at(edge))) {
      throw new CallcostError('data', 'cannot add callers with times to callers that are only counted', {
        hint: 'files of the profile module and of cProfile cannot be added, not in Python either',
      })
    }
    const sum = (cell: ExactNumber, value: ExactNumber): ExactNumber => (known ? addExact(cell, value) : value)
    edgeCalls.set(edge, sum(edgeCalls.at(edge), calls))
    if (times === null) return
    edgePrimitiveCalls.set(edge, sum(edgePrimitiveCalls.at(edge), times.primitiveCalls))
    edgeSelf[0]!.set(edge, known ? Number(edgeSelf[0]!.at(edge)) + times.self : times.self)
    edgeTotal[0]!.set(edge, known ? Number(edgeTotal[0]!.at(edge)) + times.total : times.total)
  }
}
