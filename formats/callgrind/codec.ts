import { decodeLatin1 } from '../../src/bytes/text.js'
import type { Feature } from '../../src/model/features.js'
import type { Codec, Sniff } from '../codec.js'

const KEPT: readonly Feature[] = [
  'edges',
  'edge-calls',
  'files',
  'definition-lines',
  'several-values',
  'int64',
  'raw-names',
]

/** Valgrind's call graphs, also written by Xdebug, yappi, ruby-prof and pprof. See README.md. */
export const callgrind: Codec = {
  id: 'callgrind',
  title: 'callgrind',
  extensions: ['.callgrind', '.cachegrind'],
  reads: [...KEPT, 'stacks', 'spans'],
  // Calls of functions and totals per caller are written; what comes back lacks calls from outside and self per caller.
  writes: [...KEPT, 'calls', 'edge-costs'],
  sniff: (head, keys) => (keys === null ? sniff(head) : 'no'),
  load: async () => ({
    read: (await import('./read.js')).readCallgrind,
    write: (await import('./write.js')).writeCallgrind,
  }),
}

/** Bytes that hold the head of any file: Xdebug's and valgrind's have less than 1 KiB, the rest is for long commands. */
const LOOKED_AT = 16_384

const MARK = /^(\xef\xbb\xbf)?\s*# callgrind format/
const EVENTS = /^events:/m
const NAME = /^(fn|fl|ob)=/m
/** A line before the first function: a key, a name, a comment, nothing. */
const HEAD_LINE = /^([\w-]+:.*|(fl|fi|ob)=.*|#.*|\s*)$/

function sniff(head: Uint8Array): Sniff {
  const text = decodeLatin1(head.subarray(0, LOOKED_AT))
  if (MARK.test(text)) return 'certain'
  const events = EVENTS.exec(text)
  const name = NAME.exec(text)
  if (events === null || name === null || name.index < events.index) return 'no'
  const lines = text.slice(0, name.index).split('\n', 200)
  return lines.every((line) => HEAD_LINE.test(line.trimEnd())) ? 'certain' : 'no'
}
