import type { FunctionIndex } from '../../model/tables.js'
import type { Bound } from '../what-if/what-if.js'
import type { Line } from './line.js'

export type Level = 'low' | 'medium' | 'high'

/** What a finding saves if it is mended, in the unit of the value type. */
export interface Saving {
  readonly low: number
  readonly high: number
}

/** One thing that looks wrong, with what shows it. */
export interface Finding {
  /**
   * `n-plus-one`, `hot-leaf`, `cachable`, `chatty-wrapper`, `fan-in`, `recursion`, `import-time`, `known-dear`, `gc`,
   * `sync-io`, `overhead`, `waiting`, `churn`, `data-quality`, or the id of a user's own rule.
   */
  readonly rule: string
  /** The entry of the rule's table that matched: `deepcopy`; null for rules without a table. */
  readonly entry: string | null
  readonly title: Line
  readonly severity: Level
  /** 0 to 1. */
  readonly score: number
  readonly confidence: Level
  /** The function to mend; null where it is the profile or the program as a whole. */
  readonly target: FunctionIndex | null
  /** The function with the loop that causes the calls; null where there is none or it is not known. */
  readonly loopOwner: FunctionIndex | null
  /** What it costs, in the busy time. */
  readonly share: number
  /** null where nothing can be said of it. */
  readonly saving: Saving | null
  readonly bound: Bound | null
  /** What the file shows for it, a line each. */
  readonly evidence: readonly Line[]
  readonly advice: Line
  /** A command that shows the fact, or proves the fix; null where there is none. */
  readonly verify: Line | null
}
