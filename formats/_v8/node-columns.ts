import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringIndex } from '../../src/model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { TupleIndex } from '../../src/model/tuple-index.js'

/** Where a function without a URL came from, so that two scripts made by eval do not become one: `eval:105`. */
export const EVAL_PREFIX = 'eval:'

/** What V8 calls a function without a name in its own tools; the files have an empty text. */
export const ANONYMOUS = '(anonymous)'

/** "No id" in the columns of ids; V8 counts from 1, converters from 0. */
const NO_ID = -1

/**
 * The nodes of a V8 call tree as columns, one row a node in the order of the file. A reader calls {@link begin}, sets
 * what it finds, and {@link end}; a node inside another one (the old nested form) may begin before its parent ends.
 */
export class NodeColumns {
  readonly functions: FunctionTableBuilder
  readonly id: Int32Builder
  /** node → function. */
  readonly func: Int32Builder
  /** node → its own ticks, NaN where the file has none. */
  readonly hits: Float64Builder
  /** node → bytes allocated in it (heap profiles). */
  readonly size: Float64Builder
  readonly deoptReason: Int32Builder
  readonly tickNode: Int32Builder
  readonly tickLine: Int32Builder
  readonly tickCount: Int32Builder
  readonly #allocator: Allocator
  /** node → the id that its `parent` names. */
  readonly #parentId: Int32Builder
  /** Pairs (node, id of a child), as the `children` arrays have them. */
  readonly #childOf: Int32Builder
  readonly #childId: Int32Builder
  /** Nodes that have begun and not ended. */
  readonly #open: Int32Builder
  readonly #name: Int32Builder
  readonly #url: Int32Builder
  readonly #line: Int32Builder
  readonly #column: Int32Builder
  readonly #scriptId: Int32Builder
  readonly #anonymous: StringIndex
  readonly #empty: StringIndex

  constructor(functions: FunctionTableBuilder, allocator: Allocator) {
    const ints = (): Int32Builder => new Int32Builder(allocator)
    this.functions = functions
    this.#allocator = allocator
    this.id = ints()
    this.func = ints()
    this.hits = new Float64Builder(allocator)
    this.size = new Float64Builder(allocator)
    this.deoptReason = ints()
    this.tickNode = ints()
    this.tickLine = ints()
    this.tickCount = ints()
    this.#parentId = ints()
    this.#childOf = ints()
    this.#childId = ints()
    this.#open = ints()
    this.#name = ints()
    this.#url = ints()
    this.#line = ints()
    this.#column = ints()
    this.#scriptId = ints()
    this.#anonymous = functions.strings.internText(ANONYMOUS)
    this.#empty = functions.strings.internText('')
  }

  get length(): number {
    return this.id.length
  }

  /** The node that has begun last and not ended. */
  get current(): number {
    return this.#open.values[this.#open.length - 1]!
  }

  begin(): void {
    const node = this.id.length
    this.#allocator.check('stacks', node + 1, 'nodes')
    if (this.#open.length > 0) {
      this.#childOf.push(this.current)
      // The id of the nested node is not known yet; its row is, which resolve() tells apart by the sign.
      this.#childId.push(-2 - node)
    }
    this.#open.push(node)
    this.id.push(NO_ID)
    this.func.push(NONE)
    this.hits.push(Number.NaN)
    this.size.push(Number.NaN)
    this.deoptReason.push(NONE)
    this.#parentId.push(NO_ID)
    this.#name.push(this.#empty)
    this.#url.push(this.#empty)
    this.#line.push(NO_POSITION)
    this.#column.push(NO_POSITION)
    this.#scriptId.push(0)
  }

  end(): void {
    const node = this.current
    this.#open.length--
    const name = this.#name.values[node]!
    const shown = name === this.#empty ? this.#anonymous : name
    this.func.values[node] = this.functions.intern(
      shown,
      this.#fileOf(node),
      this.#line.values[node]!,
      this.#column.values[node]!,
    )
  }

  set name(text: StringIndex) {
    this.#name.values[this.current] = text
  }

  set url(text: StringIndex) {
    this.#url.values[this.current] = text
  }

  /** As in the file: 0-based, negative for "no position". */
  set line(line: number) {
    this.#line.values[this.current] = position(line)
  }

  /** As in the file: 0-based, negative for "no position". */
  set column(column: number) {
    this.#column.values[this.current] = position(column)
  }

  /** 0 for native code, and where the file's id is no number. */
  set scriptId(id: number) {
    this.#scriptId.values[this.current] = id | 0
  }

  set parentId(id: number) {
    this.#parentId.values[this.current] = id
  }

  child(id: number): void {
    this.#childOf.push(this.current)
    this.#childId.push(id)
  }

  tick(line: number, ticks: number): void {
    this.tickNode.push(this.current)
    this.tickLine.push(line)
    this.tickCount.push(ticks)
  }

  /** Pairs of a node and a child so far. */
  get childCount(): number {
    return this.#childId.length
  }

