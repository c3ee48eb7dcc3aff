import { counted } from '../../src/errors.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import type { DataNote, Language, Source, ValueType } from '../../src/model/profile.js'
import type { StringTable } from '../../src/model/strings.js'
import type { FunctionTable } from '../../src/model/tables.js'
import { NONE } from '../../src/model/tables.js'
import { dimension, unitFactor } from '../../src/units.js'
import type { MessageTables } from './message-tables.js'
import type { Texts } from './texts.js'
import { textOfUnit, unitOfText } from './value-unit.js'
import type { WireReader } from './wire.js'

/** Keys of `details` that the writer reads back. Comments are joined by line ends. */
export const DETAILS = {
  dropFrames: 'pprof.drop_frames',
  keepFrames: 'pprof.keep_frames',
  comments: 'pprof.comments',
  docUrl: 'pprof.doc_url',
  defaultSampleType: 'pprof.default_sample_type',
  period: 'pprof.period',
  periodType: 'pprof.period_type',
  periodUnit: 'pprof.period_unit',
  duration: 'pprof.duration_nanos',
  /** Followed by the name of a value type: its unit as written, where we call it something else. */
  unit: 'pprof.unit.',
} as const

/** The value types, and which of them is shown: the one that the file names, else the last. */
export function valueTypesOf(
  tables: MessageTables,
  texts: Texts,
  wire: WireReader,
  details: Map<string, string | number>,
  notes: DataNote[],
): { readonly valueTypes: readonly ValueType[]; readonly defaultValue: number } {
  wire.record = 'sample_type'
  const strange: string[] = []
  const valueTypes = tables.valueTypes.map(({ type, unit, offset }, index): ValueType => {
    wire.index = index
    wire.start = offset
    const name = texts.string(type, 'type')
    const text = texts.string(unit, 'unit')
    const known = unitOfText(text)
    if (known === null) strange.push(`${name} in ${text}`)
    if (known === null || textOfUnit(known) !== text) details.set(`${DETAILS.unit}${name}`, text)
    return { name, unit: known ?? 'none' }
  })
  wire.record = ''
  if (strange.length > 0) {
    notes.push({
      code: 'unit-unknown',
      message: `values are shown without a unit: ${strange.join(', ')}`,
      count: strange.length,
    })
  }
  const wanted = fieldText(tables, texts, wire, 14, tables.defaultSampleType, 'default_sample_type')
  details.set(DETAILS.defaultSampleType, wanted)
  const named = valueTypes.findIndex((valueType) => valueType.name === wanted)
  return { valueTypes, defaultValue: wanted !== '' && named >= 0 ? named : Math.max(0, valueTypes.length - 1) }
}

/** The text of a field that stands alone, with its place set for errors. */
function fieldText(
  tables: MessageTables,
  texts: Texts,
  wire: WireReader,
  field: number,
  index: number,
  name: string,
): string {
  wire.start = tables.fieldStart.get(field) ?? 0
  return texts.string(index, name)
}

/** What the file says about itself. */
export function sourceOf(
  tables: MessageTables,
  texts: Texts,
  wire: WireReader,
  details: Map<string, string | number>,
  notes: DataNote[],
): Partial<Source> {
  wire.record = ''
  const text = (field: number, index: number, name: string): string =>
    fieldText(tables, texts, wire, field, index, name)
  const put = (key: string, value: string): void => {
    if (value !== '') details.set(key, value)
  }
  const dropFrames = text(7, tables.dropFrames, 'drop_frames')
  put(DETAILS.dropFrames, dropFrames)
  put(DETAILS.keepFrames, text(8, tables.keepFrames, 'keep_frames'))
  put(DETAILS.docUrl, text(15, tables.docUrl, 'doc_url'))
  const comments: string[] = []
  wire.start = tables.fieldStart.get(13) ?? 0
  for (let at = 0; at < tables.comments.length; at++) {
    comments.push(texts.string(tables.comments.values[at]!, 'comment'))
  }
  put(DETAILS.comments, comments.join('\n'))
  if (tables.periodType !== null) {
    details.set(DETAILS.periodType, text(11, tables.periodType.type, 'period_type.type'))
    details.set(DETAILS.periodUnit, text(11, tables.periodType.unit, 'period_type.unit'))
  }
  if (tables.period !== 0) details.set(DETAILS.period, detailOf(tables.period))
  if (typeof tables.durationNanos === 'bigint') details.set(DETAILS.duration, detailOf(tables.durationNanos))
  if (dropFrames !== '') {
    notes.push({
      code: 'drop-frames',
      message: 'the file asks for some frames to be left out, which pprof does and callcost does not',
      count: 1,
    })
  }
  const { folded } = tables.records
  if (folded > 0) {
    notes.push({
      code: 'folded-symbols',
      message: `${counted(folded, 'location has', 'locations have')} an address that several functions share`,
      count: folded,
    })
  }
  const recordedAt = BigInt(tables.timeNanos)
  return {
    format: 'pprof',
    recordedAt: recordedAt === 0n ? null : recordedAt,
    clock: recordedAt === 0n ? null : 'epoch',
    method: 'sampled',
    intervalNs: intervalOf(details),
    details,
    notes,
  }
}

function detailOf(number: ExactNumber): string | number {
  return typeof number === 'bigint' ? String(number) : number
}

/** The period in nanoseconds, where it is a time. */
function intervalOf(details: ReadonlyMap<string, string | number>): number | null {
  const period = details.get(DETAILS.period)
  const unit = unitOfText(String(details.get(DETAILS.periodUnit) ?? ''))
  if (typeof period !== 'number' || unit === null || dimension(unit) !== 'time') return null
  return period * unitFactor(unit, 'nanoseconds')!
}

const LANGUAGES: readonly (readonly [ending: string, language: Language])[] = [
  ['.go', 'go'],
  ['.py', 'python'],
  ['.js', 'javascript'],
  ['.mjs', 'javascript'],
  ['.cjs', 'javascript'],
  ['.ts', 'javascript'],
  ['.tsx', 'javascript'],
  ['.rb', 'ruby'],
  ['.php', 'php'],
  ['.c', 'native'],
  ['.cc', 'native'],
  ['.cpp', 'native'],
  ['.rs', 'native'],
]

/** The language that most functions are written in, by the endings of their files; null when none has a known one. */
export function languageOf({ length, file }: FunctionTable, strings: StringTable): Language | null {
  const counts = new Map<Language, number>()
  for (let fn = 0; fn < length; fn++) {
    if (file[fn] === NONE) continue
    const bytes = strings.bytes(file[fn]!)
    const found = LANGUAGES.find(([ending]) => endsWith(bytes, ending)) ?? (isNodeModule(bytes) ? NODE : undefined)
    if (found !== undefined) counts.set(found[1], (counts.get(found[1]) ?? 0) + 1)
  }
  let best: Language | null = null
  for (const [language, count] of counts) if (best === null || count > counts.get(best)!) best = language
  return best
}

const NODE = ['node:', 'javascript'] as const

function isNodeModule(bytes: Uint8Array): boolean {
  return bytes.length > 5 && endsWith(bytes.subarray(0, 5), 'node:')
}

function endsWith(bytes: Uint8Array, ending: string): boolean {
  const start = bytes.length - ending.length
  if (start < 0) return false
  for (let at = 0; at < ending.length; at++) if (bytes[start + at] !== ending.charCodeAt(at)) return false
  return true
}
