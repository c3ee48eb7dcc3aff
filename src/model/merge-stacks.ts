import { Int32Builder } from '../bytes/columns.js'
import { CallcostError } from '../errors.js'
import type { Allocator } from '../limits.js'
import { ColumnSum } from './merge-column.js'
import { FrameUnion, MappingUnion } from './merge-frames.js'
import type { StringUnion } from './merge-functions.js'
import { LabelUnion, SampleSum } from './merge-samples.js'
import type { ValuePick, ValueStep } from './merge-values.js'
import type { Profile } from './profile.js'
import { NONE, type PositionTickTable, type StackTable } from './tables.js'
import { PairIndex } from './tuple-index.js'

/** One profile with stacks of a merge. */
export interface StackPart {
  readonly profile: Profile
  /** Its function → function of the merged profile. */
  readonly rows: Int32Array
  /** Merged value type → its value type, and the factor that brings it to the merged unit. */
  readonly values: readonly ValuePick[]
}

type StackTables = Pick<Profile, 'frames' | 'stacks' | 'samples' | 'mappings' | 'labels'>

/** What a column of ticks holds. */
const MOST_TICKS = 2 ** 31 - 1

/** The stacks of several profiles in one tree, with their samples. `fold` adds up samples of the same stack and labels. */
export class StackSum {
  readonly #allocator: Allocator
  readonly #strings: StringUnion
  readonly #mappings: MappingUnion
  readonly #frames: FrameUnion
  readonly #stacks: PairIndex
  readonly #labels: LabelUnion
  readonly #samples: SampleSum
  readonly #calls: ColumnSum
  readonly #hits: ColumnSum
  /** stack → text of the union, shorter than the stacks while the rest has none; null when no stack has one. */
  #deopts: Int32Builder | null = null
  /** null when one of the profiles has none. */
  #ticks: TickSum | null

  constructor(allocator: Allocator, strings: StringUnion, values: number, fold: boolean) {
    this.#allocator = allocator
    this.#strings = strings
    this.#mappings = new MappingUnion(allocator, strings)
    this.#frames = new FrameUnion(allocator)
    this.#stacks = new PairIndex(allocator)
    this.#labels = new LabelUnion(allocator, strings)
    this.#samples = new SampleSum(allocator, values, fold)
    this.#calls = new ColumnSum(allocator)
    this.#hits = new ColumnSum(allocator)
    this.#ticks = new TickSum(allocator, fold)
  }

  /** Brings the sums to the value types that they have in common with the next profile. */
  keep(step: ValueStep): void {
    this.#samples.keep(step)
  }

  /** Adds a profile that has stacks. */
  add({ profile, rows, values }: StackPart): void {
    const { strings: table } = profile
    const stacks = profile.stacks!
    const mappingRows = this.#mappings.add(profile.mappings, table)
    const frameRows = this.#frames.add(profile.frames!, rows, mappingRows)
    const stackRows = this.#allocator.int32(stacks.length)
    for (let stack = 0; stack < stacks.length; stack++) {
      const above = stacks.parent[stack]!
      stackRows[stack] = this.#stacks.intern(
        above === NONE ? NONE : stackRows[above]!,
        frameRows[stacks.frame[stack]!]!,
      )
    }
    this.#allocator.check('stacks', this.#stacks.length)
    const setRows = this.#labels.add(profile.labels, table)
    this.#samples.add({ samples: profile.samples!, stackRows, setRows, values })
    this.#calls.add(stacks.calls, stackRows, this.#stacks.length)
    this.#hits.add(stacks.hits, stackRows, this.#stacks.length)
    this.#addDeopts(profile, stacks, stackRows)
    if (stacks.positionTicks === null) this.#ticks = null
    else this.#ticks?.add(stacks.positionTicks, stackRows)
    for (const array of [mappingRows, frameRows, stackRows, setRows]) this.#allocator.release(array)
  }

  /** The stacks and samples so far. */
  tables(): StackTables {
    const { length } = this.#stacks
    const labels = this.#labels.table()
    while (this.#deopts !== null && this.#deopts.length < length) this.#deopts.push(NONE)
    return {
      frames: this.#frames.table(),
      mappings: this.#mappings.table(),
      labels,
      stacks: {
        length,
        parent: this.#stacks.first.finish(),
        frame: this.#stacks.second.finish(),
        calls: this.#calls.column(length),
        hits: this.#hits.column(length),
        deoptReason: this.#deopts?.finish() ?? null,
        positionTicks: this.#ticks?.table() ?? null,
      },
      samples: this.#samples.table(labels !== null),
    }
  }

  #addDeopts({ strings: table }: Profile, { deoptReason }: StackTable, stackRows: Int32Array): void {
    if (deoptReason === null) return
    this.#deopts ??= new Int32Builder(this.#allocator)
    const deopts = this.#deopts
    while (deopts.length < this.#stacks.length) deopts.push(NONE)
    const { strings } = this.#strings
    for (let stack = 0; stack < stackRows.length; stack++) {
      const reason = this.#strings.map(table, deoptReason[stack]!)
      if (reason === NONE) continue
      const row = stackRows[stack]!
      const known = deopts.values[row]!
      // There is room for one: the same whatever comes first.
      if (known === NONE || strings.compare(reason, known) < 0) deopts.values[row] = reason
    }
  }
}

/** Ticks per line, those of the same stack and line added up where samples are. */
class TickSum {
  readonly #folded: PairIndex | null
  readonly #stack: Int32Builder
  readonly #line: Int32Builder
  readonly #ticks: Int32Builder

  constructor(allocator: Allocator, fold: boolean) {
    this.#folded = fold ? new PairIndex(allocator) : null
    this.#stack = this.#folded?.first ?? new Int32Builder(allocator)
    this.#line = this.#folded?.second ?? new Int32Builder(allocator)
    this.#ticks = new Int32Builder(allocator)
  }

  add({ length, stack, line, ticks }: PositionTickTable, stackRows: Int32Array): void {
    for (let tick = 0; tick < length; tick++) {
      const row = this.#rowOf(stackRows[stack[tick]!]!, line[tick]!)
      if (row === this.#ticks.length) this.#ticks.push(0)
      const sum = this.#ticks.values[row]! + ticks[tick]!
      if (sum > MOST_TICKS) throw new CallcostError('data', `a line has ${sum} ticks, the most is ${MOST_TICKS}`)
      this.#ticks.values[row] = sum
    }
  }

  table(): PositionTickTable {
    return {
      length: this.#ticks.length,
      stack: this.#stack.finish(),
      line: this.#line.finish(),
      ticks: this.#ticks.finish(),
    }
  }

  #rowOf(stack: number, line: number): number {
    if (this.#folded !== null) return this.#folded.intern(stack, line)
    this.#stack.push(stack)
    this.#line.push(line)
    return this.#stack.length - 1
  }
}

/** The sum of profiles with stacks that are all there. */
export function mergeStacks(
  allocator: Allocator,
  parts: readonly StackPart[],
  strings: StringUnion,
  fold: boolean,
): StackTables {
  const sum = new StackSum(allocator, strings, parts[0]?.values.length ?? 0, fold)
  for (const part of parts) sum.add(part)
  return sum.tables()
}
