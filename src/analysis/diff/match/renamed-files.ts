import { Allocator } from '../../../limits.js'
import { NONE } from '../../../model/tables.js'
import type { Pair } from '../side.js'
import { BestPairs } from './best-pairs.js'
import { type Buckets, bucketsOf } from './buckets.js'
import type { PlaceTable } from './identities.js'
import { type NamesByPlace, nameCount } from './names-by-place.js'
import type { PlacePairs } from './places.js'

/** Share of what is in two files that must be in both, by weight, and how much less the second best must share. */
const MIN_SIMILARITY = 0.5
const MARGIN = 0.15
/** Files of a side with one name beyond which the name leads to no candidates: `main`, `run`, `__init__`. */
const MAX_FILES_OF_NAME = 50

/**
 * Pairs files that have no partner by the names of the functions in them: Σ of the weights of the names in both over Σ of
 * those in either. Both must be each other's best by a margin.
 *
 * @param texts number of texts that names are of
 */
export function pairRenamedFiles(
  tables: Pair<PlaceTable>,
  names: Pair<NamesByPlace>,
  texts: number,
  pairs: PlacePairs,
): void {
  const isLeft = (side: 0 | 1, place: number): boolean =>
    pairs.partner[side][place] === NONE && tables[side].file[place] !== NONE
  const places = [placesOf(names[0]), placesOf(names[1])] as const
  const rowsByName = ([0, 1] as const).map((side) => {
    const names_ = names[side].name.map((name, row) => (isLeft(side, places[side][row]!) ? name : NONE))
    return bucketsOf(names_, texts)
  }) as [Buckets, Buckets]
  const best = new BestPairs([tables[0].length, tables[1].length])
  // place after → place before that it was last compared with, + 1
  const compared = new Allocator().int32(tables[1].length)
  for (let row = 0; row < names[0].name.length; row++) {
    const name = names[0].name[row]!
    const before = places[0][row]!
    if (!isLeft(0, before) || countOf(rowsByName[0], name) > MAX_FILES_OF_NAME) continue
    if (countOf(rowsByName[1], name) > MAX_FILES_OF_NAME) continue
    for (let at = rowsByName[1].start[name]!; at < rowsByName[1].start[name + 1]!; at++) {
      const after = places[1][rowsByName[1].items[at]!]!
      if (compared[after] === before + 1 || tables[0].realm[before] !== tables[1].realm[after]) continue
      compared[after] = before + 1
      const similarity = similarityOf(names, before, after)
      if (similarity > 0) best.see(before, after, similarity)
    }
  }
  best.take(MIN_SIMILARITY, MARGIN, (before, after) => {
    pairs.partner[0][before] = after
    pairs.partner[1][after] = before
    pairs.isRenamed[before] = 1
  })
}

function countOf({ start }: Buckets, key: number): number {
  return start[key + 1]! - start[key]!
}

/** Row of the names → its place. */
function placesOf({ start, name }: NamesByPlace): Int32Array {
  const places = new Allocator().int32(name.length)
  for (let place = 0; place + 1 < start.length; place++) places.fill(place, start[place], start[place + 1])
  return places
}

function similarityOf([before, after]: Pair<NamesByPlace>, placeBefore: number, placeAfter: number): number {
  let shared = 0
  let both = 0
  let either = 0
  let a = before.start[placeBefore]!
  let b = after.start[placeAfter]!
  const endA = before.start[placeBefore + 1]!
  const endB = after.start[placeAfter + 1]!
  while (a < endA || b < endB) {
    const nameA = a < endA ? before.name[a]! : Number.POSITIVE_INFINITY
    const nameB = b < endB ? after.name[b]! : Number.POSITIVE_INFINITY
    const weight = Math.max(nameA <= nameB ? before.weight[a]! : 0, nameB <= nameA ? after.weight[b]! : 0)
    either += weight
    if (nameA === nameB) {
      both += weight
      shared++
    }
    if (nameA <= nameB) a++
    if (nameB <= nameA) b++
  }
  // One name in common may be anything's, unless it is all that there is.
  const isWhole = nameCount(before, placeBefore) === 1 && nameCount(after, placeAfter) === 1
  return shared >= 2 || isWhole ? both / either : 0
}
