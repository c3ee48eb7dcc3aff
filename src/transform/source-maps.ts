import { Int32Builder } from '../bytes/columns.js'
import { Allocator } from '../limits.js'
import { FunctionTableBuilder } from '../model/function-table.js'
import { StringUnion } from '../model/merge-functions.js'
import { mergeGraphs } from '../model/merge-graphs.js'
import { mergeStacks } from '../model/merge-stacks.js'
import type { Profile } from '../model/profile.js'
import { type FrameTable, NO_POSITION, NONE, type PositionTickTable } from '../model/tables.js'

/** A place in a source: `file` as the profile would name it, line and column 1-based or {@link NO_POSITION}. */
export interface OriginalPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A function as its source has it; `name` is null where the source map does not say, and the generated one stays. */
export interface OriginalFunction extends OriginalPlace {
  readonly name: string | null
}

/** What a source map knows about one generated script. Lines and columns are 1-based or {@link NO_POSITION}. */
export interface MappedScript {
  /** The original of a function that the engine calls `name` and that is defined here; null when it has none. */
  functionAt(name: string, line: number, column: number): OriginalFunction | null
  /** The original of a line that runs; null when it has none, or several. */
  placeAt(line: number, column: number): OriginalPlace | null
}

/** The source map of a generated file, named as in the profile; null for a file that has none. */
export type ScriptLookup = (file: string) => MappedScript | null

export interface MappedProfile {
  readonly profile: Profile
  /** How many functions of the profile that was given have an original. */
  readonly count: number
}

/**
 * The profile with functions named and placed as in their sources. Generated functions of one original become one, and
 * with them frames and stacks; samples stay one by one and keep their moments. What the maps do not know stays as it is.
 * The same profile comes back when they know nothing.
 */
export function applySourceMaps(profile: Profile, scriptOf: ScriptLookup): MappedProfile {
  const allocator = new Allocator()
  const strings = new StringUnion(allocator)
  const original = mapFunctions(profile, scriptOf, strings, allocator)
  if (original.count === 0) return { profile, count: 0 }

  const { rows, builder } = original
  // How many argument lists two generated functions have in common, nobody knows.
  const functions = builder.finish()
  const graph =
    profile.graph === null
      ? null
      : mergeGraphs(
          allocator,
          [{ graph: profile.graph, rows, values: profile.valueTypes.map((_, index) => ({ index, factor: 1 })) }],
          functions.length,
        )
  return {
    profile: {
      ...profile,
      strings: strings.strings,
      functions,
      graph,
      ...mapStacks(profile, original, strings, allocator),
    },
    count: original.count,
  }
}

interface OriginalFunctions {
  readonly builder: FunctionTableBuilder
  /** function → function of the new table. */
  readonly rows: Int32Array
  /** function → its script, a row of `scripts`, when it has an original; {@link NONE} otherwise. */
  readonly script: Int32Array
  readonly scripts: readonly MappedScript[]
  /** How many functions have an original. */
  readonly count: number
}

function mapFunctions(
  { functions, strings: table }: Profile,
  scriptOf: ScriptLookup,
  strings: StringUnion,
  allocator: Allocator,
): OriginalFunctions {
  const builder = new FunctionTableBuilder(allocator, strings.strings)
  const rows = allocator.int32(functions.length)
  const script = allocator.int32(functions.length).fill(NONE)
  const scripts: MappedScript[] = []
  /** text of a file → its script. */
  const known = allocator.int32(table.length).fill(NOT_ASKED)
  let count = 0
  for (let fn = 0; fn < functions.length; fn++) {
    const file = functions.file[fn]!
    if (file !== NONE && known[file] === NOT_ASKED) {
      const found = scriptOf(table.text(file))
      known[file] = found === null ? NONE : scripts.push(found) - 1
    }
    const line = functions.line[fn]!
    const column = functions.column[fn]!
    const name = functions.name[fn]!
    const at = file === NONE ? NONE : known[file]!
    const original = at === NONE ? null : scripts[at]!.functionAt(table.text(name), line, column)
    if (original === null) {
      const systemName = functions.systemName === null ? NONE : strings.map(table, functions.systemName[fn]!)
      rows[fn] = builder.intern(strings.map(table, name), strings.map(table, file), line, column, systemName)
      continue
    }
    count++
    script[fn] = at
    rows[fn] = builder.intern(
      original.name === null ? strings.map(table, name) : strings.strings.internText(original.name),
      strings.strings.internText(original.file),
      original.line,
      original.column,
    )
  }
  return { builder, rows, script, scripts, count }
}

