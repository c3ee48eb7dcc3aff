import { decodeText, isUtf8 } from '../../src/bytes/text.js'
import { JsonWriter } from '../../src/encode/json.js'
import { exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet, Source } from '../../src/model/profile.js'
import type { StringTable } from '../../src/model/strings.js'
import { NO_POSITION } from '../../src/model/tables.js'
import type { WriteContext } from '../codec.js'
import { SCHEMA } from './version.js'

/** Tables stand on lines of their own down to this depth; their columns are one line each. */
const LINES_TO_DEPTH = 4

/** Writes callcost JSON, its keys always in the order of README.md. */
export function* writeCallcost(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: LINES_TO_DEPTH })
  json.beginObject().key('schema').text(SCHEMA).key('exporter').text(context.exporter)
  json.key('active').number(set.active).key('profiles').beginArray()
  for (const profile of set.profiles) yield* writeProfile(json, profile)
  json.endArray().endObject()
  yield json.take()
}

function* writeProfile(json: JsonWriter, profile: Profile): Iterable<Uint8Array> {
  json.beginObject().key('name').text(profile.name)
  json.key('process').textOrNull(profile.process).key('thread').textOrNull(profile.thread)
  writeSource(json.key('source'), profile.source)
  json.key('valueTypes').beginArray()
  for (const { name, unit } of profile.valueTypes) json.plain({ name, unit })
  json.endArray().key('defaultValue').number(profile.defaultValue)
  yield* writeStrings(json.key('strings'), profile.strings)
  for (const [name, table] of tablesOf(profile)) {
    json.key(name)
    yield* writeTable(json, table)
  }
  json.endObject()
}

function writeSource(json: JsonWriter, source: Source): void {
  json.beginObject().key('format').text(source.format)
  json.key('producer').textOrNull(source.producer).key('command').textOrNull(source.command)
  json.key('language').textOrNull(source.language)
  json.key('recordedAt').textOrNull(source.recordedAt === null ? null : String(source.recordedAt))
  json.key('clock').textOrNull(source.clock).key('method').text(source.method)
  json.key('intervalNs').numberOrNull(source.intervalNs).key('stacks').text(source.stacks)
  json.key('details').beginObject()
  for (const [key, value] of source.details) json.key(key).plain(value)
  json.endObject().key('notes').beginArray()
  for (const { code, message, count } of source.notes) json.plain({ code, message, count })
  json.endArray().endObject()
}

function* writeStrings(json: JsonWriter, strings: StringTable): Iterable<Uint8Array> {
  json.beginArray()
  for (let index = 0; index < strings.length; index++) {
    const bytes = strings.bytes(index)
    const text = decodeText(bytes)
    // U+FFFD stands for itself or for bytes that are not UTF-8.
    if (text.includes('\ufffd') && !isUtf8(bytes)) json.plain({ base64: Buffer.from(bytes).toString('base64') })
    else json.text(text)
    if (json.isFull) yield json.take()
  }
  json.endArray()
}

/** A column, columns of several value types, a table within a table, or a scalar. */
type Entry = Column | readonly (NumberColumn | null)[] | Table | string | number | null
type Column = Rows | Positions | NumberColumn
/** Row numbers, flags or times, written as they are. */
type Rows = Int32Array | Uint8Array | Float64Array
/** Lines or columns of code. */
interface Positions {
  readonly positions: Int32Array
}
/** The entries of a table in the order they are written. */
type Table = ReadonlyMap<string, Entry>

function* writeTable(json: JsonWriter, table: Table | null): Iterable<Uint8Array> {
  if (table === null) {
    json.nothing()
    return
  }
  json.beginObject()
  for (const [key, entry] of table) {
    json.key(key)
    yield* writeEntry(json, entry)
  }
  json.endObject()
}

function* writeEntry(json: JsonWriter, entry: Entry): Iterable<Uint8Array> {
  if (entry === null) json.nothing()
  else if (typeof entry === 'string') json.text(entry)
  else if (typeof entry === 'number') json.number(entry)
  else if (entry instanceof Map) yield* writeTable(json, entry)
  else if (Array.isArray(entry)) {
    json.beginArray()
    for (const column of entry as readonly (NumberColumn | null)[]) yield* writeEntry(json, column)
    json.endArray()
  } else yield* writeColumn(json, entry as Column)
}

function* writeColumn(json: JsonWriter, column: Column): Iterable<Uint8Array> {
  json.beginArray()
  if ('positions' in column) {
    for (const position of column.positions) {
      if (position === NO_POSITION) json.nothing()
      else json.number(position)
      if (json.isFull) yield json.take()
    }
  } else if ('values' in column && 'exact' in column) {
    for (let row = 0; row < column.values.length; row++) {
      json.number(exactAt(column, row))
      if (json.isFull) yield json.take()
    }
  } else {
    for (const value of column as Rows) {
      json.number(value)
      if (json.isFull) yield json.take()
    }
  }
  json.endArray()
}

function tablesOf(profile: Profile): [string, Table | null][] {
  const { functions, graph, frames, stacks, samples, mappings, labels } = profile
  const table = (entries: Record<string, Entry>): Table => new Map(Object.entries(entries))
  const positions = (column: Int32Array): Positions => ({ positions: column })
  return [
    [
      'functions',
      table({
        name: functions.name,
        file: functions.file,
        line: positions(functions.line),
        column: positions(functions.column),
        systemName: functions.systemName,
        distinctArgs: functions.distinctArgs,
      }),
    ],
    [
      'graph',
      graph &&
        table({
          calls: graph.calls,
          primitiveCalls: graph.primitiveCalls,
          self: graph.self,
          total: graph.total,
          edges: table({
            caller: graph.edges.caller,
            callee: graph.edges.callee,
            calls: graph.edges.calls,
            primitiveCalls: graph.edges.primitiveCalls,
            self: graph.edges.self,
            total: graph.edges.total,
          }),
        }),
    ],
    [
      'frames',
      frames &&
        table({
          function: frames.function,
          line: positions(frames.line),
          column: positions(frames.column),
          inlined: frames.inlined,
          address: frames.address,
          mapping: frames.mapping,
        }),
    ],
    [
      'stacks',
      stacks &&
        table({
          parent: stacks.parent,
          frame: stacks.frame,
          calls: stacks.calls,
          hits: stacks.hits,
          deoptReason: stacks.deoptReason,
          positionTicks:
            stacks.positionTicks &&
            table({
              stack: stacks.positionTicks.stack,
              line: stacks.positionTicks.line,
              ticks: stacks.positionTicks.ticks,
            }),
        }),
    ],
    [
      'samples',
      samples &&
        table({
          stack: samples.stack,
          values: samples.values,
          time: samples.time,
          timeUnit: samples.timeUnit,
          duration: samples.duration,
          labels: samples.labels,
          continued: samples.continued,
        }),
    ],
    [
      'mappings',
      mappings &&
        table({
          start: mappings.start,
          limit: mappings.limit,
          offset: mappings.offset,
          file: mappings.file,
          buildId: mappings.buildId,
          resolved: mappings.resolved,
        }),
    ],
    [
      'labels',
      labels &&
        table({
          key: labels.key,
          text: labels.text,
          number: labels.number,
          unit: labels.unit,
          setStart: labels.setStart,
          members: labels.members,
        }),
    ],
  ]
}
