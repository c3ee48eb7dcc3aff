import type { Profile, ValueType } from '../../model/profile.js'

/** One thing that two profiles should have in common before their numbers are compared. */
export interface PreflightCheck {
  /** A stable word: `clock`, `runtime`, `method`, `interval`. */
  readonly check: 'clock' | 'runtime' | 'method' | 'interval'
  readonly ok: boolean
  /** `stop`: comparing needs --allow-incomparable. `warn`: the numbers may mislead. */
  readonly severity: 'stop' | 'warn'
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
