import { CallcostError } from '../errors.js'
import { Allocator } from '../limits.js'
import { finerUnit, type Unit, unitFactor } from '../units.js'
import { callGraph } from './call-graph.js'
import { emptySource } from './make-profile.js'
import { StringUnion, uniteFunctions } from './merge-functions.js'
import { mergeGraphs } from './merge-graphs.js'
import { mergeStacks } from './merge-stacks.js'
import { addExact, type ExactNumber, narrow, sumColumn } from './numbers.js'
import type { DataNote, Profile, Source, ValueType } from './profile.js'

export interface MergeOptions {
  /** Add up samples of the same stack and labels instead of keeping them one after the other. */
  readonly fold?: boolean
}

/**
 * The sum of profiles: functions of the same identity are one, their calls and costs add up. Value types must agree in
 * name and dimension, and are scaled to the finer unit; those that not all profiles have are dropped. Stacks stay stacks
 * when all profiles recorded them, else the sum is a call graph. What one profile does not count is unknown in the sum.
 * Notes of the source say what was dropped. Throws {@link CallcostError} when the profiles measure nothing in common.
 */
export function mergeProfiles(profiles: readonly Profile[], options: MergeOptions = {}): Profile {
  const [first] = profiles
  if (first === undefined) throw new CallcostError('usage', 'there is no profile to merge')
  if (profiles.length === 1) return first
  const allocator = new Allocator()
  const notes: DataNote[] = []
  const { valueTypes, picks } = commonValues(profiles, notes)
  const strings = new StringUnion(allocator)
  const { functions, rows } = uniteFunctions(allocator, profiles, strings)
  const parts = profiles.map((profile, index) => ({ profile, rows: rows[index]!, values: picks[index]! }))

  const withStacks = profiles.filter((profile) => profile.stacks !== null && profile.source.stacks !== 'inferred')
  const keepStacks = withStacks.length === profiles.length
  // Where all have stacks, the graph is derived from their sum, unless each source gave one beside them.
  const keepGraph = !keepStacks || profiles.every((profile) => profile.graph !== null)
  if (!keepStacks && withStacks.length > 0) {
    const message = `${withStacks.length} of ${profiles.length} profiles have stacks, so their sum is a call graph`
    notes.push({ code: 'merged-as-call-graph', message, count: withStacks.length })
  }
  const noStacks = { frames: null, stacks: null, samples: null, mappings: null, labels: null }
  const tables = keepStacks ? mergeStacks(allocator, parts, strings, options.fold ?? false) : noStacks
  const graphs = keepGraph ? parts.map((part) => ({ ...part, graph: callGraph(part.profile) })) : []
  const graph = keepGraph ? mergeGraphs(allocator, graphs, functions.length) : null
  const uncounted = profiles.filter((profile) => !countsCalls(profile)).length
  if (uncounted > 0 && uncounted < profiles.length) {
    const message = `${uncounted} of ${profiles.length} profiles count no calls, so their sum has none`
    notes.push({ code: 'calls-unknown', message, count: uncounted })
  }
  if (profiles.some((profile) => profile.functions.distinctArgs !== null)) {
    const message = 'how many different arguments the profiles have between them is unknown'
    notes.push({ code: 'distinct-args-dropped', message, count: profiles.length })
  }
  const shared = <T>(of: (profile: Profile) => T): T | null => agreed(profiles, of)
  return {
    name: shared((profile) => profile.name) ?? `sum of ${profiles.length} profiles`,
    process: shared((profile) => profile.process),
    thread: shared((profile) => profile.thread),
    source: mergeSources(profiles, notes, keepStacks ? 'recorded' : 'none'),
    valueTypes,
    defaultValue: Math.max(
      0,
      picks[0]!.findIndex(({ index }) => index === first.defaultValue),
    ),
    strings: strings.strings,
    functions,
    graph,
    ...tables,
    wholeTotals: mergeWholeTotals(parts),
  }
}

interface ValuePick {
  readonly index: number
  readonly factor: number
}

