import type { AlignedGraph } from '../../../src/analysis/diff/aligned.js'
import type { Pair } from '../../../src/analysis/diff/side.js'

/** Before and after of one function; `total` may be left out where nothing looks at it. */
export interface DrawnRow {
  readonly calls: Pair<number>
  readonly self: Pair<number>
  readonly total?: Pair<number>
  readonly primitiveCalls?: Pair<number>
}

export interface DrawnEdge {
  readonly caller: number
  readonly callee: number
  readonly calls: Pair<number>
  readonly self?: Pair<number>
  readonly total?: Pair<number>
}

/** A graph as two sides give it. `counted: false` drops the calls, as of a sampled profile. */
export function alignedFrom(
  rows: readonly DrawnRow[],
  edges: readonly DrawnEdge[],
  { counted = true }: { readonly counted?: boolean } = {},
): AlignedGraph {
  const pair = <T>(items: readonly T[], of: (item: T) => Pair<number>): Pair<Float64Array> => [
    Float64Array.from(items, (item) => of(item)[0]),
    Float64Array.from(items, (item) => of(item)[1]),
  ]
  const all = <T>(items: readonly T[], of: (item: T) => Pair<number> | undefined): Pair<Float64Array> | null =>
    items.some((item) => of(item) === undefined) ? null : pair(items, (item) => of(item)!)
  return {
    length: rows.length,
    calls: counted ? pair(rows, ({ calls }) => calls) : null,
    primitiveCalls: counted ? all(rows, ({ primitiveCalls }) => primitiveCalls) : null,
    self: pair(rows, ({ self }) => self),
    total: pair(rows, ({ self, total }) => total ?? self),
    edges: {
      length: edges.length,
      caller: Int32Array.from(edges, ({ caller }) => caller),
      callee: Int32Array.from(edges, ({ callee }) => callee),
      calls: counted ? pair(edges, ({ calls }) => calls) : null,
      self: all(edges, ({ self }) => self),
      total: all(edges, ({ total }) => total),
    },
  }
}

/** The same graph with before and after exchanged. */
export function turned(graph: AlignedGraph): AlignedGraph {
  const turn = <T extends Pair<Float64Array> | null>(pair: T): T => (pair === null ? null : [pair[1], pair[0]]) as T
  const { edges } = graph
  return {
    ...graph,
    calls: turn(graph.calls),
    primitiveCalls: turn(graph.primitiveCalls),
    self: turn(graph.self),
    total: turn(graph.total),
    edges: { ...edges, calls: turn(edges.calls), self: turn(edges.self), total: turn(edges.total) },
  }
}

/** Rows and edges by name: the page of a text book. `[name, calls, self]` and `[caller, callee, calls]`. */
export function alignedByName(
  rows: Readonly<Record<string, DrawnRow>>,
  edges: readonly (readonly [caller: string, callee: string, edge: Omit<DrawnEdge, 'caller' | 'callee'>])[],
  options?: { readonly counted?: boolean },
): AlignedGraph {
  const names = Object.keys(rows)
  const index = (name: string): number => names.indexOf(name)
  return alignedFrom(
    Object.values(rows),
    edges.map(([caller, callee, edge]) => ({ caller: index(caller), callee: index(callee), ...edge })),
    options,
  )
}

/** A page is rendered 500 times. Its category came from a cache, which is gone; a row is logged now; a query is dearer. */
export const PAGE = ['main', 'render', 'fetch', 'execute', 'log_row']
export const page = (counted: boolean): AlignedGraph =>
  alignedByName(
    {
      main: { calls: [1, 1], self: [1000, 1000], total: [16_400, 258_500] },
      render: { calls: [500, 500], self: [10_000, 10_000], total: [15_400, 257_500] },
      fetch: { calls: [12, 500], self: [600, 25_000], total: [5400, 245_000] },
      execute: { calls: [12, 500], self: [4800, 220_000], total: [4800, 220_000] },
      log_row: { calls: [0, 500], self: [0, 2500], total: [0, 2500] },
    },
    [
      ['main', 'render', { calls: [500, 500], total: [15_400, 257_500] }],
      ['render', 'fetch', { calls: [12, 500], total: [5400, 245_000] }],
      ['fetch', 'execute', { calls: [12, 500], total: [4800, 220_000] }],
      ['render', 'log_row', { calls: [0, 500], total: [0, 2500] }],
    ],
    { counted },
  )
