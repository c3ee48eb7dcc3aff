import { LabelSetBuilder } from '../../src/model/label-sets.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { WholeStacks } from '../../src/model/sort-stacks.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { type LabelTable, NONE } from '../../src/model/tables.js'
import { WholeStackBuilder } from '../../src/model/whole-stacks.js'
import type { ReadContext } from '../codec.js'
import type { LocationFrames } from './frames.js'
import type { MessageTables } from './message-tables.js'
import type { Texts } from './texts.js'
import { signed, unsigned, WideBuffer, type WireReader } from './wire.js'

/** Reads values and labels of the samples into the builder, and returns their labels and stacks. */
export function readSamples(
  tables: MessageTables,
  texts: Texts,
  locations: LocationFrames,
  builder: StackBuilder,
  wire: WireReader,
  context: ReadContext,
): { readonly labels: LabelTable | null; readonly stacks: WholeStacks } {
  const reader = new SampleReader(tables, texts, locations, builder, wire, context)
  // All but the samples has been read, and is passed over.
  const end = wire.bytes.length
  wire.seek(0, end)
  for (let sample = 0; sample < tables.sampleCount; ) {
    wire.next()
    if (wire.field !== 2) wire.skip()
    else {
      const next = wire.size('') + wire.offset
      reader.read(sample++, wire.offset, next)
      wire.seek(next, end)
    }
  }
  return { labels: reader.labels.finish(), stacks: reader.stacks.finish() }
}

/** Ids of locations take one to three bytes, and the rest of a sample as much again as makes this a fair guess. */
const BYTES_PER_FRAME = 2

class SampleReader {
  readonly labels: LabelSetBuilder
  readonly stacks: WholeStackBuilder
  readonly #tables: MessageTables
  readonly #texts: Texts
  readonly #locations: LocationFrames
  /** id of a location → its frame, {@link NONE} where it has several or the id is large. */
  readonly #frameOfId: Int32Array
  readonly #builder: StackBuilder
  readonly #wire: WireReader
  readonly #context: ReadContext
  readonly #ids: WideBuffer
  readonly #wide: WideBuffer
  readonly #values: ExactNumber[]
  constructor(
    tables: MessageTables,
    texts: Texts,
    locations: LocationFrames,
    builder: StackBuilder,
    wire: WireReader,
    context: ReadContext,
  ) {
    const { allocator } = context
    this.labels = new LabelSetBuilder(allocator)
    this.#tables = tables
    this.#texts = texts
    this.#locations = locations
    const { first, frames } = locations
    this.#frameOfId = tables.records.locations.ids.mapSmall((location) =>
      first[location + 1]! - first[location]! === 1 ? frames[first[location]!]! : NONE,
    )
    this.#builder = builder
    this.#wire = wire
    this.#context = context
    this.#ids = new WideBuffer(allocator)
    this.#wide = new WideBuffer(allocator)
    this.#values = tables.valueTypes.map(() => 0)
    this.stacks = new WholeStackBuilder(allocator, tables.sampleCount, tables.sampleBytes / BYTES_PER_FRAME)
  }

  /** Reads the sample whose fields are at `start` to `end`. */
  read(sample: number, start: number, end: number): void {
    const wire = this.#wire
    const ids = this.#ids
    const wide = this.#wide
    ids.length = 0
    wide.length = 0
    wire.seek(start, end)
    wire.record = 'sample'
    wire.index = sample
    wire.innerIndex = -1
    while (wire.next()) {
      if (wire.field === 1) wire.varints(ids, 'location_id')
      else if (wire.field === 2) wire.varints(wide, 'value')
      else if (wire.field === 3) this.#label()
      else wire.skip()
    }
    wire.start = start
    const labels = this.labels.endSet()
    if (!this.#takeValues()) return
    if (this.#takeStack()) this.#builder.sample(NONE, this.#values, { labels })
  }

  #takeValues(): boolean {
    const wide = this.#wide
    const values = this.#values
    const { valueTypes } = this.#tables
    if (wide.length !== valueTypes.length) {
      if (this.#tables.seam !== null) this.#tables.refuseSecond()
      const message = `expected ${valueTypes.length} ${valueTypes.length === 1 ? 'value' : 'values'}, got ${wide.length}`
      this.#context.fault(message, this.#wire.place('value'))
      return false
    }
    for (let at = 0; at < values.length; at++) values[at] = signed(wide.low[at]!, wide.high[at]!)
    return true
  }

  /** Adds the stack of the ids that were read, leaf first; false when one of them names no location. */
  #takeStack(): boolean {
    const { low, high, length } = this.#ids
    const { stacks } = this
    const frameOfId = this.#frameOfId
    for (let at = length - 1; at >= 0; at--) {
      const id = low[at]!
      const frame = high[at] === 0 && id < frameOfId.length ? frameOfId[id]! : NONE
      if (frame !== NONE) stacks.push(frame)
      else if (!this.#takeLocation(id, high[at]!, at)) return false
    }
    stacks.endStack()
    return true
  }

  #takeLocation(low: number, high: number, at: number): boolean {
    const { stacks } = this
    const { first, frames } = this.#locations
    const location = (low | high) === 0 ? NONE : this.#tables.records.locations.ids.find(low, high)
    if (location === NONE) {
      const place = this.#wire.place(`location_id[${at}]`)
      stacks.dropStack()
      this.#context.fault(`expected the id of a location, got ${unsigned(low, high)}, which none has`, place)
      return false
    }
    const end = first[location + 1]!
    for (let frame = first[location]!; frame < end; frame++) stacks.push(frames[frame]!)
    return true
  }

  #label(): void {
    const wire = this.#wire
    let key = 0
    let text = 0
    let number: ExactNumber = 0
    let unit = 0
    wire.inner = 'label'
    wire.innerIndex++
    const outer = wire.enter('')
    while (wire.next()) {
      if (wire.field === 1) key = wire.tableIndex('key')
      else if (wire.field === 2) text = wire.tableIndex('str')
      else if (wire.field === 3) number = wire.int64('num')
      else if (wire.field === 4) unit = wire.tableIndex('num_unit')
      else wire.skip()
    }
    wire.leave(outer)
    const texts = this.#texts
    const keyText = texts.at(key, 'key')
    const ownText = texts.at(text, 'str')
    const unitText = texts.at(unit, 'num_unit')
    wire.inner = ''
    const { strings } = this.#builder.functions
    const named = keyText === NONE ? strings.internText('') : keyText
    if (text !== 0) this.labels.addText(named, ownText === NONE ? strings.internText('') : ownText)
    // Neither text, number nor unit: pprof drops such a label, and it says nothing.
    else if (number !== 0 || unit !== 0) this.labels.addNumber(named, number, unitText)
  }
}
