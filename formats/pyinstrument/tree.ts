import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { array, lazy, nothing, nullable, number, object, oneOf, type Shape, text } from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import type { Allocator } from '../../src/limits.js'
import { StringInterner } from '../../src/model/strings.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { lineOf } from './frame-info.js'
import { type Frames, isSelf } from './frames.js'

/** Times are printed with six decimals, so a sum of children can differ from its whole by so much for each. */
const ROUNDING = 1e-6

/** The nodes of a rendered tree, parents before children. A node's time includes its children's. */
export class Tree {
  readonly shape: Shape
  readonly #texts: StringInterner
  readonly #parent: Int32Builder
  readonly #name: Int32Builder
  readonly #file: Int32Builder
  readonly #line: Int32Builder
  readonly #time: Float64Builder
  /** Nodes whose end has not come, outermost first. */
  readonly #open: Int32Builder

  constructor(allocator: Allocator) {
    this.#texts = new StringInterner(allocator)
    this.#parent = new Int32Builder(allocator)
    this.#name = new Int32Builder(allocator)
    this.#file = new Int32Builder(allocator)
    this.#line = new Int32Builder(allocator)
    this.#time = new Float64Builder(allocator)
    this.#open = new Int32Builder(allocator)
    this.shape = this.#nodeShape()
  }

  get length(): number {
    return this.#parent.length
  }

  /** Puts each node's own time into the stacks. */
  addTo(frames: Frames, allocator: Allocator): void {
    const { length } = this
    const own = allocator.float64(length)
    const children = allocator.int32(length)
    for (let node = 0; node < length; node++) {
      const time = this.#time.values[node]!
      const parent = this.#parent.values[node]!
      own[node] = own[node]! + time
      if (parent === NONE) continue
      own[parent] = own[parent]! - time
      children[parent] = children[parent]! + 1
    }
    const stackOf = allocator.int32(length)
    let moment = 0
    for (let node = 0; node < length; node++) {
      const parent = this.#parent.values[node]!
      const above = parent === NONE ? NONE : stackOf[parent]!
      const name = this.#texts.text(this.#name.values[node]!)
      const file = this.#file.values[node]!
      const fileText = file === NONE ? null : this.#texts.text(file)
      const stack =
        isSelf(name) && above !== NONE
          ? above
          : frames.builder.stack(above, frames.of(name, fileText, this.#line.values[node]!))
      stackOf[node] = stack
      // What is left of a node that others make up whole is the rounding of their times.
      if (Math.abs(own[node]!) <= ROUNDING * children[node]!) continue
      frames.builder.sample(stack, [own[node]!], { time: moment })
      moment += own[node]!
    }
  }

  #nodeShape(): Shape {
    const open = (): number => this.#open.values[this.#open.length - 1]!
    const file = (isWhole: boolean): Shape =>
      oneOf(
        text((bytes, start, end) => {
          // The whole path is better than the short one, whatever comes first.
          if (end > start && (isWhole || this.#file.values[open()] === NONE)) {
            this.#file.values[open()] = this.#texts.intern(bytes, start, end)
          }
        }),
        nothing(),
      )
    const node: Shape = object<string>(
      {
        function: nullable(
          text((bytes, start, end) => {
            this.#name.values[open()] = this.#texts.intern(bytes, start, end)
          }),
        ),
        file_path: file(true),
        file_path_short: file(false),
        line_no: nullable(
          number((value) => {
            this.#line.values[open()] = lineOf(value)
          }),
        ),
        time: number((value) => {
          this.#time.values[open()] = value
        }),
        children: array(lazy(() => node)),
      },
      {
        required: ['function', 'time'],
        begin: () => this.#begin(),
        end: () => {
          this.#open.length--
        },
      },
    )
    return node
  }

  #begin(): void {
    this.#parent.push(this.#open.length === 0 ? NONE : this.#open.values[this.#open.length - 1]!)
    this.#open.push(this.length - 1)
    this.#name.push(this.#texts.internText(''))
    this.#file.push(NONE)
    this.#line.push(NO_POSITION)
    this.#time.push(0)
  }
}

/** A text or null. */
export function textOrNothing(sink: (value: string) => void): Shape {
  return nullable(text((bytes, start, end) => sink(decodeText(bytes, start, end))))
}
