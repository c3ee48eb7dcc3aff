import { adjustedP, type Correction } from '../../statistics/adjusted-p.js'

/** `inconclusive`: more runs could tell. */
export type Verdict = 'regressed' | 'improved' | 'unchanged' | 'inconclusive'

const VERDICTS: readonly Verdict[] = ['regressed', 'improved', 'unchanged', 'inconclusive']

/**
 * Why a row has the verdict that it has, or none.
 * - `tested`: it was tested.
 * - `light`: it costs too little to be tested.
 * - `one-sided`: it is 0 in every run of a side, so there is no ratio.
 * - `zero`: it is 0, or unknown, in some runs of a side and not in others.
 * - `single`: one run against one tells nothing of the noise.
 * - `small`: whatever the ratio is, the difference is too small to matter.
 */
export type Basis = 'tested' | 'light' | 'one-sided' | 'zero' | 'single' | 'small'

const BASES: readonly Basis[] = ['light', 'tested', 'one-sided', 'zero', 'single', 'small']

/** What can be said of one change. */
export interface Judgement {
  /** Geometric mean of the runs of each side, without the speed of each run where that was taken out. */
  readonly before: number
  readonly after: number
  /** after / before; null when unknown. */
  readonly ratio: number | null
  /** Where the ratio lies with the confidence that was asked for; null where that is unknown. */
  readonly ci: readonly [low: number, high: number] | null
  /** The p-value, adjusted for the number of rows tested; null when not tested. */
  readonly q: number | null
  readonly verdict: Verdict | null
  readonly basis: Basis
  /** How many runs a side would settle an inconclusive verdict; null for others. */
  readonly runsNeeded: number | null
}

/** {@link Judgement} of many rows. NaN where null there. */
export interface Judgements {
  readonly length: number
  readonly before: Float64Array
  readonly after: Float64Array
  readonly ratio: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly q: Float64Array
  readonly runsNeeded: Float64Array
  verdict(row: number): Verdict | null
  basis(row: number): Basis
  at(row: number): Judgement
}

/** When a change is one. */
export interface JudgeOptions {
  /** The ratio has to be clear of 1 ± this, of 1/(1 + this) when it falls; default 0.05. */
  readonly tolerance?: number
  /** Differences below this do not matter, in the unit of the values; default 0. */
  readonly minimumDelta?: number
  /** Of the changes that are reported this share is false at most; default 0.05. */
  readonly falseDiscoveries?: number
  /** Of the intervals; default 0.95. */
  readonly confidence?: number
  readonly correction?: Correction
}

export interface JudgeLimits {
  readonly tolerance: number
  readonly minimumDelta: number
  readonly falseDiscoveries: number
  readonly confidence: number
  readonly correction: Correction
}

export function limitsOf(options: JudgeOptions): JudgeLimits {
  return {
    tolerance: options.tolerance ?? 0.05,
    minimumDelta: options.minimumDelta ?? 0,
    falseDiscoveries: options.falseDiscoveries ?? 0.05,
    confidence: options.confidence ?? 0.95,
    correction: options.correction ?? 'benjamini-hochberg',
  }
}

/** z of a two-sided test at 5 % that finds four of five changes: 1.96 + 0.84. */
const POWER = 2.8

export interface Estimate {
  readonly before: number
  readonly after: number
  /** Interval of ln(after / before). */
  readonly low: number
  readonly high: number
  /** The chance of such an estimate were there no change. */
  readonly p: number
  /** The standard error that ln(after / before) would have from one run a side. */
  readonly error: number
}

/** Collects estimates row by row and decides them together. */
export class JudgementBuilder {
  readonly #limits: JudgeLimits
  readonly #length: number
  readonly #basis: Uint8Array
  readonly #columns: Record<'before' | 'after' | 'ratio' | 'low' | 'high' | 'runsNeeded' | 'p' | 'error', Float64Array>

