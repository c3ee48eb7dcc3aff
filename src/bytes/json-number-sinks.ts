import type { Allocator } from '../limits.js'
import { ByteBuilder } from './columns.js'
import { AFTER_NUMBER, FIRST_NUMBER, NumberItems } from './json-items.js'
import { BIG_INTEGER, FAILED, FRACTION, NumberReader, SAFE_INTEGER, UNFINISHED } from './json-number.js'
import { READ_EITHER, READ_NUMBER, READ_NUMBERS, SKIP_NUMBER } from './json-program.js'
import type { ShapeWalk } from './json-walk.js'

/** Reads numbers, whole or cut by the end of a chunk, and hands them to the sinks of the place the walk is at. */
export class NumberSinks {
  /** What is wrong when FAILED was returned, and where, from the first byte of the number. */
  failure = ''
  failedAt = 0
  #allocator: Allocator
  #walk: ShapeWalk
  #reader = new NumberReader()
  #items: NumberItems
  /** A number that was cut, so far. */
  #gathered: ByteBuilder

  constructor(walk: ShapeWalk, allocator: Allocator) {
    this.#allocator = allocator
    this.#walk = walk
    this.#items = new NumberItems(allocator)
    this.#gathered = new ByteBuilder(allocator)
  }

  /** Whether the walk is in an array of numbers. */
  get inItems(): boolean {
    const walk = this.#walk
    return walk.depth > 0 && !walk.inObject && walk.top.arrayMode === READ_NUMBERS
  }

  /** Items of the array that wait in the block. */
  get waiting(): number {
    return this.#items.count
  }

  /** Whether a comma or the end of the array comes next, not an item. */
  get isAfterItem(): boolean {
    return this.#items.state === AFTER_NUMBER
  }

  get isBeforeFirst(): boolean {
    return this.#items.state === FIRST_NUMBER
  }

  beginItems(): void {
    this.#items.state = FIRST_NUMBER
  }

  /** Takes the plain integers that come next; see {@link NumberItems.read}. */
  readItems(bytes: Uint8Array, at: number, end: number): number {
    return this.#items.read(bytes, at, end)
  }

  /** Hands out the block when it is full; tells whether it was. */
  flushFull(): boolean {
    if (!this.#items.isFull) return false
    this.flush()
    return true
  }

  flush(): void {
    const { block, count } = this.#items
    if (count === 0) return
    this.#items.count = 0
    this.#walk.advance(count)
    this.#walk.top.block!(block, count)
  }

  /** The number at `at`, of any form. Returns where it ends, UNFINISHED when the end of the bytes cuts it, or FAILED. */
  read(bytes: Uint8Array, at: number, end: number): number {
    const to = this.#reader.read(bytes, at, end)
    if (to >= 0) return this.#take(bytes, at, to)
    if (to === FAILED) return this.#fail(this.#reader.failure, this.#reader.failedAt - at)
    this.#gathered.length = 0
    this.#gathered.append(bytes, at, end)
    return UNFINISHED
  }

  /** Goes on with the number that was cut. Results as for `read`. */
  goOn(bytes: Uint8Array, at: number, end: number): number {
    const start = at
    while (at < end && isNumberByte(bytes[at]!)) at++
    this.#allocator.check('text', this.#gathered.length + at - start, 'bytes of a number')
    this.#gathered.append(bytes, start, at)
    if (at === end) return UNFINISHED
    return this.#finish(bytes[at]!) === FAILED ? FAILED : at
  }

  /** The input is over, and with it the number that was cut. */
  end(): number {
    return this.#finish(0x20)
  }

  /** The input is over too early: FAILED when the number is wrong so far, and not just short. */
  endEarly(): number {
    const length = this.#gathered.length
    this.#gathered.push(0x20)
    const to = this.#reader.read(this.#gathered.values, 0, length + 1)
    if (to !== FAILED || this.#reader.failedAt === length) return UNFINISHED
    return this.#fail(this.#reader.failure, this.#reader.failedAt)
  }

  release(): void {
    this.#allocator.release(this.#items.block)
    this.#allocator.release(this.#gathered.values)
  }

  /** The number in the gathered bytes ends, since `next` follows. */
  #finish(next: number): number {
    this.#gathered.push(next)
    const { values, length } = this.#gathered
    const to = this.#reader.read(values, 0, length)
    return to === FAILED ? this.#fail(this.#reader.failure, this.#reader.failedAt) : this.#take(values, 0, to)
  }

  /** The number that was just read goes where it belongs. */
  #take(bytes: Uint8Array, start: number, end: number): number {
    if (this.inItems) return this.#takeItem(bytes, start, end)
    const { numberMode, number, exact } = this.#walk.node
    if (numberMode === SKIP_NUMBER) return end
    if (numberMode === READ_NUMBER) {
      number!(this.#reader.value)
      return end
    }
    const kind = this.#reader.settle(bytes, start, end)
    if (kind === SAFE_INTEGER || (kind === FRACTION && numberMode === READ_EITHER)) number!(this.#reader.value)
    else if (kind === BIG_INTEGER && exact !== null) exact(this.#reader.big)
    else return this.#noInteger(kind)
    return end
  }

  #takeItem(bytes: Uint8Array, start: number, end: number): number {
    const { integerItems, exactItem } = this.#walk.top
    const kind = integerItems ? this.#reader.settle(bytes, start, end) : SAFE_INTEGER
    if (kind === SAFE_INTEGER) this.#items.add(this.#reader.value)
    else if (kind === BIG_INTEGER && exactItem !== null) {
      this.flush()
      this.#items.state = AFTER_NUMBER
      this.#walk.advance(1)
      exactItem(this.#reader.big)
    } else return this.#noInteger(kind)
    this.flushFull()
    return end
  }

  #noInteger(kind: number): number {
    return this.#fail(
      kind === FRACTION ? 'expected an integer, got a fraction' : 'expected an integer of at most 53 bits',
      0,
    )
  }

  #fail(failure: string, at: number): number {
    this.failure = failure
    this.failedAt = at
    return FAILED
  }
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
  )
}
