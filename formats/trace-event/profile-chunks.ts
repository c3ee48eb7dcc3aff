import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { NodeColumns } from '../_v8/node-columns.js'
import { Recording } from '../_v8/recording.js'
import type { ReadContext } from '../codec.js'
import { sortByTime } from './span-events.js'

/** Cells of a chunk in `#ranges`: where its rows begin and end in the columns that all chunks share. */
const NODES = 0
const CHILDREN = 2
const SAMPLES = 4
const DELTAS = 6
const LINES = 8
const CELLS = 10

/**
 * V8's CPU profiles in pieces, as trace events bring them: chunks of several profiles mixed, and in any order of time.
 * All chunks share the columns; which profile a chunk belongs to is only known when its event is over.
 */
export class ProfileChunks {
  readonly nodes: NodeColumns
  /** Ids of the nodes that were seen. */
  readonly samples: Int32Builder
  readonly deltas: Float64Builder
  /** The executing line of each sample, 0 for none. */
  readonly lines: Int32Builder
  readonly #allocator: Allocator
  readonly #strings: StringInterner
  /** profile → (text of the process id, text of the profile's id). */
  readonly #profiles: PairIndex
  /** profile → its thread: the one of the event that opens it; until that came, the first chunk's. */
  readonly #thread: Int32Builder
  readonly #isOpened: Int32Builder
  /** profile → time of the event that opens it, and of V8's own clock, in microseconds; NaN. */
  readonly #openedAt: Float64Builder
  readonly #startTime: Float64Builder
  /** profile → end on V8's own clock; NaN. */
  readonly #endTime: Float64Builder
  readonly #chunkProfile: Int32Builder
  readonly #chunkTime: Float64Builder
  readonly #ranges: Int32Builder
  readonly #from = new Int32Array(5)

  constructor(strings: StringInterner, allocator: Allocator) {
    const ints = (): Int32Builder => new Int32Builder(allocator)
    const doubles = (): Float64Builder => new Float64Builder(allocator)
    this.#allocator = allocator
    this.#strings = strings
    this.nodes = new NodeColumns(new FunctionTableBuilder(allocator, strings), allocator)
    this.samples = ints()
    this.deltas = doubles()
    this.lines = ints()
    this.#profiles = new PairIndex(allocator)
    this.#thread = ints()
    this.#isOpened = ints()
    this.#openedAt = doubles()
    this.#startTime = doubles()
    this.#endTime = doubles()
    this.#chunkProfile = ints()
    this.#chunkTime = doubles()
    this.#ranges = ints()
  }

  /** Number of profiles. */
  get length(): number {
    return this.#profiles.length
  }

  /** An event begins, which may bring a chunk. */
  begin(): void {
    this.#from[0] = this.nodes.length
    this.#from[1] = this.nodes.linkNode.length
    this.#from[2] = this.samples.length
    this.#from[3] = this.deltas.length
    this.#from[4] = this.lines.length
  }

  /** The event that opens a profile. */
  open(pid: StringIndex, id: StringIndex, thread: number, time: number, startTime: number): void {
    const profile = this.#profileOf(pid, id, thread)
    this.#thread.values[profile] = thread
    this.#isOpened.values[profile] = 1
    this.#openedAt.values[profile] = time
    this.#startTime.values[profile] = startTime
  }

  /** What came since {@link begin} is a chunk of this profile. */
  add(pid: StringIndex, id: StringIndex, thread: number, time: number, endTime: number): void {
    const profile = this.#profileOf(pid, id, thread)
    if (!Number.isNaN(endTime)) this.#endTime.values[profile] = endTime
    this.#chunkProfile.push(profile)
    this.#chunkTime.push(Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time)
    const to = [
      this.nodes.length,
      this.nodes.linkNode.length,
      this.samples.length,
      this.deltas.length,
      this.lines.length,
    ]
    for (const [column, end] of to.entries()) {
      this.#ranges.push(this.#from[column]!)
      this.#ranges.push(end)
    }
  }

  /** The profiles, put together. */
  recordings(context: ReadContext): ChunkedProfile[] {
    const chunks = this.#chunksOfProfiles()
    return chunks.map((rows, profile) => {
      if (this.#isOpened.values[profile] === 0) {
        context.repair('the beginning of a CPU profile is missing: its times count from its first chunk', {})
      }
      const openedAt = this.#openedAt.values[profile]!
      const startTime = this.#startTime.values[profile]!
      const endTime = this.#endTime.values[profile]!
      // The event has the clock that all events have; V8's own gives the duration.
      const start = Number.isNaN(openedAt) ? startTime : openedAt
      const end = Number.isNaN(startTime) ? endTime : endTime + (start - startTime)
      const recording = this.#recordingOf(rows, context)
      recording.startTime = Number.isNaN(start) ? null : start
      recording.endTime = Number.isNaN(end) ? null : end
      return {
        recording,
        thread: this.#thread.values[profile]!,
        id: this.#idOf(profile),
      }
    })
  }

