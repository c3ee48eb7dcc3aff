import { FormatError } from '../../src/errors.js'
import { LabelSetBuilder } from '../../src/model/label-sets.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import { type LabelTable, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { LocationFrames } from './frames.js'
import type { MessageTables } from './message-tables.js'
import type { Texts } from './texts.js'
import { signed, unsigned, WideBuffer, type WireReader } from './wire.js'

/** Reads the samples into the builder, and returns their labels. */
export function readSamples(
  tables: MessageTables,
  texts: Texts,
  locations: LocationFrames,
  builder: StackBuilder,
  wire: WireReader,
  context: ReadContext,
): LabelTable | null {
  const reader = new SampleReader(tables, texts, locations, builder, wire, context)
  const { sampleStart, sampleEnd } = tables
  for (let sample = 0; sample < sampleStart.length; sample++) {
    reader.read(sample, sampleStart.values[sample]!, sampleEnd.values[sample]!)
  }
  return reader.labels.finish()
}

class SampleReader {
  readonly labels: LabelSetBuilder
  readonly #tables: MessageTables
  readonly #texts: Texts
  readonly #locations: LocationFrames
  readonly #builder: StackBuilder
  readonly #wire: WireReader
  readonly #context: ReadContext
  readonly #ids: WideBuffer
  readonly #wide: WideBuffer
  readonly #values: ExactNumber[]
  /** The stack of the sample before, from the root: its locations, and the stack that ends with each. */
  #path: Int32Array
  #stacks: Int32Array
  #pathLength = 0

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
    this.#builder = builder
    this.#wire = wire
    this.#context = context
    this.#ids = new WideBuffer(allocator)
    this.#wide = new WideBuffer(allocator)
    this.#values = tables.valueTypes.map(() => 0)
    this.#path = allocator.int32(64)
    this.#stacks = allocator.int32(64)
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
    const stack = this.#stack()
    if (stack !== MISSING) this.#builder.sample(stack, this.#values, { labels })
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

  /** The stack of the ids that were read, leaf first; {@link MISSING} when one of them names no location. */
  #stack(): number {
    const ids = this.#ids
    const builder = this.#builder
    const { ids: table } = this.#tables.locations
    const { first, frames } = this.#locations
    const { length } = ids
    if (length > this.#path.length) this.#grow(length)
    const path = this.#path
    const stacks = this.#stacks
    let isShared = true
    let stack = NONE
    for (let depth = 0; depth < length; depth++) {
      const at = length - 1 - depth
      const low = ids.low[at]!
      const high = ids.high[at]!
      const location = (low | high) === 0 ? NONE : table.find(low, high)
      if (location === NONE) {
        this.#pathLength = depth
        const id = unsigned(low, high)
        this.#context.fault(
          `expected the id of a location, got ${id}, which none has`,
          this.#wire.place(`location_id[${at}]`),
        )
        return MISSING
      }
      // What the sample before had in common with this one is known; the rest is looked up.
      if (isShared && depth < this.#pathLength && path[depth] === location) {
        stack = stacks[depth]!
        continue
      }
      isShared = false
      const end = first[location + 1]!
      for (let frame = first[location]!; frame < end; frame++) stack = builder.stack(stack, frames[frame]!)
      path[depth] = location
      stacks[depth] = stack
    }
    this.#pathLength = length
    return stack
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

  #grow(length: number): void {
    const { allocator } = this.#context
    const { 'stack-depth': deepest } = allocator.limits
    if (length > deepest) {
      // Refused by the stack builder as well, but only after the memory was taken.
      throw new FormatError(`expected a stack of at most ${deepest} locations, got ${length}`, this.#wire.place())
    }
    const path = this.#path
    const stacks = this.#stacks
    const capacity = Math.max(path.length * 2, length)
    this.#path = allocator.int32(capacity)
    this.#stacks = allocator.int32(capacity)
    this.#path.set(path)
    this.#stacks.set(stacks)
    allocator.release(path)
    allocator.release(stacks)
  }
}

const MISSING = -2
