import { CallcostError } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import { type ExactNumber, exactAt, NumberBuilder, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ValueType } from '../../src/model/profile.js'
import type { SampleTable } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { unitFactor } from '../../src/units.js'

const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)

/** A value type as it is written: whole numbers, all values times `factor`. */
export interface IntegerType {
  readonly type: ValueType
  readonly factor: number
}

/** Samples as they are written: those of the same stack and labels are one. */
export interface MergedSamples {
  readonly length: number
  readonly stack: Int32Array
  readonly labels: Int32Array
  readonly values: readonly NumberColumn[]
}

/** The unit of each value type in which its values are whole numbers: times that have fractions become nanoseconds. */
export function integerTypes(profile: Profile, samples: SampleTable, note: (message: string) => void): IntegerType[] {
  return profile.valueTypes.map((type, index) => {
    const column = samples.values[index]!
    if (isWhole(column, samples.length)) return { type, factor: 1 }
    const factor = unitFactor(type.unit, 'nanoseconds')
    note(
      factor === null
        ? `pprof holds whole numbers: fractions of ${type.name} are rounded`
        : `pprof holds whole numbers: ${type.name} is rounded to nanoseconds`,
    )
    return factor === null ? { type, factor: 1 } : { type: { name: type.name, unit: 'nanoseconds' }, factor }
  })
}

/** Adds up the samples of one stack and one set of labels, unless the sum does not fit into 64 bits. */
export function mergeSamples(
  samples: SampleTable,
  types: readonly IntegerType[],
  note: (message: string) => void,
  allocator: Allocator,
): MergedSamples {
  const pairs = new PairIndex(allocator)
  /** pair → the row that its samples are added to. */
  let rowOf = allocator.int32(64)
  const stack = allocator.int32(samples.length)
  const labels = allocator.int32(samples.length)
  const values = types.map(() => new NumberBuilder(allocator))
  const whole: ExactNumber[] = types.map(() => 0)
  let unknown = 0
  let length = 0
  for (let sample = 0; sample < samples.length; sample++) {
    for (let value = 0; value < types.length; value++) {
      const exact = exactAt(samples.values[value]!, sample)
      if (Number.isNaN(exact)) unknown++
      whole[value] = wholeNumber(exact, types[value]!)
    }
    const before = pairs.length
    const set = samples.labels === null ? 0 : samples.labels[sample]!
    const pair = pairs.intern(samples.stack[sample]!, set)
    if (pair === rowOf.length) {
      const old = rowOf
      rowOf = allocator.int32(old.length * 2)
      rowOf.set(old)
      allocator.release(old)
    }
    const isNew = pairs.length > before
    if (isNew || !fitsAll(values, rowOf[pair]!, whole)) {
      rowOf[pair] = length
      stack[length] = samples.stack[sample]!
      labels[length] = set
      for (let value = 0; value < types.length; value++) values[value]!.push(whole[value]!)
      length++
    } else {
      for (let value = 0; value < types.length; value++) values[value]!.add(rowOf[pair]!, whole[value]!)
    }
  }
  if (unknown > 0) note(`pprof has no unknown values: ${unknown} of them are written as 0`)
  return { length, stack, labels, values: values.map((column) => column.finish()) }
}

function isWhole(column: NumberColumn | null, length: number): boolean {
  if (column === null) throw new CallcostError('internal', 'samples without weights cannot be written to pprof')
  for (let row = 0; row < length; row++) {
    const value = column.values[row]!
    if (value !== Math.floor(value) && !Number.isNaN(value)) return false
  }
  return true
}

function wholeNumber(value: ExactNumber, { type, factor }: IntegerType): ExactNumber {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 0
    const scaled = Math.round(value * factor)
    if (Number.isSafeInteger(scaled)) return scaled === 0 ? 0 : scaled
    if (!Number.isFinite(scaled)) throw new CallcostError('data', `pprof cannot hold a value of ${value} ${type.unit}`)
    return within(factor === 1 ? BigInt(value) : BigInt(scaled), type)
  }
  return within(value * BigInt(factor), type)
}

/** Whether a field of type int64 holds the number. */
export function isInt64(value: ExactNumber): boolean {
  return (typeof value === 'bigint' || Number.isInteger(value)) && value >= LEAST && value <= MOST
}

function within(value: bigint, { name }: ValueType): bigint {
  if (isInt64(value)) return value
  throw new CallcostError('data', `pprof holds values of 64 bits, and ${name} has ${value}`)
}

function fitsAll(values: readonly NumberBuilder[], row: number, more: readonly ExactNumber[]): boolean {
  for (let value = 0; value < values.length; value++) {
    const own = values[value]!.at(row)
    const other = more[value]!
    if (typeof own === 'number' && typeof other === 'number') continue
    const sum = BigInt(own) + BigInt(other)
    if (sum < LEAST || sum > MOST) return false
  }
  return true
}
