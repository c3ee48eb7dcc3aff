import { addExact, type ExactNumber } from '../../model/numbers.js'
import type { Aggregate, Arithmetic, Comparator } from './expression.js'

/** Nothing of nothing is nothing: a share of a function that is not there passes. */
export const ARITHMETIC: Readonly<Record<Arithmetic, (a: ExactNumber, b: ExactNumber) => ExactNumber>> = {
  '+': addExact,
  '-': (a, b) => addExact(a, -b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => (Number(a) === 0 && Number(b) === 0 ? 0 : Number(a) / Number(b)),
}

export const AGGREGATES: Readonly<Record<Aggregate, (values: readonly ExactNumber[]) => ExactNumber>> = {
  min: (values) => sorted(values)[0]!,
  max: (values) => sorted(values).at(-1)!,
  mean: (values) => (values.length === 1 ? values[0]! : Number(values.reduce(addExact, 0)) / values.length),
  median: medianOf,
}

export function medianOf(values: readonly ExactNumber[]): ExactNumber {
  const ordered = sorted(values)
  const half = ordered.length >> 1
  if (ordered.length % 2 === 1) return ordered[half]!
  return (Number(ordered[half - 1]!) + Number(ordered[half]!)) / 2
}

function sorted(values: readonly ExactNumber[]): ExactNumber[] {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** An operation run by run; a single value stands for all runs. */
export function zip(
  left: readonly ExactNumber[],
  right: readonly ExactNumber[],
  operation: (a: ExactNumber, b: ExactNumber) => ExactNumber,
): ExactNumber[] {
  const length = Math.max(left.length, right.length)
  return Array.from({ length }, (_, run) =>
    operation(left[left.length === 1 ? 0 : run]!, right[right.length === 1 ? 0 : run]!),
  )
}

/** JavaScript compares integers past 2^53 with numbers exactly, but `==` of two types only loosely. */
export function holdsFor(operator: Comparator, value: ExactNumber, limit: ExactNumber): boolean {
  switch (operator) {
    case '<=':
      return value <= limit
    case '<':
      return value < limit
    case '>=':
      return value >= limit
    case '>':
      return value > limit
    case '==':
      return value <= limit && value >= limit
    case '!=':
      return value < limit || value > limit
  }
}

/** Whether one run is worse off than another: it fails, or is nearer to failing. */
export function isWorse(
  operator: Comparator,
  value: ExactNumber,
  limit: ExactNumber,
  otherValue: ExactNumber,
  otherLimit: ExactNumber,
): boolean {
  const holds = holdsFor(operator, value, limit)
  if (holds !== holdsFor(operator, otherValue, otherLimit)) return !holds
  if (operator === '==' || operator === '!=') return false
  const gap = Number(value) - Number(limit)
  const otherGap = Number(otherValue) - Number(otherLimit)
  return operator === '<=' || operator === '<' ? gap > otherGap : gap < otherGap
}
