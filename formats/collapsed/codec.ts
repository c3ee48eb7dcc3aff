import type { Codec, Sniff } from '../codec.js'
import { splitLine } from './split-line.js'

/** Folded stacks, one a line: `main;parse;read 12`. See README.md. */
export const collapsed: Codec = {
  id: 'collapsed',
  title: 'collapsed stacks',
  extensions: ['.collapsed', '.folded'],
  reads: ['stacks', 'files', 'lines', 'inlining', 'int64', 'raw-names'],
  writes: ['stacks', 'files', 'lines', 'inlining', 'int64', 'raw-names'],
  options: [
    {
      name: 'collapsed-frames',
      type: 'string',
      choices: ['place', 'name'],
      default: 'place',
      describe: 'Write frames as name (file:line), the default, or as names alone',
    },
  ],
  sniff: (head, keys) => (keys === null ? sniff(head) : 'no'),
  load: async () => ({
    read: (await import('./read.js')).readCollapsed,
    write: (await import('./write.js')).writeCollapsed,
  }),
}

/** Lines that are looked at. */
const LINES = 50

const LF = 10
const CR = 13
const HASH = 35
const SEMICOLON = 59

/** Every line is a stack and a count, and some stack has several frames: nearly any text could say so, so only `likely`. */
function sniff(head: Uint8Array): Sniff {
  let stacks = 0
  let hasSeparator = false
  let start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  for (let line = 0; line < LINES && start < head.length; line++) {
    const found = head.indexOf(LF, start)
    // The head may end inside a line.
    if (found < 0 && stacks > 0) break
    const next = found < 0 ? head.length : found
    const end = head[next - 1] === CR ? next - 1 : next
    if (end > start && head[start] !== HASH) {
      const split = splitLine(head, start, end)
      if (split === null || head.subarray(start, end).includes(0)) return 'no'
      const separator = head.indexOf(SEMICOLON, start)
      if (separator >= 0 && separator < split.stackEnd) hasSeparator = true
      stacks++
    }
    start = next + 1
  }
  return hasSeparator ? 'likely' : 'no'
}
