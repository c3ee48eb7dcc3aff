import { decodeLatin1 } from '../../src/bytes/text.js'
import type { Codec } from '../codec.js'
import { FOREIGN, type Foreign } from './foreign.js'

/** Bytes that the table's patterns see. */
const LOOK = 4096

/** One codec for each thing that people hand us and that callcost does not read: it says what to run instead. */
export const recognised: readonly Codec[] = FOREIGN.map(codecOf)

function codecOf({ id, title, advice, looksLike, keys }: Foreign): Codec {
  return {
    id,
    title,
    extensions: [],
    advice,
    sniff: (head, jsonKeys) => {
      if (jsonKeys !== null && keys?.(jsonKeys)) return 'certain'
      return looksLike?.test(decodeLatin1(head.subarray(0, LOOK))) ? 'certain' : 'no'
    },
    load: async () => ({}),
  }
}
