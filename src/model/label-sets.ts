import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import { type ExactNumber, NumberBuilder } from './numbers.js'
import type { StringIndex } from './strings.js'
import { type LabelSetIndex, type LabelTable, NONE } from './tables.js'
import { PairIndex, TupleIndex } from './tuple-index.js'

/** Collects the labels of samples: each label once, each sequence of labels once. */
export class LabelSetBuilder {
  readonly #key: Int32Builder
  readonly #text: Int32Builder
  readonly #unit: Int32Builder
  /** Low and high half of a number, so that it can be part of the key. */
  readonly #low: Int32Builder
  readonly #high: Int32Builder
  readonly #labels: TupleIndex
  readonly #tuple = new Int32Array(5)
  readonly #number: NumberBuilder
  /** (sequence without its last label, label) → the sequence. */
  readonly #sequences: PairIndex
  /** sequence → set; 0 where none ends there. */
  readonly #setOf: Int32Builder
  readonly #setStart: Int32Builder
  readonly #members: Int32Builder
  /** The sequence that is being added to; its labels stand at the end of `members` already. */
  #sequence = NONE

  constructor(allocator: Allocator) {
    const ints = (): Int32Builder => new Int32Builder(allocator)
    this.#key = ints()
    this.#text = ints()
    this.#unit = ints()
    this.#low = ints()
    this.#high = ints()
    this.#labels = new TupleIndex(allocator, [this.#key, this.#text, this.#unit, this.#low, this.#high])
    this.#number = new NumberBuilder(allocator)
    this.#sequences = new PairIndex(allocator)
    this.#setOf = ints()
    this.#setStart = ints()
    this.#members = ints()
    // Set 0 is the empty one.
    this.#setStart.push(0)
    this.#setStart.push(0)
  }

  /** Adds a label with a text to the set that {@link endSet} will end. */
  addText(key: StringIndex, text: StringIndex): void {
    this.#add(key, text, NONE, 0, 0, 0)
  }

  /** Adds a label with a signed 64-bit integer. */
  addNumber(key: StringIndex, number: ExactNumber, unit: StringIndex = NONE): void {
    const wide = BigInt(number)
    this.#add(key, NONE, unit, Number(BigInt.asIntN(32, wide)), Number(BigInt.asIntN(32, wide >> 32n)), number)
  }

  /** The set of the labels added since the last one ended. */
  endSet(): LabelSetIndex {
    const sequence = this.#sequence
    if (sequence === NONE) return 0
    this.#sequence = NONE
    const known = this.#setOf.values[sequence]!
    if (known !== 0) {
      this.#members.length = this.#setStart.values[this.#setStart.length - 1]!
      return known
    }
    const set = this.#setStart.length - 1
    this.#setOf.values[sequence] = set
    this.#setStart.push(this.#members.length)
    return set
  }

  /** The labels; null when no sample had one. */
  finish(): LabelTable | null {
    if (this.#key.length === 0) return null
    return {
      length: this.#key.length,
      key: this.#key.finish(),
      text: this.#text.finish(),
      number: this.#number.finish(),
      unit: this.#unit.finish(),
      setStart: this.#setStart.finish(),
      members: this.#members.finish(),
    }
  }

  #add(key: number, text: number, unit: number, low: number, high: number, number: ExactNumber): void {
    const tuple = this.#tuple
    tuple[0] = key
    tuple[1] = text
    tuple[2] = unit
    tuple[3] = low
    tuple[4] = high
    const label = this.#labels.intern(tuple)
    if (label === this.#number.length) this.#number.push(number)
    this.#sequence = this.#sequences.intern(this.#sequence, label)
    if (this.#sequence === this.#setOf.length) this.#setOf.push(0)
    this.#members.push(label)
  }
}
