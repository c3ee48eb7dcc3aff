import { Int32Builder } from '../../bytes/columns.js'
import { CallcostError } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { callGraph } from '../../model/call-graph.js'
import type { NumberColumn } from '../../model/numbers.js'
import type { Profile, ValueType } from '../../model/profile.js'
import { StringInterner } from '../../model/strings.js'
import { NONE } from '../../model/tables.js'
import { PairIndex, TupleIndex } from '../../model/tuple-index.js'
import type { Unit } from '../../units.js'
import { unitFactor } from '../../units.js'

/** Before and after. */
export type Pair<T> = readonly [before: T, after: T]

/** One run, or what several runs come to, over the functions and edges of a {@link Side}; values in the diff's unit. */
export interface RunColumns {
  /** function → calls, 0 where the run does not have it; null when a run counts none. A count that cannot be one is NaN. */
  readonly calls: Float64Array | null
  readonly primitiveCalls: Float64Array | null
  /** function → self; 0 where the run does not have the function or the value is not finite. */
  readonly self: Float64Array
  readonly total: Float64Array
  /** edge → calls; null when a run counts none. */
  readonly edgeCalls: Float64Array | null
  readonly edgeSelf: Float64Array | null
  readonly edgeTotal: Float64Array | null
}

/** The runs of one program, before or after, over one table of functions and one of edges. */
export interface Side {
  /** Names and files of the functions. Its numbers are those of one of the runs: ask `runs`. */
  readonly profile: Profile
  readonly type: ValueType
  /** Number of functions: the length of the columns of `runs`. */
  readonly functions: number
  /** edge → function that calls, that is called. */
  readonly caller: Int32Array
  readonly callee: Int32Array
  /** At least one. */
  readonly runs: readonly RunColumns[]
}

/**
 * Puts the runs of one side over common tables. Functions of two runs are the same by name, file and place of their
 * definition; of several with all of these in common (built-ins without a file) the first is the first, and so on.
 *
 * @param values profile → index of its value type
 */
export function sideOf(profiles: readonly Profile[], values: readonly number[], unit: Unit): Side {
  const [first] = profiles
  if (first === undefined) throw new CallcostError('usage', 'there is no profile to compare')
  const allocator = new Allocator()
  const union = new FunctionUnion(allocator)
  const pairs = new PairIndex(allocator)
  const parts = profiles.map((profile, index) => {
    const graph = callGraph(profile)
    const rows = union.add(profile)
    const { caller, callee, length } = graph.edges
    const edges = allocator.int32(length)
    for (let edge = 0; edge < length; edge++) edges[edge] = pairs.intern(rows[caller[edge]!]!, rows[callee[edge]!]!)
    const type = profile.valueTypes[values[index]!]!
    return { graph, rows, edges, value: values[index]!, factor: unitFactor(type.unit, unit) ?? 1 }
  })
  const functions = union.length
  const runs = parts.map(({ graph, rows, edges, value, factor }): RunColumns => {
    const column = (source: NumberColumn | null | undefined, to: Int32Array, length: number, scale: number | null) =>
      source ? spread(allocator, source, to, length, scale) : null
    const edgeCount = pairs.length
    return {
      calls: column(graph.calls, rows, functions, null),
      primitiveCalls: column(graph.primitiveCalls, rows, functions, null),
      self: column(graph.self[value], rows, functions, factor)!,
      total: column(graph.total[value], rows, functions, factor)!,
      edgeCalls: column(graph.edges.calls, edges, edgeCount, null),
      edgeSelf: column(graph.edges.self[value], edges, edgeCount, factor),
      edgeTotal: column(graph.edges.total[value], edges, edgeCount, factor),
    }
  })
  return {
    profile: profiles.length === 1 ? first : union.profileLike(first),
    type: first.valueTypes[values[0]!]!,
    functions,
    caller: pairs.first.finish(),
    callee: pairs.second.finish(),
    runs,
  }
}

/** A run's column over the rows of the union. `scale` null: counts, which are NaN where they cannot be one. */
function spread(
  allocator: Allocator,
  { values }: NumberColumn,
  to: Int32Array,
  length: number,
  scale: number | null,
): Float64Array {
  const column = allocator.float64(length)
  for (let row = 0; row < to.length; row++) {
    const value = values[row]!
    const own = scale === null ? (value >= 0 ? value : Number.NaN) : Number.isFinite(value) ? value * scale : 0
    column[to[row]!] = column[to[row]!]! + own
  }
  return column
}

/** Memory addresses in names, as in `<built-in method __new__ of type object at 0x7f…>`, differ from run to run. */
const ADDRESS = / at 0x[0-9a-f]+/gi

/** A name as it is from run to run. */
export function stableName(name: string): string {
  return name.includes(' at 0x') ? name.replace(ADDRESS, '') : name
}

/** The functions of several runs, each once. */
class FunctionUnion {
  readonly #allocator: Allocator
  /** Texts as they are shown, and as they are compared. */
  readonly #strings: StringInterner
  readonly #columns: readonly Int32Builder[]
  readonly #index: TupleIndex
  readonly #name: Int32Builder

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#strings = new StringInterner(allocator)
    this.#columns = Array.from({ length: 5 }, () => new Int32Builder(allocator))
    this.#index = new TupleIndex(allocator, this.#columns)
    this.#name = new Int32Builder(allocator)
  }

  get length(): number {
    return this.#name.length
  }

  /** The functions of one more run: its function → row of the union. */
  add({ functions, strings }: Profile): Int32Array {
    const rows = this.#allocator.int32(functions.length)
    // row → how many functions of this run already are it.
    const taken = new Map<number, number>()
    const key = new Int32Array(5)
    for (let fn = 0; fn < functions.length; fn++) {
      const name = strings.text(functions.name[fn]!)
      const file = functions.file[fn]!
      key[0] = this.#strings.internText(stableName(name))
      key[1] = file === NONE ? NONE : this.#strings.intern(strings.bytes(file))
      key[2] = functions.line[fn]!
      key[3] = functions.column[fn]!
      key[4] = 0
      let row = this.#row(key, name)
      const before = taken.get(row) ?? 0
      taken.set(row, before + 1)
      if (before > 0) {
        key[4] = before
        row = this.#row(key, name)
      }
      rows[fn] = row
    }
    return rows
  }

  #row(key: Int32Array, name: string): number {
    const row = this.#index.intern(key)
    if (row === this.#name.length) this.#name.push(this.#strings.internText(name))
    return row
  }

  /** A profile with these functions that is otherwise `model`; it has no numbers. */
  profileLike(model: Profile): Profile {
    const [, file, line, column] = this.#columns.map((builder) => builder.finish())
    return {
      ...model,
      strings: this.#strings,
      functions: {
        length: this.length,
        name: this.#name.finish(),
        file: file!,
        line: line!,
        column: column!,
        systemName: null,
        distinctArgs: null,
      },
      graph: null,
      frames: null,
      stacks: null,
      samples: null,
      mappings: null,
      labels: null,
      wholeTotals: null,
    }
  }
}
