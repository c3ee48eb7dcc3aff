import { headline } from '../analysis/bottleneck.js'
import { edgeRows } from '../analysis/edge-rows.js'
import { findFunctions } from '../analysis/find-functions.js'
import { functionRows, type RowOptions } from '../analysis/function-rows.js'
import { groupRows } from '../analysis/group-rows.js'
import type { Grouping } from '../analysis/groups.js'
import type { Compensation } from '../analysis/overhead/compensate.js'
import { compensatedRows } from '../analysis/overhead/compensated-rows.js'
import { compilePattern } from '../analysis/pattern.js'
import { parseSortKey } from '../analysis/sort-keys.js'
import type { Scope } from '../model/modules/description.js'
import type { Profile } from '../model/profile.js'
import type { Analysis } from '../report/analyze/report.js'

/** The options of analyze that choose what is computed. */
interface AnalysisArgs {
  readonly sort: string | undefined
  readonly reverse: boolean
  readonly filter: string | undefined
  readonly exclude: string | undefined
  readonly scope: Scope | undefined
  readonly module: string | undefined
  readonly by: 'function' | Grouping | undefined
  readonly callers: string | undefined
  readonly callees: string | undefined
}

/** What the command line asks of a profile. `value`: index of the value type. Only functions are compensated. */
export function analysisOf(
  profile: Profile,
  args: AnalysisArgs,
  value: number,
  compensation: Compensation | null = null,
): Analysis {
  const options: RowOptions = {
    value,
    sort: args.sort === undefined ? undefined : parseSortKey(args.sort),
    reverse: args.reverse,
    filter: args.filter === undefined ? undefined : compilePattern(args.filter),
    exclude: args.exclude === undefined ? undefined : compilePattern(args.exclude),
    scope: args.scope,
    module: args.module,
  }
  const { callers, callees, by = 'function' } = args
  if (callers !== undefined) {
    return { kind: 'edges', rows: edgeRows(profile, findFunctions(profile, callers), 'callers', options) }
  }
  if (callees !== undefined) {
    return { kind: 'edges', rows: edgeRows(profile, findFunctions(profile, callees), 'callees', options) }
  }
  const first = headline(profile, value)
  if (by === 'function' && compensation !== null) {
    return { kind: 'functions', rows: compensatedRows(profile, compensation, options), headline: first }
  }
  if (by === 'function') return { kind: 'functions', rows: functionRows(profile, options), headline: first }
  return { kind: 'groups', rows: groupRows(profile, by, options), headline: first }
}
