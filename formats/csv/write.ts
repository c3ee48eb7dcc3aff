import { type CsvCell, csvChunks } from '../../src/encode/csv.js'
import { CallcostError } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { describeFunction, placeOfFunction } from '../../src/model/modules/describe-function.js'
import { exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet, ValueType } from '../../src/model/profile.js'
import type { CallGraph, FunctionIndex } from '../../src/model/tables.js'
import type { WriteContext } from '../codec.js'

/** Writes the call graph of a profile as CSV of RFC 4180: raw numbers, unknown ones empty, a header row. */
export function writeCsv(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined) throw new CallcostError('internal', 'no profile to write')
  const rows = context.options['csv-table'] === 'edges' ? edgeRows(profile) : functionRows(profile)
  return csvChunks(rows, { safe: context.options['csv-safe'] === true })
}

const FUNCTION_COLUMNS = ['function', 'file', 'line', 'column', 'module', 'package', 'category']

function* functionRows(profile: Profile): Iterable<CsvCell[]> {
  const graph = callGraph(profile)
  yield [...FUNCTION_COLUMNS, 'calls', 'primitive_calls', ...valueColumns(profile.valueTypes)]
  for (let func = 0; func < graph.length; func++) {
    const { module, package: packageName, category } = describeFunction(profile, func)
    yield [
      ...functionCells(profile, func),
      module,
      packageName,
      category,
      cell(graph.calls, func),
      cell(graph.primitiveCalls, func),
      ...valueCells(graph.self, graph.total, func),
    ]
  }
}

function* edgeRows(profile: Profile): Iterable<CsvCell[]> {
  const graph: CallGraph = callGraph(profile)
  const { edges } = graph
  const side = (name: string): string[] => [name, `${name}_file`, `${name}_line`, `${name}_column`]
  yield [...side('caller'), ...side('callee'), 'calls', 'primitive_calls', ...valueColumns(profile.valueTypes)]
  for (let edge = 0; edge < edges.length; edge++) {
    yield [
      ...functionCells(profile, edges.caller[edge]!),
      ...functionCells(profile, edges.callee[edge]!),
      cell(edges.calls, edge),
      cell(edges.primitiveCalls, edge),
      ...valueCells(edges.self, edges.total, edge),
    ]
  }
}

/** `self_time_seconds`, `total_time_seconds`, for each value type. */
function valueColumns(valueTypes: readonly ValueType[]): string[] {
  return valueTypes.flatMap(({ name, unit }) => {
    const suffix = unit === 'none' || unit === 'count' ? name : `${name}_${unit}`
    return [`self_${suffix}`, `total_${suffix}`]
  })
}

function functionCells(profile: Profile, func: FunctionIndex): CsvCell[] {
  const { functions, strings } = profile
  const { file, line, column } = placeOfFunction(profile, func)
  return [strings.text(functions.name[func]!), file, line, column]
}

function valueCells(
  self: readonly (NumberColumn | null)[],
  total: readonly (NumberColumn | null)[],
  row: number,
): CsvCell[] {
  return self.flatMap((column, value) => [cell(column, row), cell(total[value] ?? null, row)])
}

function cell(column: NumberColumn | null, row: number): CsvCell {
  return column === null ? null : exactAt(column, row)
}
