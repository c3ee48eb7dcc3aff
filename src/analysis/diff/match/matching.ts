import { Allocator } from '../../../limits.js'
import { NONE } from '../../../model/tables.js'
import type { Pair } from '../side.js'

/**
 * How a function before was found again after, from the safest on. `mapped`: the user said so. `exact`: same name, place
 * and line. `name`: same name and place, the line moved. `file`: same name in a file that was renamed. `moved`: same name
 * elsewhere, with like neighbours. `renamed`: another name, with like neighbours. `none`: only on one side.
 */
export type MatchLevel = 'mapped' | 'exact' | 'name' | 'file' | 'moved' | 'renamed' | 'none'

/** By the number that a level is stored as; 0 is none. */
export const LEVELS: readonly MatchLevel[] = ['none', 'mapped', 'exact', 'name', 'file', 'moved', 'renamed']

/** Pairs as they are found. A function once paired stays so. */
export class Matching {
  /** function before → function after, {@link NONE} without one. */
  readonly after: Int32Array
  /** function after → function before. */
  readonly before: Int32Array
  /** side → function → function before that it is; {@link NONE} where it is not paired yet. */
  readonly tokens: Pair<Int32Array>
  /** function before → number of its level, score (NaN for levels without one). */
  readonly level: Uint8Array
  readonly score: Float64Array

  constructor(before: number, after: number) {
    const allocator = new Allocator()
    this.after = allocator.int32(before).fill(NONE)
    this.before = allocator.int32(after).fill(NONE)
    this.tokens = [allocator.int32(before).fill(NONE), this.before]
    this.level = allocator.bytes(before)
    this.score = allocator.float64(before).fill(Number.NaN)
  }

  pair(before: number, after: number, level: MatchLevel, score = Number.NaN): void {
    this.after[before] = after
    this.before[after] = before
    this.tokens[0][before] = before
    this.level[before] = LEVELS.indexOf(level)
    this.score[before] = score
  }

  /** Whether a function of a side has no partner yet. */
  isLeft(side: 0 | 1, fn: number): boolean {
    return (side === 0 ? this.after : this.before)[fn] === NONE
  }
}
