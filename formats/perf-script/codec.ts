import { decodeText } from '../../src/bytes/text.js'
import type { Codec, Sniff } from '../codec.js'
import { eventLine, isRecordLine } from './event-line.js'

/** What Linux `perf script` prints. See README.md. */
export const perfScript: Codec = {
  id: 'perf-script',
  title: 'Linux perf script',
  extensions: ['.perf', '.perf.txt'],
  reads: ['stacks', 'order', 'files', 'lines', 'inlining', 'several-values', 'several-profiles', 'provenance'],
  sniff: (head, keys) => (keys === null ? sniff(head) : 'no'),
  load: async () => ({ read: (await import('./read.js')).readPerfScript }),
}

/** Bytes that are looked at for samples, and lines in them. */
const LOOK = 32_768
const LINES = 200

/** Samples with times look like nothing else, and so does a header. The head may end inside a line. */
function sniff(head: Uint8Array): Sniff {
  if (head.subarray(0, LOOK).includes(0)) return 'no'
  const text = decodeText(head, 0, Math.min(LOOK, head.length)).replace(/^\ufeff/, '')
  let isLikely = false
  let number = 0
  for (const line of text.split('\n', LINES)) {
    number++
    if (line.startsWith('#')) {
      if (/^# perf version :/.test(line)) return 'certain'
      continue
    }
    if (line.trim() === '') continue
    if (isLikely && /^\s+[0-9a-f]{1,16}(\s|$)/.test(line)) return 'certain'
    const event = eventLine(line.trimEnd())
    if (event === null) return isLikely && number > 2 ? 'likely' : 'no'
    if (event.time !== null && (event.event !== null || isRecordLine(event))) return 'certain'
    isLikely = true
  }
  return isLikely ? 'likely' : 'no'
}