/** The value types that all profiles have, and for each profile which of its own they are. */
function commonValues(
  profiles: readonly Profile[],
  notes: DataNote[],
): { readonly valueTypes: readonly ValueType[]; readonly picks: readonly (readonly ValuePick[])[] } {
  const valueTypes: ValueType[] = []
  const picks: ValuePick[][] = profiles.map(() => [])
  for (const wanted of profiles[0]!.valueTypes) {
    const indices = profiles.map((profile) => findValue(profile, wanted))
    if (indices.includes(-1)) continue
    let unit: Unit = wanted.unit
    for (const [part, profile] of profiles.entries()) unit = finerUnit(unit, profile.valueTypes[indices[part]!]!.unit)
    valueTypes.push({ name: wanted.name, unit })
    for (const [part, profile] of profiles.entries()) {
      const index = indices[part]!
      picks[part]!.push({ index, factor: unitFactor(profile.valueTypes[index]!.unit, unit) ?? 1 })
    }
  }
  const kept = new Set(valueTypes.map(({ name }) => name))
  const dropped = new Set(profiles.flatMap((profile) => profile.valueTypes.map(({ name }) => name)))
  for (const name of kept) dropped.delete(name)
  if (kept.size === 0 && dropped.size > 0) {
    const [a, b] = profiles.map((profile) =>
      profile.valueTypes.map(({ name, unit }) => `${name} in ${unit}`).join(', '),
    )
    throw new CallcostError('data', 'the profiles cannot be added up: they measure nothing in common', {
      hint: `the first has ${a || 'nothing'}, the second ${b || 'nothing'}`,
    })
  }
  if (dropped.size > 0) {
    const message = `not all profiles measure ${[...dropped].sort().join(', ')}, so the sum leaves it out`
    notes.push({ code: 'values-dropped', message, count: dropped.size })
  }
  return { valueTypes, picks }
}

function findValue(profile: Profile, wanted: ValueType): number {
  const same = profile.valueTypes.findIndex(({ name, unit }) => name === wanted.name && unit === wanted.unit)
  if (same >= 0) return same
  return profile.valueTypes.findIndex(
    ({ name, unit }) => name === wanted.name && unitFactor(unit, wanted.unit) !== null,
  )
}

function countsCalls({ graph, stacks }: Profile): boolean {
  return graph === null ? stacks !== null && stacks.calls !== null : graph.calls !== null
}

function mergeSources(profiles: readonly Profile[], added: readonly DataNote[], stacks: Source['stacks']): Source {
  const sources = profiles.map((profile) => profile.source)
  const shared = <K extends keyof Source>(key: K): Source[K] | null => agreed(sources, (source) => source[key])
  const notes = new Map<string, DataNote>()
  for (const note of [...sources.flatMap((source) => source.notes), ...added]) {
    if (note.code !== 'stacks-inferred') notes.set(`${note.code} ${note.message}`, note)
  }
  const [first, ...others] = sources
  const details = [...first!.details].filter(([key, value]) =>
    others.every((source) => source.details.get(key) === value),
  )
  const clock = shared('clock')
  const times = sources.map((source) => source.recordedAt)
  return {
    ...emptySource(shared('format') ?? 'merged'),
    producer: shared('producer'),
    command: shared('command'),
    language: shared('language'),
    clock,
    recordedAt: clock === null ? null : times.reduce(earlier),
    method: shared('method') ?? 'sampled',
    intervalNs: shared('intervalNs'),
    details: new Map(details),
    notes: [...notes.values()],
    stacks,
  }
}

function earlier(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return null
  return b < a ? b : a
}

/** What the profiles weighed before filters; null when none was filtered. */
function mergeWholeTotals(
  parts: readonly { readonly profile: Profile; readonly values: readonly ValuePick[] }[],
): Profile['wholeTotals'] {
  if (parts.every(({ profile }) => profile.wholeTotals === null)) return null
  return parts[0]!.values.map((_, value) => {
    let sum: ExactNumber | null = 0
    for (const { profile, values } of parts) {
      const { index, factor } = values[value]!
      const column = profile.samples === null ? callGraph(profile).self[index] : profile.samples.values[index]
      const whole = profile.wholeTotals?.[index] ?? (column ? sumColumn(column) : null)
      if (sum === null || whole === null) sum = null
      else sum = addExact(sum, typeof whole === 'bigint' ? narrow(whole * BigInt(factor)) : whole * factor)
    }
    return sum
  })
}

/** What all have in common; null when they differ. */
function agreed<T, V>(all: readonly T[], of: (one: T) => V): V | null {
  const value = of(all[0]!)
  return all.every((one) => of(one) === value) ? value : null
}
