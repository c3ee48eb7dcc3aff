import type { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringInterner } from '../../src/model/strings.js'
import { NodeColumns } from './node-columns.js'

/** One profile of the file as its fields come in, before they are put together. */
export class Recording {
  readonly nodes: NodeColumns
  /** Ids of the nodes that were seen, in order; null until the key is there. */
  samples: Int32Builder | null = null
  /** Microseconds between one sample and the one before. */
  deltas: Float64Builder | null = null
  /** Absolute times of the samples in microseconds (old files). */
  timestamps: Float64Builder | null = null
  /** As in the file: microseconds, or seconds in old files. */
  startTime: number | null = null
  endTime: number | null = null
  title: string | null = null
  /** The old form: a nested tree under `head`, times in seconds. */
  isNested = false
  hasNodes = false

  constructor(allocator: Allocator, strings: StringInterner) {
    this.nodes = new NodeColumns(new FunctionTableBuilder(allocator, strings), allocator)
  }
}
