import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import { NO_POSITION } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { IdTable } from './id-table.js'
import {
  type FunctionColumns,
  functionColumns,
  type LineColumns,
  type LocationColumns,
  lineColumns,
  locationColumns,
  type MappingColumns,
  mappingColumns,
  type RawString,
} from './message-columns.js'
import { asPosition, packedColumnOf, positionOf, readPosition } from './positions.js'
import { VARINT, WideBuffer, type WireReader } from './wire.js'

/** Bits of a mapping, in the order of its fields 7 to 10. */
const FIRST_FLAG_FIELD = 7

/** What the tables of a Profile message hold, before texts and references are looked up. */
export class MessageTables {
  readonly valueTypes: { readonly type: RawString; readonly unit: RawString; readonly offset: number }[] = []
  /** Where the samples are: they are read when everything that they refer to is known. */
  readonly sampleStart: Float64Builder
  readonly sampleEnd: Float64Builder
  readonly stringStart: Float64Builder
  readonly stringEnd: Float64Builder
  readonly mappings: MappingColumns
  readonly functions: FunctionColumns
  readonly locations: LocationColumns
  readonly lines: LineColumns
  dropFrames: RawString = 0
  keepFrames: RawString = 0
  timeNanos: ExactNumber = 0
  durationNanos: ExactNumber = 0
  periodType: { readonly type: RawString; readonly unit: RawString } | null = null
  period: ExactNumber = 0
  readonly comments: Int32Builder
  defaultSampleType: RawString = 0
  docUrl: RawString = 0
  /** Locations whose address several symbols share; pprof has no use for it and neither have we, but it is said. */
  folded = 0
  /** Where the last of each field that stands alone begins, by number. */
  readonly fieldStart = new Map<number, number>()
  /** Where a second profile seems to begin: a value type behind samples and texts. null in a sound file. */
  seam: number | null = null
  readonly #wire: WireReader
  readonly #context: ReadContext

  constructor(wire: WireReader, context: ReadContext) {
    const { allocator } = context
    const offsets = (): Float64Builder => new Float64Builder(allocator)
    this.#wire = wire
    this.#context = context
    this.sampleStart = offsets()
    this.sampleEnd = offsets()
    this.stringStart = offsets()
    this.stringEnd = offsets()
    this.mappings = mappingColumns(allocator)
    this.functions = functionColumns(allocator)
    this.locations = locationColumns(allocator)
    this.lines = lineColumns(allocator)
    this.comments = new Int32Builder(allocator)
  }

  /** Reads the whole message but its samples. */
  read(): void {
    const wire = this.#wire
    while (wire.next()) {
      if (wire.field > 6 && wire.field < 16) this.fieldStart.set(wire.field, wire.start)
      switch (wire.field) {
        case 1: {
          if (this.stringStart.length > 0 && this.valueTypes.length > 0) this.seam ??= wire.start
          wire.record = 'sample_type'
          wire.index = this.valueTypes.length
          const offset = wire.start
          // Each costs a column of values, so their number is held to what a person could mean.
          if (wire.index === MOST_VALUE_TYPES) {
            throw new FormatError(`expected at most ${MOST_VALUE_TYPES} value types, got more`, wire.place())
          }
          this.valueTypes.push({ ...this.#valueType(), offset })
          break
        }
        case 2:
          this.#noteSpan('sample', this.sampleStart, this.sampleEnd)
          break
        case 3:
          this.#mapping()
          break
        case 4:
          this.#location()
          break
        case 5:
          this.#function()
          break
        case 6:
          this.#noteSpan('string_table', this.stringStart, this.stringEnd)
          break
        case 7:
          this.dropFrames = wire.tableIndex('drop_frames')
          break
        case 8:
          this.keepFrames = wire.tableIndex('keep_frames')
          break
        case 9:
          this.#time()
          break
        case 10:
          this.durationNanos = wire.int64('duration_nanos')
          break
        case 11:
          wire.record = 'period_type'
          wire.index = -1
          this.periodType = this.#valueType()
          break
        case 12:
          this.period = wire.int64('period')
          break
        case 13:
          this.#comment()
          break
        case 14:
          this.defaultSampleType = wire.tableIndex('default_sample_type')
          break
        case 15:
          this.docUrl = wire.tableIndex('doc_url')
          break
        default:
          wire.skip()
      }
      wire.record = ''
    }
  }

  /** Throws when the file is two profiles, one appended to the other: protobuf would mix them into one. */
  refuseSecond(): never {
    throw new FormatError(
      'the file holds two profiles, one behind the other',
      { offset: this.seam ?? this.#wire.start },
      { hint: 'cut it there, and give both parts to callcost merge' },
    )
  }

  #noteSpan(record: string, starts: Float64Builder, ends: Float64Builder): void {
    const wire = this.#wire
    wire.record = record
    wire.index = starts.length
    const length = wire.size('')
    starts.push(wire.offset)
    ends.push(wire.offset + length)
    wire.passBytes(length)
  }

  #time(): void {
    if (this.timeNanos !== 0) this.refuseSecond()
    this.timeNanos = this.#wire.int64('time_nanos')
  }

  #comment(): void {
    const wire = this.#wire
    if (wire.wireType === VARINT) {
      this.comments.push(wire.tableIndex('comment'))
      return
    }
    const list = new WideBuffer(this.#context.allocator)
    wire.varints(list, 'comment')
    for (let at = 0; at < list.length; at++) {
      this.comments.push(list.high[at] === 0 && list.low[at]! < 2 ** 31 ? list.low[at]! : -1)
    }
  }

  #valueType(): { readonly type: RawString; readonly unit: RawString } {
    const wire = this.#wire
    let type = 0
    let unit = 0
    const outer = wire.enter('')
    while (wire.next()) {
      if (wire.field === 1) type = wire.tableIndex('type')
      else if (wire.field === 2) unit = wire.tableIndex('unit')
      else wire.skip()
    }
    wire.leave(outer)
    return { type, unit }
  }

