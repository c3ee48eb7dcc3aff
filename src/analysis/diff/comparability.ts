import type { Profile, ValueType } from '../../model/profile.js'
import type { AlignedGraph } from './aligned.js'
import type { MatchTable } from './match.js'

/** One thing that two profiles should have in common before their numbers are compared. */
export interface PreflightCheck {
  /** A stable word. */
  readonly check: 'clock' | 'runtime' | 'method' | 'interval' | 'workload' | 'unmatched' | 'machine'
  readonly ok: boolean
  /** `stop`: comparing needs --allow-incomparable. `warn`: the numbers may mislead. `note`: good to know. */
  readonly severity: 'stop' | 'warn' | 'note'
  /** One sentence without a full stop. */
  readonly message: string
}

/** Intervals of samplers that differ by more than this are worth a word; times stay comparable, counts of samples do not. */
const INTERVAL_RATIO = 1.5

/** Checks what can be told from the profiles themselves. */
export function comparability(
  before: Profile,
  after: Profile,
  [a, b]: readonly [ValueType, ValueType],
): PreflightCheck[] {
  const sources = [before.source, after.source] as const
  const clocks = [clockOf(before, a), clockOf(after, b)] as const
  const clockDiffers = clocks[0] !== null && clocks[1] !== null && clocks[0] !== clocks[1]
  const checks: PreflightCheck[] = [
    {
      check: 'clock',
      ok: !clockDiffers,
      severity: 'stop',
      message: clockDiffers
        ? `${clocks[0]} time against ${clocks[1]} time`
        : 'both measure the same clock, as far as known',
    },
  ]
  const [producerBefore, producerAfter] = [sources[0].producer, sources[1].producer]
  const runtimeDiffers = producerBefore !== null && producerAfter !== null && producerBefore !== producerAfter
  checks.push({
    check: 'runtime',
    ok: !runtimeDiffers,
    severity: 'warn',
    message: runtimeDiffers
      ? `recorded by ${producerBefore} and by ${producerAfter}`
      : 'recorded by the same tool, as far as known',
  })
  const methodDiffers = sources[0].method !== sources[1].method
  checks.push({
    check: 'method',
    ok: !methodDiffers,
    severity: 'warn',
    message: methodDiffers
      ? `one is ${sources[0].method}, the other ${sources[1].method}: a tracer's overhead is in its times`
      : `both are ${sources[0].method}`,
  })
  const [intervalBefore, intervalAfter] = [sources[0].intervalNs, sources[1].intervalNs]
  if (intervalBefore !== null && intervalAfter !== null) {
    const ratio = Math.max(intervalBefore, intervalAfter) / Math.max(1, Math.min(intervalBefore, intervalAfter))
    checks.push({
      check: 'interval',
      ok: ratio <= INTERVAL_RATIO,
      severity: 'warn',
      message: `sampled every ${intervalBefore / 1e3} and every ${intervalAfter / 1e3} microseconds`,
    })
  }
  return checks
}

/** Wall or CPU time; null where the source does not say. cProfile measures wall time, Python's `profile` CPU time. */
function clockOf({ source }: Profile, { name }: ValueType): 'wall' | 'cpu' | null {
  if (name === 'wall' || name === 'cpu') return name
  if (name !== 'time') return null
  if (source.format === 'pstats' && source.details.get('pstats.callers') === 'counts') return 'cpu'
  return source.format === 'pstats' && source.method === 'deterministic' ? 'wall' : null
}

/** Part of the time that functions without a partner may have. */
const UNMATCHED = 0.05

/** How much faster or slower a median function may be before the machine is suspected. */
const MACHINE = 0.1

/** Checks what only the numbers of both sides together tell. `speedFactor`: null when unknown. */
export function graphChecks(graph: AlignedGraph, matches: MatchTable, speedFactor: number | null): PreflightCheck[] {
  const checks = [workloadCheck(graph), unmatchedCheck(graph, matches)]
  if (speedFactor !== null) {
    const ok = speedFactor < 1 + MACHINE && speedFactor > 1 / (1 + MACHINE)
    const percent = `${Math.abs((speedFactor - 1) * 100).toFixed(1)} % ${speedFactor > 1 ? 'slower' : 'faster'}`
    checks.push({
      check: 'machine',
      ok,
      severity: 'warn',
      message: ok
        ? `a median function is ${percent} after`
        : `a median function is ${percent} after: the machine or the runtime changed, or all code did`,
    })
  }
  return checks
}

/** Functions that nobody in the profile calls are what the program was asked to do. */
function workloadCheck({ length, calls, total, edges }: AlignedGraph): PreflightCheck {
  const isCalled = new Uint8Array(length)
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges.caller[edge] !== edges.callee[edge]) isCalled[edges.callee[edge]!] = 1
  }
  const same: PreflightCheck = {
    check: 'workload',
    ok: true,
    severity: 'warn',
    message: 'the program is entered as often, as far as known',
  }
  if (calls === null) return same
  let heaviest = -1
  for (let row = 0; row < length; row++) {
    if (isCalled[row] === 1 || !(calls[0][row]! > 0) || !(calls[1][row]! > 0)) continue
    if (heaviest < 0 || total[0][row]! + total[1][row]! > total[0][heaviest]! + total[1][heaviest]!) heaviest = row
  }
  if (heaviest < 0 || calls[0][heaviest] === calls[1][heaviest]) return same
  const times = [calls[0][heaviest]!, calls[1][heaviest]!]
  const message = `the program is entered ${times[0]} times before and ${times[1]} times after: the workload differs`
  return { ...same, ok: false, message }
}

function unmatchedCheck({ length, self }: AlignedGraph, matches: MatchTable): PreflightCheck {
  let unmatched = 0
  let sum = 0
  for (let row = 0; row < length; row++) {
    const own = self[0][row]! + self[1][row]!
    sum += own
    if (matches.level(row) === 'none') unmatched += own
  }
  const share = sum > 0 ? unmatched / sum : 0
  return {
    check: 'unmatched',
    ok: share <= UNMATCHED,
    severity: 'note',
    message: `functions that are new or gone have ${(share * 100).toFixed(1)} % of the cost`,
  }
}
