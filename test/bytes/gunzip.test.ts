import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompress } from '../../src/bytes/gunzip.js'
import { peek } from '../../src/bytes/head.js'
import { readAll } from '../../src/bytes/read-all.js'
import { type ByteSource, memorySource } from '../../src/bytes/source.js'
import { FormatError } from '../../src/errors.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../../src/limits.js'
import { buildScript, scratchFolder, shell } from '../io/child.js'

const folder = scratchFolder()

/** 300 kB that compress badly enough to span many pieces and several output buffers. */
const TEXT = Buffer.from(Array.from({ length: 30_000 }, (_, at) => `${(at * 2654435761) % 1e9};`).join(''))

/** Pieces in one reused buffer, as a file hands them out. */
function source(bytes: Uint8Array, chunkSize = 1 << 20, size: number | null = bytes.length): ByteSource {
  return {
    name: 'x',
    size,
    modifiedMs: 7,
    async *chunks() {
      const buffer = new Uint8Array(Math.min(chunkSize, bytes.length))
      for (let at = 0; at < bytes.length; at += chunkSize) {
        const piece = bytes.subarray(at, at + chunkSize)
        buffer.set(piece)
        yield buffer.subarray(0, piece.length)
        buffer.fill(0xee)
      }
    },
  }
}

async function read(bytes: Uint8Array, chunkSize?: number, limits: Partial<Limits> = {}): Promise<Buffer> {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const whole = await readAll(await decompress(source(bytes, chunkSize), all), new Allocator(all))
  return Buffer.from(whole)
}

describe('what is not compressed', () => {
  test.each([0, 1, 2, 3, 4, 5, 1000])('passes, %d bytes', async (length) => {
    const bytes = TEXT.subarray(0, length)
    expect((await read(bytes, 3)).equals(bytes)).toBe(true)
    const same = await decompress(source(bytes), DEFAULT_LIMITS)
    expect(same).toMatchObject({ name: 'x', size: length, modifiedMs: 7 })
  })
})

describe('gzip', () => {
  test.each([1, 2, 17, 1000, 65_536, 1 << 20])('is read in pieces of %d', async (chunkSize) => {
    const bytes = chunkSize < 17 ? TEXT.subarray(0, 5000) : TEXT
    expect((await read(gzipSync(bytes), chunkSize)).equals(bytes)).toBe(true)
  })

  test('has no size, and keeps name and time', async () => {
    const inner = await decompress(source(gzipSync(TEXT)), DEFAULT_LIMITS)
    expect(inner).toMatchObject({ name: 'x', size: null, modifiedMs: 7 })
    await inner.close?.()
  })

  test('of nothing is empty', async () => {
    expect(await read(gzipSync(''))).toHaveLength(0)
  })

  test('with a name and a comment in its header is read', async () => {
    const plain = gzipSync(TEXT.subarray(0, 2000))
    const header = Buffer.from([0x1f, 0x8b, 8, 0x18, 0, 0, 0, 0, 0, 3])
    const named = Buffer.concat([header, Buffer.from('run.prof\0a comment\0'), plain.subarray(10)])
    expect((await read(named, 3)).equals(TEXT.subarray(0, 2000))).toBe(true)
  })

  test.each([1, 7, 1 << 20])('with several members, also empty ones, is read in pieces of %d', async (chunkSize) => {
    const parts = [TEXT.subarray(0, 300), Buffer.alloc(0), TEXT.subarray(300, 900), TEXT.subarray(900, 2000)]
    const members = Buffer.concat(parts.map((part) => gzipSync(part)))
    expect((await read(members, chunkSize)).equals(TEXT.subarray(0, 2000))).toBe(true)
  })

  test('with a thousand members whose ends fall on the ends of pieces is read', async () => {
    const member = gzipSync('line\n')
    const members = Buffer.concat(Array.from({ length: 1000 }, () => member))
    expect((await read(members, member.length)).toString()).toBe('line\n'.repeat(1000))
  })

  test.each([1, 5, 1 << 20])('padded with zeros, as on tapes, is read in pieces of %d', async (chunkSize) => {
    const padded = Buffer.concat([gzipSync(TEXT.subarray(0, 1000)), Buffer.alloc(512)])
    expect((await read(padded, chunkSize)).equals(TEXT.subarray(0, 1000))).toBe(true)
  })
})

