import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompress } from '../../src/bytes/gunzip.js'
import { readAll } from '../../src/bytes/read-all.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { Allocator, DEFAULT_LIMITS, type Limits } from '../../src/limits.js'

/** `zstd -5 --check` (1.5.4) of 400 lines `line N of a text that repeats itself`. */
const PACKED = Buffer.from(
  [
    'KLUv/WSCOw0MAHbcPRWwaTl4DVmXkihJOVLKlFJKsDZpjgFEADMAMgAzMzMz8////9u2bdtt27YtSZIkuW3btomIiIhI0dzlBGDA',
    'QGCBoeCwwBAgkCCgcGAIIGA4MDQIMBwCDgMIhzgIHBQYBFVFRERERDQzMzMz8////9u2bdtt27YtSZIkuW3btomIiIgUzV1OIqSq',
    'qqqqioiIiIhoAlVVVUVERERENDMzMzPz////27Zt223bti1JkiS5bdu2iYiIiIjEYrFYLBaLxWJVVVUVVVVVVVVERERERDMzMzMz',
    '////v23btt22bduSJEmS27Ztm4iIiIhIMBgMBoPBYDBYVQGBkKgh7LX/HdE3qtUSSBD4/08QiOAf9/++///+////3/9///91yY98',
    '5CMfad/fe//u/bv3776/9/7dZ/KRj/zIR/L3199ff//6/ev3r7+/3r+JfwZobp9XoEqQAABCCAggIIAAAQIk+lP8Pn0f37f30/vy',
    'Prwfufvt6nkzb+aaeZPNZ0UAqgpugS+N',
  ].join(''),
  'base64',
)
const TEXT = Array.from({ length: 400 }, (_, at) => `line ${at} of a text that repeats itself\n`).join('')

/** `zstd` of nothing. */
const NOTHING = Buffer.from('KLUv/SQAAQAAmenYUQ==', 'base64')

/** Pieces in one reused buffer, as a file hands them out. */
function source(bytes: Uint8Array, chunkSize: number): ByteSource {
  return {
    name: 'x',
    size: bytes.length,
    modifiedMs: 7,
    async *chunks() {
      const buffer = new Uint8Array(chunkSize)
      for (let at = 0; at < bytes.length; at += chunkSize) {
        const piece = bytes.subarray(at, at + chunkSize)
        buffer.set(piece)
        yield buffer.subarray(0, piece.length)
        buffer.fill(0xee)
      }
    },
  }
}

async function read(bytes: Uint8Array, chunkSize = 1 << 16, limits: Partial<Limits> = {}): Promise<string> {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const whole = await readAll(await decompress(source(bytes, chunkSize), all), new Allocator(all))
  return Buffer.from(whole).toString()
}

/** A frame that says that its one block is `size` zeros (at most 128 KiB), in 10 bytes. */
function zeros(size: number): Buffer {
  const block = (size << 3) | 0b011
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]
  return Buffer.from([...header, block & 0xff, (block >> 8) & 0xff, block >> 16, 0])
}

describe('zstd', () => {
  test.each([1, 3, 17, 100, 65_536])('is read in pieces of %d', async (chunkSize) => {
    expect(await read(PACKED, chunkSize)).toBe(TEXT)
  })

  test('may be several frames, of which some are to be skipped, and may be nothing', async () => {
    const skipped = Buffer.from('502a4d1803000000616263', 'hex')
    expect(await read(Buffer.concat([PACKED, skipped, NOTHING, PACKED]), 7)).toBe(TEXT + TEXT)
    expect(await read(NOTHING, 1)).toBe('')
  })

  test('may be thousands of frames', async () => {
    expect(await read(Buffer.concat(Array.from({ length: 4000 }, () => zeros(1))))).toBe('\0'.repeat(4000))
  })

  test('that is cut off is refused wherever that is', async () => {
    for (let length = 4; length < PACKED.length; length += 7) {
      await expect(read(PACKED.subarray(0, length)), String(length)).rejects.toMatchObject({
        name: 'FormatError',
        message: 'the zstd data is cut off: the file ends before it does',
      })
    }
  })

  test('that is damaged is refused with a sentence, or read as something else', async () => {
    for (let at = 4; at < PACKED.length; at += 3) {
      const damaged = Buffer.from(PACKED)
      damaged[at] = damaged[at]! ^ 0x55
      const error = await read(damaged).then(
        () => null,
        (caught: unknown) => caught,
      )
      if (error !== null) expect(error).toMatchObject({ name: 'FormatError', message: expect.stringContaining('zstd') })
    }
  })

  test('with gzip inside is refused', async () => {
    const inner = gzipSync('x')
    const raw = ((inner.length << 3) | 1) & 0xffff
    const header = [0x28, 0xb5, 0x2f, 0xfd, 0x20, inner.length, raw & 0xff, raw >> 8, 0]
    await expect(read(Buffer.concat([Buffer.from(header), inner]))).rejects.toMatchObject({
      message: 'the file is compressed twice: gzip in zstd',
      hint: expect.stringContaining('zstd -dc'),
    })
  })
})

describe('limits', () => {
  test('on what comes out hold while it comes', async () => {
    await expect(read(PACKED, 7, { decompressed: 1000 })).rejects.toThrow('more than 1000 bytes')
    const bomb = Buffer.concat(Array.from({ length: 2000 }, () => zeros(131_072)))
    await expect(read(bomb)).rejects.toThrow('each compressed byte becomes more than 200 bytes')
  })

  test('on the window hold before memory is taken', async () => {
    for (const header of ['28b52ffd00a8', '28b52ffda000000018', '28b52ffde00000000001000000']) {
      await expect(read(Buffer.from(header.padEnd(60, '0'), 'hex'))).rejects.toMatchObject({
        message: 'the zstd data needs a window of more than 128 MiB',
        hint: expect.stringContaining('--long'),
      })
    }
  })
})
