import { describe, expect, test } from 'vitest'
import { peek } from '../../src/bytes/head.js'
import { readAll } from '../../src/bytes/read-all.js'
import { type ByteSource, memorySource } from '../../src/bytes/source.js'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'

const BYTES = Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) & 0xff)

/** A source like a file: one buffer for all pieces, of which only the latest is valid. */
function reusingSource(bytes: Uint8Array, chunkSize: number, size: number | null = null) {
  const log = { asked: 0, ended: false, closed: false }
  const source: ByteSource = {
    name: 'reused',
    size,
    modifiedMs: 5,
    async *chunks() {
      const buffer = new Uint8Array(chunkSize)
      try {
        for (let at = 0; at < bytes.length; at += chunkSize) {
          log.asked++
          buffer.fill(0xee)
          const piece = bytes.subarray(at, at + chunkSize)
          buffer.set(piece)
          yield buffer.subarray(0, piece.length)
        }
        buffer.fill(0xee)
      } finally {
        log.ended = true
      }
    },
    async close() {
      log.closed = true
    },
  }
  return { source, log }
}

describe('peek', () => {
  test.each([1, 7, 64, 100, 999, 1000, 5000])('keeps every byte of pieces of %d', async (chunkSize) => {
    for (const count of [0, 1, 64, 1000, 65_536]) {
      const { source } = reusingSource(BYTES, chunkSize)
      const peeked = await peek(source, count)
      expect(peeked.head).toEqual(BYTES.subarray(0, count))
      expect(await readAll(peeked.source, new Allocator())).toEqual(BYTES)
      // The head stays valid when the rest has been read.
      expect(peeked.head).toEqual(BYTES.subarray(0, count))
    }
  })

  test('asks for no more pieces than the head needs', async () => {
    const { source, log } = reusingSource(BYTES, 100)
    await peek(source, 150)
    expect(log.asked).toBe(2)
  })

  test('can be looked into again', async () => {
    const first = await peek(reusingSource(BYTES, 10).source, 4)
    const second = await peek(first.source, 300)
    expect(second.head).toEqual(BYTES.subarray(0, 300))
    expect(await readAll(second.source, new Allocator())).toEqual(BYTES)
    expect(second.source).toMatchObject({ name: 'reused', size: null, modifiedMs: 5 })
  })

  test('lets go of the source when it is closed unread, and when reading stops early', async () => {
    const unread = reusingSource(BYTES, 10)
    await (await peek(unread.source, 20)).source.close?.()
    expect(unread.log).toMatchObject({ ended: true, closed: true })

    const stopped = reusingSource(BYTES, 10)
    for await (const _ of (await peek(stopped.source, 20)).source.chunks()) break
    expect(stopped.log).toMatchObject({ ended: true, closed: true })
  })

  test('hands out the bytes once', async () => {
    const { source } = await peek(memorySource('m', BYTES), 10)
    await readAll(source, new Allocator())
    await expect(readAll(source, new Allocator())).rejects.toMatchObject({ kind: 'internal' })
  })
})

describe('readAll', () => {
  test('allocates exactly what a known size asks for', async () => {
    const allocator = new Allocator()
    const { source } = reusingSource(BYTES, 64, BYTES.length)
    expect(await readAll(source, allocator)).toEqual(BYTES)
    expect(allocator.live).toBe(BYTES.length)
  })

  test('does not trust a size that is wrong', async () => {
    await expect(readAll(reusingSource(BYTES, 64, 999).source, new Allocator())).rejects.toMatchObject({
      kind: 'data',
      message: 'expected 999 bytes of input, got more',
    })
    await expect(readAll(reusingSource(BYTES, 64, 1001).source, new Allocator())).rejects.toMatchObject({
      kind: 'data',
      message: 'expected 1001 bytes of input, got 1000',
    })
  })

  test('stays below the limit on memory, known size or not', async () => {
    const limits = { ...DEFAULT_LIMITS, memory: 900 }
    for (const size of [null, BYTES.length]) {
      const reading = readAll(reusingSource(BYTES, 64, size).source, new Allocator(limits))
      await expect(reading).rejects.toMatchObject({ kind: 'data', hint: expect.stringContaining('--max memory=') })
    }
  })

  test('of nothing is empty', async () => {
    expect(await readAll(memorySource('empty', new Uint8Array(0)), new Allocator())).toHaveLength(0)
  })
})
