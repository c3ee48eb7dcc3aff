import type { Unit } from '../../units.js'
import { type Compared, literalValue, type Outcome } from './evaluate.js'
import type { Assertion } from './expression.js'

/**
 * The text of an assertion with its upper limits lowered to what was measured; null when there is nothing to lower.
 * Lowered are plain numbers that a single comparison, or one of several joined by `and`, sets as an upper limit.
 * Counts go to the value itself. What is not counted is rounded up to two digits, so that the file stays readable and
 * the same measurement passes. A limit is never raised, and that of an assertion that does not hold is not touched.
 */
export function loweredAssertion({ text }: Assertion, { holds, required }: Outcome, unit: Unit): string | null {
  if (!holds) return null
  let lowered = text
  // From the end, so that the places before stay what they are.
  for (const compared of [...required].sort((a, b) => b.limitTerm.start - a.limitTerm.start)) {
    const { limitTerm } = compared
    const written = newLimit(text, compared, unit)
    if (written !== null) lowered = lowered.slice(0, limitTerm.start) + written + lowered.slice(limitTerm.end)
  }
  return lowered === text ? null : lowered
}

const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/

function newLimit(text: string, { operator, limitTerm, value, limit, kind }: Compared, unit: Unit): string | null {
  if (limitTerm.kind !== 'number' || (operator !== '<=' && operator !== '<')) return null
  if (value < 0 || value >= limit) return null
  const isBelow = operator === '<'
  if (kind === 'count' && (typeof value === 'bigint' || Number.isSafeInteger(value))) {
    const whole = BigInt(value) + (isBelow ? 1n : 0n)
    return whole < limit ? String(whole) : null
  }
  const written = text.slice(limitTerm.start, limitTerm.end)
  const digits = NUMBER.exec(written)?.[0]
  if (digits === undefined) return null
  const scaled = (factor: number): number => literalValue({ ...limitTerm, value: factor }, unit)
  const rounded = roundedUp(Number(value) / scaled(1), (candidate) =>
    isBelow ? scaled(candidate) > value : scaled(candidate) >= value,
  )
  return rounded === null || scaled(rounded) >= limit ? null : `${rounded}${written.slice(digits.length)}`
}

/** The least number of two digits from `value` on that is enough; null when there is none that people write. */
function roundedUp(value: number, isEnough: (candidate: number) => boolean): number | null {
  if (value === 0) return isEnough(0) ? 0 : null
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  for (let steps = Math.floor(value / step); steps <= 101; steps++) {
    const candidate = Number((steps * step).toPrecision(3))
    // Neither of numbers with an exponent.
    if (isEnough(candidate)) return /^\d+(\.\d+)?$/.test(String(candidate)) ? candidate : null
  }
  return null
}
