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
} from './message-columns.js'
import { asPosition, packedColumnOf, positionOf, readPosition } from './positions.js'
import type { WireReader } from './wire.js'

/** Bits of a mapping, in the order of its fields 7 to 10. */
const FIRST_FLAG_FIELD = 7

/** The records of a profile that have ids: mappings, functions, and locations with their lines. */
export class RecordTables {
  readonly mappings: MappingColumns
  readonly functions: FunctionColumns
  readonly locations: LocationColumns
  readonly lines: LineColumns
  /** Locations whose address several symbols share; pprof has no use for it and neither have we, but it is said. */
  folded = 0
  readonly #wire: WireReader
  readonly #context: ReadContext
  readonly #onDuplicate: () => void

  /** `onDuplicate` is asked when an id comes twice, before that is called a fault: two profiles may be one file. */
  constructor(wire: WireReader, context: ReadContext, onDuplicate: () => void) {
    const { allocator } = context
    this.#wire = wire
    this.#context = context
    this.#onDuplicate = onDuplicate
    this.mappings = mappingColumns(allocator)
    this.functions = functionColumns(allocator)
    this.locations = locationColumns(allocator)
    this.lines = lineColumns(allocator)
  }

  /** Reads field 3. */
  mapping(): void {
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

  /** Reads field 5. */
  function(): void {
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

  /** Reads field 4, with its lines. */
  location(): void {
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
    this.#onDuplicate()
    const id = (BigInt(high) << 32n) | BigInt(low)
    this.#context.fault(`expected a ${wire.record} of its own for each id, got id ${id} twice`, wire.place('id'))
  }
}
