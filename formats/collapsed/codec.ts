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

/** A first line of at least so many bytes is a stack when so many frames can be seen of it. */
const LONG = 4096
const MANY = 64

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
    // The head may end inside a line; a deep stack may be longer than the head.
    if (found < 0 && stacks > 0) break
    if (found < 0 && head.length - start >= LONG) return isDeep(head.subarray(start)) ? 'likely' : 'no'
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

/** The beginning of one stack of many frames: text with separators, and nothing that a text has not. */
function isDeep(line: Uint8Array): boolean {
  let separators = 0
  for (const byte of line) {
    if (byte === 0) return false
    if (byte === SEMICOLON) separators++
  }
  return separators >= MANY
}
