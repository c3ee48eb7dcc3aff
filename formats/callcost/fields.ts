import { ByteBuilder, Int32Builder } from '../../src/bytes/columns.js'
import {
  array,
  boolean,
  integer,
  integers,
  nothing,
  nullable,
  number,
  object,
  oneOf,
  record,
  type Shape,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import { type ExactNumber, NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import { NO_POSITION } from '../../src/model/tables.js'

/** No double has more digits than 309, nor one of milliseconds more nanoseconds than 315, and BigInt of a million takes seconds. */
const INTEGER = /^-?\d{1,400}$/

/** What the fields of one read share. */
export interface FieldContext {
  readonly allocator: Allocator
  /** Where the scanner is, for faults that only a field sees. */
  place(): Place
}

/** A value of the document: makes the shape that hands it to `sink`. */
export type Field<T> = (context: FieldContext, sink: (value: T) => void) => Shape

/** An object with these members; those without a default are required, unknown ones are skipped. */
export function struct<T extends object>(
  members: { [Key in keyof T]: Field<T[Key]> },
  defaults: Partial<T> = {},
): Field<T> {
  return (context, sink) => {
    let value: Partial<T> = {}
    const keys = Object.keys(members) as (keyof T & string)[]
    const shapes = keys.map((key) => {
      const set = (member: T[typeof key]): void => {
        value[key] = member
      }
      return [key, members[key](context, set)] as const
    })
    return object<string>(Object.fromEntries(shapes), {
      required: keys.filter((key) => !(key in defaults)),
      begin: () => {
        value = { ...defaults }
      },
      end: () => sink(value as T),
    })
  }
}

/** A short list: value types, notes. Long ones are columns. */
export function list<T>(item: Field<T>, limit: number): Field<T[]> {
  return (context, sink) => {
    let items: T[] = []
    const add = (value: T): void => {
      if (items.length === limit) throw new FormatError(`expected at most ${limit} entries`, context.place())
      items.push(value)
    }
    return array(item(context, add), {
      begin: () => {
        items = []
      },
      end: () => sink(items),
    })
  }
}

export function orNull<T>(field: Field<T>): Field<T | null> {
  return (context, sink) => nullable(field(context, sink), () => sink(null))
}

export const textField: Field<string> = (_context, sink) =>
  text((bytes, start, end) => sink(decodeText(bytes, start, end)))

/** A number, or the text that stands for an infinity: sums of doubles overflow. */
export const numberField: Field<number> = (context, sink) =>
  oneOf(
    number(sink),
    textField(context, (value) => sink(Number(wideNumber(value, context)))),
  )

export const integerField: Field<number> = (_context, sink) => integer(sink)

/** One of a few words. */
export function choice<T extends string>(words: readonly T[]): Field<T> {
  return (context, sink) =>
    textField(context, (value) => {
      const found = words.find((word) => word === value)
      if (found === undefined) {
        throw new FormatError(`expected one of ${words.join(', ')}, got ${quote(value)}`, context.place())
      }
      sink(found)
    })
}

/** Nanoseconds as a decimal text. */
export const nanosecondsField: Field<bigint> = (context, sink) =>
  textField(context, (value) => {
    if (!INTEGER.test(value)) throw new FormatError(`expected an integer, got ${quote(value)}`, context.place())
    sink(BigInt(value))
  })

/** An object whose keys are data and whose values are scalars. */
export function scalarMap(limit: number): Field<Map<string, string | number | boolean>> {
  return (context, sink) => {
    let map = new Map<string, string | number | boolean>()
    let key = ''
    const set = (value: string | number | boolean): void => {
      if (map.size === limit) throw new FormatError(`expected at most ${limit} entries`, context.place())
      map.set(key, value)
    }
    return record(
      (bytes, start, end) => {
        key = decodeText(bytes, start, end)
      },
      oneOf(textField(context, set), number(set), boolean(set)),
      {
        begin: () => {
          map = new Map()
        },
        end: () => sink(map),
      },
    )
  }
}

/** A column of row numbers or other small integers. */
export const indexColumn: Field<Int32Array> = (context, sink) => {
  let builder = new Int32Builder(context.allocator)
  const add = (values: Float64Array, count: number): void => {
    for (let i = 0; i < count; i++) builder.push(int32(values[i]!, context))
  }
  return integers(add, {
    begin: () => {
      builder = new Int32Builder(context.allocator)
    },
    end: () => sink(builder.finish()),
  })
}

/** A column of flags, 0 to 255. */
export const byteColumn: Field<Uint8Array> = (context, sink) => {
  let builder = new ByteBuilder(context.allocator)
  const add = (values: Float64Array, count: number): void => {
    for (let i = 0; i < count; i++) {
      const value = values[i]!
      if (value < 0 || value > 255) throw new FormatError(`expected 0 to 255, got ${value}`, context.place())
      builder.push(value)
    }
  }
  return integers(add, {
    begin: () => {
      builder = new ByteBuilder(context.allocator)
    },
    end: () => sink(builder.finish()),
  })
}

/** A column of lines or columns of code, 1-based; `null` where there is none. */
export const positionColumn: Field<Int32Array> = (context, sink) => {
  let builder = new Int32Builder(context.allocator)
  const cell = oneOf(
    integer((value) => builder.push(int32(value, context))),
    nothing(() => builder.push(NO_POSITION)),
  )
  return array(cell, {
    begin: () => {
      builder = new Int32Builder(context.allocator)
    },
    end: () => sink(builder.finish()),
  })
}

/** A column whose cells are numbers, `null` for unknown, or a text for what JSON has no exact number for. */
export const numberColumn: Field<NumberColumn> = (context, sink) => {
  let builder = new NumberBuilder(context.allocator)
  const push = (value: ExactNumber): void => builder.push(value)
  const cell = oneOf(
    // Not integer(), which takes -0 for 0; our writer puts what no double holds into a text.
    number(push),
    textField(context, (value) => push(wideNumber(value, context))),
    nothing(() => push(Number.NaN)),
  )
  return array(cell, {
    begin: () => {
      builder = new NumberBuilder(context.allocator)
    },
    end: () => sink(builder.finish()),
  })
}

function int32(value: number, context: FieldContext): number {
  if ((value | 0) !== value) throw new FormatError(`expected a row or line number, got ${value}`, context.place())
  return value
}

function wideNumber(value: string, context: FieldContext): ExactNumber {
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (INTEGER.test(value)) return BigInt(value)
  throw new FormatError(`expected an integer as text, got ${quote(value)}`, context.place())
}
