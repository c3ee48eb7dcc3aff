import { Int32Builder } from '../../src/bytes/columns.js'
import { FormatError } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringIndex } from '../../src/model/strings.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import { TupleIndex } from '../../src/model/tuple-index.js'
import { NodeValues } from './node-values.js'

/** Where a function without a URL came from, so that two scripts made by eval do not become one: `eval:105`. */
export const EVAL_PREFIX = 'eval:'

/** What V8 calls a function without a name in its own tools; the files have an empty text. */
export const ANONYMOUS = '(anonymous)'

/** "No id" in the columns of ids; V8 counts from 1, converters from 0. */
export const NO_ID = -1

/**
 * The nodes of a V8 call tree as columns, one row a node in the order of the file. A reader calls {@link begin}, sets
 * what it finds, and {@link end}; a node inside another one (the old nested form) may begin before its parent ends.
 * What it knows all at once it may {@link add}.
 */
export class NodeColumns {
  readonly functions: FunctionTableBuilder
  id: Int32Builder
  /** node → function. */
  readonly func: Int32Builder
  /** node → its own ticks; 0 where the file has none. */
  readonly hits: NodeValues
  /** node → bytes allocated in it (heap profiles); NaN where the file has none. */
  readonly sizes: NodeValues
  /** node → text; {@link NONE} where the file has none. */
  readonly deoptReasons: NodeValues
  /** node → the id that its `parent` names; {@link NO_ID}. */
  readonly parentIds: NodeValues
  /** Ticks of lines are only for who wants the whole recording. */
  keepsTicks = true
  /** Whether there were any, kept or not. */
  hasTicks = false
  readonly tickNode: Int32Builder
  readonly tickLine: Int32Builder
  readonly tickCount: Int32Builder
  /** Links from a node to the id of a child, as the `children` arrays have them; -2 - row for one nested in it. */
  linkNode: Int32Builder
  linkId: Int32Builder
  readonly #allocator: Allocator
  /** Nodes that have begun and not ended, and what is known of each. */
  readonly #open: Int32Builder
  readonly #name: Int32Builder
  readonly #url: Int32Builder
  readonly #line: Int32Builder
  readonly #column: Int32Builder
  readonly #scriptId: Int32Builder
  readonly #anonymous: StringIndex
  readonly #empty: StringIndex
  #rows: ((id: number) => number) | null = null
  /** Nodes that `#rows` knows. */
  #rowCount = 0

  constructor(functions: FunctionTableBuilder, allocator: Allocator) {
    const ints = (): Int32Builder => new Int32Builder(allocator)
    this.functions = functions
    this.#allocator = allocator
    this.id = ints()
    this.func = ints()
    this.hits = new NodeValues(allocator, 0)
    this.sizes = new NodeValues(allocator, Number.NaN)
    this.deoptReasons = new NodeValues(allocator, NONE)
    this.parentIds = new NodeValues(allocator, NO_ID)
    this.tickNode = ints()
    this.tickLine = ints()
    this.tickCount = ints()
    this.linkNode = ints()
    this.linkId = ints()
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
    return this.func.length
  }

  /** The node that has begun last and not ended. */
  get current(): number {
    return this.#open.values[this.#open.length - 1]!
  }

  /** Makes room for about so many nodes. */
  reserve(nodes: number): void {
    for (const column of [this.id, this.func, this.linkNode, this.linkId]) column.reserve(nodes)
  }