const NOT_ASKED = -2

function mapStacks(
  profile: Profile,
  original: OriginalFunctions,
  strings: StringUnion,
  allocator: Allocator,
): Pick<Profile, 'frames' | 'stacks' | 'samples' | 'mappings' | 'labels'> {
  const { frames, stacks, samples } = profile
  if (frames === null || stacks === null || samples === null) {
    return { frames: null, stacks: null, samples: null, mappings: null, labels: null }
  }
  const places = new LinePlaces(original)
  const ticks = stacks.positionTicks
  const mapped: Profile = {
    ...profile,
    frames: mapFrames(frames, places, allocator),
    stacks: {
      ...stacks,
      positionTicks: ticks === null ? null : mapTicks(ticks, stacks.frame, frames, places, allocator),
    },
    // Only which stacks samples have is asked of the merge: it would give up their moments.
    valueTypes: [],
  }
  const merged = mergeStacks(allocator, [{ profile: mapped, rows: original.rows, values: [] }], strings, false)
  const { stack, labels } = merged.samples!
  return { ...merged, samples: { ...samples, stack, labels } }
}

/** Where lines that run are in the source of their function. A line of another source is no line of the function. */
class LinePlaces {
  readonly #original: OriginalFunctions
  readonly #files: Profile['functions']['file']
  readonly #strings: Profile['strings']

  constructor(original: OriginalFunctions) {
    const { file } = original.builder.finish()
    this.#original = original
    this.#files = file
    this.#strings = original.builder.strings
  }

  isMapped(fn: number): boolean {
    return this.#original.script[fn] !== NONE
  }

  placeIn(fn: number, line: number, column: number): OriginalPlace | null {
    const { rows, script, scripts } = this.#original
    const place = line === NO_POSITION ? null : scripts[script[fn]!]!.placeAt(line, column)
    return place !== null && place.file === this.#strings.text(this.#files[rows[fn]!]!) ? place : null
  }
}

function mapFrames(frames: FrameTable, places: LinePlaces, allocator: Allocator): FrameTable {
  const line = allocator.int32(frames.length)
  const column = allocator.int32(frames.length)
  for (let frame = 0; frame < frames.length; frame++) {
    const fn = frames.function[frame]!
    line[frame] = frames.line[frame]!
    column[frame] = frames.column[frame]!
    if (!places.isMapped(fn)) continue
    const place = places.placeIn(fn, line[frame]!, column[frame]!)
    line[frame] = place === null ? NO_POSITION : place.line
    column[frame] = place === null ? NO_POSITION : place.column
  }
  return { ...frames, line, column }
}

/** Ticks know lines without columns: those of a line that several originals share are left out. */
function mapTicks(
  ticks: PositionTickTable,
  frameOf: Int32Array,
  frames: FrameTable,
  places: LinePlaces,
  allocator: Allocator,
): PositionTickTable {
  const stack = new Int32Builder(allocator)
  const line = new Int32Builder(allocator)
  const counts = new Int32Builder(allocator)
  for (let row = 0; row < ticks.length; row++) {
    const fn = frames.function[frameOf[ticks.stack[row]!]!]!
    const at = ticks.line[row]!
    const mapped = places.isMapped(fn) ? (places.placeIn(fn, at, NO_POSITION)?.line ?? NO_POSITION) : at
    if (mapped === NO_POSITION) continue
    stack.push(ticks.stack[row]!)
    line.push(mapped)
    counts.push(ticks.ticks[row]!)
  }
  return { length: stack.length, stack: stack.finish(), line: line.finish(), ticks: counts.finish() }
}
