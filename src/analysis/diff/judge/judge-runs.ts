import { studentQuantile, studentTail } from '../../statistics/student-t.js'
import type { Pair } from '../side.js'
import {
  type Basis,
  type Judgement,
  JudgementBuilder,
  type Judgements,
  type JudgeOptions,
  limitsOf,
} from './judgement.js'
import type { SpeedFactors } from './speed-factors.js'
import { moderatedVariance, variancePrior } from './variance-prior.js'

export interface JudgeRunsOptions extends JudgeOptions {
  /** row → 1 where the row is tested, see heavyRows; all rows when absent. */
  readonly tested?: Uint8Array
  /** Takes the speed of each run out of the values. */
  readonly speed?: SpeedFactors | null
  /** row → what a value of 1 amounts to in the unit of `minimumDelta`, for values per call: the calls. */
  readonly weights?: Float64Array
  /** The runs were made in turn, so that run i before and run i after go together. Ignored unless there are as many. */
  readonly paired?: boolean
}

/**
 * Tells changes from noise: a moderated t-test on the logarithms, with the variances of all rows lending each other
 * degrees of freedom (limma). One run against one gives ratios without intervals and no verdicts.
 *
 * @param values side → run → row → value, of any unit
 */
export function judgeRuns(values: Pair<readonly Float64Array[]>, options: JudgeRunsOptions = {}): Judgements {
  const limits = limitsOf(options)
  const rows = values[0][0]!.length
  const [runsBefore, runsAfter] = [values[0].length, values[1].length]
  const paired = (options.paired ?? false) && runsBefore === runsAfter
  const df = paired ? runsBefore - 1 : runsBefore + runsAfter - 2
  /** The variance of the difference is that of one value times this. */
  const perRun = paired ? 1 / runsBefore : 1 / runsBefore + 1 / runsAfter
  const builder = new JudgementBuilder(rows, limits)
  const estimates = new LogEstimates(values, options.speed ?? null, paired)
  const variances = new Float64Array(rows).fill(Number.NaN)
  const before = new Float64Array(rows)
  const after = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const basis = estimates.take(row)
    before[row] = Math.exp(estimates.before)
    after[row] = Math.exp(estimates.after)
    if (options.tested !== undefined && options.tested[row] === 0) builder.leave(row, 'light', before[row], after[row])
    else if (basis !== null) builder.leave(row, basis, before[row], after[row])
    else if (df === 0) builder.leave(row, 'single', before[row], after[row])
    else variances[row] = estimates.squares / df
  }
  if (df > 0) {
    const prior = variancePrior(variances, df)
    let tested = 0
    for (const variance of variances) if (!Number.isNaN(variance)) tested++
    // The rows together cannot lend more than they have.
    const degrees = Math.min(prior.df + df, df * Math.max(tested, 1))
    const quantile = studentQuantile(0.5 + limits.confidence / 2, degrees)
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(variances[row]!)) continue
      const variance = moderatedVariance(variances[row]!, df, prior)
      const error = Math.sqrt(variance * perRun)
      const log = Math.log(after[row]! / before[row]!)
      builder.estimate(row, {
        before: before[row]!,
        after: after[row]!,
        low: log - quantile * error,
        high: log + quantile * error,
        p: error > 0 ? 2 * studentTail(Math.abs(log) / error, degrees) : log === 0 ? 1 : 0,
        error: Math.sqrt(paired ? variance : 2 * variance),
      })
    }
  }
  return builder.finish(Math.max(runsBefore, runsAfter), options.weights ?? null)
}

/** One number a run, the profile total above all; as it is, without the speed of the runs taken out. */
export function judgeOne(
  [before, after]: Pair<readonly number[]>,
  options: JudgeOptions & Pick<JudgeRunsOptions, 'paired'> = {},
): Judgement {
  const column = (value: number): Float64Array => Float64Array.of(value)
  return judgeRuns([before.map(column), after.map(column)], options).at(0)
}

/** Squares of logarithms: of a relative difference of 1e-12. */
const ROUNDING = 1e-24

/** Means of the logarithms of a row's runs, and how much they scatter. */
class LogEstimates {
  readonly #values: Pair<readonly Float64Array[]>
  readonly #speed: SpeedFactors | null
  readonly #paired: boolean
  readonly #logs: Pair<Float64Array>

  before = 0
  after = 0
  /** Σ of squared distances from the mean: of each side, or of the pairs' differences. */
  squares = 0

  constructor(values: Pair<readonly Float64Array[]>, speed: SpeedFactors | null, paired: boolean) {
    this.#values = values
    this.#speed = speed
    this.#paired = paired
    this.#logs = [new Float64Array(values[0].length), new Float64Array(values[1].length)]
  }

  /** Null, or why the row cannot be tested; then a mean of a side without values is -Infinity, of a mixed one NaN. */
  take(row: number): Basis | null {
    const positive = [0, 0]
    for (const side of [0, 1] as const) {
      const logs = this.#logs[side]
      for (let run = 0; run < logs.length; run++) {
        const value = this.#values[side][run]![row]!
        if (value > 0) positive[side]!++
        logs[run] = Math.log(value) - (this.#speed === null ? 0 : this.#speed.logs[side][run]!)
      }
    }
    const [before, after] = this.#logs
    this.before = meanOf(before)
    this.after = meanOf(after)
    if (positive[0] === 0 && positive[1] === 0) return 'light'
    if (positive[0] === 0 || positive[1] === 0) return 'one-sided'
    if (positive[0]! < before.length || positive[1]! < after.length) return 'zero'
    if (this.#paired) {
      const mean = this.after - this.before
      this.squares = squaresOf(after, (run) => before[run]! + mean)
    } else {
      this.squares = squaresOf(before, () => this.before) + squaresOf(after, () => this.after)
    }
    // What rounding makes of equal values is no noise.
    if (this.squares < ROUNDING) this.squares = 0
    return null
  }
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function squaresOf(values: Float64Array, expected: (index: number) => number): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += (values[index]! - expected(index)) ** 2
  return sum
}
