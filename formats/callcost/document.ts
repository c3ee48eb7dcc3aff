import { Int32Builder } from '../../src/bytes/columns.js'
import { array, object, oneOf, text } from '../../src/bytes/json-shape.js'
import { FormatError } from '../../src/errors.js'
import type { NumberColumn } from '../../src/model/numbers.js'
import type { DataNote, Language, Source, ValueType } from '../../src/model/profile.js'
import { type StringIndex, StringInterner } from '../../src/model/strings.js'
import type {
  FrameTable,
  FunctionTable,
  LabelTable,
  MappingTable,
  SampleTable,
  StackTable,
} from '../../src/model/tables.js'
import { UNITS } from '../../src/units.js'
import {
  byteColumn,
  choice,
  type Field,
  indexColumn,
  integerField,
  list,
  nanosecondsField,
  numberColumn,
  numberField,
  orNull,
  positionColumn,
  scalarMap,
  struct,
  textField,
} from './fields.js'

/** The texts of a profile, and which of them each text of the file is: a file may hold one twice. */
export interface FileStrings {
  readonly table: StringInterner
  readonly indexOf: Int32Array
}

/** A table as the file has it: its columns, without the length, which they must agree on. */
type Columns<Table> = Omit<Table, 'length'>

interface FileGraph {
  readonly calls: NumberColumn | null
  readonly primitiveCalls: NumberColumn | null
  readonly self: readonly NumberColumn[]
  readonly total: readonly NumberColumn[]
  readonly edges: {
    readonly caller: Int32Array
    readonly callee: Int32Array
    readonly calls: NumberColumn | null
    readonly primitiveCalls: NumberColumn | null
    readonly self: readonly (NumberColumn | null)[]
    readonly total: readonly (NumberColumn | null)[]
  }
}

type FileStacks = Columns<Omit<StackTable, 'positionTicks'>> & {
  readonly positionTicks: Columns<NonNullable<StackTable['positionTicks']>> | null
}

/** A profile as the file has it: what read.ts turns into a Profile. */
export interface FileProfile {
  readonly name: string
  readonly process: string | null
  readonly thread: string | null
  readonly source: Source
  readonly valueTypes: ValueType[]
  readonly defaultValue: number
  readonly strings: FileStrings
  readonly functions: Columns<FunctionTable>
  readonly graph: FileGraph | null
  readonly frames: Columns<FrameTable> | null
  readonly stacks: FileStacks | null
  readonly samples: Columns<SampleTable> | null
  readonly mappings: Columns<MappingTable> | null
  readonly labels: Columns<LabelTable> | null
}

/** More value types than any format has; each is two columns of every table. */
const MOST_VALUE_TYPES = 1000
const MOST_NOTES = 10_000
const MOST_DETAILS = 10_000

const LANGUAGES: readonly Language[] = ['python', 'javascript', 'go', 'ruby', 'php', 'native']

const unit = choice(UNITS)
const numberColumns = list(numberColumn, MOST_VALUE_TYPES)
const numberColumnsOrNull = list(orNull(numberColumn), MOST_VALUE_TYPES)

const source: Field<Source> = struct<Source>(
  {
    format: textField,
    producer: orNull(textField),
    command: orNull(textField),
    language: orNull(choice(LANGUAGES)),
    recordedAt: orNull(nanosecondsField),
    clock: orNull(choice(['epoch', 'monotonic'])),
    method: choice(['deterministic', 'sampled']),
    intervalNs: orNull(numberField),
    stacks: choice(['recorded', 'inferred', 'none']),
    details: scalarMap(MOST_DETAILS),
    notes: list(struct<DataNote>({ code: textField, message: textField, count: integerField }), MOST_NOTES),
  },
  {
    producer: null,
    command: null,
    language: null,
    recordedAt: null,
    clock: null,
    intervalNs: null,
    details: new Map(),
    notes: [],
  },
)

