import type { ExactNumber } from '../../src/model/numbers.js'
import { type Unit, unitFactor } from '../../src/units.js'

const STEPS = [
  { name: 's', nanoseconds: 1e9 },
  { name: 'ms', nanoseconds: 1e6 },
  { name: 'µs', nanoseconds: 1e3 },
  { name: 'ns', nanoseconds: 1 },
] as const

/** A cost with three digits and its unit, short enough for a box: `27.6 s`, `1.02e+09`, `1,234 B`. */
export function costText(cost: ExactNumber, unit: Unit): string {
  const value = Number(cost)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '?' : String(value)
  const factor = unitFactor(unit, 'nanoseconds')
  if (factor === null) return unit === 'bytes' ? `${countText(cost)} B` : countText(cost)
  const nanoseconds = Math.abs(value * factor)
  const step = STEPS.find((each) => nanoseconds >= each.nanoseconds) ?? STEPS[STEPS.length - 1]!
  return `${Number(((value * factor) / step.nanoseconds).toPrecision(3))} ${step.name}`
}

/** A number of things: `4,821`. */
export function countText(count: ExactNumber): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** ` (98.6 %)`; nothing where the share is not known. */
export function percentText(share: number): string {
  return Number.isFinite(share) ? ` (${(share * 100).toFixed(1)} %)` : ''
}

/** `4,821 calls`. */
export function callsText(calls: ExactNumber): string {
  return `${countText(calls)} ${Number(calls) === 1 ? 'call' : 'calls'}`
}
