import { Allocator } from '../limits.js'
import { extendStrings } from './extended-strings.js'
import { type Flow, flowOf } from './flow.js'
import type { NumberColumn } from './numbers.js'
import type { DataNote, Profile } from './profile.js'
import { type CallGraph, type FunctionTable, NO_POSITION, NONE } from './tables.js'
import { BELOW_THRESHOLD, recursionTarget, type Unfolded, unfold } from './unfold.js'

export interface InferOptions {
  /** Paths that are followed at most, heaviest first; default 50,000. */
  readonly nodes?: number
  /** Share of the profile total below which a path is not followed; default 1e-4. */
  readonly threshold?: number
}

/**
 * Makes up stacks for a profile that has only a call graph, by the proportional model: whatever a function passes on
 * goes to its callees as the graph knows it on the whole, whoever called the function. Without recursion, self and total
 * of every function and the total of every caller→callee pair come out as they were; the paths beyond are a guess.
 * A function is not entered twice on a path: that weight is a leaf `[recursion: name]`, what is too light to follow a leaf
 * `[below threshold]`, and all weights add up to the sum of self. The graph stays as it is; the source says
 * `stacks: 'inferred'` and carries a note `stacks-inferred`. A profile that has stacks, or no value to follow, is
 * returned as it is.
 */
export function inferStacks(profile: Profile, options: InferOptions = {}): Profile {
  const { graph } = profile
  if (graph === null || profile.stacks !== null || profile.valueTypes.length === 0) return profile
  const allocator = new Allocator()
  const flows = profile.valueTypes.map((_, value) => flowOf(graph, value))
  const main = mainValue(flows, profile.defaultValue)
  const limits = { nodes: options.nodes ?? 50_000, threshold: options.threshold ?? 1e-4 }
  const tree = unfold(graph, flows, main, limits, allocator)
  const made = leafFunctions(profile, tree)
  const { functions } = made
  const measures = measure(tree, main, flows[main]!.sum)
  return {
    ...profile,
    strings: made.strings,
    functions,
    graph: widenGraph(graph, functions.length),
    frames: {
      length: functions.length,
      function: Int32Array.from(functions.name.keys()),
      line: new Int32Array(functions.length).fill(NO_POSITION),
      column: new Int32Array(functions.length).fill(NO_POSITION),
      inlined: null,
      address: null,
      mapping: null,
    },
    stacks: {
      length: tree.length,
      parent: tree.parent,
      frame: made.functionOf,
      calls: null,
      hits: null,
      deoptReason: null,
      positionTicks: null,
    },
    samples: samplesOf(tree),
    source: {
      ...profile.source,
      stacks: 'inferred',
      details: new Map([
        ...profile.source.details,
        ['inference.recursion-share', measures.recursion],
        ['inference.below-threshold-share', measures.cut],
        ['inference.median-uncertainty', measures.doubt],
      ]),
      notes: [
        ...profile.source.notes,
        inferenceNote(
          tree,
          measures,
          flows.some((flow) => flow.estimated),
        ),
      ],
    },
  }
}

/** The default value, or the first that weighs anything. */
function mainValue(flows: readonly Flow[], preferred: number): number {
  if ((flows[preferred]?.sum ?? 0) > 0) return preferred
  const other = flows.findIndex((flow) => flow.sum > 0)
  return other < 0 ? preferred : other
}

