import { type Unit, unitFactor } from '../../units.js'
import type { ChangeRule } from './change-rule.js'
import type { ChangedValue, ChangeSubject } from './change-subject.js'

/** What came of a rule. */
export interface ChangeVerdict {
  readonly rule: ChangeRule
  /** The change of what is worst, as the rule asks: a share of what it was, or a difference in `unit`; null of nothing. */
  readonly value: number | null
  /** Interval of `value`; null where counts or single runs decide. */
  readonly ci: readonly [low: number, high: number] | null
  /** `none` for shares. */
  readonly unit: Unit
  readonly verdict: 'pass' | 'warn' | 'fail' | 'inconclusive'
  /** Why the verdict can be trusted: counts, an interval over runs, or one run a side, which only indicates. */
  readonly basis: 'counts' | 'interval' | 'indicative'
  /** Names of what broke the rule, or may have if inconclusive, worst first; at most {@link MOST_NAMES}. */
  readonly functions: readonly string[]
  /** How many broke it, or may have. */
  readonly broken: number
  /** How many were looked at. */
  readonly matched: number
  /** Matches of the selector that were left out, because which function is which is a guess. */
  readonly unsure: number
}

/** Names that a verdict gives. */
export const MOST_NAMES = 20

/** False discoveries that rules about many functions put up with. */
const ALPHA = 0.05

/** Past the limit, perhaps past it, within it. */
const STATES = ['over', 'unclear', 'under'] as const

type State = (typeof STATES)[number]

/** Something whose change is held against the limit. */
interface Candidate {
  readonly name: string
  readonly value: number
  readonly ci: readonly [low: number, high: number] | null
}

/** How many there were, and those that grew most. */
class Worst {
  count = 0
  readonly list: Candidate[] = []

  add(candidate: Candidate): void {
    this.count++
    const at = this.list.findIndex((other) => candidate.value > other.value)
    this.list.splice(at < 0 ? this.list.length : at, 0, candidate)
    if (this.list.length > MOST_NAMES) this.list.pop()
  }
}

/** Holds changes against the limit of a rule, one after the other. */
export class Judgement {
  readonly #rule: ChangeRule
  readonly #subject: ChangeSubject
  readonly #limit: number
  readonly #worst = { over: new Worst(), unclear: new Worst(), under: new Worst() }
  matched = 0
  unsure = 0

  constructor(rule: ChangeRule, subject: ChangeSubject) {
    const { limit } = rule
    this.#rule = rule
    this.#subject = subject
    this.#limit = limit.kind === 'time' ? limit.value * (unitFactor(limit.unit, subject.unit) ?? 1) : limit.value
  }

  get isPercent(): boolean {
    return this.#rule.limit.kind === 'share'
  }

  /** A value that changed. `isOneOfMany`: it is looked at because all are, so that chance must be reckoned with. */
  add(name: string, { before, after, ci, q }: ChangedValue, isOneOfMany: boolean): void {
    if (before === null || after === null) return
    const value = this.isPercent ? relative(before, after) : after - before
    const scale = this.isPercent ? 1 : before
    const interval: Candidate['ci'] = ci === null ? null : [scale * (ci[0] - 1), scale * (ci[1] - 1)]
    const state = this.#stateOf(value, interval)
    const isNoise = isOneOfMany && state === 'over' && q !== null && q > ALPHA
    this.#worst[isNoise ? 'unclear' : state].add({ name, value, ci: interval })
  }

  /** A change that is too small to count, whatever its share. */
  addSmall(name: string, { before, after, ci }: ChangedValue): void {
    if (before === null || after === null) return
    const interval: Candidate['ci'] = ci === null ? null : [ci[0] - 1, ci[1] - 1]
    this.#worst.under.add({ name, value: relative(before, after), ci: interval })
  }

  /** A difference that is held against the profile total before. */
  addDelta(name: string, delta: number, ci: Candidate['ci']): void {
    const whole = this.isPercent ? (this.#subject.program.before ?? 0) : 1
    const scaled = (difference: number): number => (difference === 0 ? 0 : difference / whole)
    const interval: Candidate['ci'] = ci === null ? null : [scaled(ci[0]), scaled(ci[1])]
    const value = scaled(delta)
    this.#worst[this.#stateOf(value, interval)].add({ name, value, ci: interval })
  }

  /** A value whose runs do not agree, though they should. */
  addUncertain(name: string, { before, after }: ChangedValue): void {
    if (before === null || after === null) return
    const value = this.isPercent ? relative(before, after) : after - before
    if (!this.#isOver(value)) this.#worst.under.add({ name, value, ci: null })
    else this.#worst.unclear.add({ name, value, ci: null })
  }

  verdict(level: 'fail' | 'warn'): ChangeVerdict {
    const rule = this.#rule
    const state = STATES.find((one) => this.#worst[one].count > 0) ?? 'under'
    const { list, count } = this.#worst[state]
    const isBroken = state !== 'under'
    const isUnsure = state === 'under' && this.unsure > 0 && this.unsure === this.matched
    const [first] = list
    return {
      rule,
      value: first?.value ?? null,
      ci: first?.ci ?? null,
      unit: this.isPercent ? 'none' : rule.metric === 'calls' ? 'count' : this.#subject.unit,
      verdict: state === 'over' ? level : state === 'unclear' || isUnsure ? 'inconclusive' : 'pass',
      basis: rule.metric === 'calls' ? 'counts' : first !== undefined && first.ci !== null ? 'interval' : 'indicative',
      functions: isBroken ? list.map(({ name }) => name) : [],
      broken: isBroken ? count : 0,
      matched: this.matched,
      unsure: this.unsure,
    }
  }

  #stateOf(value: number, ci: Candidate['ci']): State {
    if (ci === null) return this.#isOver(value) ? 'over' : 'under'
    if (this.#isOver(ci[0])) return 'over'
    return this.#isOver(ci[1]) ? 'unclear' : 'under'
  }

  #isOver(value: number): boolean {
    return this.#rule.operator === '>' ? value > this.#limit : value >= this.#limit
  }
}

/** Growth as a share of what it was; of what was nothing it is without bound. */
function relative(before: number, after: number): number {
  if (before === 0) return after === 0 ? 0 : Number.POSITIVE_INFINITY
  return (after - before) / before
}
