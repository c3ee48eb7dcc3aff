import { Float64Builder, type Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { NodeColumns } from './node-columns.js'
import { NodeFold } from './node-fold.js'

/** One profile of the file as its fields come in, before they are put together. */
export class Recording {
  readonly nodes: NodeColumns
  /** Ids of the nodes that were seen, in order; null until the key is there. */
  samples: Int32Builder | null = null
  /** Microseconds between one sample and the one before. */
  deltas: Float64Builder | null = null
  /** Absolute times of the samples in microseconds (old files). */
  timestamps: Float64Builder | null = null
  /** The samples with their times, summed up as these come in: there are no {@link deltas} then. */
  fold: NodeFold | null = null
  /** How many deltas there are, folded or not. */
  deltaCount = 0
  /** As in the file: microseconds, or seconds in old files. */
  startTime: number | null = null
  endTime: number | null = null
  title: string | null = null
  /** The old form: a nested tree under `head`, times in seconds. */
  isNested = false
  hasNodes = false
  readonly #allocator: Allocator
  #time = 0

  constructor(allocator: Allocator, strings: StringInterner) {
    this.#allocator = allocator
    this.nodes = new NodeColumns(new FunctionTableBuilder(allocator, strings), allocator)
  }

  /** Whether the samples become weights: what only serves to weigh them otherwise, or to be written again, is not kept. */
  static isFolded({ need, rules }: ReadContext): boolean {
    return need !== 'timeline' && rules.attribution !== 'hits'
  }

  /** Where the samples go that become weights. */
  newFold({ need, rules }: ReadContext): NodeFold {
    const order = need === 'runs' ? (this.samples?.length ?? 0) : null
    return new NodeFold(this.nodes, rules, this.#allocator, order)
  }

  /** Everything is known that samples and ids say. Unless they are folded, the columns of samples have become others. */
  forgetSamples(): void {
    if (this.fold !== null && this.samples !== null) this.#allocator.release(this.samples.values)
    this.samples = null
    this.deltas = null
    this.timestamps = null
    this.fold = null
    this.nodes.forgetIds()
  }

  /**
   * The deltas begin. Where nodes and samples are known and only weights are asked for, they are not kept. A sample of
   * a node that does not exist is for later, when faults are told.
   */
  beginDeltas(context: ReadContext): void {
    this.deltas = null
    this.fold = null
    this.deltaCount = 0
    this.#time = 0
    if (Recording.isFolded(context) && this.hasNodes && this.samples !== null) {
      const rowOf = this.nodes.rowsById()
      const ids = this.samples.values
      let known = 0
      while (known < this.samples.length && rowOf(ids[known]!) !== NONE) known++
      if (known === this.samples.length) {
        this.fold = this.newFold(context)
        return
      }
    }
    this.deltas = new Float64Builder(this.#allocator, this.samples?.length ?? 0)
  }

  /** The next deltas, `values[0..count)`. */
  addDeltas(values: Float64Array, count: number): void {
    const first = this.deltaCount
    this.deltaCount += count
    if (this.fold === null) {
      this.deltas!.append(values, count)
      return
    }
    const rowOf = this.nodes.rowsById()
    const ids = this.samples!.values
    const taken = Math.min(count, this.samples!.length - first)
    let time = this.#time
    for (let at = 0; at < taken; at++) {
      time += values[at]!
      this.fold.add(rowOf(ids[first + at]!), time)
    }
    this.#time = time
  }
}
