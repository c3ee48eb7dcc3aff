import { Allocator } from '../../../limits.js'
import type { Pair } from '../side.js'
import { BestPairs } from './best-pairs.js'
import type { Buckets } from './buckets.js'
import { leftFunctions, type Matter, type Neighbourhood } from './neighbourhood.js'
import type { Adjacency } from './neighbours.js'

const MIN_SCORE = 0.6
const MARGIN = 0.15
/** Functions without a partner around one neighbour, beyond which it leads to no candidates; less when many are left. */
const MAX_AROUND = [64, 16, 4]
/** Pairs to look at, and steps along edges while looking at them. */
const MAX_CANDIDATES = 1_000_000
const MAX_STEPS = 20_000_000

/**
 * Pairs functions that have another name, by the neighbours that are paired already. Nothing of the runtime: what calls
 * one built-in in the place of another calls another function. Returns how many; -1 when there are too many to look at.
 */
export function pairRenamed(matter: Matter, neighbourhood: Neighbourhood): number {
  const { matching, identities, neighbours } = matter
  const left = leftFunctions(matter, (side, fn) => {
    const { places, place } = identities[side]
    return places.isRuntime[place[fn]!] === 0
  })
  const tokens = matching.after.length
  const around = (['callers', 'callees'] as const).map(
    (way) =>
      [
        leftAround(neighbours[0][way], left[0], matching.tokens[0], tokens),
        leftAround(neighbours[1][way], left[1], matching.tokens[1], tokens),
      ] as const,
  )
  const limit = MAX_AROUND.find((most) => candidates(around, tokens, most) <= MAX_CANDIDATES)
  if (limit === undefined) return -1
  const best = new BestPairs([left[0].length, left[1].length])
  const isCandidate = candidateMarks(left[1].length)
  let steps = 0
  for (let before = 0; before < left[0].length; before++) {
    if (left[0][before] === 0) continue
    isCandidate.next()
    let isLoaded = false
    for (const [index, way] of (['callers', 'callees'] as const).entries()) {
      const own = neighbours[0][way]
      const [others, lists] = around[index]!
      for (let at = own.start[before]!; at < own.start[before + 1]!; at++) {
        const token = matching.tokens[0][own.other[at]!]!
        if (token < 0 || countOf(others, token) > limit || countOf(lists, token) > limit) continue
        for (let to = lists.start[token]!; to < lists.start[token + 1]!; to++) {
          const after = lists.items[to]!
          if (!isCandidate.mark(after) || realmOf(matter, 0, before) !== realmOf(matter, 1, after)) continue
          if (!isLoaded) neighbourhood.load(before)
          isLoaded = true
          steps += degreeOf(matter, after)
          if (steps > MAX_STEPS) return -1
          best.see(before, after, neighbourhood.score(after))
        }
      }
    }
  }
  return best.take(MIN_SCORE, MARGIN, (before, after, score) => matching.pair(before, after, 'renamed', score))
}

function realmOf({ identities }: Matter, side: 0 | 1, fn: number): number {
  const { places, place } = identities[side]
  return places.realm[place[fn]!]!
}

function degreeOf({ neighbours }: Matter, after: number): number {
  const { callers, callees } = neighbours[1]
  return 1 + callers.start[after + 1]! - callers.start[after]! + callees.start[after + 1]! - callees.start[after]!
}

function countOf({ start }: Buckets, key: number): number {
  return start[key + 1]! - start[key]!
}

/** Marks functions, each time anew. */
function candidateMarks(length: number): { next(): void; mark(fn: number): boolean } {
  const marks = new Allocator().int32(length)
  let current = 0
  return {
    next: () => {
      current++
    },
    mark: (fn) => {
      if (marks[fn] === current) return false
      marks[fn] = current
      return true
    },
  }
}

/** Paired function → the functions without a partner that have it as a neighbour. */
function leftAround({ start, other }: Adjacency, left: Uint8Array, tokens: Int32Array, count: number): Buckets {
  const allocator = new Allocator()
  const starts = allocator.int32(count + 1)
  const each = (visit: (token: number, fn: number) => void): void => {
    for (let fn = 0; fn < left.length; fn++) {
      if (left[fn] === 0) continue
      for (let at = start[fn]!; at < start[fn + 1]!; at++) {
        const token = tokens[other[at]!]!
        if (token >= 0) visit(token, fn)
      }
    }
  }
  each((token) => {
    starts[token + 1] = starts[token + 1]! + 1
  })
  for (let token = 0; token < count; token++) starts[token + 1] = starts[token + 1]! + starts[token]!
  const next = starts.slice()
  const items = allocator.int32(starts[count]!)
  each((token, fn) => {
    items[next[token]!] = fn
    next[token] = next[token]! + 1
  })
  return { start: starts, items }
}

/** How many pairs share a neighbour that has at most `most` functions without a partner around it on either side. */
function candidates(around: readonly Pair<Buckets>[], tokens: number, most: number): number {
  let sum = 0
  for (const [before, after] of around) {
    for (let token = 0; token < tokens; token++) {
      const [a, b] = [countOf(before, token), countOf(after, token)]
      if (a <= most && b <= most) sum += a * b
    }
  }
  return sum
}