  #mapping(): void {
    const wire = this.#wire
    const { mappings } = this
    const at = wire.start
    let idLow = 0
    let idHigh = 0
    let start: ExactNumber = 0
    let limit: ExactNumber = 0
    let offset: ExactNumber = 0
    let file = 0
    let buildId = 0
    let resolved = 0
    wire.record = 'mapping'
    wire.index = mappings.at.length
    const outer = wire.enter('')
    while (wire.next()) {
      switch (wire.field) {
        case 1:
          wire.varint('id')
          idLow = wire.low
          idHigh = wire.high
          break
        case 2:
          start = wire.uint64('memory_start')
          break
        case 3:
          limit = wire.uint64('memory_limit')
          break
        case 4:
          offset = wire.uint64('file_offset')
          break
        case 5:
          file = wire.tableIndex('filename')
          break
        case 6:
          buildId = wire.tableIndex('build_id')
          break
        case 7:
        case 8:
        case 9:
        case 10: {
          wire.varint('has_functions')
          const bit = 1 << (wire.field - FIRST_FLAG_FIELD)
          if ((wire.low | wire.high) !== 0) resolved |= bit
          else resolved &= ~bit
          break
        }
        default:
          wire.skip()
      }
    }
    wire.leave(outer)
    wire.start = at
    this.#name(mappings.ids, idLow, idHigh)
    mappings.start.push(start)
    mappings.limit.push(limit)
    mappings.offset.push(offset)
    mappings.file.push(file)
    mappings.buildId.push(buildId)
    mappings.resolved.push(resolved)
    mappings.at.push(at)
  }

  #function(): void {
    const wire = this.#wire
    const { functions } = this
    const at = wire.start
    let idLow = 0
    let idHigh = 0
    let name = 0
    let systemName = 0
    let file = 0
    let line = NO_POSITION
    wire.record = 'function'
    wire.index = functions.at.length
    const outer = wire.enter('')
    while (wire.next()) {
      switch (wire.field) {
        case 1:
          wire.varint('id')
          idLow = wire.low
          idHigh = wire.high
          break
        case 2:
          name = wire.tableIndex('name')
          break
        case 3:
          systemName = wire.tableIndex('system_name')
          break
        case 4:
          file = wire.tableIndex('filename')
          break
        case 5:
          line = readPosition(wire, 'start_line', this.#context)
          break
        default:
          wire.skip()
      }
    }
    wire.leave(outer)
    wire.start = at
    this.#name(functions.ids, idLow, idHigh)
    functions.name.push(name)
    functions.systemName.push(systemName)
    functions.file.push(file)
    functions.line.push(line)
    functions.at.push(at)
  }

  #location(): void {
    const wire = this.#wire
    const { locations } = this
    const at = wire.start
    let idLow = 0
    let idHigh = 0
    let mappingLow = 0
    let mappingHigh = 0
    let addressLow = 0
    let addressHigh = 0
    wire.record = 'location'
    wire.index = locations.at.length
    wire.innerIndex = -1
    const outer = wire.enter('')
    while (wire.next()) {
      switch (wire.field) {
        case 1:
          wire.varint('id')
          idLow = wire.low
          idHigh = wire.high
          break
        case 2:
          wire.varint('mapping_id')
          mappingLow = wire.low
          mappingHigh = wire.high
          break
        case 3:
          wire.varint('address')
          addressLow = wire.low
          addressHigh = wire.high
          break
        case 4:
          this.#line()
          break
        case 5:
          wire.varint('is_folded')
          if ((wire.low | wire.high) !== 0) this.folded++
          break
        default:
          wire.skip()
      }
    }
    wire.leave(outer)
    wire.start = at
    this.#name(locations.ids, idLow, idHigh)
    locations.mapping.push(mappingLow, mappingHigh)
    locations.address.push(addressLow, addressHigh)
    locations.firstLine.push(this.lines.line.length)
    locations.at.push(at)
  }

  #line(): void {
    const wire = this.#wire
    const { lines } = this
    let functionLow = 0
    let functionHigh = 0
    let line = NO_POSITION
    let packedColumn = NO_POSITION
    let column = NO_POSITION
    wire.inner = 'line'
    wire.innerIndex++
    const outer = wire.enter('')
    while (wire.next()) {
      switch (wire.field) {
        case 1:
          wire.varint('function_id')
          functionLow = wire.low
          functionHigh = wire.high
          break
        case 2:
          wire.varint('line')
          packedColumn = packedColumnOf(wire, this.#context)
          line = packedColumn === NO_POSITION ? asPosition(wire, 'line', this.#context) : positionOf(wire.low)
          break
        case 3:
          column = readPosition(wire, 'column', this.#context)
          break
        default:
          wire.skip()
      }
    }
    wire.leave(outer)
    wire.inner = ''
    lines.function.push(functionLow, functionHigh)
    lines.line.push(line)
    lines.column.push(column === NO_POSITION ? packedColumn : column)
  }

  /** Gives the record its id. */
  #name(ids: IdTable, low: number, high: number): void {
    const wire = this.#wire
    if ((low | high) === 0) {
      this.#context.fault(`expected an id for each ${wire.record}, got 0`, wire.place('id'))
      ids.length++
      return
    }
    if (ids.add(low, high)) return
    if (this.seam !== null) this.refuseSecond()
    const id = (BigInt(high) << 32n) | BigInt(low)
    this.#context.fault(`expected a ${wire.record} of its own for each id, got id ${id} twice`, wire.place('id'))
  }
}

const MOST_VALUE_TYPES = 1000
