import { counted } from '../errors.js'
import { type NumberColumn, sumColumn } from './numbers.js'
import type { DataNote, Profile } from './profile.js'
import { type CallGraph, NONE, type SampleTable, type StackTable } from './tables.js'
import { wholeStacksOf } from './whole-stacks.js'

/** What {@link validate} found. */
export interface Validation {
  /** Why the tables cannot be worked with, one sentence each; empty for a sound profile. At most one a column. */
  readonly errors: readonly string[]
  /** What the numbers show that cannot be right, or that a reader of them should know. */
  readonly notes: readonly DataNote[]
}

/** Differences below this share of a number are rounding. */
const ROUNDING = 1e-9

/** Σ self may miss the largest total by this share before it is worth a word: pstats files of old Pythons have whole microseconds. */
const MISSING = 1e-3

/** Checks that a profile's tables hold together, and looks for numbers that contradict each other. Linear. */
export function validate(profile: Profile): Validation {
  const errors = structuralErrors(profile)
  return { errors, notes: errors.length > 0 ? [] : dataNotes(profile) }
}

function structuralErrors(profile: Profile): string[] {
  const { strings, functions, graph, frames, stacks, samples, mappings, labels, valueTypes } = profile
  const errors: string[] = []
  const fits = (name: string, column: ArrayLike<unknown> | NumberColumn | null, length: number): boolean => {
    if (column === null) return false
    const actual =
      'values' in column && !('length' in column) ? column.values.length : (column as { length: number }).length
    if (actual >= length) return true
    errors.push(`${name} has ${actual} rows, its table has ${length}`)
    return false
  }
  /** Every row is an index below `end`, or at least `first`. */
  const points = (name: string, column: Int32Array | null, length: number, end: number, first = NONE): void => {
    if (column === null || !fits(name, column, length)) return
    for (let row = 0; row < length; row++) {
      const index = column[row]!
      if (index >= first && index < end) continue
      errors.push(`${name} of row ${row} is ${index}, expected ${first} to ${end - 1}`)
      return
    }
  }

  const stackTable = (stacks: StackTable, samples: SampleTable, frames: number): void => {
    points('stack frame', stacks.frame, stacks.length, frames, 0)
    points('deopt reason', stacks.deoptReason, stacks.length, strings.length)
    fits('stack calls', stacks.calls, stacks.length)
    fits('stack hits', stacks.hits, stacks.length)
    if (fits('stack parent', stacks.parent, stacks.length)) {
      for (let stack = 0; stack < stacks.length; stack++) {
        const parent = stacks.parent[stack]!
        if (parent >= NONE && parent < stack) continue
        errors.push(`stack ${stack} has the parent ${parent}, expected one before it`)
        break
      }
    }
    const ticks = stacks.positionTicks
    if (ticks !== null) points('stack of position ticks', ticks.stack, ticks.length, stacks.length, 0)
    points('sample stack', samples.stack, samples.length, stacks.length)
  }

  if (valueTypes.length > 0 && valueTypes[profile.defaultValue] === undefined) {
    errors.push(`the default value is ${profile.defaultValue} of ${valueTypes.length}`)
  }
  points('function name', functions.name, functions.length, strings.length, 0)
  points('function file', functions.file, functions.length, strings.length)
  points('function system name', functions.systemName, functions.length, strings.length)
  fits('function line', functions.line, functions.length)
  fits('function column', functions.column, functions.length)
  fits('distinct arguments', functions.distinctArgs, functions.length)

  if (graph !== null) {
    const { edges } = graph
    if (graph.length !== functions.length) {
      errors.push(`the call graph has ${graph.length} functions, the profile ${functions.length}`)
    }
    for (const [name, columns] of [
      ['self', graph.self],
      ['total', graph.total],
      ['edge self', edges.self],
      ['edge total', edges.total],
    ] as const) {
      if (columns.length !== valueTypes.length)
        errors.push(`${name} has ${columns.length} of ${valueTypes.length} values`)
      for (const column of columns) fits(name, column, name.startsWith('edge') ? edges.length : graph.length)
    }
    fits('calls', graph.calls, graph.length)
    fits('primitive calls', graph.primitiveCalls, graph.length)
    fits('edge calls', edges.calls, edges.length)
    fits('edge primitive calls', edges.primitiveCalls, edges.length)
    points('edge caller', edges.caller, edges.length, functions.length, 0)
    points('edge callee', edges.callee, edges.length, functions.length, 0)
  }

  if ((frames === null) !== (stacks === null) || (stacks === null) !== (samples === null)) {
    errors.push('frames, stacks and samples go together')
  }
  if (frames === null || stacks === null || samples === null) return errors
  points('frame function', frames.function, frames.length, functions.length, 0)
  points('frame mapping', frames.mapping, frames.length, mappings?.length ?? 0)
  fits('frame line', frames.line, frames.length)
  fits('frame column', frames.column, frames.length)
  fits('frame inlined', frames.inlined, frames.length)
  fits('frame address', frames.address, frames.length)
  const whole = wholeStacksOf(samples)
  if (whole === null) stackTable(stacks, samples, frames.length)
  // Stacks that are not in a table yet will be in a sound one: this must not be what asks for it.
  else points('frame of a stack', whole.frames, whole.frames.length, frames.length, 0)
  if (samples.values.length !== valueTypes.length) {
    errors.push(`samples have ${samples.values.length} of ${valueTypes.length} values`)
  }
  for (const column of samples.values) fits('sample value', column, samples.length)
  fits('sample time', samples.time, samples.length)
  points('continued frames', samples.continued, samples.length, 2 ** 31, 0)
  points('sample labels', samples.labels, samples.length, (labels?.setStart.length ?? 1) - 1, 0)
  if (mappings !== null) {
    points('mapping file', mappings.file, mappings.length, strings.length)
    points('build id', mappings.buildId, mappings.length, strings.length)
  }
  if (labels !== null) {
    points('label key', labels.key, labels.length, strings.length, 0)
    points('label text', labels.text, labels.length, strings.length)
    points('label unit', labels.unit, labels.length, strings.length)
    points('label of a set', labels.members, labels.members.length, labels.length, 0)
    for (let set = 0; set < labels.setStart.length; set++) {
      const start = labels.setStart[set]!
      if (start >= (set === 0 ? 0 : labels.setStart[set - 1]!) && start <= labels.members.length) continue
      errors.push(`label set ${set} begins at ${start}, which is before the set ahead of it or beyond the end`)
      break
    }
  }
  return errors
}

