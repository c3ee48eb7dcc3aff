import type { Pair } from '../side.js'
import { type NamesByPlace, nameCount, sharedNames } from './names-by-place.js'

/** A file of the project by the segments of its module. */
export interface ProjectPath {
  readonly place: number
  /** Directories, then the file without extension and without the hash of a build. */
  readonly segments: readonly string[]
  readonly isHashed: boolean
}

type PairUp = (placeBefore: number, placeAfter: number) => void

/** Files of a side beyond which only their names are compared. */
const MAX_PATHS = 20_000
/** Files of one base name (`__init__`, `index`), before times after, beyond which they do not say where projects lie. */
const MAX_NAMESAKES = 1024
const MAX_ROOTS = 8
/** Of the names in files that are to be the same, how many have to be the same. */
const MIN_SHARED_NAMES = 0.5

/** Pairs files that are called the same but for the hash of the build, where that is clear on both sides. */
export function pairHashed([before, after]: Pair<readonly ProjectPath[]>, pair: PairUp): void {
  const hashed = (paths: readonly ProjectPath[]) => byText(paths.filter(({ isHashed }) => isHashed))
  const others = hashed(after)
  for (const [text, path] of hashed(before)) {
    const other = others.get(text)
    if (path !== null && other) pair(path.place, other.place)
  }
}

/** Paths by their text; null for a text that several have. */
function byText(paths: readonly ProjectPath[]): Map<string, ProjectPath | null> {
  const found = new Map<string, ProjectPath | null>()
  for (const path of paths) {
    const text = path.segments.join('/')
    found.set(text, found.has(text) ? null : path)
  }
  return found
}

/**
 * Pairs what is called the same below a directory of each side, if what is in those files is the same, too. Where a
 * project begins depends on which of its files ran, and the two sides may be two checkouts.
 */
export function pairBelowRoots(paths: Pair<readonly ProjectPath[]>, names: Pair<NamesByPlace>, pair: PairUp): void {
  let [before, after] = paths
  for (let round = 0; round < MAX_ROOTS; round++) {
    if (before.length === 0 || after.length === 0 || before.length > MAX_PATHS || after.length > MAX_PATHS) return
    // Past the first, one file alone is more likely to have been moved.
    const found = bestBelow([before, after], names, round === 0 ? 1 : 2)
    if (found.length === 0) return
    for (const [a, b] of found) pair(a.place, b.place)
    const taken = [new Set(found.map(([a]) => a)), new Set(found.map(([, b]) => b))] as const
    before = before.filter((path) => !taken[0].has(path))
    after = after.filter((path) => !taken[1].has(path))
  }
}

type Found = readonly Pair<ProjectPath>[]

/** The roots below which most files are called the same, and these files. */
function bestBelow(paths: Pair<readonly ProjectPath[]>, names: Pair<NamesByPlace>, least: number): Found {
  const others = byText(paths[1])
  const roots = rootsOf(paths).filter(({ votes }) => votes >= least)
  for (const { before, after } of roots.slice(0, MAX_ROOTS)) {
    const found: Pair<ProjectPath>[] = []
    for (const [text, path] of byText(paths[0])) {
      if (path === null || !isBelow(text, before)) continue
      const below = before === '' ? text : text.slice(before.length + 1)
      const other = others.get(after === '' ? below : `${after}/${below}`)
      if (other) found.push([path, other])
    }
    if ((before === '' && after === '') || areAlike(found, names)) return found
  }
  return []
}

function isBelow(text: string, directory: string): boolean {
  return directory === '' || text.startsWith(`${directory}/`)
}

interface Roots {
  readonly before: string
  readonly after: string
  votes: number
}

/** What is left of two paths in front of what they have in common at their ends: every two files of one name vote. */
function rootsOf([before, after]: Pair<readonly ProjectPath[]>): Roots[] {
  const byName = (paths: readonly ProjectPath[]): Map<string, ProjectPath[]> => {
    const found = new Map<string, ProjectPath[]>()
    for (const path of paths) {
      const name = path.segments.at(-1)!
      const list = found.get(name)
      if (list === undefined) found.set(name, [path])
      else list.push(path)
    }
    return found
  }
  const roots = new Map<string, Roots>()
  const others = byName(after)
  for (const [name, own] of byName(before)) {
    const namesakes = others.get(name) ?? []
    if (own.length * namesakes.length > MAX_NAMESAKES) continue
    for (const a of own) {
      for (const b of namesakes) {
        const [rootA, rootB] = rootsOfTwo(a.segments, b.segments)
        const key = `${rootA}\0${rootB}`
        const known = roots.get(key)
        if (known === undefined) roots.set(key, { before: rootA, after: rootB, votes: 1 })
        else known.votes++
      }
    }
  }
  const depth = ({ before, after }: Roots): number => before.length + after.length
  const text = ({ before, after }: Roots): string => [before, after].sort().join('\0')
  return [...roots.values()].sort((a, b) => b.votes - a.votes || depth(a) - depth(b) || (text(a) < text(b) ? -1 : 1))
}

function rootsOfTwo(a: readonly string[], b: readonly string[]): Pair<string> {
  let shared = 0
  while (shared < a.length && shared < b.length && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++
  return [a.slice(0, a.length - shared).join('/'), b.slice(0, b.length - shared).join('/')]
}

/** Whether what is in files before is what is in those after. */
function areAlike(found: Found, [before, after]: Pair<NamesByPlace>): boolean {
  let shared = 0
  let namesBefore = 0
  let namesAfter = 0
  for (const [a, b] of found) {
    shared += sharedNames(before, a.place, after, b.place)
    namesBefore += nameCount(before, a.place)
    namesAfter += nameCount(after, b.place)
  }
  return shared > 0 && shared >= MIN_SHARED_NAMES * Math.min(namesBefore, namesAfter)
}
