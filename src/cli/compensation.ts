import { measure } from '../analysis/costs.js'
import { type Compensation, compensate } from '../analysis/overhead/compensate.js'
import { roughOverhead } from '../analysis/overhead/overhead.js'
import { readOverhead } from '../analysis/overhead/read-overhead.js'
import { CallcostError, quote } from '../errors.js'
import { openSource } from '../io/file-source.js'
import type { Profile } from '../model/profile.js'
import { type Unit, unitFactor } from '../units.js'
import type { Context } from './command.js'
import type { OverheadArgs } from './options.js'

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['µs', 'microseconds'],
  ['ns', 'nanoseconds'],
])

/**
 * The costs without the profiler's, as they were asked for; null when they were not, or when there are none to subtract,
 * which is told.
 */
export async function compensationOf(
  profile: Profile,
  value: number,
  args: OverheadArgs,
  context: Context,
): Promise<Compensation | null> {
  const { compensate: isAsked, overhead: file, 'plain-time': written } = args
  if (!isAsked && file === undefined && written === undefined) return null
  const plainSeconds = written === undefined ? null : parseSeconds(written)
  const given = file === undefined ? null : await readOverhead(await openSource(file))
  const measured = measure(profile, value)
  const why = nothingToSubtract(measured.profile, measured.graph.calls === null, measured.type.unit)
  if (why !== null) {
    context.note(`nothing is compensated: ${why}`)
    return null
  }
  const overhead = given ?? roughOverhead(profile)
  if (overhead === null) {
    throw new CallcostError('data', 'what this profiler adds to a call is not known', {
      hint: 'measure it, and give it with --overhead FILE',
    })
  }
  const perSecond = unitFactor('seconds', measured.type.unit)!
  const plainTime = plainSeconds === null ? null : plainSeconds * perSecond
  if (plainTime !== null && plainTime >= Number(measured.total)) {
    context.warn('nothing is compensated: the plain run took no less than the profiled one')
  }
  return compensate(measured, overhead, { plainTime })
}

function nothingToSubtract({ source }: Profile, isUncounted: boolean, unit: Unit): string | null {
  if (source.method === 'sampled') return 'sampling adds nothing to a call'
  if (unitFactor('seconds', unit) === null) return 'the value is no time'
  return isUncounted ? 'the profile counts no calls' : null
}

function parseSeconds(text: string): number {
  const match = /^\s*(\d+\.?\d*|\.\d+)\s*(\S+)\s*$/.exec(text)
  const unit = match === null ? undefined : UNITS.get(match[2]!)
  if (match !== null && unit !== undefined) return Number(match[1]) * unitFactor(unit, 'seconds')!
  throw new CallcostError('usage', `expected a time such as 9.3s or 850ms for --plain-time, got ${quote(text)}`)
}
