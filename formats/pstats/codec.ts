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

/** A marshalled dict whose first key is a tuple of 3 (or the marker, of 1) that begins with a text. */
function sniff(head: Uint8Array): Sniff {
  if (head.length < 2 || (head[0]! & TYPE_MASK) !== TYPE.dict) return 'no'
  const type = head[1]! & TYPE_MASK
  // The dict of a profile without functions; with more behind it, it could be a text.
  if (type === TYPE.null) return head.length === 2 || head[0] !== TYPE.dict ? 'certain' : 'no'
  const small = type === TYPE.smallTuple
  if (!small && type !== TYPE.tuple) return 'no'
  const first = small ? 3 : 6
  const items = head[2]
  if (head.length <= first || (items !== 3 && items !== 1)) return 'no'
  if (!small && (head[3] !== 0 || head[4] !== 0 || head[5] !== 0)) return 'no'
  return 'stuaAzZ'.includes(String.fromCharCode(head[first]! & TYPE_MASK)) ? 'certain' : 'no'
}
