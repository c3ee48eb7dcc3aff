import type { Feature } from '../../src/model/features.js'
import type { Codec, Sniff } from '../codec.js'
import { TYPE, TYPE_MASK } from './marshal-types.js'

const FEATURES: readonly Feature[] = [
  'calls',
  'primitive-calls',
  'edges',
  'edge-calls',
  'edge-costs',
  'files',
  'definition-lines',
  'int64',
]

/** The files of Python's cProfile, profile and pstats. See README.md. */
export const pstats: Codec = {
  id: 'pstats',
  title: 'Python pstats',
  extensions: ['.pstats', '.prof', '.profile', '.cprof', '.pstat'],
  reads: [...FEATURES, 'several-values', 'raw-names'],
  writes: FEATURES,
  sniff,
  load: async () => ({
    read: (await import('./read.js')).readPstats,
    write: (await import('./write.js')).writePstats,
  }),
}

/** Certain of what Python writes; likely of any other marshalled container, whose reader then says what is wrong. */
function sniff(head: Uint8Array): Sniff {
  return isStats(head) ? 'certain' : isContainer(head) ? 'likely' : 'no'
}

/** A marshalled dict whose first key is a tuple of 3 (or the marker, of 1) that begins with a text. */
function isStats(head: Uint8Array): boolean {
  if (head.length < 2 || (head[0]! & TYPE_MASK) !== TYPE.dict) return false
  const type = head[1]! & TYPE_MASK
  // The dict of a profile without functions; with more behind it, it could be a text.
  if (type === TYPE.null) return head.length === 2 || head[0] !== TYPE.dict
  const small = type === TYPE.smallTuple
  if (!small && type !== TYPE.tuple) return false
  const first = small ? 3 : 6
  const items = head[2]
  if (head.length <= first || (items !== 3 && items !== 1)) return false
  if (!small && !isCount(head, 2)) return false
  return 'stuaAzZ'.includes(String.fromCharCode(head[first]! & TYPE_MASK))
}

/** A dict that begins with a counted object, or a tuple or list: the zeros of a small count are in no text. */
function isContainer(head: Uint8Array): boolean {
  const type = head[0]! & TYPE_MASK
  if (type === TYPE.tuple || type === TYPE.list) return isCount(head, 1)
  return type === TYPE.dict && 'r(istuaA['.includes(String.fromCharCode(head[1]! & TYPE_MASK)) && isCount(head, 2)
}

/** A 32-bit count of less than 256 at `at`. */
function isCount(head: Uint8Array, at: number): boolean {
  return head.length > at + 3 && head[at + 1] === 0 && head[at + 2] === 0 && head[at + 3] === 0
}
