import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import { exactAt, sumColumn } from '../../../src/model/numbers.js'
import type { ProfileSet } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { graph } from '../../support/draw.js'

/** The format, read and written by protobufjs's own code from its schema: nothing of ours. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Profile {
    repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Mapping mapping = 3;
    repeated Location location = 4; repeated Function function = 5; repeated string string_table = 6;
    int64 drop_frames = 7; int64 keep_frames = 8; int64 time_nanos = 9; int64 duration_nanos = 10;
    ValueType period_type = 11; int64 period = 12; repeated int64 comment = 13;
    int64 default_sample_type = 14; int64 doc_url = 15;
  }
  message ValueType { int64 type = 1; int64 unit = 2; }
  message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; repeated Label label = 3; }
  message Label { int64 key = 1; int64 str = 2; int64 num = 3; int64 num_unit = 4; }
  message Mapping {
    uint64 id = 1; uint64 memory_start = 2; uint64 memory_limit = 3; uint64 file_offset = 4; int64 filename = 5;
    int64 build_id = 6; bool has_functions = 7; bool has_filenames = 8; bool has_line_numbers = 9;
    bool has_inline_frames = 10;
  }
  message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; bool is_folded = 5; }
  message Line { uint64 function_id = 1; int64 line = 2; int64 column = 3; }
  message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; int64 start_line = 5; }`,
  { keepCase: true },
)
const Message = root.lookupType('Profile')

/** A decoded message: 64-bit integers are strings. */
interface Decoded {
  readonly sample_type: TypeRow[]
  readonly sample: { readonly location_id: string[]; readonly value: string[]; readonly label: LabelRow[] }[]
  readonly mapping: MappingRow[]
  readonly location: LocationRow[]
  readonly function: FunctionRow[]
  readonly string_table: string[]
  readonly period_type: TypeRow | null
  readonly comment: string[]
  readonly [field: string]: unknown
}
type Row<Field extends string> = Readonly<Record<Field, string>>
type TypeRow = Row<'type' | 'unit'>
type LabelRow = Row<'key' | 'str' | 'num' | 'num_unit'>
type MappingRow = Row<'id' | 'filename' | 'build_id'>
type LocationRow = Row<'id' | 'mapping_id' | 'address'> & { readonly line: LineRow[] }
type LineRow = Row<'function_id' | 'line' | 'column'>
type FunctionRow = Row<'id' | 'name' | 'system_name' | 'filename' | 'start_line'>

function encode(message: object): Uint8Array {
  return Message.encode(Message.fromObject(message)).finish()
}

async function read(bytes: Uint8Array): Promise<ProfileSet> {
  return (await readProfileSet(memorySource('a.pb', bytes))).set
}

async function write(set: ProfileSet, onNote?: (note: string) => void): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of await convertProfiles(set, {
    to: 'pprof',
    exporter: 'callcost 9',
    ...(onNote && { onNote }),
  }))
    parts.push(part)
  return Buffer.concat(parts)
}

/** What a message says, without ids and indices: everything by its text, samples sorted. */
function meaning(bytes: Uint8Array): object {
  const message = Message.toObject(Message.decode(bytes), { longs: String, arrays: true, defaults: true }) as Decoded
  const text = (index: unknown): string => message.string_table[Number(index)]!
  const byId = <T extends Row<'id'>>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))
  const locations = byId(message.location)
  const functions = byId(message.function)
  const mappings = byId(message.mapping)
  const type = (row: TypeRow | null) => row && `${text(row.type)}/${text(row.unit)}`
  const mapping = (row: MappingRow | undefined) =>
    row && { ...row, id: 0, filename: text(row.filename), build_id: text(row.build_id) }
  const line = (row: LineRow) => {
    const own = functions.get(row.function_id)!
    const names = [own.name, own.system_name, own.filename].map(text).join('|')
    return `${names}|${own.start_line}|${row.line}|${row.column}`
  }
  const location = (id: string) => {
    const row = locations.get(id)!
    return { address: row.address, mapping: mapping(mappings.get(row.mapping_id)), lines: row.line.map(line) }
  }
  const label = (row: LabelRow) => [text(row.key), text(row.str), row.num, text(row.num_unit)]
  const samples = message.sample.map((row) =>
    JSON.stringify([row.location_id.map(location), row.value, row.label.map(label)]),
  )
  return {
    types: message.sample_type.map(type),
    samples: samples.sort(),
    mappings: message.mapping.map(mapping),
    period: [type(message.period_type), message.period],
    times: [message.time_nanos, message.duration_nanos],
    comments: message.comment.map(text),
    texts: [message.drop_frames, message.keep_frames, message.default_sample_type, message.doc_url].map(text),
  }
}

const STRINGS = [
  ...['', 'samples', 'count', 'cpu', 'nanosecond', '/srv/server', 'f00d', 'main', 'parse(int)', '_Z5parsei', 'a.cc'],
  ...['thread', 'one', 'bytes', 'kilobytes', 'drop.*', 'keep', 'first', 'second', 'https://example.com/', '[vsyscall]'],
  ...['parse(double)', '_Z5parsed', '\ud83d\ude00 <T>::x;y\n', 'allocations', 'KiB'],
]
const s = (text: string): number => {
  const index = STRINGS.indexOf(text)
  if (index < 0) throw new Error(text)
  return index
}

