import type { Profile } from '../../model/profile.js'
import { NONE } from '../../model/tables.js'
import { type Unit, unitFactor } from '../../units.js'
import type { AlignedGraph, Alignment } from './aligned.js'
import { BLAME_KINDS, type Blame } from './blame/blame.js'
import { heavyRows, minimumDelta } from './judge/heavy-rows.js'
import { type CountJudgements, judgeCounts } from './judge/judge-counts.js'
import { judgeOne, judgeRuns } from './judge/judge-runs.js'
import { judgeSamples, type SampleJudgements } from './judge/judge-samples.js'
import type { Judgement, Judgements, Verdict } from './judge/judgement.js'
import { programVerdict, type VerdictBasis } from './judge/program-verdict.js'
import { meanOfSides, perCall, runRows, runTotals } from './judge/run-rows.js'
import { selfSamples } from './judge/self-samples.js'
import { speedFactors } from './judge/speed-factors.js'
import type { Pair, Side } from './side.js'

/** What of a diff is news, and what may be noise. */
export interface DiffJudgement {
  /** What a median function takes after, against before: the machine, rather than the code. null when unknown. */
  readonly speedFactor: number | null
  /** The profile total, with the speed of the machine in it. */
  readonly program: Judgement
  /** Rows, with the speed of each run taken out. `self` of one sampled profile a side is judged by its samples. */
  readonly self: Judgements
  readonly total: Judgements
  readonly selfPerCall: Judgements | null
  readonly calls: CountJudgements | null
  /** `self`, where it was judged by samples. */
  readonly samples: SampleJudgements | null
  readonly verdict: Verdict
  readonly basis: VerdictBasis
}

export interface JudgeInput {
  readonly alignment: Alignment
  readonly graph: AlignedGraph
  readonly sides: Pair<Side>
  /** The first profile of each side as it was read, and its value type. */
  readonly profiles: Pair<Profile>
  readonly values: Pair<number>
  readonly unit: Unit
  readonly blame: Blame
}

export function judgeDiff(input: JudgeInput): DiffJudgement {
  const { alignment, sides, unit, graph, blame } = input
  const self = runRows(alignment, sides, 'self')!
  const total = runRows(alignment, sides, 'total')!
  const counts = runRows(alignment, sides, 'calls')
  const totals = runTotals(self)
  const tested = heavyRows(self, totals)
  const least = minimumDelta(totals, unit)
  const isSingle = sides.every(({ runs }) => runs.length === 1)
  const speed = isSingle ? null : speedFactors(self, tested)
  const options = { tested, speed, minimumDelta: least }
  const samples = isSingle ? sampled(input, tested, least) : null
  const calls = counts === null ? null : judgeCounts(counts)
  const judged = samples ?? judgeRuns(self, options)
  const program = judgeOne(totals, { minimumDelta: least })
  const settled = samples === null ? settledByCalls(blame, graph, calls) : settledBySamples(samples, graph)
  return {
    speedFactor: speed?.change ?? null,
    program,
    self: judged,
    total: judgeRuns(total, { ...options, tested: heavyRows(total, totals) }),
    selfPerCall:
      counts === null ? null : judgeRuns(perCall(self, counts), { ...options, weights: meanOfSides(counts) }),
    calls,
    samples,
    ...programVerdict({
      total: [program.before, program.after],
      judged: program,
      settled,
      identical: isIdentical(graph, calls),
    }),
  }
}

function sampled(input: JudgeInput, tested: Uint8Array, least: number): SampleJudgements | null {
  const { profiles, values, unit, alignment } = input
  const of = (side: 0 | 1) => {
    const value = values[side]
    return selfSamples(profiles[side], value, unitFactor(profiles[side].valueTypes[value]!.unit, unit) ?? 1)
  }
  const before = of(0)
  const after = before === null ? null : of(1)
  if (before === null || after === null) return null
  return judgeSamples([before, after], alignment.rowOf, alignment.length, { tested, minimumDelta: least })
}

/** What the calls explain of the change, where all runs of a side count the same; null without counts. */
function settledByCalls(blame: Blame, { edges }: AlignedGraph, calls: CountJudgements | null): number | null {
  if (calls === null || edges.calls === null) return null
  let sum = 0
  for (let term = 0; term < blame.length; term++) {
    const kind = BLAME_KINDS[blame.kind[term]!]!
    if (kind === 'self' || kind === 'context') continue
    const callee = blame.callee[term]!
    if (calls.certain[blame.row[term]!] === 1 && (callee === NONE || calls.certain[callee] === 1)) {
      sum += blame.delta[term]!
    }
  }
  return sum
}

/** The changes of the functions that are more than the chance of sampling. */
function settledBySamples(samples: SampleJudgements, { self, length }: AlignedGraph): number {
  let sum = 0
  for (let row = 0; row < length; row++) {
    const verdict = samples.verdict(row)
    if (verdict === 'regressed' || verdict === 'improved') sum += self[1][row]! - self[0][row]!
  }
  return sum
}

function isIdentical({ self, length }: AlignedGraph, calls: CountJudgements | null): boolean {
  if (calls !== null && !calls.identical) return false
  for (let row = 0; row < length; row++) if (self[0][row] !== self[1][row]) return false
  return true
}
