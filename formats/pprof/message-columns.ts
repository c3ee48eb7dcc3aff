import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import { NumberBuilder } from '../../src/model/numbers.js'
import { IdTable } from './id-table.js'
import { WideBuffer } from './wire.js'

/** An index into the string table, as the file gives it; -1 for one that no table can have. */
export type RawString = number

/** Columns of the Mapping messages; texts are {@link RawString}s, `at` is where in the file a row begins. */
export type MappingColumns = ReturnType<typeof mappingColumns>
/** Columns of the Function messages. */
export type FunctionColumns = ReturnType<typeof functionColumns>
/** Columns of the Location messages. */
export type LocationColumns = ReturnType<typeof locationColumns>
/** Columns of the lines of all locations. */
export type LineColumns = ReturnType<typeof lineColumns>

export function mappingColumns(allocator: Allocator) {
  return {
    ids: new IdTable(allocator),
    start: new NumberBuilder(allocator),
    limit: new NumberBuilder(allocator),
    offset: new NumberBuilder(allocator),
    file: new Int32Builder(allocator),
    buildId: new Int32Builder(allocator),
    resolved: new Int32Builder(allocator),
    at: new Float64Builder(allocator),
  }
}

export function functionColumns(allocator: Allocator) {
  return {
    ids: new IdTable(allocator),
    name: new Int32Builder(allocator),
    systemName: new Int32Builder(allocator),
    file: new Int32Builder(allocator),
    line: new Int32Builder(allocator),
    at: new Float64Builder(allocator),
  }
}

export function locationColumns(allocator: Allocator) {
  const firstLine = new Int32Builder(allocator)
  firstLine.push(0)
  return {
    ids: new IdTable(allocator),
    mapping: new WideBuffer(allocator),
    address: new WideBuffer(allocator),
    /** location → its first line; one more entry than locations. */
    firstLine,
    at: new Float64Builder(allocator),
  }
}

export function lineColumns(allocator: Allocator) {
  return {
    function: new WideBuffer(allocator),
    line: new Int32Builder(allocator),
    column: new Int32Builder(allocator),
  }
}
