import { Allocator } from '../../../limits.js'
import { callGraph } from '../../../model/call-graph.js'
import { leafFunctions } from '../../../model/leaf-functions.js'
import type { NumberColumn } from '../../../model/numbers.js'
import type { Profile } from '../../../model/profile.js'
import { NONE } from '../../../model/tables.js'
import { dispersions } from './dispersion.js'

/** What stands behind the self values of a sampled profile: how many samples, and how unevenly they came. */
export interface SelfSamples {
  /** Samples, Σ of their weights and Σ weight², those of no function too. */
  readonly count: number
  readonly weight: number
  readonly square: number
  /** function → samples in which it was the innermost. */
  readonly counts: Float64Array
  /** function → Σ weight, and Σ weight² of single samples, in the unit and the unit squared of the value. */
  readonly weights: Float64Array
  readonly squares: Float64Array
  /**
   * function → variance of its samples against that of independent ones; NaN for functions that are too light to tell.
   * null when the file does not keep the samples in order.
   */
  readonly dispersion: Float64Array | null
}

/**
 * Counts the self samples of each function. null when that makes no sense: every call was seen, values have no samples
 * behind them, or samples have no weight yet (a cpuprofile before attribution).
 *
 * @param value index of the value type
 * @param scale factor from its unit to that of the comparison
 */
export function selfSamples(profile: Profile, value: number, scale = 1): SelfSamples | null {
  const { samples } = profile
  if (profile.source.method !== 'sampled') return null
  const number = profile.valueTypes.findIndex(({ name, unit }) => name === 'samples' && unit === 'count')
  const allocator = new Allocator()
  const functionAt = leafFunctions(profile, allocator)
  if (samples === null || functionAt === null) return fromGraph(profile, value, number, scale)
  const weights = samples.values[value] ?? null
  const numbers = number < 0 ? null : (samples.values[number] ?? null)
  if (weights === null || (numbers === null && samples.time === null)) return null
  const tally = tallyOf(allocator, functionAt, profile.functions.length, { weights, numbers, scale })
  const inOrder = samples.time !== null && samples.labels === null
  return { ...tally, dispersion: inOrder ? dispersions(allocator, functionAt, tally.counts, numbers) : null }
}

/** A call graph with a number of samples for each function, as pstats files of sampling profilers have. */
function fromGraph(profile: Profile, value: number, number: number, scale: number): SelfSamples | null {
  const graph = callGraph(profile)
  const numbers = number < 0 ? null : (graph.self[number] ?? null)
  const weights = graph.self[value] ?? null
  if (numbers === null || weights === null) return null
  const allocator = new Allocator()
  const functionAt = allocator.int32(graph.length)
  for (let fn = 0; fn < graph.length; fn++) functionAt[fn] = fn
  return { ...tallyOf(allocator, functionAt, graph.length, { weights, numbers, scale }), dispersion: null }
}

interface Columns {
  /** row → weight, number of samples; null: 1 each. */
  readonly weights: NumberColumn
  readonly numbers: NumberColumn | null
  readonly scale: number
}

function tallyOf(
  allocator: Allocator,
  functionAt: Int32Array,
  functions: number,
  { weights, numbers, scale }: Columns,
): Omit<SelfSamples, 'dispersion'> {
  const tally = {
    counts: allocator.float64(functions),
    weights: allocator.float64(functions),
    squares: allocator.float64(functions),
  }
  let count = 0
  let weight = 0
  let square = 0
  for (let row = 0; row < functionAt.length; row++) {
    const seen = numbers === null ? 1 : numbers.values[row]!
    const own = weights.values[row]! * scale
    if (!(seen > 0) || !(own >= 0) || own === Number.POSITIVE_INFINITY) continue
    count += seen
    weight += own
    // Samples that were summed count as equal.
    square += (own * own) / seen
    const fn = functionAt[row]!
    if (fn === NONE) continue
    tally.counts[fn] = tally.counts[fn]! + seen
    tally.weights[fn] = tally.weights[fn]! + own
    tally.squares[fn] = tally.squares[fn]! + (own * own) / seen
  }
  return { count, weight, square, ...tally }
}
