import type { Codec, JsonKeys } from '../../formats/codec.js'
import { CODECS, RECOGNISED } from '../../formats/index.js'
import { CallcostError, FormatError, quote } from '../errors.js'

/** Bytes that codecs see when they say whether a file is theirs. */
export const HEAD_BYTES = 65_536

/** The codec of this id. Throws a usage error that names the ids there are to read or to write. */
export function codecById(id: string, use: 'reads' | 'writes', codecs: readonly Codec[] = CODECS): Codec {
  const codec = codecs.find((candidate) => candidate.id === id)
  if (codec !== undefined) return codec
  const usable = codecs.filter((candidate) => candidate[use] !== undefined).map((candidate) => candidate.id)
  throw new CallcostError('usage', `there is no format ${quote(id)}`, {
    hint: `what can be ${use === 'reads' ? 'read' : 'written'}: ${usable.join(', ')}`,
  })
}

/** The format to write for a file name: the codec with the longest fitting ending; null when none fits. */
export function codecByFileName(path: string, codecs: readonly Codec[] = CODECS): Codec | null {
  const name = path.toLowerCase().replace(/\.gz$/, '')
  let best: { codec: Codec; length: number } | null = null
  for (const codec of codecs) {
    if (codec.writes === undefined) continue
    for (const extension of codec.extensions) {
      if (name.endsWith(extension) && extension.length > (best?.length ?? 0)) best = { codec, length: extension.length }
    }
  }
  return best?.codec ?? null
}

const ALL: readonly Codec[] = [...CODECS, ...RECOGNISED]

/**
 * The codec whose format the bytes are in; it may be one that only has advice. Content decides: one codec that is
 * certain, else one that finds it likely. Several are an error that names them, so that the order of the registry never
 * matters.
 */
export function detectCodec(head: Uint8Array, keys: JsonKeys | null, codecs: readonly Codec[] = ALL): Codec {
  if (head.length === 0) throw new FormatError('the file is empty', { offset: 0 })
  const certain: Codec[] = []
  const likely: Codec[] = []
  for (const codec of codecs) {
    const answer = codec.sniff(head, keys)
    if (answer === 'certain') certain.push(codec)
    else if (answer === 'likely') likely.push(codec)
  }
  const candidates = certain.length > 0 ? certain : likely
  if (candidates.length === 1) return candidates[0]!
  if (candidates.length > 1) {
    const ids = candidates.map((codec) => codec.id)
    throw new FormatError(
      `the file can be read as ${ids.join(' or as ')}`,
      {},
      { hint: `say which with --from ${ids[0]}` },
    )
  }
  throw new FormatError(
    `this is no profile that callcost knows${keys === null ? '' : ': JSON with unknown keys'}`,
    { offset: 0 },
    { hint: 'callcost formats lists what it reads; --from FORMAT tries one' },
  )
}
