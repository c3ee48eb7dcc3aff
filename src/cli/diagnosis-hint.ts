import { diagnose } from '../analysis/diagnose/diagnose.js'
import type { Profile } from '../model/profile.js'
import { sentenceName } from '../report/analyze/shown-function.js'

/** Looking for problems has to stay unnoticed behind a table. */
const MOST_FUNCTIONS = 200_000

/** One line that leads to `diagnose`, when it has something to say that it is sure of; else null. */
export function diagnosisHint(profile: Profile, value: number, files: readonly string[]): string | null {
  if (profile.functions.length > MOST_FUNCTIONS) return null
  const { findings, isHealthy } = diagnose(profile, { value })
  if (isHealthy) return null
  const ABOUT_PROFILE = ['overhead', 'data-quality']
  const first = findings.find(({ rule, confidence }) => confidence === 'high' && !ABOUT_PROFILE.includes(rule))
  if (first === undefined) return null
  const where = first.target === null ? '' : ` at ${sentenceName(profile, first.target)}`
  return `this looks like ${first.rule}${where}: callcost diagnose ${files.length === 1 ? files[0] : '…'} says more`
}
