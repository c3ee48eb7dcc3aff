import { CallcostError } from '../../errors.js'
import type { Profile } from '../../model/profile.js'
import { addStats, stripDirs } from './combine.js'
import { type Listing, printCallees, printCallers, printStats } from './print.js'
import { parseRestriction } from './restrict.js'
import { sortEntries } from './sort.js'
import { StandardNames } from './standard-names.js'
import { type Stats, statsOf } from './stats.js'

export type PstatsPrint = 'stats' | 'callers' | 'callees'

/** A file as pstats sees it. */
export interface PstatsInput {
  readonly profile: Profile
  /** As the user named it; the head of the report shows it. */
  readonly name: string
  /** When the file was last modified, in milliseconds since 1970; null leaves the time out, as Python does. */
  readonly modifiedMs: number | null
}

export interface PstatsTextOptions {
  /** Tables to print, one after the other; default `stats`. */
  readonly print?: readonly PstatsPrint[]
  /** Keys of sort_stats(), in Python's words or its abbreviations of them; none leaves the order of the file. */
  readonly sort?: readonly string[]
  readonly reverse?: boolean
  readonly stripDirs?: boolean
  /** Integers, fractions, regular expressions, as texts; see {@link parseRestriction}. */
  readonly restrict?: readonly string[]
}

/**
 * The text that Python's pstats prints for these files, byte for byte, in pieces. Texts that are not UTF-8 come as they
 * are in the file; lone surrogates, at which Python's print() fails, as three bytes each (WTF-8).
 * Throws a usage error for an unknown sort key, a data error for profiles that pstats has no words for.
 */
export function* pstatsText(inputs: readonly PstatsInput[], options: PstatsTextOptions = {}): Generator<Uint8Array> {
  const loaded = addStats(inputs.map(load))
  const stats = options.stripDirs ? stripDirs(loaded) : loaded
  const listing = listingOf(stats, options)
  for (const print of options.print ?? ['stats']) {
    yield* print === 'stats' ? printStats(listing) : print === 'callers' ? printCallers(listing) : printCallees(listing)
  }
}

function load({ profile, name, modifiedMs }: PstatsInput): Stats {
  try {
    return statsOf(profile, name, modifiedMs)
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= name
    throw error
  }
}

function listingOf(stats: Stats, { sort = [], reverse, restrict = [] }: PstatsTextOptions): Listing {
  const names = new StandardNames(stats)
  const order = sort.length === 0 ? null : sortEntries(stats, names, sort)
  // reverse_order() of an unsorted list does nothing.
  if (reverse && order !== null) order.entries.reverse()
  return { stats, names, order, restrictions: restrict.map(parseRestriction) }
}
