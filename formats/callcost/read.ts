import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, integer, object } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError, quote } from '../../src/errors.js'
import type { NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { type CallGraph, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { type FileProfile, profile } from './document.js'
import { type FieldContext, textField } from './fields.js'
import { SCHEMA, SCHEMA_PREFIX } from './version.js'

/** Reads callcost JSON: see README.md beside this file. */
export async function readCallcost(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const profiles: Profile[] = []
  let active = 0
  const fields: FieldContext = { allocator: context.allocator, place: () => scanner.place() }
  const root = object<string>(
    {
      schema: textField(fields, (value) => checkSchema(value, fields)),
      active: integer((value) => {
        active = value
      }),
      profiles: array(profile(fields, (value) => profiles.push(toProfile(value, fields)))),
    },
    { required: ['schema', 'profiles'] },
  )
  const scanner = new JsonScanner(root, context.allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()

  if (profiles.length === 0) throw new FormatError('expected at least one profile', { path: 'profiles' })
  if (active < 0 || active >= profiles.length) {
    throw new FormatError(`expected the index of one of ${profiles.length} profiles, got ${active}`, { path: 'active' })
  }
  return { profiles, active }
}

function checkSchema(schema: string, fields: FieldContext): void {
  if (schema === SCHEMA) return
  throw new FormatError(`expected ${quote(SCHEMA)}, got ${quote(schema)}`, fields.place(), {
    hint: schema.startsWith(SCHEMA_PREFIX) ? 'another version of callcost wrote the file' : undefined,
  })
}

/** The profile of a file's columns. That rows point at rows that exist is left to validate(). */
function toProfile(file: FileProfile, fields: FieldContext): Profile {
  const { strings, valueTypes, defaultValue } = file
  const texts = <T extends Int32Array | null>(column: T): T => renumber(column, strings.indexOf, fields) as T
  if (defaultValue < 0 || defaultValue >= valueTypes.length) {
    throw new FormatError(`expected one of ${valueTypes.length} value types, got ${defaultValue}`, fields.place())
  }
  const { functions, graph, frames, stacks, samples, mappings, labels } = file
  if (samples !== null && samples.time === null && samples.values.includes(null)) {
    throw new FormatError('expected times for samples whose values are null, got none', fields.place())
  }
  const functionCount = functions.name.length
  return {
    ...file,
    wholeTotals: null,
    strings: strings.table,
    functions: sized(
      {
        ...functions,
        name: texts(functions.name),
        file: texts(functions.file),
        systemName: texts(functions.systemName),
      },
      functionCount,
      'functions',
      fields,
    ),
    graph: graph && sizedGraph(graph, functionCount, valueTypes.length, fields),
    frames: frames && sized(frames, frames.function.length, 'frames', fields),
    stacks: stacks && {
      ...sized({ ...stacks, deoptReason: texts(stacks.deoptReason) }, stacks.parent.length, 'stacks', fields),
      positionTicks:
        stacks.positionTicks &&
        sized(stacks.positionTicks, stacks.positionTicks.stack.length, 'position ticks', fields),
    },
    samples: samples && {
      ...sized(samples, samples.stack.length, 'samples', fields),
      values: columns(samples.values, samples.stack.length, valueTypes.length, 'samples', fields),
    },
    mappings:
      mappings &&
      sized(
        { ...mappings, file: texts(mappings.file), buildId: texts(mappings.buildId) },
        mappings.file.length,
        'mappings',
        fields,
      ),
    labels: labels && {
      ...labels,
      length: labels.key.length,
      key: texts(labels.key),
      text: texts(labels.text),
      unit: texts(labels.unit),
    },
  }
}

function sizedGraph(
  graph: NonNullable<FileProfile['graph']>,
  functionCount: number,
  valueCount: number,
  fields: FieldContext,
): CallGraph {
  const { edges } = graph
  const edgeCount = edges.caller.length
  const perFunction = <T extends NumberColumn | null>(of: readonly T[]): readonly T[] =>
    columns(of, functionCount, valueCount, 'graph', fields)
  const perEdge = <T extends NumberColumn | null>(of: readonly T[]): readonly T[] =>
    columns(of, edgeCount, valueCount, 'edges', fields)
  return {
    ...sized(graph, functionCount, 'graph', fields),
    self: perFunction(graph.self),
    total: perFunction(graph.total),
    edges: { ...sized(edges, edgeCount, 'edges', fields), self: perEdge(edges.self), total: perEdge(edges.total) },
  }
}

/** A table whose columns all have `length` rows. */
function sized<T extends object>(table: T, length: number, name: string, fields: FieldContext): T & { length: number } {
  for (const [key, column] of Object.entries(table)) {
    const rows = column === null || typeof column !== 'object' ? undefined : rowsOf(column)
    if (rows !== undefined && rows !== length) throw unequal(`${name}.${key}`, rows, length, fields)
  }
  return { ...table, length }
}

/** One column a value type, each with `length` rows. */
function columns<T extends NumberColumn | null>(
  of: readonly T[],
  length: number,
  valueCount: number,
  name: string,
  fields: FieldContext,
): readonly T[] {
  if (of.length !== valueCount) {
    throw new FormatError(`expected a column for each of ${valueCount} value types in ${name}`, fields.place())
  }
  for (const column of of) {
    if (column !== null && column.values.length !== length) throw unequal(name, column.values.length, length, fields)
  }
  return of
}

function rowsOf(column: object): number | undefined {
  if (column instanceof Int32Array || column instanceof Uint8Array || column instanceof Float64Array)
    return column.length
  return 'values' in column && column.values instanceof Float64Array ? column.values.length : undefined
}

function unequal(name: string, rows: number, length: number, fields: FieldContext): FormatError {
  return new FormatError(`expected ${length} rows in ${name}, got ${rows}`, fields.place())
}

/** A column of texts of the file as texts of the table. */
function renumber(column: Int32Array | null, indexOf: Int32Array, fields: FieldContext): Int32Array | null {
  if (column === null) return null
  return column.map((index) => {
    if (index === NONE) return NONE
    if (index >= 0 && index < indexOf.length) return indexOf[index]!
    throw new FormatError(`expected the index of one of ${indexOf.length} strings, got ${index}`, fields.place())
  })
}
