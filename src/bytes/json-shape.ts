/**
 * The shape of a JSON document, declared once by its reader, and what to call as the values of it arrive. No tree is
 * built: {@link JsonScanner} walks the bytes along the shape.
 *
 *     const id = integer((value) => ids.push(value))
 *     const name = text((bytes, start, end) => names.push(strings.intern(bytes, start, end)))
 *     const node = object(
 *       {
 *         id,
 *         callFrame: object({ functionName: name, lineNumber: integer(onLine) }, { required: ['functionName'] }),
 *         children: integers((values, count) => { for (let i = 0; i < count; i++) children.push(values[i]!) }),
 *         reason: oneOf(text(onReason), number(onCode), nothing()),
 *       },
 *       { begin: beginNode, end: endNode, required: ['id'] },
 *     )
 *     const root = object({ nodes: array(node), endTime: number(onEnd), tags: record(onTagName, text(onTag)) })
 *
 *     const scanner = new JsonScanner(root, context.allocator)
 *     for await (const chunk of source.chunks()) scanner.write(chunk)
 *     scanner.end()
 *
 * Sinks are called in the order of the file, whatever the order of the declaration. Keys that are not declared are
 * skipped, and checked as the rest is. A key that comes twice in one object calls its sink twice; a reader that minds
 * counts. Inside a sink `scanner.place()` says where that is: `{ path: 'nodes[3].id', offset: 120 }`.
 * A shape that contains itself goes through {@link lazy}. Shapes are values: one may stand in several places.
 */

/** Gets the bytes `bytes[start..end)` of a text, UTF-8 with all escapes resolved; they are only valid during the call. */
export type TextSink = (bytes: Uint8Array, start: number, end: number) => void

/** Gets `values[0..count)`, valid only during the call: up to 2,048 neighbours of an array; longer arrays make several calls. */
export type BlockSink = (values: Float64Array, count: number) => void

/** A declared value. Made by the functions of this file, read by the scanner. */
export interface Shape {
  readonly number?: NumberShape
  readonly text?: { readonly sink: TextSink | null }
  readonly boolean?: { readonly sink: ((value: boolean) => void) | null }
  readonly nothing?: { readonly sink: (() => void) | null }
  readonly object?: ObjectShape | RecordShape
  readonly array?: ArrayShape | NumbersShape
  /** Takes whatever comes. */
  readonly any?: boolean
  /** Stands for these shapes together. */
  readonly parts?: () => readonly Shape[]
}

interface NumberShape {
  readonly integer: boolean
  readonly fractions: boolean
  readonly sink: (value: number) => void
  readonly exact: ((value: bigint) => void) | null
}

interface ObjectShape {
  readonly fields: ReadonlyMap<string, Shape>
  readonly required: readonly string[]
  readonly other: Shape | null
  readonly begin: (() => void) | null
  readonly end: (() => void) | null
}

interface RecordShape {
  readonly key: TextSink
  readonly value: Shape
  readonly begin: (() => void) | null
  readonly end: (() => void) | null
}

/**
 * Reads items of an array in the way that nearly all of them are written, faster than a scanner that knows every way.
 * It may stop before any item: the scanner reads that one, and is the only one that finds faults.
 */
export interface ItemReader {
  /** Items that were read by the last call. */
  readonly count: number
  /**
   * Reads items that begin at `bytes[at]`, each with the comma behind it, while they end before `end`. Returns where the
   * next item begins. Nothing may be left of an item that was not read.
   */
  read(bytes: Uint8Array, at: number, end: number): number
}

interface ArrayShape {
  readonly item: Shape
  readonly fast: ItemReader | null
  readonly begin: (() => void) | null
  readonly end: ((count: number) => void) | null
}

interface NumbersShape {
  readonly integer: boolean
  readonly block: BlockSink
  readonly exact: ((value: bigint) => void) | null
  readonly begin: (() => void) | null
  readonly end: ((count: number) => void) | null
}

