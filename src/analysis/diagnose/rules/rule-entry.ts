/** A rule as data: what is dear by experience, and when to say so. Rule files of users hold the same keys. */
export interface RuleEntry {
  readonly id: string
  readonly title: string
  /**
   * Globs (`*` is any text) for `module.name`, as in `copy.deepcopy`, or for built-ins their name without brackets, as in
   * `method 'execute' of 'sqlite3.*' objects`.
   */
  readonly frames: readonly string[]
  /** Globs of frames that are not meant though `frames` matches them. */
  readonly exclude: readonly string[]
  /** What `minShare` is a share of: own time of the function, or its time with all it calls. */
  readonly metric: 'self' | 'total'
  /** Least share of the busy time, 0 to 1. */
  readonly minShare: number
  /** Least calls, where the profile counts them. */
  readonly minCalls: number
  /** Calls of it for one call of the function with the loop, at least, where the profile counts them. */
  readonly loopEdgeMinK: number
  /** Languages it holds for; empty for all. */
  readonly languages: readonly string[]
  /** How sure one can be that this is no purpose of the program, 0 to 1. */
  readonly confidence: number
  /** What is to be mended: the function that makes the call (`caller`), or the call itself in it (`call`). */
  readonly blames: 'caller' | 'call'
  readonly advice: string
  /** Where to read more; null for nowhere. */
  readonly docs: string | null
}

/** What an entry says where it does not say otherwise. */
export const ENTRY_DEFAULTS = {
  exclude: [],
  metric: 'total',
  minShare: 0.03,
  minCalls: 100,
  loopEdgeMinK: 5,
  languages: [],
  confidence: 0.6,
  blames: 'caller',
  docs: null,
} as const satisfies Partial<RuleEntry>
