import type { Compensation } from '../../analysis/overhead/compensate.js'
import type { CompensatedRows } from '../../analysis/overhead/compensated-rows.js'
import type { CallOverhead } from '../../analysis/overhead/overhead.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import type { Unit } from '../../units.js'
import { sentenceText } from './shown-function.js'

/** What is said over a table of compensated functions. */
export function compensationLines({ compensation, measure, unresolved }: CompensatedRows): string[] {
  const lines = [compensationText(compensation, measure.type.unit)]
  if (unresolved > 0) {
    const [are, their] = unresolved === 1 ? ['function is', 'its'] : ['functions are', 'their']
    lines.push(
      `${countText(unresolved)} ${are} below profiler resolution (-): 80 % of ${their} own time or more was the profiler's`,
    )
  }
  return lines
}

/** Which constants were used, and how much of the profile was the profiler's. */
export function compensationText(compensation: Compensation, unit: Unit): string {
  const { overhead, subtracted, whole, cap } = compensation
  const runtime = overhead.runtime === null ? 'an unknown Python' : sentenceText(overhead.runtime)
  const { calls, builtins } = overhead
  const isSame = calls.inside === builtins.inside && calls.outside === builtins.outside
  const constants = isSame ? costText(calls) : `${costText(calls)}, built-ins ${costText(builtins)}`
  const share = subtracted + whole > 0 ? `, ${percentText(subtracted / (subtracted + whole))}` : ''
  const held = cap !== null && subtracted >= cap * (1 - 1e-9) ? ', all that the plain run leaves' : ''
  const inflated =
    whole > 0 ? `; profiled, the program ran ${((subtracted + whole) / whole).toFixed(2)} times as long` : ''
  return `net of the profiler ${valueText(whole, unit)}: subtracted ${valueText(subtracted, unit)}${share}${held}, by ${overhead.quality} constants of ${runtime} (${constants})${inflated}`
}

function costText({ inside, outside }: CallOverhead): string {
  return `${microseconds(inside)} µs per call in it, ${microseconds(outside)} µs in its caller`
}

function microseconds(seconds: number): string {
  return Number((seconds * 1e6).toFixed(3)).toString()
}
