import { CallcostError, quote } from '../errors.js'
import { mergeProfiles } from '../model/merge.js'
import type { Profile, ProfileSet } from '../model/profile.js'
import { type AttributionRules, DEFAULT_RULES } from '../model/sample-sink.js'
import { attribute } from '../transform/attribution.js'

/** One profile of a set: its 1-based number as `info` lists them, or its name. */
export type ProfileChoice = number | string

export interface Selection {
  readonly profile: Profile
  /** What was done that the user should know: "4 threads summed"; null when the file had one profile. */
  readonly note: string | null
}

/**
 * The profile that an analysis works on: the chosen one, or the sum of all that measure what the active one measures.
 * Samples that only have a moment get a weight by the rules.
 */
export function selectProfile(
  set: ProfileSet,
  choice?: ProfileChoice,
  rules: AttributionRules = DEFAULT_RULES,
): Selection {
  return select({ ...set, profiles: set.profiles.map((profile) => attribute(profile, rules)) }, choice)
}

function select(set: ProfileSet, choice: ProfileChoice | undefined): Selection {
  const { profiles } = set
  const active = profiles[set.active] ?? profiles[0]
  if (active === undefined) throw new CallcostError('data', 'there is no profile in the file')
  if (choice !== undefined) return { profile: chosen(set, choice), note: null }
  if (profiles.length === 1) return { profile: active, note: null }

  const alike = profiles.filter((profile) => measuresLike(profile, active))
  if (alike.length === 1) {
    return { profile: active, note: `showing ${quote(active.name)}, one of ${profiles.length} profiles` }
  }
  const left = profiles.length - alike.length
  const rest = left === 0 ? '' : `, ${left} that measure something else left out`
  return { profile: mergeProfiles(alike), note: `${alike.length} ${nounFor(alike)} summed${rest}` }
}

function chosen({ profiles }: ProfileSet, choice: ProfileChoice): Profile {
  const number = typeof choice === 'number' ? choice : /^\d+$/.test(choice) ? Number(choice) : null
  const byName = typeof choice === 'string' ? profiles.find((profile) => profile.name === choice) : undefined
  const found = byName ?? (number === null ? undefined : profiles[number - 1])
  if (found !== undefined) return found
  const names = profiles
    .slice(0, 8)
    .map((profile, index) => (profile.name === '' ? `${index + 1}` : `${index + 1} ${quote(profile.name)}`))
  throw new CallcostError('data', `there is no profile ${quote(String(choice))}`, {
    hint: `the file has ${names.join(', ')}${profiles.length > 8 ? ', …' : ''}`,
  })
}

function measuresLike(profile: Profile, active: Profile): boolean {
  const wanted = active.valueTypes[active.defaultValue]
  return profile.valueTypes.some((type) => type.name === wanted?.name && type.unit === wanted.unit)
}

function nounFor(profiles: readonly Profile[]): string {
  if (profiles.every((profile) => profile.thread !== null)) return 'threads'
  return profiles.every((profile) => profile.process !== null) ? 'processes' : 'profiles'
}