  constructor(length: number, limits: JudgeLimits) {
    this.#limits = limits
    this.#length = length
    this.#basis = new Uint8Array(length)
    const unknown = () => new Float64Array(length).fill(Number.NaN)
    this.#columns = {
      before: unknown(),
      after: unknown(),
      ratio: unknown(),
      low: unknown(),
      high: unknown(),
      runsNeeded: unknown(),
      p: unknown(),
      error: unknown(),
    }
  }

  /** A row that cannot be tested, with what is known of it. */
  leave(row: number, basis: Basis, before = Number.NaN, after = Number.NaN): void {
    this.#basis[row] = BASES.indexOf(basis)
    this.#columns.before[row] = before
    this.#columns.after[row] = after
    if (before > 0 && after > 0) this.#columns.ratio[row] = after / before
  }

  /** A row that is tested. */
  estimate(row: number, { before, after, low, high, p, error }: Estimate): void {
    const columns = this.#columns
    this.leave(row, 'tested', before, after)
    columns.low[row] = Math.exp(low)
    columns.high[row] = Math.exp(high)
    columns.p[row] = p
    columns.error[row] = error
  }

  /** `weights`: row → what a value of 1 amounts to in the unit of `minimumDelta`; `runs`: how many a side has. */
  finish(runs: number, weights: Float64Array | null = null): Judgements {
    const { before, after, ratio, low, high, runsNeeded, p, error } = this.#columns
    const { tolerance, correction } = this.#limits
    const q = adjustedP(p, correction)
    const verdicts = new Uint8Array(this.#length).fill(VERDICTS.length)
    for (let row = 0; row < this.#length; row++) {
      if (this.#basis[row] === BASES.indexOf('zero')) verdicts[row] = VERDICTS.indexOf('inconclusive')
      if (this.#basis[row] !== BASES.indexOf('tested')) continue
      const unit = weights === null ? 1 : weights[row]!
      const scale = Math.sqrt(before[row]! * after[row]!) * unit
      const change = { scale, ratio: ratio[row]!, low: low[row]!, high: high[row]!, q: q[row]! }
      const verdict = decide(change, this.#limits)
      if (verdict === null) this.#basis[row] = BASES.indexOf('small')
      else verdicts[row] = VERDICTS.indexOf(verdict)
      if (verdict !== 'inconclusive') continue
      // How far the estimate is from where the verdict turns; nearer than half the tolerance is not worth chasing.
      const band = Math.log1p(tolerance)
      const distance = Math.max(Math.abs(Math.abs(Math.log(change.ratio)) - band), band / 2)
      runsNeeded[row] = Math.max(runs + 1, Math.ceil(((POWER * error[row]!) / distance) ** 2))
    }
    const basis = (row: number): Basis => BASES[this.#basis[row]!]!
    const verdict = (row: number): Verdict | null => VERDICTS[verdicts[row]!] ?? null
    return {
      length: this.#length,
      before,
      after,
      ratio,
      low,
      high,
      q,
      runsNeeded,
      verdict,
      basis,
      at: (row) => ({
        before: before[row]!,
        after: after[row]!,
        ratio: orNull(ratio[row]!),
        ci: Number.isNaN(low[row]!) ? null : [low[row]!, high[row]!],
        q: orNull(q[row]!),
        verdict: verdict(row),
        basis: basis(row),
        runsNeeded: orNull(runsNeeded[row]!),
      }),
    }
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

interface Change {
  /** Geometric mean of before and after: with it a difference is as large seen from either side. */
  readonly scale: number
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly q: number
}

/**
 * A change has to be significant, its whole interval clear of the tolerance, and its size worth a word. It is
 * `unchanged` when the whole interval lies inside the tolerance; null when no ratio inside the interval would matter.
 */
function decide({ scale, ratio, low, high, q }: Change, limits: JudgeLimits): Verdict | null {
  const { minimumDelta, falseDiscoveries } = limits
  const difference = (changed: number): number => scale * Math.abs(Math.sqrt(changed) - 1 / Math.sqrt(changed))
  const most = 1 + limits.tolerance
  const least = 1 / most
  if (q <= falseDiscoveries && difference(ratio) >= minimumDelta) {
    if (low > most) return 'regressed'
    if (high < least) return 'improved'
  }
  if (low > least && high < most) return 'unchanged'
  if (difference(low) < minimumDelta && difference(high) < minimumDelta) return null
  return 'inconclusive'
}