/** Names: a text each, or `{ "base64": … }` with the bytes of one that is not UTF-8. */
const strings: Field<FileStrings> = (context, sink) => {
  let table = new StringInterner(context.allocator)
  let indexOf = new Int32Builder(context.allocator)
  const add = (bytes: Uint8Array, start: number, end: number): StringIndex => {
    const index = table.intern(bytes, start, end)
    indexOf.push(index)
    return index
  }
  const encoded = textField(context, (value) => {
    const bytes = Buffer.from(value, 'base64')
    if (bytes.toString('base64') !== value) throw new FormatError('expected base64', context.place())
    add(bytes, 0, bytes.length)
  })
  return array(oneOf(text(add), object({ base64: encoded }, { required: ['base64'] })), {
    begin: () => {
      table = new StringInterner(context.allocator)
      indexOf = new Int32Builder(context.allocator)
    },
    end: () => sink({ table, indexOf: indexOf.finish() }),
  })
}

const functions = struct<Columns<FunctionTable>>(
  {
    name: indexColumn,
    file: indexColumn,
    line: positionColumn,
    column: positionColumn,
    systemName: orNull(indexColumn),
    distinctArgs: orNull(numberColumn),
  },
  { systemName: null, distinctArgs: null },
)

const graph = struct<FileGraph>({
  calls: orNull(numberColumn),
  primitiveCalls: orNull(numberColumn),
  self: numberColumns,
  total: numberColumns,
  edges: struct<FileGraph['edges']>({
    caller: indexColumn,
    callee: indexColumn,
    calls: orNull(numberColumn),
    primitiveCalls: orNull(numberColumn),
    self: numberColumnsOrNull,
    total: numberColumnsOrNull,
  }),
})

const frames = struct<Columns<FrameTable>>(
  {
    function: indexColumn,
    line: positionColumn,
    column: positionColumn,
    inlined: orNull(byteColumn),
    address: orNull(numberColumn),
    mapping: orNull(indexColumn),
  },
  { inlined: null, address: null, mapping: null },
)

const stacks = struct<FileStacks>(
  {
    parent: indexColumn,
    frame: indexColumn,
    calls: orNull(numberColumn),
    hits: orNull(numberColumn),
    deoptReason: orNull(indexColumn),
    positionTicks: orNull(struct({ stack: indexColumn, line: indexColumn, ticks: indexColumn })),
  },
  { calls: null, hits: null, deoptReason: null, positionTicks: null },
)

/** Times are doubles, and `null` for an unknown one. */
const timeColumn: Field<Float64Array> = (context, sink) => numberColumn(context, ({ values }) => sink(values))

const samples = struct<Columns<SampleTable>>(
  {
    stack: indexColumn,
    values: numberColumnsOrNull,
    time: orNull(timeColumn),
    timeUnit: unit,
    duration: orNull(numberField),
    labels: orNull(indexColumn),
    continued: orNull(indexColumn),
  },
  { time: null, timeUnit: 'none', duration: null, labels: null, continued: null },
)

const mappings = struct<Columns<MappingTable>>({
  start: numberColumn,
  limit: numberColumn,
  offset: numberColumn,
  file: indexColumn,
  buildId: indexColumn,
  resolved: byteColumn,
})

const labels = struct<Columns<LabelTable>>({
  key: indexColumn,
  text: indexColumn,
  number: numberColumn,
  unit: indexColumn,
  setStart: indexColumn,
  members: indexColumn,
})

/** One profile of the document. */
export const profile = struct<FileProfile>(
  {
    name: textField,
    process: orNull(textField),
    thread: orNull(textField),
    source,
    valueTypes: list(struct<ValueType>({ name: textField, unit }), MOST_VALUE_TYPES),
    defaultValue: integerField,
    strings,
    functions,
    graph: orNull(graph),
    frames: orNull(frames),
    stacks: orNull(stacks),
    samples: orNull(samples),
    mappings: orNull(mappings),
    labels: orNull(labels),
  },
  {
    name: '',
    process: null,
    thread: null,
    defaultValue: 0,
    graph: null,
    frames: null,
    stacks: null,
    samples: null,
    mappings: null,
    labels: null,
  },
)
