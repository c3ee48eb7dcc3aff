import type { ReadContext } from '../codec.js'

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
  let rest: Buffer = Buffer.alloc(0)
  /** Bytes handed on so far, for places. */
  let passed = 0
  for await (const chunk of chunks) {
    if (isOwn === false) {
      yield chunk
      continue
    }
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    if (isOwn === null) {
      if (rest.length < HEAD_BYTES) continue
      isOwn = OWN_SERIALIZER.test(rest.toString('latin1', 0, HEAD_BYTES))
      if (!isOwn) {
        yield rest
        rest = Buffer.alloc(0)
        continue
      }
    }
    const { done, left } = escapeComplete(rest, passed, context, false)
    escapes.added += done.length + left.length - rest.length
    passed += rest.length - left.length
    rest = left
    yield done
  }
  if (rest.length === 0) return
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
  const keep = isLast ? 0 : Math.min(bytes.length - at, STRINGS[0]!.begin.length)
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

/** Inside of a JSON string: no bare quote or control character, and only escapes that there are. */
const VALID_INSIDE = /^(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*$/

function escaped(content: Buffer, offset: number, context: ReadContext): Buffer {
  const text = content.toString('latin1')
  if (VALID_INSIDE.test(text)) return content
  context.repair('a string that the engine did not escape was read as it stands', { offset })
  // latin1 keeps each byte one character, so that UTF-8 sequences come through whole.
  return Buffer.from(JSON.stringify(text).slice(1, -1), 'latin1')
}