  /** Appends the nodes `[from, to)` of another collection, with its pairs `[fromChild, toChild)` of node and child. */
  copy(other: NodeColumns, from: number, to: number, fromChild: number, toChild: number): void {
    const shift = this.length - from
    for (let node = from; node < to; node++) {
      this.begin()
      const copy = this.current
      this.id.values[copy] = other.id.values[node]!
      this.hits.values[copy] = other.hits.values[node]!
      this.deoptReason.values[copy] = other.deoptReason.values[node]!
      this.#parentId.values[copy] = other.#parentId.values[node]!
      this.#name.values[copy] = other.#name.values[node]!
      this.#url.values[copy] = other.#url.values[node]!
      this.#line.values[copy] = other.#line.values[node]!
      this.#column.values[copy] = other.#column.values[node]!
      this.#scriptId.values[copy] = other.#scriptId.values[node]!
      this.end()
    }
    for (let at = fromChild; at < toChild; at++) {
      this.#childOf.push(other.#childOf.values[at]! + shift)
      this.#childId.push(other.#childId.values[at]!)
    }
  }

  /** Puts ids on nodes that have none: their row plus one, as V8 would. */
  numberNodes(): void {
    for (let node = 0; node < this.length; node++) if (this.id.values[node] === NO_ID) this.id.values[node] = node + 1
  }

  /** The tree that children arrays, nesting and parent ids make together. */
  resolve(report: TreeFaults): NodeTree {
    const rows = this.rowsById()
    const { length } = this
    const parent = this.#allocator.int32(length).fill(NONE)
    const adopt = (child: number, under: number): void => {
      const known = parent[child]!
      if (known !== NONE && known !== under) {
        const ids = this.id.values
        throw new FormatError(`node ${ids[child]} is a child of node ${ids[known]} and of node ${ids[under]}`)
      }
      parent[child] = under
    }
    for (let at = 0; at < this.#childId.length; at++) {
      const id = this.#childId.values[at]!
      const child = id <= -2 ? -2 - id : rows(id)
      if (child === NONE) report.repair(`a child node that does not exist was left out`, {})
      else adopt(child, this.#childOf.values[at]!)
    }
    for (let node = 0; node < length; node++) {
      const id = this.#parentId.values[node]!
      if (id === NO_ID) continue
      const under = rows(id)
      if (under === NONE) report.repair(`a parent node that does not exist was left out`, {})
      else adopt(node, under)
    }
    return { parent, order: preorder(parent, this.#allocator), rowOf: rows }
  }

  /** id → node; {@link NONE} for an id that no node has. */
  rowsById(): (id: number) => number {
    const { length } = this
    const ids = this.id.values
    // V8 numbers its nodes from 1, so that ids themselves are the index in nearly every file.
    let largest = 0
    for (let node = 0; node < length; node++) if (ids[node]! > largest) largest = ids[node]!
    if (largest <= length * 2) return this.#denseRows(largest)
    const index = new TupleIndex(this.#allocator, [new Int32Builder(this.#allocator)])
    const key = new Int32Array(1)
    for (let node = 0; node < length; node++) {
      key[0] = ids[node]!
      if (index.intern(key) !== node) throw new FormatError(`two nodes have the id ${ids[node]}`)
    }
    return (id) => {
      key[0] = id
      return index.find(key)
    }
  }

  #denseRows(largest: number): (id: number) => number {
    const rows = this.#allocator.int32(largest + 1).fill(NONE)
    for (let node = 0; node < this.length; node++) {
      const id = this.id.values[node]!
      if (id === NO_ID) throw new FormatError('a node has no id')
      if (rows[id] !== NONE) throw new FormatError(`two nodes have the id ${id}`)
      rows[id] = node
    }
    return (id) => (id >= 0 && id <= largest ? rows[id]! : NONE)
  }

  /** The text of the file of a node; {@link NONE} for native code. */
  #fileOf(node: number): StringIndex {
    const url = this.#url.values[node]!
    if (url !== this.#empty) return url
    const script = this.#scriptId.values[node]!
    // Only scripts made by eval or new Function have a script and no URL: see the README of cpuprofile.
    if (script <= 0 || this.#line.values[node] === NO_POSITION) return NONE
    return this.functions.strings.internText(`${EVAL_PREFIX}${script}`)
  }
}

export interface TreeFaults {
  repair(message: string, place: Place): void
}

export interface NodeTree {
  /** node → its parent; {@link NONE} for a root. */
  readonly parent: Int32Array
  /** Nodes, parents before children, children in the order of the file. */
  readonly order: Int32Array
  /** id → node; {@link NONE} for an unknown id. */
  readonly rowOf: (id: number) => FunctionIndex
}

/** 0-based as in the file → 1-based; negative is "none". */
function position(zeroBased: number): number {
  return zeroBased >= 0 && zeroBased < 0x7fff_ffff ? zeroBased + 1 : NO_POSITION
}

/** Nodes in preorder. Throws when some cannot be reached from a root, which only a cycle does. */
function preorder(parent: Int32Array, allocator: Allocator): Int32Array {
  const { length } = parent
  const firstChild = allocator.int32(length).fill(NONE)
  const nextSibling = allocator.int32(length).fill(NONE)
  const order = allocator.int32(length)
  let firstRoot = NONE
  // Backwards, so that lists of children come out in the order of the file.
  for (let node = length - 1; node >= 0; node--) {
    const above = parent[node]!
    nextSibling[node] = above === NONE ? firstRoot : firstChild[above]!
    if (above === NONE) firstRoot = node
    else firstChild[above] = node
  }
  let count = 0
  let node = firstRoot
  while (node !== NONE) {
    order[count++] = node
    if (firstChild[node] !== NONE) {
      node = firstChild[node]!
      continue
    }
    while (node !== NONE && nextSibling[node] === NONE) node = parent[node]!
    if (node !== NONE) node = nextSibling[node]!
  }
  if (count !== length) throw new FormatError(`${length - count} nodes are their own ancestors`)
  return order
}
