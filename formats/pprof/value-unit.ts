import type { Unit } from '../../src/units.js'

/** Spellings of units that producers write, lower case and without a plural s, as pprof compares them. */
const SPELLINGS: Readonly<Record<string, Unit>> = {
  nanosecond: 'nanoseconds',
  ns: 'nanoseconds',
  microsecond: 'microseconds',
  us: 'microseconds',
  // Micro sign and Greek mu. pprof means to know them and does not; austin writes them.
  '\u00b5s': 'microseconds',
  '\u03bcs': 'microseconds',
  millisecond: 'milliseconds',
  ms: 'milliseconds',
  second: 'seconds',
  sec: 'seconds',
  s: 'seconds',
  byte: 'bytes',
  b: 'bytes',
  count: 'count',
  sample: 'count',
  object: 'count',
  unit: 'count',
  '': 'none',
}

/** The unit that a text means; null for one whose values can only be shown as they are (`KiB`, `hours`, `GCU`). */
export function unitOfText(text: string): Unit | null {
  const lower = text.toLowerCase()
  const singular = lower.length > 2 && lower.endsWith('s') ? lower.slice(0, -1) : lower
  return SPELLINGS[lower] ?? SPELLINGS[singular] ?? null
}

/** The text for a unit, as pprof's own writers spell it. */
export function textOfUnit(unit: Unit): string {
  return unit === 'none' ? '' : unit
}
