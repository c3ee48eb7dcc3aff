import { callerModules } from '../../analysis/caller-modules.js'
import type { Costs, Measure } from '../../analysis/costs.js'
import type { EdgeRows } from '../../analysis/edge-rows.js'
import type { FunctionRow, FunctionRows } from '../../analysis/function-rows.js'
import type { GroupRow, GroupRows } from '../../analysis/group-rows.js'
import type { CompensatedRow, CompensatedRows } from '../../analysis/overhead/compensated-rows.js'
import { JsonWriter } from '../../encode/json.js'
import { functionCells, writeFunction } from './shown-function.js'

const SCHEMA = 'callcost/analyze/1'

/** What a report says of where its numbers are from. */
export interface ReportSource {
  /** Names of the inputs, as the user gave them. */
  readonly files: readonly string[]
}

/** Functions as JSON, in pieces: the keys are a contract, the numbers raw and in `unit`. */
export function* functionJson(
  rows: FunctionRows | CompensatedRows,
  length: number,
  source: ReportSource,
): Generator<Uint8Array> {
  const json = begin(rows.measure, source, rows.all)
  if ('compensation' in rows) writeCompensation(json, rows)
  json.key('rows').beginArray()
  for (let index = 0; index < length; index++) {
    const row = rows.row(index)
    json.beginObject()
    writePlace(json, ...functionCells(rows.measure.profile, row.function))
    writeCosts(json, row)
    writeCompensated(json, row)
    json.endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray().endObject()
  yield json.take()
}

/** Groups: the keys of functions, null where the members of a group do not share what a key names. */
export function* groupJson(rows: GroupRows, length: number, source: ReportSource): Generator<Uint8Array> {
  const json = begin(rows.measure, source, null)
  json.key('by').text(rows.by).key('rows').beginArray()
  for (let index = 0; index < length; index++) {
    const row = rows.row(index)
    json.beginObject()
    writePlace(json, row.name, row.file, row.line, null, row.module)
    writeGroupKeys(json, rows, row)
    writeCosts(json, row)
    json.endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray().endObject()
  yield json.take()
}

/** Edges to callers or callees. */
export function* edgeJson(rows: EdgeRows, length: number, source: ReportSource): Generator<Uint8Array> {
  const { profile } = rows.measure
  const json = begin(rows.measure, source, null)
  json.key('matched').beginArray()
  for (const fn of rows.matched) {
    writeFunction(json, profile, fn)
    if (json.isFull) yield json.take()
  }
  json.endArray()
  json.key('edges').beginArray()
  for (let index = 0; index < length; index++) {
    const row = rows.row(index)
    json.beginObject().key('caller')
    writeFunction(json, profile, row.caller)
    json.key('callee')
    writeFunction(json, profile, row.callee)
    json.key('calls').numberOrNull(row.calls).key('primitiveCalls').numberOrNull(row.primitiveCalls)
    json.key('self').numberOrNull(row.self).key('total').numberOrNull(row.total)
    json.key('share').numberOrNull(row.share).endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray()
  if (rows.direction === 'callers') writeCallers(json, rows)
  json.endObject()
  yield json.take()
}

function begin(measure: Measure, { files }: ReportSource, functions: number | null): JsonWriter {
  const { source, functions: table } = measure.profile
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text(SCHEMA)
  json.key('source').beginObject().key('files').beginArray()
  for (const file of files) json.text(file)
  json.endArray().key('format').text(source.format).key('producer').textOrNull(source.producer)
  json.key('command').textOrNull(source.command).key('method').text(source.method)
  json.key('stacks').text(source.stacks).endObject()
  json.key('valueType').text(measure.type.name).key('unit').text(measure.type.unit)
  json.key('total').number(measure.total).key('calls').numberOrNull(measure.calls)
  return json.key('functions').number(functions ?? table.length)
}

function writePlace(
  json: JsonWriter,
  name: string | null,
  file: string | null,
  line: number | null,
  column: number | null,
  module: string | null,
): void {
  json.key('function').textOrNull(name).key('file').textOrNull(file).key('line').numberOrNull(line)
  json.key('column').numberOrNull(column).key('module').textOrNull(module)
}

function writeGroupKeys(json: JsonWriter, { by }: GroupRows, row: GroupRow): void {
  if (by === 'package') json.key('package').textOrNull(row.package)
  if (row.category !== null) json.key('category').text(row.category)
}

function writeCosts(
  json: JsonWriter,
  row: Costs & { readonly selfShare: number | null; readonly totalShare: number | null },
): void {
  json.key('calls').numberOrNull(row.calls).key('primitiveCalls').numberOrNull(row.primitiveCalls)
  json.key('self').numberOrNull(row.self).key('total').numberOrNull(row.total)
  json.key('selfPerCall').numberOrNull(row.selfPerCall).key('totalPerCall').numberOrNull(row.totalPerCall)
  json.key('selfShare').numberOrNull(row.selfShare).key('totalShare').numberOrNull(row.totalShare)
}

function writeCompensation(json: JsonWriter, { compensation }: CompensatedRows): void {
  const { overhead, subtracted, whole, cap } = compensation
  const { calls, builtins } = overhead
  json.key('compensation').beginObject().key('quality').text(overhead.quality)
  json.key('runtime').textOrNull(overhead.runtime)
  // In seconds, whatever the unit of the profile is: as in the file of a calibration.
  json.key('perCallIn').number(calls.inside).key('perCallOut').number(calls.outside)
  json.key('builtinIn').number(builtins.inside).key('builtinOut').number(builtins.outside)
  json.key('subtracted').number(subtracted).key('total').number(whole).key('cap').numberOrNull(cap).endObject()
}

function writeCompensated(json: JsonWriter, row: FunctionRow | CompensatedRow): void {
  if (!('compensated' in row)) return
  const { compensated, isResolved } = row
  json.key('compensatedSelf').numberOrNull(compensated.self).key('compensatedTotal').numberOrNull(compensated.total)
  json.key('compensatedSelfPerCall').numberOrNull(compensated.selfPerCall)
  json.key('compensatedTotalPerCall').numberOrNull(compensated.totalPerCall)
  json.key('compensatedSelfShare').numberOrNull(compensated.selfShare)
  json.key('compensatedTotalShare').numberOrNull(compensated.totalShare)
  json.key('belowResolution').boolean(!isResolved)
}

function writeCallers(json: JsonWriter, rows: EdgeRows): void {
  json.key('callerModules').beginArray()
  for (const { module, callers, calls, total } of callerModules(rows)) {
    json.beginObject().key('module').textOrNull(module).key('callers').number(callers)
    json.key('calls').numberOrNull(calls).key('total').numberOrNull(total).endObject()
  }
  json.endArray()
  json.key('outside')
  if (rows.outside === null) json.nothing()
  else json.beginObject().key('calls').number(rows.outside.calls).endObject()
}
