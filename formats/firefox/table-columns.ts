import { Float64Builder } from '../../src/bytes/columns.js'
import {
  array,
  boolean,
  integer,
  nothing,
  number,
  object,
  oneOf,
  record,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'

/**
 * A table of the file as columns of doubles, NaN for null. The processed form writes columns, `{ frame: [0, 1], … }`;
 * the raw one writes rows, `{ schema: { frame: 0, … }, data: [[0], [1]] }`, whose last cells may be missing.
 */
export class TableColumns<Column extends string> {
  readonly #columns = new Map<Column, Float64Builder>()
  /** Place in a row → column, for tables of rows. */
  readonly #schema = new Map<number, Column>()
  #rows = 0
  #cell = 0

  constructor(names: readonly Column[], allocator: Allocator) {
    for (const name of names) this.#columns.set(name, new Float64Builder(allocator, 1))
  }

  /** The cells of a column; null when the table does not have it. */
  column(name: Column): Float64Array | null {
    const column = this.#columns.get(name)!
    return column.length === 0 ? null : column.values.subarray(0, column.length)
  }

  push(name: Column, value: number): void {
    this.#columns.get(name)!.push(value)
  }

  /** A column of a table of rows has this place in them. */
  place(name: string, at: number): void {
    if (this.#columns.has(name as Column)) this.#schema.set(at, name as Column)
  }

  beginRow(place: () => Place): void {
    if (this.#schema.size === 0) throw new FormatError('expected the schema before the data', place())
    this.#cell = 0
  }

  /** The next cell of a row. */
  cell(value: number): void {
    const name = this.#schema.get(this.#cell++)
    if (name !== undefined) this.push(name, value)
  }

  endRow(): void {
    this.#rows++
    for (const name of this.#schema.values()) {
      const column = this.#columns.get(name)!
      while (column.length < this.#rows) column.push(Number.NaN)
    }
  }
}

/** What of a table is not cells. */
export type OtherFields = Readonly<Record<string, Shape>>

/** The shape of a table in either form. `table` is asked for anew, since each thread has its own. */
export function tableShape<Column extends string>(
  names: readonly Column[],
  table: () => TableColumns<Column>,
  place: () => Place,
  others: OtherFields = {},
): Shape {
  let column = ''
  const cell = cellShape((value) => table().cell(value))
  const fields: Record<string, Shape> = {
    ...others,
    schema: record(
      (bytes, start, end) => {
        column = decodeText(bytes, start, end)
      },
      oneOf(
        integer((at) => table().place(column, at)),
        text(() => {}),
      ),
    ),
    data: array(array(cell, { begin: () => table().beginRow(place), end: () => table().endRow() })),
  }
  for (const name of names) {
    fields[name] = oneOf(array(cellShape((value) => table().push(name, value))), nothing())
  }
  return object<string>(fields)
}

function cellShape(sink: (value: number) => void): Shape {
  return oneOf(
    number(sink),
    nothing(() => sink(Number.NaN)),
    boolean((value) => sink(value ? 1 : 0)),
    text(() => sink(Number.NaN)),
    object<string>({}, { end: () => sink(Number.NaN) }),
    array(skip(), { end: () => sink(Number.NaN) }),
  )
}
