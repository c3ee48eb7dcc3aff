/** The units that a value of a profile can have. Speedscope's words, and `count` for calls, samples and objects. */
export type Unit = 'nanoseconds' | 'microseconds' | 'milliseconds' | 'seconds' | 'bytes' | 'count' | 'none'

export type Dimension = 'time' | 'bytes' | 'count' | 'none'

/** Units of time → how many nanoseconds one of them is. All are integers, so scaling to a finer unit is exact. */
const NANOSECONDS: Readonly<Partial<Record<Unit, number>>> = {
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
}

export const UNITS: readonly Unit[] = [
  'nanoseconds',
  'microseconds',
  'milliseconds',
  'seconds',
  'bytes',
  'count',
  'none',
]

export function isUnit(text: string): text is Unit {
  return (UNITS as readonly string[]).includes(text)
}

/** What a unit measures: only values of one dimension can be added or compared. */
export function dimension(unit: Unit): Dimension {
  return NANOSECONDS[unit] !== undefined ? 'time' : (unit as Exclude<Dimension, 'time'>)
}

/** The factor that turns a value in `from` into one in `to`; null when they measure different things. */
export function unitFactor(from: Unit, to: Unit): number | null {
  if (from === to) return 1
  const a = NANOSECONDS[from]
  const b = NANOSECONDS[to]
  return a === undefined || b === undefined ? null : a / b
}

/** The finer of two units of one dimension, so that scaling to it loses nothing. */
export function finerUnit(a: Unit, b: Unit): Unit {
  return (unitFactor(a, b) ?? 1) <= 1 ? a : b
}

/** A moment in microseconds as whole nanoseconds; null for one that doubles overflow with, which is none. */
export function momentOf(microseconds: number): bigint | null {
  const nanoseconds = Math.round(microseconds * 1000)
  return Number.isFinite(nanoseconds) ? BigInt(nanoseconds) : null
}
