import { CallcostError } from '../errors.js'
import type { BlockSink, ItemReader, Shape, TextSink } from './json-shape.js'
import { encodeText } from './text.js'

/** What a node does with a number. */
export const REFUSE_NUMBER = 0
export const READ_NUMBER = 1
const READ_INTEGER = 2
/** Integers exactly, fractions as they come. */
export const READ_EITHER = 3
export const SKIP_NUMBER = 4

/** What a node does with an object. */
export const REFUSE_OBJECT = 0
export const READ_FIELDS = 1
const READ_RECORD = 2

/** What a node does with an array. */
export const REFUSE_ARRAY = 0
export const READ_ITEMS = 1
export const READ_NUMBERS = 2

/** The declared keys of an object, as bytes. */
export class FieldKeys {
  readonly names: readonly string[]
  /** The UTF-8 of all keys, one after the other, each with a closing quote behind it. */
  readonly bytes: Uint8Array
  /** Field → where its key starts in `bytes`; one more at the end. */
  readonly starts: Int32Array

  constructor(names: readonly string[]) {
    this.names = names
    this.starts = new Int32Array(names.length + 1)
    const bytes: number[] = []
    for (const [field, name] of names.entries()) {
      // Keys are compared with the bytes of the file as they are there, escapes unresolved.
      if (/["\\\u0000-\u001f]/.test(name)) throw declarationError('a key that needs escapes')
      for (const byte of encodeText(name)) bytes.push(byte)
      bytes.push(0x22)
      this.starts[field + 1] = bytes.length
    }
    this.bytes = Uint8Array.from(bytes)
  }

  /** The field with the key `key[start..end)`, or -1. */
  find(key: Uint8Array, start: number, end: number): number {
    const { bytes, starts, names } = this
    for (let field = 0; field < names.length; field++) {
      const from = starts[field]!
      if (starts[field + 1]! - 1 - from !== end - start) continue
      let at = start
      while (at < end && bytes[from + at - start] === key[at]) at++
      if (at === end) return field
    }
    return -1
  }
}

const NO_KEYS = new FieldKeys([])

/** A lazy shape that makes a new one each time it is asked would never end. */
const MOST_NODES = 10_000

/**
 * A shape, made flat: one class with the same fields in the same order for every kind of value, so that the code of
 * the scanner sees one hidden class only. A missing sink is null.
 */
export class ShapeNode {
  /** Index into the nodes of a shape. */
  readonly index: number
  numberMode = REFUSE_NUMBER
  takesText = false
  takesBoolean = false
  takesNull = false
  objectMode = REFUSE_OBJECT
  arrayMode = REFUSE_ARRAY
  /** Whether the items of a numbers array are integers. */
  integerItems = false

  number: ((value: number) => void) | null = null
  exact: ((value: bigint) => void) | null = null
  text: TextSink | null = null
  boolean: ((value: boolean) => void) | null = null
  nothing: (() => void) | null = null

  keys: FieldKeys = NO_KEYS
  /** Field → its shape. */
  values: readonly ShapeNode[] = []
  /** Field → its bit in the mask of required fields, 0 when it may be missing. */
  bits: Int32Array = new Int32Array(0)
  required = 0
  /** The shape of values under unknown keys, or of all values of a record. */
  other: ShapeNode | null = null
  key: TextSink | null = null
  beginObject: (() => void) | null = null
  endObject: (() => void) | null = null

  item: ShapeNode | null = null
  fast: ItemReader | null = null
  block: BlockSink | null = null
  exactItem: ((value: bigint) => void) | null = null
  beginArray: (() => void) | null = null
  endArray: ((count: number) => void) | null = null

  constructor(index: number) {
    this.index = index
  }
}

/** Flattens a shape: the first node is the document's. A shape that stands in several places, or inside itself, becomes one node. */
export function compileShape(root: Shape): readonly ShapeNode[] {
  const nodes: ShapeNode[] = []
  const known = new Map<Shape, ShapeNode>()
  const open: Shape[] = []
  let skipped: ShapeNode | null = null

  function nodeOf(shape: Shape): ShapeNode {
    let node = known.get(shape)
    if (node === undefined) {
      if (nodes.length === MOST_NODES) throw declarationError(`more than ${MOST_NODES} parts`)
      node = new ShapeNode(nodes.length)
      nodes.push(node)
      known.set(shape, node)
      open.push(shape)
    }
    return node
  }

  /** The one node of everything that is skipped. */
  function skipNode(): ShapeNode {
    if (skipped === null) {
      skipped = new ShapeNode(nodes.length)
      nodes.push(skipped)
      takeAnything(skipped, skipped)
    }
    return skipped
  }

  nodeOf(root)
  // Work is kept in a list, not on the JavaScript stack; the parts of a union are added to the node of the union.
  for (let shape = open.pop(); shape !== undefined; shape = open.pop()) {
    const node = known.get(shape)!
    const parts = [shape]
    const seen = new Set<Shape>()
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (seen.has(part)) throw declarationError('a shape that is nothing but itself')
      seen.add(part)
      for (const inner of part.parts?.() ?? []) parts.push(inner)
      if (part.any === true) takeAnything(node, skipNode())
      addPart(node, part, nodeOf, skipNode)
    }
  }
  return nodes
}

function addPart(node: ShapeNode, shape: Shape, nodeOf: (shape: Shape) => ShapeNode, skipNode: () => ShapeNode): void {
  if (shape.number !== undefined) {
    if (node.numberMode !== REFUSE_NUMBER) throw declarationError('two shapes for a number')
    const { integer, fractions, sink, exact } = shape.number
    node.numberMode = !integer ? READ_NUMBER : fractions ? READ_EITHER : READ_INTEGER
    node.number = sink
    node.exact = exact
  }
  if (shape.text !== undefined) {
    if (node.takesText) throw declarationError('two shapes for a string')
    node.takesText = true
    node.text = shape.text.sink
  }
  if (shape.boolean !== undefined) {
    if (node.takesBoolean) throw declarationError('two shapes for a boolean')
    node.takesBoolean = true
    node.boolean = shape.boolean.sink
  }
  if (shape.nothing !== undefined) {
    if (node.takesNull) throw declarationError('two shapes for null')
    node.takesNull = true
    node.nothing = shape.nothing.sink
  }
  if (shape.object !== undefined) {
    if (node.objectMode !== REFUSE_OBJECT) throw declarationError('two shapes for an object')
    node.beginObject = shape.object.begin
    node.endObject = shape.object.end
    if ('value' in shape.object) {
      node.objectMode = READ_RECORD
      node.key = shape.object.key
      node.other = nodeOf(shape.object.value)
    } else {
      const { fields, required, other } = shape.object
      node.objectMode = READ_FIELDS
      node.keys = new FieldKeys([...fields.keys()])
      node.values = [...fields.values()].map(nodeOf)
      node.bits = requiredBits(node.keys.names, required)
      for (const bit of node.bits) node.required |= bit
      node.other = other === null ? skipNode() : nodeOf(other)
    }
  }
  if (shape.array !== undefined) {
    if (node.arrayMode !== REFUSE_ARRAY) throw declarationError('two shapes for an array')
    node.beginArray = shape.array.begin
    node.endArray = shape.array.end
    if ('item' in shape.array) {
      node.arrayMode = READ_ITEMS
      node.item = nodeOf(shape.array.item)
      node.fast = shape.array.fast
    } else {
      node.arrayMode = READ_NUMBERS
      node.integerItems = shape.array.integer
      node.block = shape.array.block
      node.exactItem = shape.array.exact
    }
  }
}

function takeAnything(node: ShapeNode, inner: ShapeNode): void {
  node.numberMode = SKIP_NUMBER
  node.takesText = true
  node.takesBoolean = true
  node.takesNull = true
  node.objectMode = READ_RECORD
  node.other = inner
  node.arrayMode = READ_ITEMS
  node.item = inner
}

function requiredBits(names: readonly string[], required: readonly string[]): Int32Array {
  const bits = new Int32Array(names.length)
  if (required.length > 31) throw declarationError('more than 31 required keys')
  for (const [at, name] of required.entries()) {
    const field = names.indexOf(name)
    if (field < 0) throw declarationError(`a required key ${name} that is not declared`)
    bits[field] = 1 << at
  }
  return bits
}

function declarationError(what: string): CallcostError {
  return new CallcostError('internal', `the shape of a JSON document has ${what}`)
}
