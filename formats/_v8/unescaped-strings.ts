import { skipPlain } from '../../src/bytes/json-text.js'
import type { ReadContext } from '../codec.js'

const BACKSLASH = 0x5c
const LETTER_U = 0x75

/**
 * What V8's own serializer writes first (`v8.startCpuProfile()` of Node 24.12 and 25): the hit count before the call
 * frame, and numbers where the DevTools protocol has texts. Only this writer forgets to escape strings.
 */
const OWN_SERIALIZER = /^\s*\{"nodes":\[\{"id":\d+,"hitCount":\d+,"callFrame":\{"functionName":"/

const HEAD_BYTES = 200

/** How a string of the serializer begins, and what can only stand behind its end. */
const STRINGS = [
  { begin: Buffer.from('"functionName":"'), end: Buffer.from('","lineNumber":') },
  { begin: Buffer.from('"url":"'), end: Buffer.from('"}') },
]

/** Bytes of the longest beginning of a string. */
const LONGEST_BEGIN = STRINGS[0]!.begin.length

/** How many bytes escaping has added so far: what an offset in the escaped text is too large by, at most. */
export interface Escapes {
  added: number
}

/**
 * The bytes with the strings of V8's own serializer escaped, so that they are JSON. Bytes of every other writer pass
 * through untouched. A string that is valid inside JSON is left as it is.
 */
export async function* escapeV8Strings(
  chunks: AsyncIterable<Uint8Array>,
  context: ReadContext,
  escapes: Escapes,
): AsyncIterable<Uint8Array> {
  let isOwn: boolean | null = null
  let rest: Buffer = Buffer.from([])
  /** What came behind `rest` and was not looked at yet. */
  let waiting: Uint8Array[] = []
  let length = 0
  /** How many bytes there must be before another look at a string that goes on is worth it: twice as many each time. */
  let enough = HEAD_BYTES
  /** Bytes handed on so far, for places. */
  let passed = 0
  for await (const chunk of chunks) {
    if (isOwn === false) {
      yield chunk
      continue
    }
    // A piece is only valid until the next one is asked for.
    waiting.push(Buffer.from(chunk))
    length += chunk.length
    if (length < enough) continue
    rest = Buffer.concat([rest, ...waiting])
    waiting = []
    isOwn ??= OWN_SERIALIZER.test(rest.toString('latin1', 0, HEAD_BYTES))
    if (!isOwn) {
      yield rest
      continue
    }
    const { done, left } = escapeComplete(rest, passed, context, false)
    context.allocator.check('text', left.length - LONGEST_BEGIN, 'bytes of text')
    escapes.added += done.length + left.length - rest.length
    passed += rest.length - left.length
    rest = left
    length = left.length
    enough = 2 * length
    yield done
  }
  if (isOwn === false || length === 0) return
  rest = Buffer.concat([rest, ...waiting])
  isOwn ??= OWN_SERIALIZER.test(rest.toString('latin1', 0, HEAD_BYTES))
  if (!isOwn) {
    yield rest
    return
  }
  const { done } = escapeComplete(rest, passed, context, true)
  escapes.added += done.length - rest.length
  yield done
}

/** Escapes every string that lies wholly in `bytes`; `left` begins with the first that may go on. */
function escapeComplete(
  bytes: Buffer,
  offset: number,
  context: ReadContext,
  isLast: boolean,
): { readonly done: Buffer; readonly left: Buffer } {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const next = nextString(bytes, at)
    if (next === null) break
    const from = next.start
    const to = bytes.indexOf(next.end, from)
    if (to < 0) {
      if (isLast) break
      parts.push(bytes.subarray(at, from - next.begin.length))
      return { done: Buffer.concat(parts), left: bytes.subarray(from - next.begin.length) }
    }
    parts.push(bytes.subarray(at, from), escaped(bytes.subarray(from, to), offset + from, context))
    at = to
  }
  // The beginning of a string's key may be cut off at the end of the piece.
  const keep = isLast ? 0 : Math.min(bytes.length - at, LONGEST_BEGIN)
  parts.push(bytes.subarray(at, bytes.length - keep))
  return { done: Buffer.concat(parts), left: bytes.subarray(bytes.length - keep) }
}

function nextString(bytes: Buffer, at: number) {
  let first: { start: number; begin: Buffer; end: Buffer } | null = null
  for (const { begin, end } of STRINGS) {
    const found = bytes.indexOf(begin, at)
    if (found >= 0 && (first === null || found + begin.length < first.start)) {
      first = { start: found + begin.length, begin, end }
    }
  }
  return first
}

function escaped(content: Buffer, offset: number, context: ReadContext): Buffer {
  context.allocator.check('text', content.length, 'bytes of text')
  if (isValidInside(content)) return content
  context.repair('a string that the engine did not escape was read as it stands', { offset })
  // latin1 keeps each byte one character, so that UTF-8 sequences come through whole.
  return Buffer.from(JSON.stringify(content.toString('latin1')).slice(1, -1), 'latin1')
}

const SHORT_ESCAPES = Buffer.from('"\\/bfnrt')
const HEX = /^[0-9a-fA-F]{4}$/

/** Inside of a JSON string: no bare quote or control character, and only escapes that there are. */
function isValidInside(content: Buffer): boolean {
  let at = 0
  while (at < content.length) {
    at = skipPlain(content, at, content.length)
    if (at === content.length) break
    if (content[at] !== BACKSLASH || at + 1 === content.length) return false
    const letter = content[at + 1]!
    if (letter === LETTER_U) {
      if (!HEX.test(content.toString('latin1', at + 2, at + 6))) return false
      at += 6
    } else {
      if (!SHORT_ESCAPES.includes(letter)) return false
      at += 2
    }
  }
  return true
}
