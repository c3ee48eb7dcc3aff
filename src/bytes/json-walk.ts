import type { Allocator } from '../limits.js'
import { ByteBuilder } from './columns.js'
import { compileShape, READ_FIELDS, type ShapeNode } from './json-program.js'
import type { Shape } from './json-shape.js'
import { pathWords } from './json-words.js'
import { decodeText } from './text.js'

/** Cells of a frame: node and kind, then the position in it, the required keys that were seen, where its key begins. */
const FRAME = 4
const POSITION = 1
const SEEN = 2
const KEY_START = 3
/** Positions that are no index of an item or of a field: before the first one, and at a key that the shape lacks. */
const NOWHERE = -1
const AT_KEY = -2

/**
 * Where in the shape a document has come to: the arrays and objects that are open, 16 bytes each, and the keys on the
 * path that are data.
 */
export class ShapeWalk {
  /** The shape of the value that is next or being read. */
  node: ShapeNode
  /** The innermost array or object. */
  top: ShapeNode
  /** Whether that is an object. */
  inObject = false
  /** How many are open. */
  depth = 0
  #allocator: Allocator
  #nodes: readonly ShapeNode[]
  #cells: Int32Array<ArrayBuffer>
  /** Keys of all frames that stand at one, one behind the other. */
  #keys: ByteBuilder
  #maxDepth: number

  constructor(shape: Shape, allocator: Allocator) {
    this.#allocator = allocator
    this.#nodes = compileShape(shape)
    this.node = this.#nodes[0]!
    this.top = this.node
    this.#cells = allocator.int32(64 * FRAME)
    this.#keys = new ByteBuilder(allocator, 256)
    this.#maxDepth = allocator.limits['json-depth']
  }

  /** Into the value that is being read. */
  open(isObject: boolean): void {
    const at = this.depth * FRAME
    if (this.depth === this.#maxDepth) this.#allocator.check('json-depth', this.depth + 1, 'levels of JSON')
    if (at === this.#cells.length) this.#grow()
    const cells = this.#cells
    cells[at] = this.node.index * 2 + (isObject ? 1 : 0)
    cells[at + POSITION] = NOWHERE
    cells[at + SEEN] = 0
    cells[at + KEY_START] = this.#keys.length
    this.depth++
    this.top = this.node
    this.inObject = isObject
  }

  /** Out of the innermost array or object. */
  close(): void {
    const cells = this.#cells
    this.depth--
    const frame = this.depth * FRAME
    this.#keys.length = cells[frame + KEY_START]!
    if (this.depth === 0) return
    const outer = cells[frame - FRAME]!
    this.top = this.#nodes[outer >> 1]!
    this.inObject = (outer & 1) === 1
  }

  /** To the next item of an array, at `at`, past those that have a reader of their own. Returns where the item begins. */
  toItem(bytes: Uint8Array, at: number, end: number): number {
    const { fast } = this.top
    this.node = this.top.item!
    if (fast === null) this.advance(1)
    else {
      at = fast.read(bytes, at, end)
      this.advance(fast.count + 1)
    }
    return at
  }

  /** Past `count` items of an array of numbers. */
  advance(count: number): void {
    this.#cells[this.depth * FRAME - FRAME + POSITION]! += count
  }

  /** Items of the array up to the current one. */
  get items(): number {
    return this.#cells[this.depth * FRAME - FRAME + POSITION]! + 1
  }

  /**
   * To the declared field whose key stands at `bytes[start..]` with its closing quote, and no escape in it. Most keys
   * are the one after the last. Returns where the key is over; -1 when there is none, or it is cut.
   */
  toDeclared(bytes: Uint8Array, start: number, end: number): number {
    const { bytes: keys, starts } = this.top.keys
    const count = starts.length - 1
    const frame = this.depth * FRAME - FRAME
    let field = this.#cells[frame + POSITION]! + 1
    for (let tries = 0; tries < count; tries++, field++) {
      if (field < 0 || field >= count) field = 0
      let from = starts[field]!
      if (bytes[start] !== keys[from]) continue
      const to = starts[field + 1]!
      let at = start
      while (from < to && at < end && bytes[at] === keys[from]) {
        from++
        at++
      }
      if (from < to) continue
      this.#toField(frame, field)
      return at
    }
    return -1
  }

  /** To the key `bytes[start..end)`, escapes resolved. */
  toKey(bytes: Uint8Array, start: number, end: number): void {
    const { top } = this
    const frame = this.depth * FRAME - FRAME
    const field = top.objectMode === READ_FIELDS ? top.keys.find(bytes, start, end) : -1
    if (field >= 0) {
      this.#toField(frame, field)
      return
    }
    this.#cells[frame + POSITION] = AT_KEY
    this.#keys.length = this.#cells[frame + KEY_START]!
    this.#keys.append(bytes, start, end)
    this.node = top.other!
    if (top.key !== null) top.key(bytes, start, end)
  }

  /** A required key that the object did not have; null when they were all there. */
  missingKey(): string | null {
    const { top } = this
    const missing = top.required & ~this.#cells[this.depth * FRAME - FRAME + SEEN]!
    return missing === 0 ? null : top.keys.names[top.bits.findIndex((bit) => (bit & missing) !== 0)]!
  }

  /** The path through the outermost `depth` frames. */
  path(depth: number): string {
    const cells = this.#cells
    const nodes = this.#nodes
    const known = depth > 0 && cells[depth * FRAME - FRAME + POSITION] === NOWHERE ? depth - 1 : depth
    return pathWords(known, (at) => {
      const frame = at * FRAME
      const position = cells[frame + POSITION]!
      if ((cells[frame]! & 1) === 0) return position
      if (position >= 0) return nodes[cells[frame]! >> 1]!.keys.names[position]!
      const keyEnd = at + 1 < this.depth ? cells[frame + FRAME + KEY_START]! : this.#keys.length
      return decodeText(this.#keys.values, cells[frame + KEY_START]!, keyEnd)
    })
  }

  release(): void {
    this.#allocator.release(this.#cells)
    this.#allocator.release(this.#keys.values)
  }

  #toField(frame: number, field: number): void {
    const { top } = this
    this.#cells[frame + POSITION] = field
    this.#cells[frame + SEEN]! |= top.bits[field]!
    this.node = top.values[field]!
  }

  #grow(): void {
    const old = this.#cells
    this.#cells = this.#allocator.int32(old.length * 2)
    this.#cells.set(old)
    this.#allocator.release(old)
  }
}