export interface IntegerOptions {
  /** Gets integers past ±(2^53 − 1); without it they are refused. */
  readonly exact?: (value: bigint) => void
  /** Let fractions pass to the sink instead of refusing them. */
  readonly fractions?: boolean
}

export interface ObjectOptions<Key extends string> {
  /** After the opening brace. */
  readonly begin?: () => void
  /** At the closing brace, when all required keys were there. */
  readonly end?: () => void
  /** Keys without which the object is refused; at most 31. */
  readonly required?: readonly Key[]
  /** The shape of values under keys that are not declared; {@link skip} by default. */
  readonly other?: Shape
}

export interface RecordOptions {
  readonly begin?: () => void
  readonly end?: () => void
}

export interface ArrayOptions {
  readonly begin?: () => void
  /** At the closing bracket; `count` is the number of items. */
  readonly end?: (count: number) => void
}

export interface ItemsOptions extends ArrayOptions {
  readonly fast?: ItemReader
}

export interface IntegersOptions extends ArrayOptions {
  /** Gets integers past ±(2^53 − 1), in order with the blocks; without it they are refused. */
  readonly exact?: (value: bigint) => void
}

/** A number as a double. `1e999` is refused, −0 stays −0. */
export function number(sink: (value: number) => void): Shape {
  return { number: { integer: false, fractions: true, sink, exact: null } }
}

/** A number without a fraction, never rounded; `1e3` and `5.0` are integers, −0 becomes 0. */
export function integer(sink: (value: number) => void, options: IntegerOptions = {}): Shape {
  return { number: { integer: true, fractions: options.fractions ?? false, sink, exact: options.exact ?? null } }
}

/** An array of nothing but numbers, in blocks: the fast lane for long ones. */
export function numbers(block: BlockSink, options: ArrayOptions = {}): Shape {
  return {
    array: { integer: false, block, exact: null, begin: options.begin ?? null, end: options.end ?? null },
  }
}

/** An array of nothing but integers, in blocks: the fast lane for long ones. */
export function integers(block: BlockSink, options: IntegersOptions = {}): Shape {
  const { exact = null, begin = null, end = null } = options
  return { array: { integer: true, block, exact, begin, end } }
}

/** A string. A lone surrogate (`"\ud800"`) arrives as its three WTF-8 bytes; bytes that are not UTF-8 arrive as they are. */
export function text(sink: TextSink): Shape {
  return { text: { sink } }
}

export function boolean(sink: (value: boolean) => void): Shape {
  return { boolean: { sink } }
}

/** The value `null`. */
export function nothing(sink?: () => void): Shape {
  return { nothing: { sink: sink ?? null } }
}

/** The shape, or `null`. */
export function nullable(shape: Shape, sink?: () => void): Shape {
  return oneOf(shape, nothing(sink))
}

/** An object with the keys of `fields`, in any order, each of which may be missing unless required. */
export function object<Key extends string>(
  fields: Readonly<Record<Key, Shape>>,
  options: ObjectOptions<NoInfer<Key>> = {},
): Shape {
  const { required = [], other = null, begin = null, end = null } = options
  return { object: { fields: new Map(Object.entries<Shape>(fields)), required, other, begin, end } }
}

/** An object whose keys are data: `key` gets each, then the value arrives. */
export function record(key: TextSink, value: Shape, options: RecordOptions = {}): Shape {
  return { object: { key, value, begin: options.begin ?? null, end: options.end ?? null } }
}

export function array(item: Shape, options: ItemsOptions = {}): Shape {
  return { array: { item, fast: options.fast ?? null, begin: options.begin ?? null, end: options.end ?? null } }
}

/** One of several shapes that the first byte of the value tells apart: at most one of each JSON type. */
export function oneOf(...shapes: readonly Shape[]): Shape {
  return { parts: () => shapes }
}

/** Anything; checked against the grammar and dropped. */
export function skip(): Shape {
  return { any: true }
}

/** A shape that is asked for once, when the scanner is made: what a shape that contains itself needs. */
export function lazy(shape: () => Shape): Shape {
  return { parts: () => [shape()] }
}