  begin(): void {
    const node = this.id.length
    this.#allocator.check('stacks', node + 1, 'nodes')
    // The id of a nested node is not known yet; its row is.
    if (this.#open.length > 0) this.link(this.current, -2 - node)
    this.id.push(NO_ID)
    this.func.push(NONE)
    this.#open.push(node)
    this.#name.push(this.#empty)
    this.#url.push(this.#empty)
    this.#line.push(-1)
    this.#column.push(-1)
    this.#scriptId.push(0)
  }

  end(): void {
    const depth = this.#open.length - 1
    const func = this.functionOf(
      this.#name.values[depth]!,
      this.#url.values[depth]!,
      this.#line.values[depth]!,
      this.#column.values[depth]!,
      this.#scriptId.values[depth]!,
    )
    this.func.values[this.current] = func
    this.#open.length = depth
    this.#name.length = depth
    this.#url.length = depth
    this.#line.length = depth
    this.#column.length = depth
    this.#scriptId.length = depth
  }

  set name(text: StringIndex) {
    this.#name.values[this.#open.length - 1] = text
  }

  set url(text: StringIndex) {
    this.#url.values[this.#open.length - 1] = text
  }

  /** As in the file: 0-based, negative for "no position". */
  set line(line: number) {
    this.#line.values[this.#open.length - 1] = known(line)
  }

  /** As in the file: 0-based, negative for "no position". */
  set column(column: number) {
    this.#column.values[this.#open.length - 1] = known(column)
  }

  /** 0 for native code, and where the file's id is no number. */
  set scriptId(id: number) {
    this.#scriptId.values[this.#open.length - 1] = id | 0
  }

  child(id: number): void {
    this.link(this.current, id)
  }

  tick(line: number, ticks: number): void {
    this.tickAt(this.current, line, ticks)
  }

  /** A whole node at once, which is in no other. Returns its row. Whether it is one too many, the caller has asked. */
  add(id: number, func: FunctionIndex, hits: number): number {
    const node = this.id.length
    this.id.push(id)
    this.func.push(func)
    this.hits.set(node, hits, node + 1)
    return node
  }

  link(node: number, childId: number): void {
    this.linkNode.push(node)
    this.linkId.push(childId)
  }

  tickAt(node: number, line: number, ticks: number): void {
    this.hasTicks = true
    if (!this.keepsTicks) return
    this.tickNode.push(node)
    this.tickLine.push(line)
    this.tickCount.push(ticks)
  }

  /** Forgets what was added since there were so many nodes, links and ticks. */
  cut(length: number, links: number, ticks: number): void {
    this.id.length = length
    this.func.length = length
    this.hits.cut(length)
    this.linkNode.length = links
    this.linkId.length = links
    this.tickNode.length = ticks
    this.tickLine.length = ticks
    this.tickCount.length = ticks
  }

  /** The function of a call frame: line and column as in the file, from 0, negative for "no position". */
  functionOf(name: StringIndex, url: StringIndex, line: number, column: number, scriptId: number): FunctionIndex {
    return this.functions.intern(
      name === this.#empty ? this.#anonymous : name,
      url === this.#empty ? this.#fileOfScript(scriptId, line) : url,
      position(line),
      position(column),
    )
  }

  /** Appends the nodes `[from, to)` of another collection with the same strings, and its links `[fromLink, toLink)`. */
  copy(other: NodeColumns, from: number, to: number, fromLink: number, toLink: number): void {
    const shift = this.length - from
    this.#allocator.check('stacks', this.length + to - from, 'nodes')
    for (let node = from; node < to; node++) {
      this.id.push(other.id.values[node]!)
      this.func.push(this.functions.internFrom(other.functions, other.func.values[node]!))
    }
    this.hits.append(other.hits, from, to, shift)
    this.deoptReasons.append(other.deoptReasons, from, to, shift)
    this.parentIds.append(other.parentIds, from, to, shift)
    for (let link = fromLink; link < toLink; link++) {
      this.link(other.linkNode.values[link]! + shift, other.linkId.values[link]!)
    }
  }

  /** Puts ids on nodes that have none: their row plus one, as V8 would. */
  numberNodes(): void {
    for (let node = 0; node < this.length; node++) if (this.id.values[node] === NO_ID) this.id.values[node] = node + 1
  }

  /** The tree is known: links are not needed any more. They are as large as what it is made into. */
  forgetLinks(): void {
    for (const column of [this.linkNode, this.linkId]) this.#allocator.release(column.values)
    this.linkNode = new Int32Builder(this.#allocator, 0)
    this.linkId = new Int32Builder(this.#allocator, 0)
  }

  /** The samples are known: neither are ids. */
  forgetIds(): void {
    this.#allocator.release(this.id.values)
    this.id = new Int32Builder(this.#allocator, 0)
    this.#rows = null
  }

  /** id → node; {@link NONE} for an id that no node has. Throws when a node has no id, or that of another. */
  rowsById(): (id: number) => number {
    if (this.#rows === null || this.#rowCount !== this.length) {
      this.#rows = this.#makeRows()
      this.#rowCount = this.length
    }
    return this.#rows
  }

  #makeRows(): (id: number) => number {
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
    const ids = this.id.values
    const { length } = this
    for (let node = 0; node < length; node++) {
      const id = ids[node]!
      if (id === NO_ID) throw new FormatError('a node has no id')
      if (rows[id] !== NONE) throw new FormatError(`two nodes have the id ${id}`)
      rows[id] = node
    }
    return (id) => (id >= 0 && id <= largest ? rows[id]! : NONE)
  }

  /** The file of a function without a URL; {@link NONE} for native code. */
  #fileOfScript(scriptId: number, line: number): StringIndex {
    // Only scripts made by eval or new Function have a script and no URL: see the README of cpuprofile.
    if (scriptId <= 0 || position(line) === NO_POSITION) return NONE
    return this.functions.strings.internText(`${EVAL_PREFIX}${scriptId}`)
  }
}

/** 0-based as in the file → 1-based; negative is "none". */
function position(zeroBased: number): number {
  return zeroBased >= 0 && zeroBased < 0x7fff_ffff ? zeroBased + 1 : NO_POSITION
}

/** A line or column as a 32-bit integer; -1 for none. */
function known(zeroBased: number): number {
  return zeroBased >= 0 && zeroBased < 0x7fff_ffff ? zeroBased : -1
}
