import { CallcostError } from '../errors.js'
import { Allocator } from '../limits.js'
import { callGraph } from './call-graph.js'
import { makeProfile } from './make-profile.js'
import { FunctionUnion, StringUnion } from './merge-functions.js'
import { GraphSum } from './merge-graphs.js'
import { recordedStacks, SourceSum } from './merge-source.js'
import { StackSum } from './merge-stacks.js'
import { CommonValues, type ValuePick } from './merge-values.js'
import { WholeTotals } from './merge-whole-totals.js'
import type { Profile } from './profile.js'

export interface MergeOptions {
  /** Add up samples of the same stack and labels instead of keeping them one after the other. */
  readonly fold?: boolean
}

/**
 * The sum of profiles: functions of the same identity are one, their calls and costs add up. Value types must agree in
 * name and dimension, and are scaled to the finer unit; those that not all profiles have are dropped. Stacks stay stacks
 * when all profiles recorded them, else the sum is a call graph. What one profile does not count is unknown in the sum.
 * Notes of the source say what was dropped. Throws {@link CallcostError} when the profiles measure nothing in common.
 *
 * Order and grouping show in the order of rows, in which value is the default, and in the last digit of fractions.
 */
export function mergeProfiles(profiles: readonly Profile[], options: MergeOptions = {}): Profile {
  const sum = new ProfileSum(options)
  for (const profile of profiles) sum.add(profile)
  return sum.finish()
}

/**
 * {@link mergeProfiles} of profiles that come one after the other and can go once they are added: the memory is that of
 * the sum, the time that of the profiles. With `fold`; else the samples of all are kept.
 */
export class ProfileSum {
  readonly #fold: boolean
  readonly #allocator = new Allocator()
  readonly #strings = new StringUnion(this.#allocator)
  readonly #functions = new FunctionUnion(this.#allocator, this.#strings)
  readonly #values = new CommonValues()
  readonly #wholes = new WholeTotals()
  readonly #sources = new SourceSum()
  /** The only profile so far, which is its own sum. */
  #only: Profile | null = null
  #count = 0
  /** null as soon as one profile has no stacks. */
  #stacks: StackSum | null = null
  /** null while the graph can be derived from the stacks. */
  #graph: GraphSum | null = null

  constructor({ fold = false }: MergeOptions = {}) {
    this.#fold = fold
  }

  /** Throws {@link CallcostError} when the profile measures nothing that those before have in common. */
  add(profile: Profile): void {
    this.#count++
    if (this.#count === 1) {
      this.#only = profile
      return
    }
    if (this.#only !== null) this.#addTables(this.#only)
    this.#only = null
    this.#addTables(profile)
  }

  /** The sum, to which nothing can be added any more. */
  finish(): Profile {
    if (this.#count === 0) throw new CallcostError('usage', 'there is no profile to merge')
    if (this.#only !== null) return this.#only
    this.#strings.forget()
    return this.#sources.finish({
      ...this.#common(),
      graph: this.#graph?.graph(this.#functions.length) ?? null,
      ...(this.#stacks?.tables() ?? NO_STACKS),
      wholeTotals: this.#wholes.finish(this.#stacks === null && this.#sources.stackless > 0),
    })
  }

  #addTables(profile: Profile): void {
    const isFirst = this.#values.isEmpty
    const step = this.#values.add(profile)
    const values = step.picks
    this.#stacks?.keep(step)
    this.#graph?.keep(step)
    this.#wholes.add(profile, step)
    this.#sources.add(profile)

    const hasStacks = recordedStacks(profile)
    if (isFirst && hasStacks) {
      this.#stacks = new StackSum(this.#allocator, this.#strings, values.length, this.#fold)
    }
    // Before the functions of this profile join, so that those of the others are what the graph is derived from.
    if (this.#graph === null && (!hasStacks || profile.graph !== null)) this.#graph = this.#graphOfStacks(isFirst)
    const rows = this.#functions.add(profile)
    if (!hasStacks) this.#stacks = null
    this.#stacks?.add({ profile, rows, values })
    this.#graph?.add({ graph: callGraph(profile), rows, values }, this.#functions.length)
    this.#allocator.release(rows)
  }

  /** The graph of the stacks so far, for the graphs of the profiles to come. */
  #graphOfStacks(isEmpty: boolean): GraphSum {
    const { valueTypes } = this.#values
    const sum = new GraphSum(this.#allocator, valueTypes.length)
    if (isEmpty || this.#stacks === null) return sum
    const graph = callGraph(makeProfile({ ...this.#common(), ...this.#stacks.tables() }))
    const rows = Int32Array.from({ length: graph.length }, (_, fn) => fn)
    const values: ValuePick[] = valueTypes.map((_, index) => ({ index, factor: 1 }))
    sum.add({ graph, rows, values }, graph.length)
    return sum
  }

  #common(): Pick<Profile, 'valueTypes' | 'defaultValue' | 'strings' | 'functions'> {
    const { valueTypes, defaultValue } = this.#values
    return { valueTypes, defaultValue, strings: this.#strings.strings, functions: this.#functions.table() }
  }
}

const NO_STACKS = { frames: null, stacks: null, samples: null, mappings: null, labels: null }
