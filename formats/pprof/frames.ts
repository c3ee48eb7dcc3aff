import { Int32Builder } from '../../src/bytes/columns.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { type MappingTable, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { placeholderName } from './placeholder.js'
import type { RecordTables } from './record-tables.js'
import type { Texts } from './texts.js'
import { unsigned, type WireReader } from './wire.js'

/** What a location stands for: its frames from the outermost, which is the physical function, inwards. */
export interface LocationFrames {
  /** location → its first entry of `frames`; one more entry than locations. */
  readonly first: Int32Array
  readonly frames: Int32Array
}

/** The mappings with their texts looked up; null when the file has none. */
export function mappingTable(tables: RecordTables, texts: Texts, wire: WireReader): MappingTable | null {
  const { mappings } = tables
  const { length } = mappings.at
  if (length === 0) return null
  const file = new Int32Array(length)
  const buildId = new Int32Array(length)
  wire.record = 'mapping'
  for (let mapping = 0; mapping < length; mapping++) {
    wire.index = mapping
    wire.start = mappings.at.values[mapping]!
    file[mapping] = texts.at(mappings.file.values[mapping]!, 'filename')
    buildId[mapping] = texts.at(mappings.buildId.values[mapping]!, 'build_id')
  }
  wire.record = ''
  return {
    length,
    start: mappings.start.finish(),
    limit: mappings.limit.finish(),
    offset: mappings.offset.finish(),
    file,
    buildId,
    resolved: Uint8Array.from(mappings.resolved.finish()),
  }
}

/** file's function → function of the builder. A name that is missing is the system name, or one that says so. */
export function functionRows(tables: RecordTables, texts: Texts, wire: WireReader, builder: StackBuilder): Int32Array {
  const { functions } = tables
  const { length } = functions.at
  const rows = new Int32Array(length)
  wire.record = 'function'
  for (let fn = 0; fn < length; fn++) {
    wire.index = fn
    wire.start = functions.at.values[fn]!
    const name = texts.at(functions.name.values[fn]!, 'name')
    const systemName = texts.at(functions.systemName.values[fn]!, 'system_name')
    const file = texts.at(functions.file.values[fn]!, 'filename')
    const line = functions.line.values[fn]!
    rows[fn] =
      name === NONE && systemName === NONE
        ? NONE
        : builder.functions.intern(
            name === NONE ? systemName : name,
            file,
            line,
            NO_POSITION,
            systemName === name || name === NONE ? NONE : systemName,
          )
  }
  wire.record = ''
  return rows
}

/** The frames of all locations. */
export function locationFrames(
  tables: RecordTables,
  functions: Int32Array,
  mappings: MappingTable | null,
  builder: StackBuilder,
  wire: WireReader,
  context: ReadContext,
): LocationFrames {
  const { locations, lines } = tables
  const { length } = locations.at
  const first = context.allocator.int32(length + 1)
  const frames = new Int32Builder(context.allocator)
  wire.record = 'location'
  for (let location = 0; location < length; location++) {
    wire.index = location
    wire.start = locations.at.values[location]!
    const mappingLow = locations.mapping.low[location]!
    const mappingHigh = locations.mapping.high[location]!
    // An id without a mapping counts as none, as in pprof.
    const mapping = (mappingLow | mappingHigh) === 0 ? NONE : tables.mappings.ids.find(mappingLow, mappingHigh)
    const addressLow = locations.address.low[location]!
    const addressHigh = locations.address.high[location]!
    const begin = frames.length
    const firstLine = locations.firstLine.values[location]!
    for (let line = locations.firstLine.values[location + 1]! - 1; line >= firstLine; line--) {
      const row = functionOfLine(tables, line, line - firstLine, wire, context)
      if (row === NONE) continue
      const func = functions[row] === NONE ? unnamed(builder, mappings, mapping) : functions[row]!
      const inlined = frames.length > begin
      frames.push(
        builder.frame(func, lines.line.values[line]!, lines.column.values[line]!, {
          inlined,
          mapping,
          addressLow,
          addressHigh,
        }),
      )
    }
    if (frames.length === begin) {
      frames.push(
        builder.frame(unnamed(builder, mappings, mapping), NO_POSITION, NO_POSITION, {
          mapping,
          addressLow,
          addressHigh,
        }),
      )
    }
    first[location + 1] = frames.length
  }
  wire.record = ''
  return { first, frames: frames.finish() }
}

function functionOfLine(
  tables: RecordTables,
  line: number,
  index: number,
  wire: WireReader,
  context: ReadContext,
): number {
  const low = tables.lines.function.low[line]!
  const high = tables.lines.function.high[line]!
  const row = (low | high) === 0 ? NONE : tables.functions.ids.find(low, high)
  if (row === NONE) {
    const id = unsigned(low, high)
    context.fault(`expected the id of a function, got ${id}, which none has`, wire.place(`line[${index}].function_id`))
  }
  return row
}

function unnamed(builder: StackBuilder, mappings: MappingTable | null, mapping: number): number {
  const { functions } = builder
  const file = mappings === null || mapping === NONE ? NONE : mappings.file[mapping]!
  return functions.intern(functions.strings.internText(placeholderName(functions.strings, file)))
}

/** Whether any of the numbers is not 0. */
export function hasAddresses(tables: RecordTables): boolean {
  const { mapping, address } = tables.locations
  for (let location = 0; location < mapping.length; location++) {
    const bits = mapping.low[location]! | mapping.high[location]! | address.low[location]! | address.high[location]!
    if (bits !== 0) return true
  }
  return false
}
