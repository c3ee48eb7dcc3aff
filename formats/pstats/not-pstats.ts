import { decodeLatin1 } from '../../src/bytes/text.js'
import { FormatError } from '../../src/errors.js'
import { TYPE, TYPE_MASK, typeNoun } from './marshal-types.js'

const HINT = 'pass the file that python -m cProfile -o FILE or dump_stats() wrote'

/** The error for bytes that do not begin with a marshalled dict: it names what they look like. */
export function notPstats(data: Uint8Array): FormatError {
  if (data.length === 0) return new FormatError('the file is empty', { offset: 0 }, { hint: HINT })
  return new FormatError(
    `expected a marshalled dict of (file, line, name) keys, got ${lookalike(data)}`,
    { offset: 0 },
    { hint: HINT },
  )
}

/** Whether JSON may begin with these bytes, which in marshal would be a dict or a list. */
export function looksLikeJson(data: Uint8Array): boolean {
  return /^\s*(\{\s*["}]|\[\s*[[{"\d\]-])/.test(decodeLatin1(data.subarray(0, 256)))
}

function lookalike(data: Uint8Array): string {
  const head = decodeLatin1(data.subarray(0, 4096))
  if (/^\x80[\x02-\x05]/.test(head)) return 'a pickle'
  if (head.slice(2, 4) === '\r\n' && /[^\x00-\x7f]/.test(head[0]! + head[1]! + (head[8] ?? '')))
    return 'a compiled Python module'
  if (head.slice(2, 4) === '\r\n' && /\x00/.test(head)) return 'a compiled Python module'
  if (head.startsWith('PK\x03\x04')) return 'a zip archive'
  if (head.startsWith('\x1f\x8b')) return 'gzip data'
  if (/^[\s\S]*?\d function calls (\([\d-]+ primitive calls\) )?in -?[\d.]+ (CPU )?seconds/.test(head)) {
    return 'the text report that print_stats() prints'
  }
  if (looksLikeJson(data)) return 'JSON'
  // Only a short payload of control bytes tells a marshalled object from a text that begins with its letter.
  if (!/[\x00-\x08\x0e-\x1f]/.test(head)) return /[^\x00-\x7f]/.test(head) ? 'something else' : 'text'
  const noun = typeNoun(data[0]! & TYPE_MASK)
  return noun === null || (data[0]! & TYPE_MASK) === TYPE.null ? 'something else' : noun
}
