import { Int32Builder } from '../../src/bytes/columns.js'
import { CallcostError, quote } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import { type ExactNumber, exactAt } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { type FrameTable, type LabelTable, NO_POSITION, NONE } from '../../src/model/tables.js'
import { dimension, unitFactor } from '../../src/units.js'
import type { WriteContext } from '../codec.js'
import { type IntegerType, integerTypes, isInt64, type MergedSamples, mergeSamples } from './integer-values.js'
import { isPlaceholder, Locations } from './locations.js'
import { DETAILS } from './origin.js'
import { TextTable } from './text-table.js'
import { textOfUnit, unitOfText } from './value-unit.js'
import { WireWriter } from './wire.js'

/**
 * Writes the active profile: fields in the order of their numbers, ids from 1 in the order of first use, samples of one
 * stack and one set of labels added up.
 */
export function* writePprof(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined || profile.frames === null || profile.stacks === null || profile.samples === null) {
    throw new CallcostError('data', 'a pprof profile needs stacks, and this profile has none')
  }
  const { frames, stacks, samples } = profile
  const allocator = new Allocator()
  const note = (message: string): void => context.note(message)
  const types = integerTypes(profile, samples, note)
  const merged = mergeSamples(samples, types, note, allocator)
  const locations = new Locations(frames, stacks, allocator)
  const texts = new TextTable(profile.strings)
  const wire = new WireWriter()
  const functions = new FunctionIds(profile.functions.length, allocator)

  writeValueTypes(wire, profile, types, texts)
  yield* writeSamples(wire, merged, profile.labels, locations, texts)
  writeMappings(wire, profile, texts)
  yield* writeLocations(wire, profile, frames, locations, functions)
  yield* writeFunctions(wire, profile, functions, texts, note)
  const head = headerOf(profile, types, texts, context)
  yield* texts.write(wire, 6)
  writeHeader(wire, head)
  yield wire.take()
}

/** Ids of functions, from 1 as they are first used. */
class FunctionIds {
  readonly used: Int32Builder
  readonly #ids: Int32Array

  constructor(length: number, allocator: Allocator) {
    this.used = new Int32Builder(allocator)
    this.#ids = allocator.int32(length)
  }

  of(func: number): number {
    if (this.#ids[func] === 0) {
      this.used.push(func)
      this.#ids[func] = this.used.length
    }
    return this.#ids[func]!
  }
}

function writeValueTypes(wire: WireWriter, profile: Profile, types: readonly IntegerType[], texts: TextTable): void {
  for (const [index, { type }] of types.entries()) {
    wire.begin(1)
    wire.integer(1, texts.ofText(type.name))
    // The spelling of the file that it came from, unless the values were scaled.
    const spelling = profile.source.details.get(`${DETAILS.unit}${type.name}`)
    const isSame =
      type === profile.valueTypes[index] &&
      typeof spelling === 'string' &&
      (unitOfText(spelling) ?? 'none') === type.unit
    wire.integer(2, texts.ofText(isSame ? spelling : textOfUnit(type.unit)))
    wire.end()
  }
}

function* writeSamples(
  wire: WireWriter,
  samples: MergedSamples,
  labels: LabelTable | null,
  locations: Locations,
  texts: TextTable,
): Iterable<Uint8Array> {
  for (let sample = 0; sample < samples.length; sample++) {
    wire.begin(2)
    const leaf = samples.stack[sample]!
    if (leaf !== NONE) {
      wire.begin(1)
      for (let stack = leaf; stack !== NONE; stack = locations.above(stack)) wire.element(locations.idOf(stack))
      wire.end()
    }
    wire.begin(2)
    for (const column of samples.values) wire.element(exactAt(column, sample))
    wire.end()
    if (labels !== null) writeLabels(wire, labels, samples.labels[sample]!, texts)
    wire.end()
    if (wire.isFull) yield wire.take()
  }
}

function writeLabels(wire: WireWriter, labels: LabelTable, set: number, texts: TextTable): void {
  for (let at = labels.setStart[set]!; at < labels.setStart[set + 1]!; at++) {
    const label = labels.members[at]!
    wire.begin(3)
    wire.integer(1, texts.of(labels.key[label]!))
    const text = labels.text[label]!
    if (text !== NONE) wire.integer(2, texts.of(text))
    else {
      wire.integer(3, labelNumber(exactAt(labels.number, label)))
      wire.integer(4, texts.of(labels.unit[label]!))
    }
    wire.end()
  }
}

function labelNumber(number: ExactNumber): ExactNumber {
  if (isInt64(number)) return number
  throw new CallcostError('data', `pprof holds whole numbers of 64 bits, and a label has ${number}`)
}

function writeMappings(wire: WireWriter, { mappings }: Profile, texts: TextTable): void {
  if (mappings === null) return
  for (let mapping = 0; mapping < mappings.length; mapping++) {
    wire.begin(3)
    wire.integer(1, mapping + 1)
    wire.integer(2, exactAt(mappings.start, mapping))
    wire.integer(3, exactAt(mappings.limit, mapping))
    wire.integer(4, exactAt(mappings.offset, mapping))
    wire.integer(5, texts.of(mappings.file[mapping]!))
    wire.integer(6, texts.of(mappings.buildId[mapping]!))
    for (let bit = 0; bit < 4; bit++) wire.integer(7 + bit, (mappings.resolved[mapping]! >> bit) & 1)
    wire.end()
  }
}

