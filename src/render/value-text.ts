import type { ExactNumber } from '../model/numbers.js'
import { dimension, type Unit, unitFactor } from '../units.js'

/** A unit that people read, and how many of the base unit one of it is. */
interface Step {
  readonly name: string
  readonly size: number
}

const TIME: readonly Step[] = [
  { name: 's', size: 1e9 },
  { name: 'ms', size: 1e6 },
  { name: 'µs', size: 1e3 },
  { name: 'ns', size: 1 },
]

const BYTES: readonly Step[] = [
  { name: 'TiB', size: 2 ** 40 },
  { name: 'GiB', size: 2 ** 30 },
  { name: 'MiB', size: 2 ** 20 },
  { name: 'KiB', size: 2 ** 10 },
  { name: 'B', size: 1 },
]

/** What a missing number looks like. */
export const UNKNOWN = '-'

/** A number of things: `4,821`; fractions keep up to three digits behind the point. */
export function countText(count: ExactNumber): string {
  if (typeof count === 'number' && !Number.isInteger(count)) {
    return Number.isFinite(count) ? grouped(count.toFixed(3).replace(/\.?0+$/, '')) : String(count)
  }
  // 1e21 and above: String() would write an exponent.
  return grouped((typeof count === 'number' ? BigInt(count) : count).toString())
}

/** A part of a whole: `98.6 %`. What is more than nothing never shows as 0. */
export function percentText(share: number): string {
  return `${fixed(share * 100, 1)} %`
}

/** One value with the unit that fits it, three or four digits: `27.61 s`, `5.73 ms`, `1.5 MiB`, `4,821`. */
export function valueText(value: ExactNumber, unit: Unit): string {
  const number = Number(value)
  const steps = stepsOf(unit)
  if (steps === null || !Number.isFinite(number)) return steps === null ? countText(value) : String(number)
  const base = toBase(number, unit)
  const step = fittingStep(Math.abs(base), steps)
  const scaled = base / step.size
  if (step.name === 'B') return `${countText(scaled)} B`
  return `${fixed(scaled, Math.abs(scaled) < 100 ? 2 : Math.abs(scaled) < 1000 ? 1 : 0)} ${step.name}`
}

/** How the values of one column are written: all in one unit, so that they can be compared by eye. */
export interface ColumnScale {
  /** Goes into the column's head; empty for counts. */
  readonly unit: string
  text(value: ExactNumber): string
}

/** The scale of a column whose values are of the size of `pivot`, given in `unit`. */
export function columnScale(pivot: number, unit: Unit): ColumnScale {
  const steps = stepsOf(unit)
  if (steps === null) return { unit: '', text: countText }
  const base = toBase(Math.abs(pivot), unit)
  const step = fittingStep(base, steps)
  const size = base / step.size
  const digits = step.name === 'B' ? 0 : size < 100 ? 3 : size < 1000 ? 2 : size < 10_000 ? 1 : 0
  return {
    unit: step.name,
    text(value) {
      const number = Number(value)
      return Number.isFinite(number) ? fixed(toBase(number, unit) / step.size, digits) : String(number)
    },
  }
}

function stepsOf(unit: Unit): readonly Step[] | null {
  const kind = dimension(unit)
  return kind === 'time' ? TIME : kind === 'bytes' ? BYTES : null
}

/** In nanoseconds or bytes. */
function toBase(value: number, unit: Unit): number {
  return value * (unitFactor(unit, 'nanoseconds') ?? 1)
}

/** The largest unit that the value has at least one of, after rounding; the smallest one for less. */
function fittingStep(base: number, steps: readonly Step[]): Step {
  if (base === 0) return steps === TIME ? steps[0]! : steps.at(-1)!
  return steps.find(({ size }) => base / size >= 0.99995) ?? steps.at(-1)!
}

/** A number with so many digits; what would be rounded to nothing is `<0.001`. */
function fixed(value: number, digits: number): string {
  if (value === 0) return '0'
  const text = value.toFixed(digits)
  if (Number(text) !== 0) return grouped(text)
  const least = (10 ** -digits).toFixed(digits)
  return value > 0 ? `<${least}` : `>-${least}`
}

/** Separators between thousands. */
function grouped(text: string): string {
  const point = text.indexOf('.')
  const whole = point < 0 ? text : text.slice(0, point)
  // A number past 1e21 has an exponent, which has no thousands.
  if (!/^-?\d{4,}$/.test(whole)) return text
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (point < 0 ? '' : text.slice(point))
}
