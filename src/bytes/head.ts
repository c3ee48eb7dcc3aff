import { CallcostError } from '../errors.js'
import type { ByteSource } from './source.js'

export interface Peeked {
  /** The first bytes, fewer only when the input is shorter; a copy that stays valid. */
  readonly head: Uint8Array
  /** All bytes, from the first one on. It takes the place of the source that was looked into. */
  readonly source: ByteSource
}

/** Looks at the first `count` bytes of a source without using them up. */
export async function peek(source: ByteSource, count: number): Promise<Peeked> {
  const iterator = source.chunks()[Symbol.asyncIterator]()
  const gathered = new Uint8Array(Math.min(count, source.size ?? count))
  let length = 0
  // What the last piece holds beyond the head. It stays valid because the next piece is not asked for before it is used.
  let rest: Uint8Array = gathered.subarray(0, 0)
  while (length < gathered.length) {
    const { done, value } = await iterator.next()
    if (done) break
    const taken = Math.min(value.length, gathered.length - length)
    gathered.set(value.subarray(0, taken), length)
    length += taken
    rest = value.subarray(taken)
  }
  const head = gathered.subarray(0, length)

  let begun = false
  const close = async () => {
    await iterator.return?.()
    await source.close?.()
  }
  return {
    head,
    source: {
      name: source.name,
      size: source.size,
      modifiedMs: source.modifiedMs,
      close,
      async *chunks() {
        if (begun) throw new CallcostError('internal', 'the bytes of an input were asked for twice')
        begun = true
        try {
          if (head.length > 0) yield head
          if (rest.length > 0) yield rest
          for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
        } finally {
          await close()
        }
      },
    },
  }
}
