import {
  array,
  boolean,
  integer,
  lazy,
  nothing,
  number,
  object,
  oneOf,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import type { Place } from '../../src/errors.js'
import type { StringInterner } from '../../src/model/strings.js'
import type { ReadContext } from '../codec.js'
import {
  emptyMeta,
  FRAME_COLUMNS,
  FUNC_COLUMNS,
  type Meta,
  RESOURCE_COLUMNS,
  SAMPLE_COLUMNS,
  SOURCE_COLUMNS,
  STACK_COLUMNS,
  Tables,
  type Thread,
} from './document.js'
import { TableColumns, tableShape } from './table-columns.js'

/** What a file holds, raw or processed. */
export interface Document {
  readonly shared: Tables
  readonly threads: readonly Thread[]
  /** Of the outermost process. */
  readonly meta: Meta
}

/** The shape of a file, and what it fills. */
export function documentShape(
  strings: StringInterner,
  context: ReadContext,
  place: () => Place,
): { readonly shape: Shape; readonly document: Document } {
  const { allocator } = context
  const shared = new Tables(allocator)
  const threads: Thread[] = []
  const outermost = emptyMeta()
  /** The metas of the processes that are open, outermost first; nested ones are few, and bounded by the depth of JSON. */
  const open: Meta[] = []
  let tables = shared
  let thread: Thread | null = null

  const tableFields = (): Record<string, Shape> => {
    const strs = stringsShape(strings, () => tables)
    return {
      stackTable: tableShape(STACK_COLUMNS, () => tables.stacks, place),
      frameTable: tableShape(FRAME_COLUMNS, () => tables.frames, place),
      funcTable: tableShape(FUNC_COLUMNS, () => tables.funcs, place),
      resourceTable: tableShape(RESOURCE_COLUMNS, () => tables.resources, place),
      sources: tableShape(SOURCE_COLUMNS, () => tables.sources, place),
      stringArray: strs,
      // Raw files, and processed ones before version 56, which could also have saved the object that held them.
      stringTable: oneOf(strs, object<string>({ _array: strs })),
    }
  }
  const threadShape = object<string>(
    {
      ...tableFields(),
      samples: tableShape(SAMPLE_COLUMNS, () => thread!.samples, place, {
        weightType: word((value) => {
          thread!.weightType = value
        }),
      }),
      name: word((value) => {
        thread!.name = value
      }),
      processName: word((value) => {
        thread!.process = value
      }),
      pid: identifier((value) => {
        thread!.pid = value
      }),
      tid: identifier((value) => {
        thread!.tid = value
      }),
      isMainThread: oneOf(
        boolean((value) => {
          thread!.isMain = value
        }),
        nothing(),
      ),
    },
    {
      begin: () => {
        tables = new Tables(allocator)
        thread = {
          tables,
          samples: new TableColumns(SAMPLE_COLUMNS, allocator),
          meta: open.at(-1)!,
          name: '',
          process: null,
          pid: null,
          tid: null,
          isMain: false,
          weightType: 'samples',
        }
        threads.push(thread)
      },
    },
  )
  const process: Shape = object<string>(
    {
      meta: metaShape(() => open.at(-1)!),
      shared: object<string>(tableFields(), {
        begin: () => {
          tables = shared
        },
      }),
      threads: array(threadShape),
      processes: array(lazy(() => process)),
    },
    {
      required: ['threads', 'meta'],
      begin: () => open.push(open.length === 0 ? outermost : emptyMeta()),
      end: () => open.pop(),
    },
  )
  return { shape: process, document: { shared, threads, meta: outermost } }
}

function stringsShape(strings: StringInterner, tables: () => Tables): Shape {
  return array(
    oneOf(
      text((bytes, start, end) => tables().strings.push(strings.intern(bytes, start, end))),
      nothing(() => tables().strings.push(strings.internText(''))),
    ),
  )
}

function metaShape(meta: () => Meta): Shape {
  const quantity = (key: 'interval' | 'startTime' | 'profilingStartTime' | 'profilingEndTime'): Shape =>
    oneOf(
      number((value) => {
        meta()[key] = value
      }),
      nothing(),
    )
  return object<string>({
    interval: quantity('interval'),
    startTime: quantity('startTime'),
    profilingStartTime: quantity('profilingStartTime'),
    profilingEndTime: quantity('profilingEndTime'),
    version: integer((value) => {
      meta().version = value
    }),
    preprocessedProfileVersion: integer((value) => {
      meta().processedVersion = value
    }),
    product: word((value) => {
      meta().product = value
    }),
    importedFrom: word((value) => {
      meta().importedFrom = value
    }),
    symbolicated: oneOf(
      boolean((value) => {
        meta().isSymbolicated = value
      }),
      nothing(),
    ),
  })
}

/** A text; anything else is let pass. */
function word(sink: (value: string) => void): Shape {
  return oneOf(
    text((bytes, start, end) => sink(decodeText(bytes, start, end))),
    nothing(),
    number(() => {}),
    boolean(() => {}),
    object<string>({}),
    array(skip()),
  )
}

/** A process or thread id: a number or a text. */
function identifier(sink: (value: string) => void): Shape {
  return oneOf(
    text((bytes, start, end) => sink(decodeText(bytes, start, end))),
    integer((value) => sink(String(value)), { fractions: true, exact: (value) => sink(String(value)) }),
    nothing(),
  )
}
