import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import { LabelSetBuilder } from './label-sets.js'
import { ColumnSum } from './merge-column.js'
import type { StringUnion } from './merge-functions.js'
import type { ValuePick, ValueStep } from './merge-values.js'
import { exactAt } from './numbers.js'
import type { StringTable } from './strings.js'
import { type LabelTable, NONE, type SampleTable } from './tables.js'
import { PairIndex } from './tuple-index.js'

/** The labels of several profiles: each label once, each set of labels in one order once. */
export class LabelUnion {
  readonly #allocator: Allocator
  readonly #strings: StringUnion
  readonly #sets: LabelSetBuilder

  constructor(allocator: Allocator, strings: StringUnion) {
    this.#allocator = allocator
    this.#strings = strings
    this.#sets = new LabelSetBuilder(allocator)
  }

  /** Label set of the profile → label set of the union. The caller releases the array. */
  add(labels: LabelTable | null, table: StringTable): Int32Array<ArrayBuffer> {
    const rows = this.#allocator.int32(labels === null ? 1 : labels.setStart.length - 1)
    if (labels === null) return rows
    const { key, text, unit, number, setStart, members } = labels
    for (let set = 0; set < rows.length; set++) {
      for (let at = setStart[set]!; at < setStart[set + 1]!; at++) {
        const label = members[at]!
        const name = this.#strings.map(table, key[label]!)
        const own = exactAt(number, label)
        if (text[label] !== NONE) {
          this.#sets.addText(name, this.#strings.map(table, text[label]!))
        } else if (typeof own === 'bigint' || Number.isInteger(own)) {
          this.#sets.addNumber(name, own, this.#strings.map(table, unit[label]!))
        } else {
          // No recorder writes fractions; as a text nothing of one is lost.
          this.#sets.addText(name, this.#strings.strings.internText(String(own)))
        }
      }
      rows[set] = this.#sets.endSet()
    }
    return rows
  }

  /** The labels so far; null when no profile had any. */
  table(): LabelTable | null {
    return this.#sets.finish()
  }
}

/** The samples of one profile of a merge, and where its stacks and label sets are in the sum. */
export interface SamplePart {
  readonly samples: SampleTable
  readonly stackRows: Int32Array
  readonly setRows: Int32Array
  readonly values: readonly ValuePick[]
}

/**
 * The samples of several profiles, one after the other or, folded, those of the same stack and labels added up. Times
 * and the continuation of spans mean nothing across profiles and are dropped.
 */
export class SampleSum {
  readonly #allocator: Allocator
  readonly #folded: PairIndex | null
  readonly #stack: Int32Builder
  readonly #labels: Int32Builder
  #values: readonly ColumnSum[]

  constructor(allocator: Allocator, values: number, fold: boolean) {
    this.#allocator = allocator
    this.#folded = fold ? new PairIndex(allocator) : null
    this.#stack = this.#folded?.first ?? new Int32Builder(allocator)
    this.#labels = this.#folded?.second ?? new Int32Builder(allocator)
    // A folded sample of unknown weight is left out, as a call graph leaves it out.
    this.#values = Array.from({ length: values }, () => new ColumnSum(allocator, fold ? 0 : Number.NaN))
  }

  /** Brings the sums to the value types that they have in common with the next samples. */
  keep({ kept }: ValueStep): void {
    this.#values = kept.map(({ index, factor }) => {
      this.#values[index]!.scale(factor)
      return this.#values[index]!
    })
  }

  add({ samples, stackRows, setRows, values }: SamplePart): void {
    const rows = this.#allocator.int32(samples.length)
    for (let sample = 0; sample < samples.length; sample++) {
      const own = samples.stack[sample]!
      const stack = own === NONE ? NONE : stackRows[own]!
      const set = samples.labels === null ? 0 : setRows[samples.labels[sample]!]!
      if (this.#folded !== null) {
        rows[sample] = this.#folded.intern(stack, set)
      } else {
        rows[sample] = this.#stack.length
        this.#stack.push(stack)
        this.#labels.push(set)
      }
    }
    const length = this.#stack.length
    this.#allocator.check('samples', length)
    for (const [value, { index, factor }] of values.entries()) {
      this.#values[value]!.add(samples.values[index] ?? null, rows, length, factor)
    }
    this.#allocator.release(rows)
  }

  /** The samples so far. */
  table(hasLabels: boolean): SampleTable {
    const length = this.#stack.length
    return {
      length,
      stack: this.#stack.finish(),
      values: this.#values.map((column) => column.column(length)),
      time: null,
      timeUnit: 'none',
      duration: null,
      labels: hasLabels ? this.#labels.finish() : null,
      continued: null,
    }
  }
}
