import { Allocator } from '../../../limits.js'
import type { Pair } from '../side.js'
import type { Identities } from './identities.js'
import { closeness, Likeness } from './likeness.js'
import type { Matching } from './matching.js'
import { type NameWords, wordLikeness } from './name-words.js'
import type { Neighbours } from './neighbours.js'

/** What the parts of a score are worth. */
const WEIGHTS = { callers: 0.35, callees: 0.35, name: 0.15, calls: 0.15 } as const
/** What it is worth that neither function calls anything, or neither is called: half, if they are called this often. */
const NO_NEIGHBOURS = 0.5
const TELLING_CALLS = 10

/** Everything that the levels below the names look at. */
export interface Matter {
  readonly matching: Matching
  readonly identities: Pair<Identities>
  readonly neighbours: Pair<Neighbours>
  /** side → function → how much it is used. */
  readonly amounts: Pair<Float64Array>
  readonly words: NameWords
  /** text → 1 when it is the name of code that has none. */
  readonly isAnonymous: Uint8Array
}

/** Scores of a function before against functions after, by the neighbours that are paired already. */
export class Neighbourhood {
  readonly #matter: Matter
  readonly #callers: Likeness
  readonly #callees: Likeness
  #before = 0

  constructor(matter: Matter) {
    const { matching, neighbours } = matter
    const count = matching.after.length
    this.#matter = matter
    this.#callers = new Likeness([neighbours[0].callers, neighbours[1].callers], matching.tokens, count)
    this.#callees = new Likeness([neighbours[0].callees, neighbours[1].callees], matching.tokens, count)
  }

  load(before: number): void {
    this.#before = before
    this.#callers.load(before)
    this.#callees.load(before)
  }

  /** How alike the neighbours are, from 0 to 1; 0 when no neighbour is the same. */
  likeness(after: number): number {
    const callers = this.#callers.with(after)
    const callees = this.#callees.with(after)
    if (!(callers > 0) && !(callees > 0)) return 0
    return (this.#orFew(callers, after) + this.#orFew(callees, after)) / 2
  }

  /** Neighbours, words of the name and calls together, from 0 to 1. */
  score(after: number): number {
    const { identities, amounts, words } = this.#matter
    const names = wordLikeness(words, identities[0].name[this.#before]!, identities[1].name[after]!)
    return (
      (WEIGHTS.callers + WEIGHTS.callees) * this.likeness(after) +
      WEIGHTS.name * names +
      WEIGHTS.calls * closeness(amounts[0][this.#before]!, amounts[1][after]!)
    )
  }

  /** Two functions that are called once and call nothing are alike by chance. */
  #orFew(likeness: number, after: number): number {
    if (!Number.isNaN(likeness)) return likeness
    const { amounts } = this.#matter
    const fewer = Math.min(amounts[0][this.#before]!, amounts[1][after]!)
    return NO_NEIGHBOURS * Math.min(1, Math.log1p(fewer) / Math.log1p(TELLING_CALLS))
  }
}

/** side → function → 1 when it has no partner and may be found elsewhere or under another name. */
export function leftFunctions({ matching, identities }: Matter, isWanted: (side: 0 | 1, fn: number) => boolean) {
  const of = (side: 0 | 1): Uint8Array => {
    const { place } = identities[side]
    const left = new Allocator().bytes(place.length)
    for (let fn = 0; fn < place.length; fn++) {
      if (matching.isLeft(side, fn) && isWanted(side, fn)) left[fn] = 1
    }
    return left
  }
  return [of(0), of(1)] as const
}
