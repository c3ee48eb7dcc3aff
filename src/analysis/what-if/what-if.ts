import { Allocator } from '../../limits.js'
import type { BoundEdit } from './bind-edit.js'
import { freeOf } from './bind-edit.js'
import type { WhatIfModel } from './model.js'

/** The most that can be saved: Amdahl's law. */
export interface Bound {
  /** What would be saved if what is edited cost nothing, in the unit of the value type. */
  readonly saving: number
  /** How many times faster that is: total / (total - saving); null where nothing would be left. */
  readonly speedup: number | null
}

export interface EditSaving {
  readonly edit: BoundEdit
  /** What the edit saves alone. */
  readonly solo: number
  /**
   * Its part of what all edits save together: what it adds to the others, in the mean over all orders of making them
   * (Shapley). These parts sum to the saving. null for more than {@link MOST_SHARED} edits.
   */
  readonly joint: number | null
  readonly bound: Bound
}

/** What a program would cost with some edits. */
export interface WhatIf {
  readonly model: WhatIfModel
  readonly total: {
    readonly before: number
    readonly after: number
    readonly saving: number
    /** If all that is edited cost nothing. */
    readonly bound: Bound
  }
  readonly edits: readonly EditSaving[]
}

/** Each more edit doubles the work of sharing out. */
export const MOST_SHARED = 6

/** What edits save, together and each for itself: savings of which one is inside of another do not add up. */
export function whatIf(model: WhatIfModel, edits: readonly BoundEdit[]): WhatIf {
  const { whole } = model
  const saving = model.savingOf(edits)
  const joint = edits.length <= MOST_SHARED ? shapley(model, edits) : null
  return {
    model,
    total: { before: whole, after: whole - saving, saving, bound: boundOf(model, edits) },
    edits: edits.map((edit, at) => ({
      edit,
      solo: model.savingOf([edit]),
      joint: joint === null ? null : joint[at]!,
      bound: boundOf(model, [edit]),
    })),
  }
}

/** What is saved if all that these edits change cost nothing. */
export function boundOf(model: WhatIfModel, edits: readonly BoundEdit[]): Bound {
  const saving = model.savingOf(edits.map(freeOf))
  const left = model.whole - saving
  // What rounding leaves is nothing.
  return { saving, speedup: left > model.whole * 1e-12 ? model.whole / left : null }
}

function shapley(model: WhatIfModel, edits: readonly BoundEdit[]): Float64Array {
  const count = edits.length
  const subsets = 2 ** count
  const saved = new Allocator().float64(subsets)
  for (let set = 0; set < subsets; set++) {
    saved[set] = model.savingOf(edits.filter((_, at) => (set & (1 << at)) !== 0))
  }
  const parts = new Allocator().float64(count)
  for (let at = 0; at < count; at++) {
    for (let set = 0; set < subsets; set++) {
      if ((set & (1 << at)) !== 0) continue
      parts[at] = parts[at]! + (saved[set | (1 << at)]! - saved[set]!) * weightOf(sizeOf(set), count)
    }
  }
  return parts
}

/** Of all orders of `count` edits, the part that has just these `before` ones before one of the others. */
function weightOf(before: number, count: number): number {
  let weight = 1 / count
  for (let i = 1; i <= before; i++) weight *= i / (count - i)
  return weight
}

function sizeOf(set: number): number {
  let size = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) size++
  return size
}
