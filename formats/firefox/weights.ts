import { CallcostError } from '../../src/errors.js'
import type { Profile } from '../../src/model/profile.js'
import { unitFactor } from '../../src/units.js'
import type { WriteContext } from '../codec.js'

/** The weights of samples as the format has them. */
export interface Weights {
  readonly type: 'samples' | 'tracing-ms' | 'bytes'
  at(sample: number): number
  /** How wide a sample is in a timeline that has no times. */
  millisecondsAt(sample: number): number
}

/**
 * The weights of a profile's default value. Where its time is nothing but samples times the interval, it is samples that
 * are written, which carry both.
 */
export function weightsOf(profile: Profile, interval: number, context: WriteContext): Weights {
  const { valueTypes, defaultValue } = profile
  const type = valueTypes[defaultValue]!
  const values = columnOf(profile, defaultValue)
  const factor = unitFactor(type.unit, 'milliseconds')
  if (factor !== null) {
    const counts = countsBehind(profile, values, factor, interval)
    if (counts !== null) return samples(counts, interval)
    return {
      type: 'tracing-ms',
      at: (sample) => values[sample]! * factor,
      millisecondsAt: (sample) => values[sample]! * factor,
    }
  }
  if (type.unit === 'bytes') return { type: 'bytes', at: (sample) => values[sample]!, millisecondsAt: () => interval }
  if (type.name !== 'samples') {
    context.note(`the Firefox Profiler has no word for ${type.name} (${type.unit}), so it is written as samples`)
  }
  if (profile.source.intervalNs === null) {
    context.note(
      `the Firefox Profiler takes a sample for an interval, and knows of none here: ${interval} ms are written`,
    )
  }
  return samples(values, interval)
}

function samples(counts: Float64Array, interval: number): Weights {
  return {
    type: 'samples',
    at: (sample) => counts[sample]!,
    millisecondsAt: (sample) => counts[sample]! * interval,
  }
}

/** The column of samples that the time was made from; null when there is none. */
function countsBehind(profile: Profile, times: Float64Array, factor: number, interval: number): Float64Array | null {
  const index = profile.valueTypes.findIndex(({ name, unit }) => name === 'samples' && unit === 'count')
  if (index < 0 || profile.source.intervalNs === null) return null
  const counts = columnOf(profile, index)
  for (let sample = 0; sample < times.length; sample++) {
    const expected = counts[sample]! * interval
    if (Math.abs(times[sample]! * factor - expected) > Math.abs(expected) * 2 ** -48) return null
  }
  return counts
}

function columnOf({ samples: table, valueTypes }: Profile, value: number): Float64Array {
  const column = table?.values[value] ?? null
  if (column === null) throw new CallcostError('internal', 'samples without weights came to be written')
  const factor = unitFactor(valueTypes[value]!.unit, 'milliseconds') ?? 1
  for (const weight of column.values) {
    if (!Number.isFinite(weight * factor)) {
      throw new CallcostError('data', `the Firefox Profiler's format cannot hold a weight of ${weight}`)
    }
  }
  return column.values
}