function dataNotes(profile: Profile): DataNote[] {
  const { graph, samples, defaultValue } = profile
  const notes: DataNote[] = []
  if (graph !== null) {
    for (const note of callNotes(graph)) notes.push(note)
    const self = graph.self[defaultValue]
    const total = graph.total[defaultValue]
    if (self !== undefined && total !== undefined) {
      for (const note of costNotes(graph.length, self, total)) notes.push(note)
    }
  }
  const weights = samples?.values[defaultValue]?.values
  if (samples !== null && weights !== undefined) {
    const count = countRows(samples.length, (sample) => weights[sample]! < 0)
    addNote(notes, 'negative-weights', count, 'sample has a negative weight', 'samples have negative weights')
  }
  return notes
}

function callNotes(graph: CallGraph): DataNote[] {
  const notes: DataNote[] = []
  const { length } = graph
  const calls = graph.calls?.values
  const primitive = graph.primitiveCalls?.values
  if (calls === undefined) return notes
  const one = 'function has'
  const many = 'functions have'
  const negative = countRows(length, (fn) => calls[fn]! < 0 || (primitive !== undefined && primitive[fn]! < 0))
  addNote(notes, 'negative-calls', negative, `${one} a negative number of calls`, `${many} negative numbers of calls`)
  if (primitive !== undefined) {
    const swapped = countRows(length, (fn) => primitive[fn]! > calls[fn]!)
    const nested = countRows(length, (fn) => primitive[fn] === 0 && calls[fn]! > 0)
    const text = 'calls, but none that is not recursive'
    addNote(
      notes,
      'primitive-above-calls',
      swapped,
      `${one} more primitive calls than calls`,
      `${many} more primitive calls than calls`,
    )
    addNote(notes, 'no-primitive-calls', nested, `${one} ${text}`, `${many} ${text}`)
  }
  const exceeded = callersExceedCalls(graph)
  addNote(
    notes,
    'callers-exceed-calls',
    exceeded,
    `${one} fewer calls than its callers made`,
    `${many} fewer calls than their callers made`,
  )
  return notes
}

function costNotes(length: number, self: NumberColumn, total: NumberColumn): DataNote[] {
  const notes: DataNote[] = []
  let negative = 0
  let below = 0
  let unknown = 0
  let largest = 0
  for (let fn = 0; fn < length; fn++) {
    const own = self.values[fn]!
    const all = total.values[fn]!
    if (!Number.isFinite(own) || !Number.isFinite(all)) unknown++
    else if (own < 0 || all < 0) negative++
    else if (all < own * (1 - ROUNDING)) below++
    if (all > largest) largest = all
  }
  addNote(notes, 'negative-costs', negative, 'function costs less than nothing', 'functions cost less than nothing')
  addNote(
    notes,
    'total-below-self',
    below,
    'function has a total below its self',
    'functions have totals below their self',
  )
  addNote(
    notes,
    'costs-not-finite',
    unknown,
    'function has a cost that is not finite',
    'functions have costs that are not finite',
  )
  const sum = Number(sumColumn(self, length))
  if (largest > 0 && largest < Number.POSITIVE_INFINITY && sum < largest * (1 - MISSING)) {
    const percent = Math.round((1 - sum / largest) * 1000) / 10
    notes.push({
      code: 'total-above-sum',
      count: 1,
      message: `self of all functions adds up to ${percent} % less than the largest total, so some entries were lost`,
    })
  }
  return notes
}

/** How many functions their edges say were called more often than they say themselves. */
function callersExceedCalls({ length, calls, edges }: CallGraph): number {
  if (calls === null || edges.calls === null) return 0
  const rest = Float64Array.from(calls.values.subarray(0, length))
  for (let edge = 0; edge < edges.length; edge++) {
    const callee = edges.callee[edge]!
    rest[callee] = rest[callee]! - edges.calls.values[edge]!
  }
  return countRows(length, (fn) => rest[fn]! < 0 && calls.values[fn]! >= 0)
}

function countRows(length: number, test: (row: number) => boolean): number {
  let count = 0
  for (let row = 0; row < length; row++) if (test(row)) count++
  return count
}

function addNote(notes: DataNote[], code: string, count: number, one: string, many: string): void {
  if (count > 0) notes.push({ code, count, message: counted(count, one, many) })
}
