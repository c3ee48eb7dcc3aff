import { Float64Builder } from '../../bytes/columns.js'
import { CallcostError } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { NONE } from '../../model/tables.js'
import { PairIndex } from '../../model/tuple-index.js'
import type { Measure } from '../costs.js'
import { sumOf } from '../diff/sum.js'
import type { BoundEdit } from './bind-edit.js'

/** Edits that can be told apart in the bits of a positive integer. */
const MOST_EDITS = 30

type Solve = (edits: readonly BoundEdit[]) => number

/**
 * Solves edits on the call tree: below each outermost call that an edit is about everything changes in proportion, and
 * nothing else does.
 *
 * @returns what edits save together; quick for subsets of the list that was asked about last
 */
export function stackSolver(measure: Measure): Solve {
  let weighed: { readonly edits: readonly BoundEdit[]; readonly saved: Solve } | null = null
  return (edits) => {
    if (edits.length === 0) return 0
    if (weighed === null || edits.some((edit) => !weighed!.edits.includes(edit))) {
      weighed = { edits, saved: weigh(measure, edits) }
    }
    return weighed.saved(edits)
  }
}

/** Sums by what they depend on: a row is a set of edits, as bits, and an edit whose calls are counted; NONE for costs. */
class Weights {
  readonly sets = new PairIndex(new Allocator())
  readonly #sums = new Float64Builder(new Allocator())

  row(set: number, edit: number): number {
    const row = this.sets.intern(set, edit)
    if (row === this.#sums.length) this.#sums.push(0)
    return row
  }

  add(row: number, weight: number): void {
    if (Number.isFinite(weight)) this.#sums.values[row] = this.#sums.values[row]! + weight
  }

  at(row: number): number {
    return this.#sums.values[row]!
  }
}

function weigh({ profile, value }: Measure, edits: readonly BoundEdit[]): Solve {
  if (edits.length > MOST_EDITS) {
    throw new CallcostError('usage', `expected at most ${MOST_EDITS} edits, got ${edits.length}`)
  }
  const [frames, stacks, samples] = [profile.frames!, profile.stacks!, profile.samples!]
  const allocator = new Allocator()
  const about = edits.map((edit) => matcher(edit, profile.functions.length))
  const inherited = edits.reduce((bits, { kind }, at) => (kind === 'percall' ? bits : bits | (1 << at)), 0)
  const weights = new Weights()
  // stack → the edits it is below of, as bits; those of self only where the function is its last.
  const below = allocator.int32(stacks.length)
  for (let stack = 0; stack < stacks.length; stack++) {
    const parent = stacks.parent[stack]!
    const fn = frames.function[stacks.frame[stack]!]!
    const caller = parent === NONE ? NONE : frames.function[stacks.frame[parent]!]!
    const above = parent === NONE ? 0 : below[parent]! & inherited
    let own = 0
    for (let at = 0; at < about.length; at++) if (about[at]!(fn, caller)) own |= 1 << at
    below[stack] = above | own
    for (let at = 0; at < edits.length; at++) {
      if ((own & (1 << at)) === 0 || edits[at]!.extra === 0) continue
      // What is added to a call is there as often as the call would have been made without this edit.
      const set = ((above | own) & inherited & ~(1 << at)) | (above & (1 << at))
      weights.add(weights.row(set, at), stacks.calls?.values[stack] ?? 0)
    }
  }
  const column = samples.values[value]!.values
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample]!
    if (stack !== NONE && below[stack] !== 0) weights.add(weights.row(below[stack]!, NONE), column[sample]!)
  }
  return (chosen) => {
    const { first, second, length } = weights.sets
    const saved = allocator.float64(length)
    for (let row = 0; row < length; row++) {
      const set = first.values[row]!
      const edit = second.values[row]!
      let rest = 1
      for (let at = 0; at < edits.length; at++) {
        if ((set & (1 << at)) === 0 || !chosen.includes(edits[at]!)) continue
        rest *= edits[at]!.kind === 'percall' ? edits[at]!.selfScale : edits[at]!.scale
      }
      if (edit === NONE) saved[row] = weights.at(row) * (1 - rest)
      else if (chosen.includes(edits[edit]!)) saved[row] = -weights.at(row) * rest * edits[edit]!.extra
    }
    const sum = sumOf(saved)
    allocator.release(saved)
    return sum
  }
}

/** Whether a call of a function by another is one that the edit is about. */
function matcher({ functions, callers }: BoundEdit, length: number): (fn: number, caller: number) => boolean {
  const isMeant = new Allocator().bytes(length)
  for (const fn of functions) isMeant[fn] = 1
  if (callers === null) return (fn) => isMeant[fn] === 1
  const isCaller = new Allocator().bytes(length)
  for (const fn of callers) isCaller[fn] = 1
  return (fn, caller) => isMeant[fn] === 1 && caller !== NONE && isCaller[caller] === 1
}
