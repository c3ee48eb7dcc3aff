import type { Pair } from '../side.js'
import type { Judgement, Verdict } from './judgement.js'

export interface ProgramEvidence {
  /** The profile total of each side, as it is reported. */
  readonly total: Pair<number>
  /** The total of the runs, judged; of one run against one its verdict is null. */
  readonly judged: Judgement
  /**
   * The part of the change that is no matter of chance, in the unit of the total: the sum of the terms that come from
   * calls whose counts are certain; for sampled profiles the changes of the functions that are significant. null when
   * nothing is known of it.
   */
  readonly settled: number | null
  /** The profiles are the same, number by number. */
  readonly identical?: boolean
  /** As for the judgement; default 0.05. */
  readonly tolerance?: number
}

/**
 * Where the verdict comes from. `runs`: the total was tested. `settled`: the change of the total follows from what is no
 * matter of chance. `indicative`: one run against one, whose times can only indicate.
 */
export type VerdictBasis = 'runs' | 'settled' | 'indicative'

/**
 * The verdict on the program. Tested totals decide where they can. Else the program changed when its total did, by more
 * than the tolerance, and the settled part of the change alone exceeds the tolerance in the same direction. One run
 * against one is `unchanged` when neither the total nor the settled part leaves the tolerance and the settled part is
 * known; otherwise it is `inconclusive`, for times alone prove nothing.
 */
export function programVerdict(evidence: ProgramEvidence): {
  readonly verdict: Verdict
  readonly basis: VerdictBasis
} {
  const { judged, settled, tolerance = 0.05 } = evidence
  const wasJudged = judged.basis === 'tested' || judged.basis === 'small'
  if (wasJudged && judged.verdict !== 'inconclusive') return { verdict: judged.verdict ?? 'unchanged', basis: 'runs' }
  if (evidence.identical) return { verdict: 'unchanged', basis: 'settled' }
  const [before, after] = evidence.total
  const change = direction(before, after, tolerance)
  const settledChange = settled === null ? 0 : direction(before, before + settled, tolerance)
  if (change !== 0 && change === settledChange) {
    return { verdict: change > 0 ? 'regressed' : 'improved', basis: 'settled' }
  }
  if (wasJudged) return { verdict: 'inconclusive', basis: 'runs' }
  const isStill = settled !== null && change === 0 && settledChange === 0
  return { verdict: isStill ? 'unchanged' : 'inconclusive', basis: 'indicative' }
}

/** 1 or -1 when `after` is more than the tolerance above or below `before`, else 0. */
function direction(before: number, after: number, tolerance: number): -1 | 0 | 1 {
  if (after > before * (1 + tolerance)) return 1
  return after * (1 + tolerance) < before ? -1 : 0
}