  #idOf(profile: number): string {
    const id = this.#profiles.second.values[profile]!
    return id === NONE ? '' : this.#strings.text(id)
  }

  #profileOf(pid: StringIndex, id: StringIndex, thread: number): number {
    const profile = this.#profiles.intern(pid, id)
    if (profile === this.#thread.length) {
      this.#thread.push(thread)
      this.#isOpened.push(0)
      for (const column of [this.#openedAt, this.#startTime, this.#endTime]) column.push(Number.NaN)
    }
    return profile
  }

  /** profile → its chunks by time. */
  #chunksOfProfiles(): Int32Array[] {
    const counts = this.#allocator.int32(this.length + 1)
    const profiles = this.#chunkProfile.values
    for (let chunk = 0; chunk < this.#chunkProfile.length; chunk++) counts[profiles[chunk]! + 1]!++
    for (let profile = 0; profile < this.length; profile++) counts[profile + 1]! += counts[profile]!
    const next = counts.slice()
    const order = this.#allocator.int32(this.#chunkProfile.length)
    for (let chunk = 0; chunk < order.length; chunk++) order[next[profiles[chunk]!]!++] = chunk
    return Array.from({ length: this.length }, (_, profile) => {
      const rows = order.subarray(counts[profile]!, counts[profile + 1]!)
      sortByTime(rows, this.#chunkTime.values)
      return rows
    })
  }

  #recordingOf(chunks: Int32Array, context: ReadContext): Recording {
    const recording = new Recording(this.#allocator, this.#strings)
    recording.hasNodes = true
    const samples = new Int32Builder(this.#allocator)
    const deltas = new Float64Builder(this.#allocator)
    const lines = new Int32Builder(this.#allocator)
    for (const chunk of chunks) {
      const range = this.#ranges.values.subarray(chunk * CELLS, chunk * CELLS + CELLS)
      const count = (column: number): number => range[column + 1]! - range[column]!
      recording.nodes.copy(this.nodes, range[NODES]!, range[NODES + 1]!, range[CHILDREN]!, range[CHILDREN + 1]!)
      let taken = count(SAMPLES)
      if (count(DELTAS) > 0 && count(DELTAS) !== taken) {
        context.repair('a chunk has more samples than times, or fewer: the rest is left out', {})
        taken = Math.min(taken, count(DELTAS))
      }
      const hasLines = count(LINES) === count(SAMPLES)
      for (let sample = 0; sample < taken; sample++) {
        samples.push(this.samples.values[range[SAMPLES]! + sample]!)
        if (count(DELTAS) > 0) deltas.push(this.deltas.values[range[DELTAS]! + sample]!)
        lines.push(hasLines ? this.lines.values[range[LINES]! + sample]! : 0)
      }
    }
    recording.samples = samples
    recording.deltas = samples.length > 0 && deltas.length === 0 ? null : deltas
    countTicks(recording.nodes, samples, lines, this.#allocator)
    return recording
  }
}

export interface ChunkedProfile {
  readonly recording: Recording
  readonly thread: number
  readonly id: string
}

/** How often each node was seen, and each of its lines: what a CPU profile has as hit counts and position ticks. */
function countTicks(nodes: NodeColumns, samples: Int32Builder, lines: Int32Builder, allocator: Allocator): void {
  if (nodes.hits.isGiven) return
  const rowOf = nodes.rowsById()
  const pairs = new PairIndex(allocator)
  const counts = new Int32Builder(allocator)
  const hits = allocator.float64(nodes.length)
  for (let sample = 0; sample < samples.length; sample++) {
    const row = rowOf(samples.values[sample]!)
    if (row === NONE) continue
    hits[row]!++
    const line = lines.values[sample]!
    if (line <= 0) continue
    const pair = pairs.intern(row, line)
    if (pair === counts.length) counts.push(0)
    counts.values[pair]!++
  }
  for (let node = 0; node < hits.length; node++) nodes.hits.set(node, hits[node]!, nodes.length)
  for (let pair = 0; pair < pairs.length; pair++) {
    nodes.tickNode.push(pairs.first.values[pair]!)
    nodes.tickLine.push(pairs.second.values[pair]!)
    nodes.tickCount.push(counts.values[pair]!)
  }
}
