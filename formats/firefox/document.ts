import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { TableColumns } from './table-columns.js'

export const STACK_COLUMNS = ['frame', 'prefix', 'prefixOffset'] as const
export const FRAME_COLUMNS = ['func', 'location', 'line', 'column', 'inlineDepth'] as const
export const FUNC_COLUMNS = ['name', 'fileName', 'source', 'resource', 'lineNumber', 'columnNumber'] as const
export const RESOURCE_COLUMNS = ['name', 'type'] as const
export const SOURCE_COLUMNS = ['filename'] as const
export const SAMPLE_COLUMNS = ['stack', 'time', 'timeDeltas', 'weight'] as const

/** The tables that stacks are made of: each thread's own, or since version 60 those of all threads. */
export class Tables {
  readonly stacks: TableColumns<(typeof STACK_COLUMNS)[number]>
  readonly frames: TableColumns<(typeof FRAME_COLUMNS)[number]>
  readonly funcs: TableColumns<(typeof FUNC_COLUMNS)[number]>
  readonly resources: TableColumns<(typeof RESOURCE_COLUMNS)[number]>
  readonly sources: TableColumns<(typeof SOURCE_COLUMNS)[number]>
  /** index in the file → text of ours. */
  readonly strings: Int32Builder

  constructor(allocator: Allocator) {
    this.stacks = new TableColumns(STACK_COLUMNS, allocator)
    this.frames = new TableColumns(FRAME_COLUMNS, allocator)
    this.funcs = new TableColumns(FUNC_COLUMNS, allocator)
    this.resources = new TableColumns(RESOURCE_COLUMNS, allocator)
    this.sources = new TableColumns(SOURCE_COLUMNS, allocator)
    this.strings = new Int32Builder(allocator, 1)
  }
}

/** A thread as it came in. */
export interface Thread {
  readonly tables: Tables
  readonly samples: TableColumns<(typeof SAMPLE_COLUMNS)[number]>
  readonly meta: Meta
  name: string
  process: string | null
  pid: string | null
  tid: string | null
  isMain: boolean
  weightType: string
}

/** About the recording; each process of a raw file has its own. */
export interface Meta {
  /** Milliseconds between samples. */
  interval: number
  /** Milliseconds since 1970, which times of samples count from. */
  startTime: number
  profilingStartTime: number
  profilingEndTime: number
  /** Of the raw form. */
  version: number | null
  /** Of the processed form; null in raw files. */
  processedVersion: number | null
  product: string | null
  importedFrom: string | null
  isSymbolicated: boolean
}

export function emptyMeta(): Meta {
  return {
    interval: Number.NaN,
    startTime: Number.NaN,
    profilingStartTime: Number.NaN,
    profilingEndTime: Number.NaN,
    version: null,
    processedVersion: null,
    product: null,
    importedFrom: null,
    isSymbolicated: true,
  }
}
