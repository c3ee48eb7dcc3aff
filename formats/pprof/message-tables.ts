import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { ReadContext } from '../codec.js'
import type { RawString } from './message-columns.js'
import { RecordTables } from './record-tables.js'
import { VARINT, WideBuffer, type WireReader } from './wire.js'

/** Each costs a column of values; no profile that a person meant has more. */
const MOST_VALUE_TYPES = 1000

/** What the tables of a Profile message hold, before texts and references are looked up. */
export class MessageTables {
  readonly valueTypes: { readonly type: RawString; readonly unit: RawString; readonly offset: number }[] = []
  /** Samples are read when everything that they refer to is known: until then they are counted, and their bytes. */
  sampleCount = 0
  sampleBytes = 0
  readonly stringStart: Float64Builder
  readonly stringEnd: Float64Builder
  readonly records: RecordTables
  dropFrames: RawString = 0
  keepFrames: RawString = 0
  timeNanos: ExactNumber = 0
  durationNanos: ExactNumber = 0
  periodType: { readonly type: RawString; readonly unit: RawString } | null = null
  period: ExactNumber = 0
  readonly comments: Int32Builder
  defaultSampleType: RawString = 0
  docUrl: RawString = 0
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
    this.stringStart = offsets()
    this.stringEnd = offsets()
    this.records = new RecordTables(wire, context, () => {
      if (this.seam !== null) this.refuseSecond()
    })
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
          if (wire.index === MOST_VALUE_TYPES) {
            throw new FormatError(`expected at most ${MOST_VALUE_TYPES} value types, got more`, wire.place())
          }
          this.valueTypes.push({ ...this.#valueType(), offset })
          break
        }
        case 2:
          this.#countSample()
          break
        case 3:
          this.records.mapping()
          break
        case 4:
          this.records.location()
          break
        case 5:
          this.records.function()
          break
        case 6:
          this.#noteString()
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

  #countSample(): void {
    const wire = this.#wire
    wire.record = 'sample'
    wire.index = this.sampleCount++
    const length = wire.size('')
    this.sampleBytes += length
    wire.passBytes(length)
  }

  #noteString(): void {
    const wire = this.#wire
    wire.record = 'string_table'
    wire.index = this.stringStart.length
    const length = wire.size('')
    this.stringStart.push(wire.offset)
    this.stringEnd.push(wire.offset + length)
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
}
