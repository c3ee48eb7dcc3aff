import { emptySource } from './make-profile.js'
import type { DataNote, Profile, Source } from './profile.js'
import { NONE } from './tables.js'

/** What a profile counts for in a sum; sums of sums count what they were made of. */
interface Tally {
  /** What the profiles are called; null when they have different names. */
  readonly name: string | null
  readonly profiles: number
  /** Profiles that recorded stacks. */
  readonly withStacks: number
  /** Profiles that have samples without a stack. */
  readonly stackless: number
  /** Profiles that count no calls. */
  readonly uncounted: number
  /** Profiles that count different arguments. */
  readonly withDistinctArgs: number
  /** Names of all value types. */
  readonly measured: ReadonlySet<string>
  /** Notes of the profiles without those about their sum. */
  readonly notes: readonly DataNote[]
}

/** Codes of the notes that say what a sum could not keep. */
export const SUM_NOTES: ReadonlySet<string> = new Set([
  'values-dropped',
  'merged-as-call-graph',
  'stackless-dropped',
  'calls-unknown',
  'distinct-args-dropped',
])

const sums = new WeakMap<Profile, Tally>()

/** Whether a profile has stacks that somebody saw, not ones that were made up from its call graph. */
export function recordedStacks({ stacks, source }: Profile): boolean {
  return stacks !== null && source.stacks !== 'inferred'
}

function tallyOf(profile: Profile): Tally {
  const { name, graph, stacks, functions, valueTypes, source } = profile
  const countsCalls = graph === null ? stacks !== null && stacks.calls !== null : graph.calls !== null
  return {
    name,
    profiles: 1,
    withStacks: recordedStacks(profile) ? 1 : 0,
    stackless: profile.samples?.stack.includes(NONE) ? 1 : 0,
    uncounted: countsCalls ? 0 : 1,
    withDistinctArgs: functions.distinctArgs === null ? 0 : 1,
    measured: new Set(valueTypes.map((type) => type.name)),
    notes: source.notes.filter(({ code }) => code !== 'stacks-inferred'),
  }
}

/** Names and sources of the profiles of a sum: what all agree in stays, and notes are kept once. */
export class SourceSum {
  #process: string | null = null
  #thread: string | null = null
  #source: Source | null = null
  #name: string | null = null
  #profiles = 0
  #withStacks = 0
  #stackless = 0
  #uncounted = 0
  #withDistinctArgs = 0
  readonly #measured = new Set<string>()
  readonly #notes = new Map<string, DataNote>()

  /** How many of the profiles have samples without a stack, which a call graph has no place for. */
  get stackless(): number {
    return this.#stackless
  }

  add(profile: Profile): void {
    const { source } = profile
    const tally = sums.get(profile) ?? tallyOf(profile)
    if (this.#source === null) {
      this.#name = tally.name
      this.#process = profile.process
      this.#thread = profile.thread
      this.#source = source
    } else {
      this.#name = agreed(this.#name, tally.name)
      this.#process = agreed(this.#process, profile.process)
      this.#thread = agreed(this.#thread, profile.thread)
      this.#source = agreedSource(this.#source, source)
    }
    this.#profiles += tally.profiles
    this.#withStacks += tally.withStacks
    this.#stackless += tally.stackless
    this.#uncounted += tally.uncounted
    this.#withDistinctArgs += tally.withDistinctArgs
    for (const name of tally.measured) this.#measured.add(name)
    for (const note of tally.notes) {
      const key = `${note.code} ${note.message}`
      const known = this.#notes.get(key)
      if (known === undefined || known.count < note.count) this.#notes.set(key, note)
    }
  }

  /** Names and source of the sum, which has the tables and value types of `parts`. */
  finish(parts: Omit<Profile, 'name' | 'process' | 'thread' | 'source'>): Profile {
    const notes = [...this.#notes.values()]
    const source = this.#source ?? emptySource('merged')
    const profile: Profile = {
      ...parts,
      name: this.#name ?? `sum of ${this.#profiles} profiles`,
      process: this.#process,
      thread: this.#thread,
      source: {
        ...source,
        notes: [...notes, ...this.#sumNotes(parts)],
        stacks: parts.stacks === null ? 'none' : 'recorded',
      },
    }
    sums.set(profile, {
      name: this.#name,
      profiles: this.#profiles,
      withStacks: this.#withStacks,
      stackless: this.#stackless,
      uncounted: this.#uncounted,
      withDistinctArgs: this.#withDistinctArgs,
      measured: this.#measured,
      notes,
    })
    return profile
  }

  #sumNotes({ valueTypes, stacks }: Pick<Profile, 'valueTypes' | 'stacks'>): DataNote[] {
    const notes: DataNote[] = []
    const all = this.#profiles
    const kept = new Set(valueTypes.map(({ name }) => name))
    const dropped = [...this.#measured].filter((name) => !kept.has(name)).sort()
    if (dropped.length > 0) {
      const message = `not all profiles measure ${dropped.join(', ')}, so the sum leaves it out`
      notes.push({ code: 'values-dropped', message, count: dropped.length })
    }
    const withStacks = this.#withStacks
    if (stacks === null && withStacks > 0) {
      const message = `${withStacks} of ${all} profiles have stacks, so their sum is a call graph`
      notes.push({ code: 'merged-as-call-graph', message, count: withStacks })
    }
    const stackless = this.#stackless
    if (stacks === null && stackless > 0) {
      const message = `${stackless} of ${all} profiles have samples without a stack, which no function of their sum has`
      notes.push({ code: 'stackless-dropped', message, count: stackless })
    }
    const uncounted = this.#uncounted
    if (uncounted > 0 && uncounted < all) {
      const message = `${uncounted} of ${all} profiles count no calls, so their sum has none`
      notes.push({ code: 'calls-unknown', message, count: uncounted })
    }
    if (this.#withDistinctArgs > 0) {
      const message = 'how many different arguments the profiles have between them is unknown'
      notes.push({ code: 'distinct-args-dropped', message, count: this.#withDistinctArgs })
    }
    return notes
  }
}

function agreedSource(a: Source, b: Source): Source {
  const clock = agreed(a.clock, b.clock)
  return {
    format: agreed(a.format, b.format) ?? 'merged',
    producer: agreed(a.producer, b.producer),
    command: agreed(a.command, b.command),
    language: agreed(a.language, b.language),
    clock,
    recordedAt: clock === null ? null : earlier(a.recordedAt, b.recordedAt),
    method: agreed(a.method, b.method) ?? 'sampled',
    intervalNs: agreed(a.intervalNs, b.intervalNs),
    details: new Map([...a.details].filter(([key, value]) => b.details.get(key) === value)),
    // Those of the sum are set when it is finished.
    notes: [],
    stacks: 'none',
  }
}

/** What two have in common; null when they differ. */
function agreed<T>(a: T, b: T): T | null {
  return a === b ? a : null
}

function earlier(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return null
  return b < a ? b : a
}
