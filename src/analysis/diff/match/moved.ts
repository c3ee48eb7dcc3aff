import { Allocator } from '../../../limits.js'
import { PairIndex } from '../../../model/tuple-index.js'
import { leftFunctions, type Matter, type Neighbourhood } from './neighbourhood.js'

const MIN_LIKENESS = 0.3

/**
 * Pairs functions that went to another file: of the same name, the only ones of it on either side that have no partner,
 * with like neighbours. Returns how many.
 */
export function pairMoved(matter: Matter, neighbourhood: Neighbourhood): number {
  const { matching, identities, isAnonymous } = matter
  const left = leftFunctions(matter, (side, fn) => {
    const { places, place, name } = identities[side]
    return places.file[place[fn]!]! >= 0 && isAnonymous[name[fn]!] === 0
  })
  const allocator = new Allocator()
  const keys = new PairIndex(allocator)
  // key → function + 1, -1 for several
  const only = [allocator.int32(left[0].length), allocator.int32(left[0].length)] as const
  for (const side of [0, 1] as const) {
    const { places, place, name } = identities[side]
    for (let fn = 0; fn < left[side].length; fn++) {
      if (left[side][fn] === 0) continue
      const realm = places.realm[place[fn]!]!
      const key = side === 0 ? keys.intern(realm, name[fn]!) : keys.find(realm, name[fn]!)
      if (key >= 0) only[side][key] = only[side][key] === 0 ? fn + 1 : -1
    }
  }
  let count = 0
  const found: [number, number, number][] = []
  for (let key = 0; key < keys.length; key++) {
    const [before, after] = [only[0][key]! - 1, only[1][key]! - 1]
    if (before < 0 || after < 0) continue
    neighbourhood.load(before)
    const likeness = neighbourhood.likeness(after)
    if (likeness < MIN_LIKENESS) continue
    found.push([before, after, likeness])
    count++
  }
  for (const [before, after, likeness] of found) matching.pair(before, after, 'moved', likeness)
  return count
}