function* writeLocations(
  wire: WireWriter,
  profile: Profile,
  frames: FrameTable,
  locations: Locations,
  functions: FunctionIds,
): Iterable<Uint8Array> {
  for (let id = 1; id <= locations.length; id++) {
    const inner = locations.framesOf(id)
    const physical = inner[inner.length - 1]!
    wire.begin(4)
    wire.integer(1, id)
    wire.integer(2, (frames.mapping?.[physical] ?? NONE) + 1)
    if (frames.address !== null) wire.integer(3, exactAt(frames.address, physical))
    if (inner.length > 1 || !isPlaceholder(profile, frames, physical)) {
      for (const frame of inner) {
        wire.begin(4)
        wire.integer(1, functions.of(frames.function[frame]!))
        wire.integer(2, written(frames.line[frame]!))
        wire.integer(3, written(frames.column[frame]!))
        wire.end()
      }
    }
    wire.end()
    if (wire.isFull) yield wire.take()
  }
}

function* writeFunctions(
  wire: WireWriter,
  { functions }: Profile,
  ids: FunctionIds,
  texts: TextTable,
  note: (message: string) => void,
): Iterable<Uint8Array> {
  let withColumn = 0
  // Functions that no sample has follow those that one has: nothing that was read is lost.
  for (let func = 0; func < functions.length; func++) ids.of(func)
  for (let id = 1; id <= ids.used.length; id++) {
    const func = ids.used.values[id - 1]!
    if (functions.column[func] !== NO_POSITION) withColumn++
    wire.begin(5)
    wire.integer(1, id)
    wire.integer(2, texts.of(functions.name[func]!))
    // Left out when it is the name: pprof takes a system name that equals the name for one to be made readable, and
    // cuts `<…>` and `::` from it.
    wire.integer(3, texts.of(functions.systemName?.[func] ?? NONE))
    wire.integer(4, texts.of(functions.file[func]!))
    wire.integer(5, written(functions.line[func]!))
    wire.end()
    if (wire.isFull) yield wire.take()
  }
  if (withColumn > 0) note(`pprof cannot hold columns of definitions, which ${withColumn} functions have`)
}

function written(position: number): number {
  return position === NO_POSITION ? 0 : position
}

/** Field number and value of what stands behind the tables. */
interface Header {
  readonly fields: readonly (readonly [field: number, value: ExactNumber])[]
  readonly periodType: readonly [type: number, unit: number] | null
  readonly comments: readonly number[]
}

function headerOf(
  profile: Profile,
  types: readonly IntegerType[],
  texts: TextTable,
  { exporter, note }: WriteContext,
): Header {
  const { source, samples, defaultValue } = profile
  const { details } = source
  const text = (key: string): number => texts.ofText(String(details.get(key) ?? ''))
  const comments = String(details.get(DETAILS.comments) ?? '')
    .split('\n')
    .filter((line) => line !== '')
  if (source.format !== 'pprof') comments.push(`converted from ${source.format} by ${exporter}`)
  if (source.stacks === 'inferred') comments.push('stacks inferred from a call graph')
  const period = headNumber('period', details.get(DETAILS.period) ?? source.intervalNs ?? 0, note)
  const hasPeriodType = details.has(DETAILS.periodType)
  const isTimed = period !== 0 && dimension(types[defaultValue]!.type.unit) === 'time'
  return {
    fields: [
      [7, text(DETAILS.dropFrames)],
      [8, text(DETAILS.keepFrames)],
      [9, headNumber('time', (source.clock === 'epoch' ? source.recordedAt : null) ?? 0, note)],
      [10, headNumber('duration', durationOf(profile), note)],
      [12, period],
      [14, texts.ofText(defaultTypeOf(profile))],
      [15, text(DETAILS.docUrl)],
    ],
    periodType: hasPeriodType
      ? [text(DETAILS.periodType), text(DETAILS.periodUnit)]
      : isTimed && samples !== null
        ? [texts.ofText(types[defaultValue]!.type.name), texts.ofText('nanoseconds')]
        : null,
    comments: comments.map((comment) => texts.ofText(comment)),
  }
}

/** What the file said, as long as it still names the value that we show; else that value's name. */
function defaultTypeOf({ source, valueTypes, defaultValue }: Profile): string {
  const said = source.details.get(DETAILS.defaultSampleType)
  const own = valueTypes[defaultValue]!.name
  if (typeof said !== 'string') return own
  const named = valueTypes.findIndex(({ name }) => name === said)
  return (said !== '' && named >= 0 ? named : valueTypes.length - 1) === defaultValue ? said : own
}

function durationOf({ source, samples }: Profile): string | number {
  const exact = source.details.get(DETAILS.duration)
  if (typeof exact === 'string') return exact
  if (samples === null || samples.duration === null) return 0
  return samples.duration * (unitFactor(samples.timeUnit, 'nanoseconds') ?? 0)
}

/** A number about the whole, rounded; 0, which says nothing, with a note where 64 bits do not hold it. */
function headNumber(what: string, said: string | boolean | ExactNumber, note: (message: string) => void): ExactNumber {
  const exact = typeof said === 'string' && /^-?\d{1,20}$/.test(said) ? BigInt(said) : said
  const whole = typeof exact === 'number' ? Math.round(exact) : exact
  if ((typeof whole === 'bigint' || typeof whole === 'number') && isInt64(whole)) return whole
  note(`pprof holds whole numbers of 64 bits, so it is left out that the ${what} is ${quote(String(said))}`)
  return 0
}

function writeHeader(wire: WireWriter, { fields, periodType, comments }: Header): void {
  const upTo = (last: number, first: number): void => {
    for (const [field, value] of fields) if (field >= first && field <= last) wire.integer(field, value)
  }
  upTo(10, 7)
  if (periodType !== null) {
    wire.begin(11)
    wire.integer(1, periodType[0])
    wire.integer(2, periodType[1])
    wire.end()
  }
  upTo(12, 12)
  if (comments.length > 0) {
    wire.begin(13)
    for (const comment of comments) wire.element(comment)
    wire.end()
  }
  upTo(15, 14)
}
