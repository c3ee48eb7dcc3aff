import type { Profile } from '../model/profile.js'
import type { WholeStacks } from '../model/sort-stacks.js'
import { type FrameTable, type FunctionIndex, NONE } from '../model/tables.js'
import { wholeStacksOf } from '../model/whole-stacks.js'
import { type Costs, costColumns, costsAt, type Measure, measure, shareOf } from './costs.js'
import { compareFiles, compareFunctions, compareModules } from './function-text.js'
import { type RowSelection, selectFunctions } from './selection.js'
import type { SortKey } from './sort-keys.js'
import { type RowTexts, sortRows } from './sort-rows.js'

export interface RowOptions extends RowSelection {
  /** Index of the value type; the profile's default value when absent. */
  readonly value?: number | undefined
  /** Default: total. */
  readonly sort?: SortKey | undefined
  readonly reverse?: boolean | undefined
}

/** What a function costs, with its shares of the profile total. */
export interface FunctionRow extends Costs {
  readonly function: FunctionIndex
  readonly selfShare: number | null
  readonly totalShare: number | null
}

/** The functions of a profile in order. Rows are made when asked for: a million functions are a column of integers. */
export interface FunctionRows {
  readonly measure: Measure
  /** Rows that the selection left. */
  readonly length: number
  /** Rows before the selection. */
  readonly all: number
  row(index: number): FunctionRow
}

/** The functions of a profile, sorted and selected. */
export function functionRows(profile: Profile, options: RowOptions = {}): FunctionRows {
  const measured = measure(profile, options.value)
  const columns = costColumns(measured)
  const present = functionsPresent(profile)
  const selected = selectFunctions(profile, options)
  const rows = new Int32Array(profile.functions.length)
  let all = 0
  let length = 0
  for (let fn = 0; fn < rows.length; fn++) {
    if (present?.[fn] === 0) continue
    all++
    if (selected?.[fn] === 0) continue
    rows[length++] = fn
  }
  const order = sortRows(
    rows.subarray(0, length),
    options.sort ?? 'total',
    columns,
    functionTexts(profile),
    options.reverse,
  )
  return {
    measure: measured,
    length,
    all,
    row(index) {
      const fn = order[index]!
      const costs = costsAt(columns, fn)
      return {
        function: fn,
        ...costs,
        selfShare: shareOf(costs.self, measured.total),
        totalShare: shareOf(costs.total, measured.total),
      }
    },
  }
}

/** Order of functions by their texts. */
export function functionTexts(profile: Profile): RowTexts {
  const { strings, functions } = profile
  return {
    name: (a, b) => strings.compare(functions.name[a]!, functions.name[b]!),
    file: (a, b) => compareFiles(profile, a, b) || functions.line[a]! - functions.line[b]!,
    module: (a, b) => compareModules(profile, a, b),
    tie: (a, b) => compareFunctions(profile, a, b),
  }
}

/**
 * function → 1 where it is on a stack that was sampled or entered; null where a call graph lists them. Filters leave
 * tables with functions that nothing is left of.
 */
export function functionsPresent(profile: Profile): Uint8Array | null {
  let found = known.get(profile)
  if (found === undefined) {
    found = findPresent(profile)
    known.set(profile, found)
  }
  return found
}

const known = new WeakMap<Profile, Uint8Array | null>()

function findPresent({ graph, frames, stacks, samples, functions }: Profile): Uint8Array | null {
  if (graph !== null || frames === null || stacks === null || samples === null) return null
  const whole = wholeStacksOf(samples)
  if (whole !== null) return functionsOnStacks(whole, frames, functions.length)
  const used = new Uint8Array(stacks.length)
  for (let sample = 0; sample < samples.length; sample++) {
    if (samples.stack[sample] !== NONE) used[samples.stack[sample]!] = 1
  }
  const present = new Uint8Array(functions.length)
  for (let stack = stacks.length - 1; stack >= 0; stack--) {
    if (used[stack] === 0 && !(stacks.calls !== null && stacks.calls.values[stack]! > 0)) continue
    present[frames.function[stacks.frame[stack]!]!] = 1
    if (stacks.parent[stack] !== NONE) used[stacks.parent[stack]!] = 1
  }
  return present
}

function functionsOnStacks(whole: WholeStacks, frames: FrameTable, functions: number): Uint8Array {
  const used = new Uint8Array(frames.length)
  for (let at = 0; at < whole.start[whole.length]!; at++) used[whole.frames[at]!] = 1
  const present = new Uint8Array(functions)
  for (let frame = 0; frame < frames.length; frame++) present[frames.function[frame]!]! |= used[frame]!
  return present
}
