import { type ProfileSummary, summarize } from '../../analysis/summary.js'
import type { Profile } from '../../model/profile.js'

/** One input as info shows it. */
export interface DescribedFile {
  readonly name: string
  /** When the file was last modified, in milliseconds since 1970; null for stdin. */
  readonly modifiedMs: number | null
  readonly formatTitle: string
  /** 0-based index of the profile that is shown first. */
  readonly active: number
  readonly profiles: readonly DescribedProfile[]
  /** What had to be mended or left out while reading. */
  readonly problems: readonly { readonly outcome: string; readonly message: string; readonly count: number }[]
}

export interface DescribedProfile {
  readonly profile: Profile
  readonly summary: ProfileSummary
}

export function describeProfile(recorded: Profile, weighed: Profile): DescribedProfile {
  return { profile: recorded, summary: summarize(recorded, weighed) }
}

/** When recording began, as ISO 8601 to the millisecond; null when it is unknown or the clock is no calendar. */
export function recordedAtText({ source }: Profile): string | null {
  if (source.recordedAt === null || source.clock !== 'epoch') return null
  const ms = Number(source.recordedAt / 1_000_000n)
  return isoText(ms)
}

/** null for what no calendar holds. */
export function isoText(ms: number): string | null {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
