// What one sees without an analysis: functions sorted by how much more they cost afterwards.
import { keyOf, numbersOf } from './cases.mjs'

/** Functions of a smaller share do not tell how fast the machine was. */
const HEAVY = 0.005

export const BASELINES = [
  { name: 'Δ total (median)', key: 'total', how: median },
  { name: 'Δ self (median)', key: 'self', how: median },
  { name: 'Δ total (min)', key: 'total', how: least },
  { name: 'Δ self (min)', key: 'self', how: least },
]

/**
 * The place of the guilty function, from 1 on, when functions are sorted by the rise of `key`, each run's value of it
 * combined by `how`, and the speed of the machine taken out: the median ratio of self over functions of 0.5 % or more.
 */
export function baselineRank({ before, after, truth }, { key, how }) {
  const renamed = new Map(truth.moved.map((place) => [keyOf(place.before), keyOf(place.after)]))
  const old = combine(before, how)
  const recent = combine(after, how)
  const names = new Set([...[...old.keys()].map((name) => renamed.get(name) ?? name), ...recent.keys()])
  const sides = new Map([...names].map((name) => [name, [null, recent.get(name)]]))
  for (const [name, numbers] of old) sides.get(renamed.get(name) ?? name)[0] = numbers
  const speed = speedOf([...sides.values()])
  const delta = ([first, second]) => (second?.[key] ?? 0) / speed - (first?.[key] ?? 0)
  const sorted = [...sides].sort(([, a], [, b]) => delta(b) - delta(a))
  return sorted.findIndex(([name]) => name === keyOf(truth.guilty.after)) + 1
}

function combine(runs, how) {
  const each = runs.map(numbersOf)
  const names = new Set(each.flatMap((numbers) => [...numbers.keys()]))
  const value = (name, key) => how(each.map((numbers) => numbers.get(name)?.[key] ?? 0))
  return new Map([...names].map((name) => [name, { self: value(name, 'self'), total: value(name, 'total') }]))
}

function speedOf(sides) {
  const total = (side) => sides.reduce((sum, pair) => sum + (pair[side]?.self ?? 0), 0)
  const totals = [total(0), total(1)]
  const heavy = sides.filter(([a, b]) => a && b && a.self / totals[0] + b.self / totals[1] >= 2 * HEAVY)
  return median(heavy.map(([a, b]) => b.self / a.self))
}

function least(values) {
  return Math.min(...values)
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