const EVERYTHING = {
  sample_type: [
    { type: s('samples'), unit: s('count') },
    { type: s('cpu'), unit: s('nanosecond') },
    { type: s('allocations'), unit: s('KiB') },
  ],
  sample: [
    { location_id: ['18446744073709551615', 7], value: [1, '9007199254740993', -5] },
    {
      location_id: [3, 7],
      value: [2, '-9223372036854775808', 0],
      label: [
        { key: s('thread'), str: s('one') },
        { key: s('bytes'), num: '9223372036854775807', num_unit: s('kilobytes') },
        { key: s('bytes'), num: -3 },
      ],
    },
    { value: [0, 0, 12] },
    { location_id: [900, 3, 3, 7], value: [5, 6, 7], label: [{ key: s('thread'), num_unit: s('count') }] },
  ],
  mapping: [
    {
      ...{ id: 40, memory_start: 4194304, memory_limit: 8388608, file_offset: 4096, filename: s('/srv/server') },
      ...{ build_id: s('f00d'), has_functions: true, has_line_numbers: true },
    },
    { id: 2, memory_start: '18446744073699065856', memory_limit: '18446744073699069952', filename: s('[vsyscall]') },
  ],
  location: [
    { id: 7, mapping_id: 40, address: 4194320, line: [{ function_id: 5, line: 12, column: 3 }] },
    {
      ...{ id: 3, mapping_id: 40, address: 4194400 },
      line: [
        { function_id: '9000000000', line: 70 },
        { function_id: 6, line: 31 },
        { function_id: 5, line: 14 },
      ],
    },
    { id: '18446744073709551615', mapping_id: 2, address: '18446744073699066880' },
    { id: 900, line: [{ function_id: 8 }] },
  ],
  function: [
    { id: 5, name: s('main'), filename: s('a.cc'), start_line: 10 },
    { id: 6, name: s('parse(int)'), system_name: s('_Z5parsei'), filename: s('a.cc'), start_line: 30 },
    { id: '9000000000', name: s('parse(double)'), system_name: s('_Z5parsed'), filename: s('a.cc') },
    { id: 8, name: s('\ud83d\ude00 <T>::x;y\n') },
  ],
  string_table: STRINGS,
  drop_frames: s('drop.*'),
  keep_frames: s('keep'),
  time_nanos: '1795339568998533385',
  duration_nanos: '9007199254740993',
  period_type: { type: s('cpu'), unit: s('nanosecond') },
  period: '9007199254740995',
  comment: [s('first'), s('second')],
  default_sample_type: s('samples'),
  doc_url: s('https://example.com/'),
}

describe('pprof to callcost and back', () => {
  it('keeps everything that the format has', async () => {
    const bytes = encode(EVERYTHING)
    expect(meaning(await write(await read(bytes)))).toEqual(meaning(bytes))
  })

  it('writes the same bytes again', async () => {
    const once = await write(await read(encode(EVERYTHING)))
    expect(await write(await read(once))).toEqual(once)
  })

  it('leaves out a system name that is the name, and adds samples of one stack and labels', async () => {
    const profile = {
      sample_type: [{ type: 1, unit: 2 }],
      sample: [
        { location_id: [1], value: [3] },
        { location_id: [2], value: [4] },
        { location_id: [1], value: [5] },
      ],
      location: [
        { id: 1, line: [{ function_id: 1, line: 2 }] },
        // The same place under another id.
        { id: 2, line: [{ function_id: 2, line: 2 }] },
      ],
      function: [
        { id: 1, name: 3, system_name: 3 },
        { id: 2, name: 3, system_name: 3 },
      ],
      string_table: ['', 'samples', 'count', '<module>'],
    }
    const written = Message.toObject(Message.decode(await write(await read(encode(profile)))), { longs: Number })
    expect(written.sample).toEqual([{ location_id: [1], value: [12] }])
    expect(written.function).toEqual([{ id: 1, name: 3 }])
  })

  it('sums past 2^63 exactly, and does not add up samples whose sum does not fit', async () => {
    const most = 2n ** 63n - 1n
    const profile = {
      sample_type: [{ type: 1, unit: 2 }],
      sample: [1, 1, 1].map((id) => ({ location_id: [id], value: [String(most)] })),
      location: [{ id: 1, line: [{ function_id: 1 }] }],
      function: [{ id: 1, name: 3 }],
      string_table: ['', 'cpu', 'nanoseconds', 'main'],
    }
    const set = await read(encode(profile))
    const [first] = set.profiles
    expect(exactAt(callGraph(first!).total[0]!, 0)).toBe(3n * most)
    expect(sumColumn(first!.samples!.values[0]!)).toBe(3n * most)
    const again = await read(await write(set))
    expect(exactAt(callGraph(again.profiles[0]!).self[0]!, 0)).toBe(3n * most)
  })

  it('shows the value that the file names, else the last', async () => {
    const types = [
      { type: 1, unit: 2 },
      { type: 3, unit: 4 },
    ]
    const shown = async (more: object): Promise<number> =>
      (await read(encode({ sample_type: types, string_table: ['', 'a', 'count', 'b', 'bytes', 'c'], ...more })))
        .profiles[0]!.defaultValue
    expect(await shown({})).toBe(1)
    expect(await shown({ default_sample_type: 1 })).toBe(0)
    expect(await shown({ default_sample_type: 5 })).toBe(1)
  })
})

describe('other profiles written as pprof', () => {
  it('have whole nanoseconds, say where they come from and that stacks were inferred', async () => {
    const notes: string[] = []
    const called = graph(`
      main 1x self=0.25 total=1.2500000004
      work 4x self=1.0000000004 total=1.0000000004
      main -> work 4x self=1.0000000004 total=1.0000000004
    `)
    const set: ProfileSet = { profiles: [called], active: 0 }
    const written = meaning(await write(set, (note) => notes.push(note))) as { comments: string[]; types: string[] }
    expect(written.comments).toContain('stacks inferred from a call graph')
    expect(written.types[0]).toMatch(/\/nanoseconds$/)
    expect(notes.some((note) => note.includes('rounded to nanoseconds'))).toBe(true)
  })
})