/** The functions plus one for each leaf that stands for something, and node → function. */
function leafFunctions(
  { strings, functions }: Profile,
  tree: Unfolded,
): {
  readonly strings: Profile['strings']
  readonly functions: FunctionTable
  readonly functionOf: Int32Array
} {
  const texts: string[] = []
  const known = new Map<number, number>()
  const functionOf = tree.label.map((label) => {
    if (label >= 0) return label
    let fn = known.get(label)
    if (fn === undefined) {
      fn = functions.length + texts.length
      known.set(label, fn)
      const target = label === BELOW_THRESHOLD ? '' : strings.text(functions.name[recursionTarget(label)]!)
      texts.push(label === BELOW_THRESHOLD ? '[below threshold]' : `[recursion: ${target}]`)
    }
    return fn
  })
  const length = functions.length + texts.length
  const widen = (column: Int32Array, filler: number): Int32Array => {
    const wide = new Int32Array(length).fill(filler)
    wide.set(column.subarray(0, functions.length))
    return wide
  }
  const name = widen(functions.name, NONE)
  for (let i = 0; i < texts.length; i++) name[functions.length + i] = strings.length + i
  return {
    strings: extendStrings(strings, texts),
    functions: {
      length,
      name,
      file: widen(functions.file, NONE),
      line: widen(functions.line, NO_POSITION),
      column: widen(functions.column, NO_POSITION),
      systemName: functions.systemName === null ? null : widen(functions.systemName, NONE),
      distinctArgs: functions.distinctArgs === null ? null : widenColumn(functions.distinctArgs, length, Number.NaN),
    },
    functionOf,
  }
}

function widenGraph(graph: CallGraph, length: number): CallGraph {
  if (length === graph.length) return graph
  const widen = (column: NumberColumn): NumberColumn => widenColumn(column, length, 0)
  return {
    ...graph,
    length,
    calls: graph.calls === null ? null : widen(graph.calls),
    primitiveCalls: graph.primitiveCalls === null ? null : widen(graph.primitiveCalls),
    self: graph.self.map(widen),
    total: graph.total.map(widen),
  }
}

function widenColumn({ values, exact }: NumberColumn, length: number, filler: number): NumberColumn {
  const wide = new Float64Array(length).fill(filler)
  wide.set(values.subarray(0, length))
  return { values: wide, exact }
}

/** One sample for each node that weighs something itself. */
function samplesOf(tree: Unfolded): NonNullable<Profile['samples']> {
  const nodes = Int32Array.from(tree.label.keys()).filter((node) => tree.own.some((column) => column[node] !== 0))
  return {
    length: nodes.length,
    stack: nodes,
    values: tree.own.map((column) => ({ values: Float64Array.from(nodes, (node) => column[node]!), exact: null })),
    time: null,
    duration: null,
    timeUnit: 'none',
    labels: null,
    continued: null,
  }
}

interface Measures {
  /** Shares of the weight, 0..1. */
  readonly recursion: number
  readonly cut: number
  /** Half of the weight lies on paths that may be off by more than this share. */
  readonly doubt: number
}

function measure(tree: Unfolded, main: number, sum: number): Measures {
  const own = tree.own[main]
  if (own === undefined || sum === 0) return { recursion: 0, cut: 0, doubt: 0 }
  let recursion = 0
  let cut = 0
  for (let node = 0; node < tree.length; node++) {
    if (tree.label[node] === BELOW_THRESHOLD) cut += own[node]!
    else if (tree.label[node]! < 0) recursion += own[node]!
  }
  const byDoubt = Int32Array.from(tree.label.keys()).sort((a, b) => tree.doubt[b]! - tree.doubt[a]!)
  let weight = 0
  let doubt = 0
  for (const node of byDoubt) {
    doubt = tree.doubt[node]!
    weight += own[node]!
    if (weight * 2 >= sum) break
  }
  return { recursion: recursion / sum, cut: cut / sum, doubt }
}

function inferenceNote(tree: Unfolded, { recursion, doubt }: Measures, estimated: boolean): DataNote {
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  const parts = [
    'stacks inferred from call graph: costs per function and direct caller are true, longer paths are a proportional guess',
  ]
  if (estimated) parts[0] = 'stacks inferred from call counts, as if every call of a function cost the same'
  if (doubt >= 0.005) parts.push(`half of the weight is on paths that may be off by ${percent(doubt)} or more`)
  if (recursion >= 0.005) parts.push(`${percent(recursion)} of the weight is recursion and could not be unfolded`)
  return { code: 'stacks-inferred', message: parts.join('; '), count: tree.length }
}
