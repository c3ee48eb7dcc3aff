import { Allocator } from '../../../limits.js'
import type { Identities } from './identities.js'

/** The names of the functions in each place: those of place p are `name[start[p]]` to `name[start[p + 1] - 1]`. */
export interface NamesByPlace {
  readonly start: Int32Array
  /** Texts, each once a place, ascending. */
  readonly name: Int32Array
  /** What a name says about its place: more for functions that are called often. */
  readonly weight: Float64Array
}

/** @param amount function → how much it is used */
export function namesByPlace(
  { place, name, places }: Identities,
  isAnonymous: Uint8Array,
  amount: Float64Array,
): NamesByPlace {
  const allocator = new Allocator()
  const order = allocator.int32(place.length)
  let named = 0
  for (let fn = 0; fn < place.length; fn++) if (isAnonymous[name[fn]!] === 0) order[named++] = fn
  const sorted = order.subarray(0, named).sort((a, b) => place[a]! - place[b]! || name[a]! - name[b]!)
  const start = allocator.int32(places.length + 1)
  const names = allocator.int32(named)
  const weight = allocator.float64(named)
  let length = 0
  for (let at = 0; at < named; at++) {
    const fn = sorted[at]!
    const isNext = at === 0 || place[sorted[at - 1]!] !== place[fn] || name[sorted[at - 1]!] !== name[fn]
    if (isNext) {
      names[length++] = name[fn]!
      start[place[fn]! + 1] = start[place[fn]! + 1]! + 1
    }
    weight[length - 1] = Math.max(weight[length - 1]!, 1 + Math.log1p(amount[fn]!))
  }
  for (let at = 0; at < places.length; at++) start[at + 1] = start[at + 1]! + start[at]!
  return { start, name: names.subarray(0, length), weight: weight.subarray(0, length) }
}

/** How many names two places have in common. */
export function sharedNames(
  before: NamesByPlace,
  placeBefore: number,
  after: NamesByPlace,
  placeAfter: number,
): number {
  let shared = 0
  let a = before.start[placeBefore]!
  let b = after.start[placeAfter]!
  const endA = before.start[placeBefore + 1]!
  const endB = after.start[placeAfter + 1]!
  while (a < endA && b < endB) {
    const difference = before.name[a]! - after.name[b]!
    if (difference === 0) shared++
    if (difference <= 0) a++
    if (difference >= 0) b++
  }
  return shared
}

export function nameCount({ start }: NamesByPlace, place: number): number {
  return start[place + 1]! - start[place]!
}