describe('damage', () => {
  const text = TEXT.subarray(0, 600)
  const packed = gzipSync(text)

  test('each cut of a file ends in one sentence', async () => {
    for (let length = 2; length < packed.length; length++) {
      const error = await read(packed.subarray(0, length)).catch((error) => error)
      expect(error, `${length} bytes`).toBeInstanceOf(FormatError)
      expect(error.message).toBe('the gzip data is cut off: the file ends before it does')
    }
  })

  test('a cut in a later member shows too', async () => {
    const two = Buffer.concat([packed, packed])
    for (const length of [packed.length + 2, packed.length + 15, two.length - 1]) {
      await expect(read(two.subarray(0, length), 11)).rejects.toThrow('is cut off')
    }
  })

  test.each([
    ['checksum', -8],
    ['length', -4],
  ])('a wrong %s is refused', async (what, at) => {
    const wrong = Buffer.from(packed)
    wrong[wrong.length + at]! ^= 1
    const reading = read(wrong)
    await expect(reading).rejects.toBeInstanceOf(FormatError)
    await expect(reading).rejects.toThrow(`the gzip data is damaged: its ${what} does not match`)
  })

  test('no flipped bit gives other text', async () => {
    for (let at = 2; at < packed.length; at++) {
      const wrong = Buffer.from(packed)
      wrong[at]! ^= 1 << (at % 8)
      const found = await read(wrong).catch((error) => {
        expect(error).toBeInstanceOf(FormatError)
        return null
      })
      // Time, system and flags of the header may change; the text may not.
      if (found !== null) expect(found.equals(text), `byte ${at}`).toBe(true)
    }
  })

  test.each([1, 13, 1 << 20])('bytes after the end are refused, pieces of %d', async (chunkSize) => {
    const message = 'expected the end of the file after the gzip data, got more bytes'
    await expect(read(Buffer.concat([packed, Buffer.from('junk')]), chunkSize)).rejects.toThrow(message)
    const late = read(Buffer.concat([packed, Buffer.alloc(100), Buffer.from('x')]), chunkSize)
    await expect(late).rejects.toThrow(message)
    await expect(late).rejects.toMatchObject({ place: { offset: packed.length + 100 } })
  })

  test('gzip in gzip is refused', async () => {
    await expect(read(gzipSync(packed), 10)).rejects.toMatchObject({
      name: 'FormatError',
      message: 'the file is compressed twice: gzip in gzip',
    })
  })

  test('zstd in gzip is refused', async () => {
    const zstd = Buffer.from('28b52ffd04580900', 'hex')
    await expect(read(gzipSync(zstd), 1)).rejects.toMatchObject({
      name: 'FormatError',
      message: 'the file is compressed twice: zstd in gzip',
      hint: expect.stringContaining('gzip -dc'),
    })
  })
})

describe('limits', () => {
  test('on the input hold for known and unknown sizes', async () => {
    const limits = { ...DEFAULT_LIMITS, input: 999 }
    for (const size of [1000, null]) {
      const reading = decompress(source(TEXT.subarray(0, 1000), 10, size), limits).then((input) =>
        readAll(input, new Allocator()),
      )
      await expect(reading).rejects.toMatchObject({ kind: 'data', hint: expect.stringContaining('--max input=') })
    }
    expect(await read(TEXT.subarray(0, 999), 10, limits)).toHaveLength(999)
  })

  test('an input of known size is refused before a byte is read', async () => {
    let read = false
    const huge: ByteSource = {
      name: 'huge',
      size: 5000,
      modifiedMs: null,
      // biome-ignore lint/correctness/useYield: it must not come so far
      async *chunks() {
        read = true
      },
    }
    await expect(decompress(huge, { ...DEFAULT_LIMITS, input: 4999 })).rejects.toThrow('more than 4999 bytes')
    expect(read).toBe(false)
  })

  test('on the output hold', async () => {
    const packed = gzipSync(TEXT)
    await expect(read(packed, 100, { decompressed: TEXT.length - 1 })).rejects.toMatchObject({
      kind: 'data',
      hint: expect.stringContaining('--max decompressed='),
    })
    expect((await read(packed, 100, { decompressed: TEXT.length })).equals(TEXT)).toBe(true)
  })

  test('no ratio is held against 64 MiB', async () => {
    const zeros = await decompress(source(gzipSync(Buffer.alloc(64 << 20))), DEFAULT_LIMITS)
    let length = 0
    for await (const chunk of zeros.chunks()) length += chunk.length
    expect(length).toBe(64 << 20)
  })
})

