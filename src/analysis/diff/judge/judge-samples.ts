import { NONE } from '../../../model/tables.js'
import { normalQuantile, normalTail } from '../../statistics/normal.js'
import type { Pair } from '../side.js'
import { JudgementBuilder, type Judgements, type JudgeOptions, limitsOf } from './judgement.js'
import type { SelfSamples } from './self-samples.js'

/** Where the order of the samples is not known. */
const ASSUMED_DISPERSION = 1.5

export interface JudgeSamplesOptions extends JudgeOptions {
  /** row → 1 where the row is tested, see heavyRows; all rows when absent. */
  readonly tested?: Uint8Array
}

export interface SampleJudgements extends Judgements {
  /** The dispersion of the samples was assumed, not measured, for a side at least. */
  readonly assumed: boolean
}

/**
 * Tells changes of self from the chance of sampling, of one profile against one. Nobody knows whether the machine was as
 * fast both times, so a change has to stand both ways: in time, as if it was, and against the rest of the program, as if
 * the rest were the same. The interval of the ratio covers what both say, the p-value is the larger of two G-tests. A
 * row without samples on one side is judged too: not to be seen is not to be gone.
 *
 * @param rowOf side → function → row
 */
export function judgeSamples(
  sides: Pair<SelfSamples>,
  rowOf: Pair<Int32Array>,
  rows: number,
  options: JudgeSamplesOptions = {},
): SampleJudgements {
  const limits = limitsOf(options)
  const quantile = normalQuantile(0.5 + limits.confidence / 2)
  const [before, after] = [new RowSamples(sides[0], rowOf[0], rows), new RowSamples(sides[1], rowOf[1], rows)]
  const builder = new JudgementBuilder(rows, limits)
  for (let row = 0; row < rows; row++) {
    const [old, now] = [before.at(row), after.at(row)]
    const light = options.tested !== undefined && options.tested[row] === 0
    if (light || old.effective + now.effective === 0) {
      builder.leave(row, 'light', old.weight, now.weight)
      continue
    }
    const dispersion = Math.max(1, meanKnown(old.dispersion, now.dispersion))
    // Half a sample more: a side without any has a logarithm too.
    const [timeBefore, timeAfter] = [old.weight + before.mean / 2, now.weight + after.mean / 2]
    const [restBefore, restAfter] = [before.rest(old) + before.mean / 2, after.rest(now) + after.mean / 2]
    const inTime = Math.log(timeAfter / timeBefore)
    const againstRest = inTime - Math.log(restAfter / restBefore)
    const own = 1 / (old.effective + 0.5) + 1 / (now.effective + 0.5)
    const rest = 1 / (old.rest + 0.5) + 1 / (now.rest + 0.5)
    const marginInTime = quantile * Math.sqrt(dispersion * own)
    const error = Math.sqrt(dispersion * (own + rest))
    // Were the times equal, the samples would lie as the sampling rates do; were the shares, as the samples of all.
    const gInTime = gStatistic(old.count, now.count, after.mean / (after.mean + before.mean))
    const ofAll = before.count / (before.count + after.count)
    const gAgainstRest =
      gStatistic(old.count, now.count, ofAll) + gStatistic(before.count - old.count, after.count - now.count, ofAll)
    const spread = (dispersion * (old.count + now.count)) / (old.effective + now.effective)
    builder.estimate(row, {
      before: timeBefore,
      after: timeAfter,
      low: Math.min(inTime - marginInTime, againstRest - quantile * error),
      high: Math.max(inTime + marginInTime, againstRest + quantile * error),
      p: 2 * normalTail(Math.sqrt(Math.min(gInTime, gAgainstRest) / spread)),
      error,
    })
  }
  const assumed = sides[0].dispersion === null || sides[1].dispersion === null
  return { ...builder.finish(1), assumed }
}

/** G of two counts of which the first should be the share `expected` of both; χ² with one degree of freedom. */
function gStatistic(before: number, after: number, expected: number): number {
  const all = before + after
  const term = (count: number, share: number): number => (count > 0 ? count * Math.log(count / (all * share)) : 0)
  return Math.max(0, 2 * (term(before, expected) + term(after, 1 - expected)))
}

function meanKnown(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 1 : b
  return Number.isNaN(b) ? a : (a + b) / 2
}

interface RowSample {
  readonly count: number
  readonly weight: number
  /** How many samples of equal weight would tell as much, of the function and of all others. */
  readonly effective: number
  readonly rest: number
  /** NaN when there is nothing to tell it from. */
  readonly dispersion: number
}

/** The samples of one side over rows; no row is several of its functions. */
class RowSamples {
  readonly #samples: SelfSamples
  readonly #functionAt: Int32Array
  readonly count: number
  /** Weight of a sample. */
  readonly mean: number

  constructor(samples: SelfSamples, rowOf: Int32Array, rows: number) {
    this.#samples = samples
    this.#functionAt = new Int32Array(rows).fill(NONE)
    for (let fn = 0; fn < rowOf.length; fn++) this.#functionAt[rowOf[fn]!] = fn
    this.count = samples.count
    this.mean = samples.count > 0 ? samples.weight / samples.count : 0
  }

  at(row: number): RowSample {
    const { counts, weights, squares, dispersion, weight, square } = this.#samples
    const fn = this.#functionAt[row]!
    const own = fn === NONE ? 0 : weights[fn]!
    const ownSquare = fn === NONE ? 0 : squares[fn]!
    return {
      count: fn === NONE ? 0 : counts[fn]!,
      weight: own,
      effective: effective(own, ownSquare),
      rest: effective(weight - own, square - ownSquare),
      dispersion: dispersion === null ? ASSUMED_DISPERSION : fn === NONE ? Number.NaN : dispersion[fn]!,
    }
  }

  /** What all other functions weigh. */
  rest({ weight }: RowSample): number {
    return Math.max(0, this.#samples.weight - weight)
  }
}

/** Kish's effective number of samples: (Σ weight)² / Σ weight². */
function effective(weight: number, square: number): number {
  return weight > 0 && square > 0 ? (weight * weight) / square : 0
}
