import { Allocator } from '../limits.js'
import { groupCallGraph } from '../model/call-graph.js'
import { finishSums, sumRows } from '../model/exact-sums.js'
import { describeFunction, placeOfFunction } from '../model/modules/describe-function.js'
import type { Category } from '../model/modules/description.js'
import type { NumberColumn } from '../model/numbers.js'
import type { Profile } from '../model/profile.js'
import { type CallGraph, NONE } from '../model/tables.js'
import { type CostColumns, type Costs, costColumns, costsAt, type Measure, measure, shareOf } from './costs.js'
import { functionsPresent, type RowOptions } from './function-rows.js'
import { compareTexts, shownName } from './function-text.js'
import { groupTotals } from './group-totals.js'
import { CATEGORY_NAMES, type Grouping, type Groups, groupFrames, groupFunctions, hasLine } from './groups.js'
import { selectFunctions } from './selection.js'
import type { SortKey } from './sort-keys.js'
import { sortRows } from './sort-rows.js'

/** What a group costs. Of its names only those are not null that all its members share. */
export interface GroupRow extends Costs {
  /** What the group is called: never empty. */
  readonly label: string
  readonly name: string | null
  readonly file: string | null
  /** The executing line, for groups by line. */
  readonly line: number | null
  readonly module: string | null
  readonly package: string | null
  readonly category: Category | null
  readonly selfShare: number | null
  readonly totalShare: number | null
}

export interface GroupRows {
  readonly measure: Measure
  readonly by: Grouping
  readonly length: number
  /** Rows before the selection. */
  readonly all: number
  /** For `line`: the source knows executing lines; else they are where functions begin. */
  readonly hasLines: boolean
  /** Groups of a call graph whose total is unknown, because calls leave them and come back. */
  readonly withoutTotal: number
  row(index: number): GroupRow
}

/**
 * The functions of a profile added up by what they share. Self and calls are sums; a total counts a stack once, and on a
 * call graph is what enters the group, unknown where that could count something twice. A group is selected when one of
 * its functions is; its numbers are those of all of them. Throws when lines are asked of a call graph.
 */
export function groupRows(profile: Profile, by: Grouping, options: RowOptions = {}): GroupRows {
  const measured = measure(profile, options.value)
  const groups = by === 'line' ? groupFrames(profile) : groupFunctions(profile, by, functionsPresent(profile))
  const columns = by === 'line' ? lineColumns(profile, measured, groups) : memberColumns(profile, measured, groups)
  const rows = selectedGroups(profile, groups, options)
  const labels = (group: number): GroupLabel => labelOf(profile, groups, group)
  const compare = (a: number, b: number): number => {
    const left = labels(a)
    const right = labels(b)
    return compareTexts(left.label, right.label) || (left.line ?? 0) - (right.line ?? 0) || a - b
  }
  const texts = { name: compare, file: compare, module: compare, tie: compare }
  const order = sortRows(rows, options.sort ?? defaultKey(rows, columns), columns, texts, options.reverse)
  let withoutTotal = 0
  for (const group of order) if (Number.isNaN(columns.total?.values[group] ?? Number.NaN)) withoutTotal++
  return {
    measure: measured,
    by,
    length: order.length,
    all: groups.length,
    hasLines: groups.isExact,
    withoutTotal: profile.graph === null ? 0 : withoutTotal,
    row(index) {
      const group = order[index]!
      const costs = costsAt(columns, group)
      return {
        ...labels(group),
        ...costs,
        selfShare: shareOf(costs.self, measured.total),
        totalShare: shareOf(costs.total, measured.total),
      }
    },
  }
}

/** Where a total is unknown, its row would be last though it may cost most: then it is better to go by self. */
function defaultKey(rows: Int32Array, { total }: CostColumns): SortKey {
  return total === null || rows.some((group) => Number.isNaN(total.values[group])) ? 'self' : 'total'
}

function memberColumns(profile: Profile, measured: Measure, { of, length }: Groups): CostColumns {
  const { calls, primitiveCalls, self } = costColumns(measured)
  const allocator = new Allocator()
  const sum = (column: NumberColumn): NumberColumn =>
    finishSums(sumRows(allocator, length, [{ column, rows: of, length: of.length }], Number.NaN))
  const derived = profile.graph === null ? groupCallGraph(profile, of, length) : null
  return {
    calls: calls === null ? null : sum(knownCounts(calls)),
    primitiveCalls: primitiveCalls === null ? null : sum(knownCounts(primitiveCalls)),
    self: self === null ? null : sum(self),
    total:
      derived === null
        ? groupTotals(measured.graph, measured.value, of, length)
        : (derived.total[measured.value] ?? null),
  }
}

/** Lines: the same derivation, with the frames in the place of the functions. */
function lineColumns(profile: Profile, { value }: Measure, { of, length }: Groups): CostColumns {
  const frames = profile.frames!
  const identity = Int32Array.from({ length: frames.length }, (_, frame) => frame)
  const graph = groupCallGraph({ ...profile, frames: { ...frames, function: identity } }, of, length) as CallGraph
  return {
    calls: graph.calls,
    primitiveCalls: graph.primitiveCalls,
    self: graph.self[value] ?? null,
    total: graph.total[value] ?? null,
  }
}

/** Counts with NaN for negative ones, which mean "unknown". */
function knownCounts(column: NumberColumn): NumberColumn {
  return { values: column.values.map((count) => (count < 0 ? Number.NaN : count)), exact: column.exact }
}

function selectedGroups(profile: Profile, groups: Groups, options: RowOptions): Int32Array {
  const selected = selectFunctions(profile, options)
  const isShown = new Uint8Array(groups.length).fill(selected === null ? 1 : 0)
  for (let member = 0; selected !== null && member < groups.of.length; member++) {
    const fn = groups.by === 'line' ? profile.frames!.function[member]! : member
    if (groups.of[member] !== NONE && selected[fn] === 1) isShown[groups.of[member]!] = 1
  }
  const rows = new Int32Array(groups.length)
  let length = 0
  for (let group = 0; group < groups.length; group++) if (isShown[group] === 1) rows[length++] = group
  return rows.subarray(0, length)
}

type GroupLabel = Pick<GroupRow, 'label' | 'name' | 'file' | 'line' | 'module' | 'package' | 'category'>

function labelOf(profile: Profile, groups: Groups, group: number): GroupLabel {
  const fn = groups.example[group]!
  const { module, package: packageName, category } = describeFunction(profile, fn)
  const { file } = placeOfFunction(profile, fn)
  const nothing = { name: null, file: null, line: null, module: null, package: null, category: null }
  const name = shownName(profile, fn)
  switch (groups.by) {
    case 'name':
      return { ...nothing, label: name, name }
    case 'line': {
      const line = hasLine(groups, group) ? groups.line[group]! : null
      if (file === null) return { ...nothing, label: name, name, line, category }
      return { ...nothing, label: line === null ? file : `${file}:${line}`, file, line, module, category }
    }
    case 'file':
      // Functions without a file are in one group, whatever they are.
      return { ...nothing, label: file ?? '(no file)', file, module: file === null ? null : module }
    case 'module':
      return {
        ...nothing,
        label: module ?? CATEGORY_NAMES[category],
        module,
        category: module === null ? category : null,
      }
    case 'package':
      return {
        ...nothing,
        label: packageName ?? CATEGORY_NAMES[category],
        package: packageName,
        category,
      }
  }
}
