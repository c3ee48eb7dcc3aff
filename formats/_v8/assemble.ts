import { counted } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { Feature } from '../../src/model/features.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { NumberColumn } from '../../src/model/numbers.js'
import type { DataNote, Profile, Source, ValueType } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import { momentOf } from '../../src/units.js'
import type { ReadContext } from '../codec.js'
import { momentsOf, type SampleMoments } from './moments.js'
import type { NodeColumns } from './node-columns.js'
import { depthsOfNodes, type NodeTree, treeOfNodes } from './node-tree.js'
import type { Recording } from './recording.js'
import { checkDepths, distinctStacks, mergedStacks, type NodeStacks, withEngineDetails } from './stacks.js'

/** Time as recorded, in microseconds, and how often a stack was seen. */
export const VALUE_TYPES: readonly ValueType[] = [
  { name: 'time', unit: 'microseconds' },
  { name: 'samples', unit: 'count' },
]

/** V8 keeps the innermost 255 frames of a stack and forgets their callers. */
const DEEPEST_RECORDED = 255

/** What a recording is called, and where it came from. */
export interface RecordingOrigin {
  /** Codec id. */
  readonly format: string
  readonly name: string
  readonly process?: string | null
  readonly thread?: string | null
  readonly valueTypes?: readonly ValueType[]
  readonly notes?: readonly DataNote[]
  readonly details: (moments: SampleMoments) => Readonly<Record<string, string | number>>
}

/** Puts the parts of a recording together. */
export function profileOf(recording: Recording, context: ReadContext, origin: RecordingOrigin): Profile {
  const { allocator } = context
  const { nodes } = recording
  const valueTypes = origin.valueTypes ?? VALUE_TYPES
  if (recording.isNested) nodes.numberNodes()
  const tree = treeOfNodes(nodes, context, allocator)
  nodes.forgetLinks()
  const moments = momentsOf(recording, context)
  recording.forgetSamples()
  const { fold } = moments
  fold?.settle(tree)
  const depths = depthsOfNodes(tree, allocator)
  checkDepths(depths, fold, allocator)
  const notes = notesOf(moments, truncatedStacks(nodes, tree, depths))
  allocator.release(depths)
  const made = tree.isDistinct
    ? distinctStacks(nodes, tree, fold, allocator)
    : mergedStacks(nodes, tree, fold, new StackBuilder(allocator, { valueTypes }, nodes.functions), allocator)
  fold?.release()
  // Ticks only serve to weigh samples by them.
  const stacks = withEngineDetails(made.stacks, nodes, made.stackOf, fold === null, allocator)
  return makeProfile({
    name: origin.name,
    process: origin.process ?? null,
    thread: origin.thread ?? null,
    source: sourceOf(nodes, moments, notes, origin),
    valueTypes,
    strings: nodes.functions.strings,
    functions: nodes.functions.finish(),
    frames: made.frames,
    stacks,
    samples: samplesOf(stacks, made, moments, allocator),
    leftOut: leftOutOf(nodes, moments, context),
  })
}

function samplesOf(
  stacks: StackTable,
  { folded, stackOf }: NodeStacks,
  moments: SampleMoments,
  allocator: Allocator,
): SampleTable {
  if (folded === null) return recordedSamples(stacks, moments, stackOf, allocator)
  const { stack, weights, counts } = folded
  const values = [weights, counts].map((column) => ({ values: column, exact: null }))
  return { ...unordered(moments), length: stack.length, stack, values }
}

/** What the file has and whoever only wants weights is not given. */
function leftOutOf({ hits, hasTicks }: NodeColumns, { fold }: SampleMoments, { need }: ReadContext): Feature[] {
  if (fold === null) return []
  const order: Feature[] = need === 'runs' ? [] : ['order']
  return hits.isGiven || hasTicks ? [...order, 'engine-details'] : order
}

/** Samples as they were recorded: their moments, and no weight yet. Sample → node becomes sample → stack. */
function recordedSamples(
  stacks: StackTable,
  moments: SampleMoments,
  stackOf: Int32Array,
  allocator: Allocator,
): SampleTable {
  if (moments.times === null) return samplesOfHits(stacks, moments)
  const stack = moments.node
  for (let sample = 0; sample < stack.length; sample++) stack[sample] = stackOf[stack[sample]!]!
  return {
    ...unordered(moments),
    length: moments.length,
    stack,
    values: [null, { values: allocator.float64(moments.length).fill(1), exact: null }],
    time: moments.times,
  }
}