test('stopping early lets go of the stream and of the source', async () => {
  let ended = false
  const packed = gzipSync(TEXT)
  const inner = source(packed, 1000)
  const watched: ByteSource = {
    ...inner,
    async *chunks() {
      try {
        yield* inner.chunks()
      } finally {
        ended = true
      }
    },
  }
  const { source: whole } = await peek(await decompress(watched, DEFAULT_LIMITS), 10)
  for await (const _ of whole.chunks()) break
  expect(ended).toBe(true)
})

test('an error of the source comes through', async () => {
  const inner = source(gzipSync(TEXT), 1000)
  const broken: ByteSource = {
    ...inner,
    async *chunks() {
      let count = 0
      for await (const chunk of inner.chunks()) {
        if (++count === 5) throw new RangeError('the disk is on fire')
        yield chunk
      }
    },
  }
  const reading = decompress(broken, DEFAULT_LIMITS).then((input) => readAll(input, new Allocator()))
  await expect(reading).rejects.toThrow(new RangeError('the disk is on fire'))
})

test('a bomb of 1 GiB is refused with little memory and reads with the limit raised', async () => {
  const script = buildScript(
    folder,
    'bomb',
    `import { decompress } from './src/bytes/gunzip.js'
     import { openSource } from './src/io/file-source.js'
     import { DEFAULT_LIMITS } from './src/limits.js'
     let length = 0
     let refusal = null
     try {
       const source = await decompress(await openSource('bomb.gz'), { ...DEFAULT_LIMITS, ratio: Number(process.argv[2]) })
       for await (const chunk of source.chunks()) length += chunk.length
     } catch (error) {
       refusal = error.hint
     }
     console.log(JSON.stringify({ length, refusal, rss: process.resourceUsage().maxRSS }))`,
  )
  writeFileSync(join(folder, 'bomb.gz'), bomb(64))
  const refused = JSON.parse((await shell(`$NODE ${script} 200`, folder)).stdout)
  expect(refused.refusal).toContain('--max ratio=')
  expect(refused.length).toBeLessThanOrEqual(64 << 20)
  expect(refused.rss).toBeLessThan(256 * 1024)

  const read = JSON.parse((await shell(`$NODE ${script} 2000`, folder)).stdout)
  expect(read).toMatchObject({ length: 1 << 30, refusal: null })
  expect(read.rss).toBeLessThan(256 * 1024)
})

/** One gzip member of `count` times 16 MiB of zeros, put together from equal blocks: packing 1 GiB takes seconds. */
function bomb(count: number): Buffer {
  const zeros = Buffer.alloc(16 << 20)
  const block = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH })
  const end = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  let checksum = 0
  for (let times = 0; times < count; times++) checksum = crc32(zeros, checksum)
  end.writeUInt32LE(checksum, 2)
  end.writeUInt32LE(count * zeros.length, 6)
  return Buffer.concat([gzipSync('').subarray(0, 10), ...Array.from({ length: count }, () => block), end])
}

test('memory sources are read too', async () => {
  const source = await decompress(memorySource('m', gzipSync(TEXT)), DEFAULT_LIMITS)
  expect(Buffer.from(await readAll(source, new Allocator())).equals(TEXT)).toBe(true)
})
