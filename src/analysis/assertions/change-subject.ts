import type { Unit } from '../../units.js'
import type { Selectable } from './selectable.js'

/** A number before and after. */
export interface ChangedValue {
  /** 0 where that side does not have the function; null where it is unknown. Of several runs what they come to. */
  readonly before: number | null
  readonly after: number | null
  /** Interval of after / before; null where there is none: of counts, of one run a side, of nothing before. */
  readonly ci: readonly [low: number, high: number] | null
  /** How likely noise is, corrected for all functions that were looked at; null where it was not tested. */
  readonly q: number | null
}

/** A function in both profiles, or in one of them. */
export interface ChangedFunction {
  /** Null where that side does not have it. */
  readonly before: Selectable | null
  readonly after: Selectable | null
  readonly name: string
  /** Whether the two are surely one function: the same name in the same file, not a guess. */
  readonly isSafe: boolean
  /** Whether its change only is cost that moved here from elsewhere, or the other way. */
  readonly isShifted: boolean
  /** Whether calls are the same in all runs of a side. */
  readonly isCertain: boolean
  readonly calls: ChangedValue
  readonly self: ChangedValue
  readonly total: ChangedValue
  readonly selfPerCall: ChangedValue
}

/** One of the terms that the change of the profile total is made of. */
export interface ChangeCause {
  /** `render -> fetch_category` */
  readonly name: string
  /** The function, or caller and callee. */
  readonly functions: readonly Selectable[]
  readonly delta: number
  /** Interval of the delta; null from one run a side. */
  readonly ci: readonly [low: number, high: number] | null
  readonly isSafe: boolean
}

/** A change, as far as rules ask about it. Values are in `unit`. */
export interface ChangeSubject {
  readonly unit: Unit
  readonly program: ChangedValue
  readonly functions: { readonly length: number; at(index: number): ChangedFunction }
  readonly causes: { readonly length: number; at(index: number): ChangeCause }
  /** Names of functions of either side that are close to one that is in neither, best first. */
  suggest(wanted: string): readonly string[]
}
