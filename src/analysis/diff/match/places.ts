import { Allocator } from '../../../limits.js'
import type { StringInterner } from '../../../model/strings.js'
import { NONE } from '../../../model/tables.js'
import { PairIndex } from '../../../model/tuple-index.js'
import type { Pair } from '../side.js'
import type { PlaceTable } from './identities.js'
import type { NamesByPlace } from './names-by-place.js'
import { type ProjectPath, pairBelowRoots, pairHashed } from './project-paths.js'

/** Which place before is which after. */
export interface PlacePairs {
  /** side → its place → place of the other side, {@link NONE} without one. */
  readonly partner: Pair<Int32Array>
  /** place before → 1 where the file was renamed or moved and what is in it says so. */
  readonly isRenamed: Uint8Array
}

/**
 * Finds places again by what they are called: modules of packages and of the runtime by name; files of the project by
 * path, or by what two checkouts have in common below their roots.
 */
export function pairPlaces(tables: Pair<PlaceTable>, texts: StringInterner, names: Pair<NamesByPlace>): PlacePairs {
  const [before, after] = tables
  const allocator = new Allocator()
  const partner = [allocator.int32(before.length).fill(NONE), allocator.int32(after.length).fill(NONE)] as const
  const pair = (placeBefore: number, placeAfter: number): void => {
    partner[0][placeBefore] = placeAfter
    partner[1][placeAfter] = placeBefore
  }
  pairEqual(tables, (table, place) => (table.isProjectFile[place] === 1 ? NONE : table.module[place]!), pair)
  let isOneCheckout = false
  pairEqual(
    tables,
    (table, place) => (table.isProjectFile[place] === 1 ? table.file[place]! : NONE),
    (placeBefore, placeAfter) => {
      pair(placeBefore, placeAfter)
      isOneCheckout ||= isAbsolute(texts.text(before.file[placeBefore]!))
    },
  )
  const left = [pathsOf(before, texts, partner[0]), pathsOf(after, texts, partner[1])] as const
  pairHashed(left, pair)
  // In one checkout, a file that is elsewhere was moved: its path says nothing any more.
  if (!isOneCheckout) {
    const isLeft = (side: 0 | 1) => (path: ProjectPath) => partner[side][path.place] === NONE
    pairBelowRoots([left[0].filter(isLeft(0)), left[1].filter(isLeft(1))], names, pair)
  }
  return { partner, isRenamed: allocator.bytes(before.length) }
}

function isAbsolute(file: string): boolean {
  return /^(?:\/|[a-z]:\/|[\w+.-]+:\/\/)/i.test(file)
}

/** Pairs the places of one realm with the same text; a place whose text is {@link NONE} takes no part. */
function pairEqual(
  [before, after]: Pair<PlaceTable>,
  textOf: (table: PlaceTable, place: number) => number,
  pair: (before: number, after: number) => void,
): void {
  const allocator = new Allocator()
  const keys = new PairIndex(allocator)
  // key → place before + 1, 0 once it has a partner.
  const places = allocator.int32(before.length)
  for (let place = 0; place < before.length; place++) {
    const text = textOf(before, place)
    if (text === NONE) continue
    const key = keys.intern(before.realm[place]!, text)
    if (places[key] === 0) places[key] = place + 1
  }
  for (let place = 0; place < after.length; place++) {
    const text = textOf(after, place)
    const key = text === NONE ? NONE : keys.find(after.realm[place]!, text)
    if (key === NONE || places[key] === 0) continue
    pair(places[key]! - 1, place)
    places[key] = 0
  }
}

function pathsOf(table: PlaceTable, texts: StringInterner, partner: Int32Array): ProjectPath[] {
  const paths: ProjectPath[] = []
  for (let place = 0; place < table.length; place++) {
    if (table.isProjectFile[place] === 0 || partner[place] !== NONE) continue
    const isDotted = /\.py[cowx]?$/i.test(texts.text(table.file[place]!))
    const segments = texts.text(table.module[place]!).split(isDotted ? '.' : '/')
    const last = segments.length - 1
    const plain = isDotted ? segments[last]! : withoutHash(segments[last]!)
    const isHashed = plain !== segments[last]
    segments[last] = plain
    paths.push({ place, segments, isHashed })
  }
  return paths
}

/** What bundlers put behind a name: `index-3f2a1b0c`, `main.3f2a1b0c.chunk`, `index-BdWY8v3c`. Never a word alone. */
const BUILD_HASH = /[-.](?:(?=[a-f]*\d)[\da-f]{6,64}|(?=.{0,7}\d)(?=.{0,7}[A-Z])(?=.{0,7}[a-z])[\w-]{8})(?=\.|$)/

function withoutHash(segment: string): string {
  return segment.replace(BUILD_HASH, '')
}