/** A file without samples: the engine's own tick counts share the whole time. */
function samplesOfHits(stacks: StackTable, moments: SampleMoments): SampleTable {
  const hits = stacks.hits?.values ?? new Float64Array(stacks.length)
  let hitTotal = 0
  for (const count of hits) hitTotal += count
  const stack = Int32Array.from(hits.keys()).filter((row) => hits[row]! > 0)
  const counts = picked(hits, stack)
  const perHit = hitTotal === 0 ? 0 : moments.duration / hitTotal
  const weights: NumberColumn = { values: counts.values.map((count) => count * perHit), exact: null }
  return { ...unordered(moments), length: stack.length, stack, values: [weights, counts] }
}

/** What samples without an order have in common. */
function unordered({ duration }: SampleMoments) {
  return { time: null, timeUnit: 'microseconds' as const, duration, labels: null, continued: null }
}

function picked(column: Float64Array, rows: Int32Array): NumberColumn {
  return { values: Float64Array.from(rows, (row) => column[row]!), exact: null }
}

function sourceOf(
  nodes: NodeColumns,
  moments: SampleMoments,
  notes: readonly DataNote[],
  origin: RecordingOrigin,
): Partial<Source> {
  const isEpoch = moments.startTime > EPOCH_MICROSECONDS
  return {
    format: origin.format,
    producer: producerOf(nodes, isEpoch),
    language: 'javascript',
    recordedAt: momentOf(moments.startTime),
    clock: isEpoch ? 'epoch' : 'monotonic',
    method: 'sampled',
    details: new Map(Object.entries(origin.details(moments))),
    notes: [...notes, ...(origin.notes ?? [])],
  }
}

/** Microseconds since 1970 are past this since 2001; a monotonic clock reaches it after 30 years without a restart. */
const EPOCH_MICROSECONDS = 1e15

function producerOf({ functions }: NodeColumns, isEpoch: boolean): string | null {
  const { strings } = functions
  if (isEpoch) return 'Bun'
  for (let text = 0; text < strings.length; text++) {
    const bytes = strings.bytes(text)
    if (startsWith(bytes, 'ext:')) return 'Deno'
    if (startsWith(bytes, 'node:internal/')) return 'Node.js'
  }
  return null
}

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix.charCodeAt(at)) return false
  return true
}

/** `cut`: functions that begin a stack whose callers are missing. */
function notesOf(moments: SampleMoments, cut: number): DataNote[] {
  const notes: DataNote[] = []
  if (moments.backwards > 0) {
    notes.push({
      code: 'clock-backwards',
      message: `the clock steps back before ${moments.backwards} samples; their time counts as 0`,
      count: moments.backwards,
    })
  }
  const hasTimes = moments.times !== null || moments.fold !== null
  if (hasTimes && moments.length > 1 && moments.lead > moments.duration * NOTABLE_LEAD) {
    notes.push({
      code: 'lead',
      message: `${(moments.lead / 1000).toFixed(1)} ms passed before the first sample and belong to no function`,
      count: 1,
    })
  }
  if (cut > 0) {
    notes.push({
      code: 'stacks-truncated',
      message: `${counted(cut, 'function begins', 'functions begin')} a stack that is cut at ${DEEPEST_RECORDED} frames: their callers are missing`,
      count: cut,
    })
  }
  return notes
}

/** A lead of more than this share of the profile is worth a word. */
const NOTABLE_LEAD = 0.02

/** Children of the root that are no entry points: what is left of stacks deeper than V8 records. */
function truncatedStacks({ length, func, functions }: NodeColumns, tree: NodeTree, depth: Int32Array): number {
  let cut = 0
  let top = NONE
  let deepest = 0
  /** Ends the nodes below the child of the root that was met last. */
  const endTop = (): void => {
    if (top !== NONE && deepest > DEEPEST_RECORDED && functions.hasPlace(func.values[top]!)) cut++
    top = NONE
    deepest = 0
  }
  for (let at = 0; at < length; at++) {
    const node = tree.order === null ? at : tree.order[at]!
    if (depth[node]! <= 2) endTop()
    if (depth[node] === 2) top = node
    if (depth[node]! > deepest) deepest = depth[node]!
  }
  endTop()
  return cut
}
