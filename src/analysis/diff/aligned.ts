import { Allocator } from '../../limits.js'
import { NONE } from '../../model/tables.js'
import { PairIndex } from '../../model/tuple-index.js'
import type { MatchTable } from './match.js'
import type { Pair, RunColumns, Side } from './side.js'

/** Both sides over one table of rows: a row is one function of the program, before, after or both. */
export interface Alignment {
  /** Number of rows. */
  readonly length: number
  /** side → its function → row. */
  readonly rowOf: Pair<Int32Array>
  readonly edges: {
    readonly length: number
    /** edge → row that calls, that is called. */
    readonly caller: Int32Array
    readonly callee: Int32Array
    /** side → its edge → edge. Two edges of a side never are one. */
    readonly edgeOf: Pair<Int32Array>
  }
}

/** The numbers of both sides, one a side: 0 where a side does not have the function or edge. In the diff's unit. */
export interface AlignedGraph {
  readonly length: number
  /** row → calls, NaN where unknown; null unless both sides count them. */
  readonly calls: Pair<Float64Array> | null
  readonly primitiveCalls: Pair<Float64Array> | null
  readonly self: Pair<Float64Array>
  readonly total: Pair<Float64Array>
  readonly edges: {
    readonly length: number
    /** edge → row that calls, that is called. */
    readonly caller: Int32Array
    readonly callee: Int32Array
    readonly calls: Pair<Float64Array> | null
    /** Self and total of the callee in calls from that caller; null unless both sides say. */
    readonly self: Pair<Float64Array> | null
    readonly total: Pair<Float64Array> | null
  }
}

export function align(matches: MatchTable, [before, after]: Pair<Side>): Alignment {
  const allocator = new Allocator()
  const rowOf = [allocator.int32(before.functions), allocator.int32(after.functions)] as const
  for (let row = 0; row < matches.length; row++) {
    if (matches.before[row] !== NONE) rowOf[0][matches.before[row]!] = row
    if (matches.after[row] !== NONE) rowOf[1][matches.after[row]!] = row
  }
  const pairs = new PairIndex(allocator)
  const edgesOf = ({ caller, callee }: Side, rows: Int32Array): Int32Array => {
    const edges = allocator.int32(caller.length)
    for (let edge = 0; edge < edges.length; edge++) {
      edges[edge] = pairs.intern(rows[caller[edge]!]!, rows[callee[edge]!]!)
    }
    return edges
  }
  const edgeOf = [edgesOf(before, rowOf[0]), edgesOf(after, rowOf[1])] as const
  return {
    length: matches.length,
    rowOf,
    edges: { length: pairs.length, caller: pairs.first.finish(), callee: pairs.second.finish(), edgeOf },
  }
}

/** The numbers of one run, or of what runs come to, of each side, over the rows of an alignment. */
export function alignedGraph({ length, rowOf, edges }: Alignment, runs: Pair<RunColumns>): AlignedGraph {
  const allocator = new Allocator()
  const over = (maps: Pair<Int32Array>, rows: number, key: keyof RunColumns): Pair<Float64Array> | null => {
    const [before, after] = [runs[0][key], runs[1][key]]
    if (before === null || after === null) return null
    return [spreadTo(allocator, before, maps[0], rows), spreadTo(allocator, after, maps[1], rows)]
  }
  const edgeRows = edges.length
  return {
    length,
    calls: over(rowOf, length, 'calls'),
    primitiveCalls: over(rowOf, length, 'primitiveCalls'),
    self: over(rowOf, length, 'self')!,
    total: over(rowOf, length, 'total')!,
    edges: {
      length: edgeRows,
      caller: edges.caller,
      callee: edges.callee,
      calls: over(edges.edgeOf, edgeRows, 'edgeCalls'),
      self: over(edges.edgeOf, edgeRows, 'edgeSelf'),
      total: over(edges.edgeOf, edgeRows, 'edgeTotal'),
    },
  }
}

function spreadTo(allocator: Allocator, column: Float64Array, to: Int32Array, rows: number): Float64Array {
  const spread = allocator.float64(rows)
  for (let index = 0; index < to.length; index++) spread[to[index]!] = column[index]!
  return spread
}
