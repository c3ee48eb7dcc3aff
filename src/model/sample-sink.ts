import { NONE, type StackIndex } from './tables.js'

/**
 * Whose time is it between two samples? `hold`: the earlier one's, which DevTools, speedscope and cpupro say too.
 * `back`: the later one's. `mid`: half each. `hits`: nobody's; the profiler's own tick counts share the whole time.
 */
export type Attribution = 'hold' | 'back' | 'mid' | 'hits'

/** `attach`: a garbage collection belongs to the stack that it interrupted. `root`: it stays where it was recorded. */
export type GcPlacement = 'attach' | 'root'

export const ATTRIBUTIONS: readonly Attribution[] = ['hold', 'back', 'mid', 'hits']
export const GC_PLACEMENTS: readonly GcPlacement[] = ['attach', 'root']

/** How samples without a weight of their own get one. */
export interface AttributionRules {
  readonly attribution: Attribution
  readonly gc: GcPlacement
}

export const DEFAULT_RULES: AttributionRules = { attribution: 'hold', gc: 'attach' }

export interface SampleSinkOptions {
  readonly attribution: Exclude<Attribution, 'hits'>
  /** Whether a stack is a garbage collection; null leaves collections where they are. */
  readonly isGc: ((stack: StackIndex) => boolean) | null
  /** The stack of a collection that interrupted `stack`. */
  readonly attach: (stack: StackIndex) => StackIndex
  /** Gets each sample once, in order, when its weight is known. */
  readonly emit: (stack: StackIndex, weight: number) => void
}

/**
 * Turns samples at moments into samples with weights. Readers that only need sums feed it as they read, the attribution
 * transform feeds it a table: one place that knows the rules.
 */
export class SampleSink {
  readonly #options: SampleSinkOptions
  /** The latest moment so far: a clock that steps back is held, as speedscope does, so that no weight is negative. */
  #now = 0
  #pending: StackIndex = NONE
  #hasPending = false
  /** Half of the time before the pending sample, for `mid`. */
  #before = 0
  #interrupted: StackIndex = NONE

  /** The time before the first sample: nobody's under `hold`. */
  lead = 0
  /** Samples whose moment was before that of an earlier one. */
  backwards = 0

  constructor(options: SampleSinkOptions) {
    this.#options = options
  }

  /** A sample of `stack` at `time` since the first moment of the profile. */
  add(stack: StackIndex, time: number): void {
    const { attribution, emit } = this.#options
    const gap = time - this.#now
    if (gap < 0) this.backwards++
    else this.#now = time
    const passed = Math.max(0, gap)
    const placed = this.#place(stack)
    if (attribution === 'back') {
      if (!this.#hasPending) this.lead = passed
      this.#hasPending = true
      emit(placed, passed)
      return
    }
    if (this.#hasPending) emit(this.#pending, attribution === 'hold' ? passed : (this.#before + passed) / 2)
    else this.lead = passed
    this.#before = passed
    this.#pending = placed
    this.#hasPending = true
  }

  /** After the last sample; `duration` is how long recording went on, null when that is not known. */
  end(duration: number | null): void {
    const { attribution, emit } = this.#options
    if (!this.#hasPending || attribution === 'back') return
    const tail = duration === null ? 0 : Math.max(0, duration - this.#now)
    emit(this.#pending, attribution === 'hold' ? tail : (this.#before + tail) / 2)
    this.#hasPending = false
  }

  /** A run of collections belongs to the last stack before it; one at the very beginning stays where it is. */
  #place(stack: StackIndex): StackIndex {
    const { isGc, attach } = this.#options
    if (isGc === null) return stack
    if (!isGc(stack)) {
      this.#interrupted = stack
      return stack
    }
    return this.#interrupted === NONE ? stack : attach(this.#interrupted)
  }
}
