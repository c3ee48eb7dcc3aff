import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineBlocks } from '../../src/bytes/lines.js'
import { memorySource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import type { Place } from '../../src/errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.js'

type Line = readonly [text: string, place: Place]

async function linesOf(text: string | Uint8Array, chunkSize?: number, allocator = new Allocator()): Promise<Line[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const found: Line[] = []
  for await (const lines of lineBlocks(memorySource('a.txt', bytes, chunkSize), allocator)) {
    while (lines.next()) found.push([decodeText(lines.bytes, lines.start, lines.end), lines.place()])
  }
  return found
}

describe('lineBlocks', () => {
  it('ends lines at LF and CR LF, and the last one at the end', async () => {
    expect(await linesOf('a\nbc\r\n\r\nd\re\n\nlast')).toEqual([
      ['a', { line: 1, offset: 0 }],
      ['bc', { line: 2, offset: 2 }],
      ['', { line: 3, offset: 6 }],
      ['d\re', { line: 4, offset: 8 }],
      ['', { line: 5, offset: 12 }],
      ['last', { line: 6, offset: 13 }],
    ])
    expect(await linesOf('')).toEqual([])
    expect(await linesOf('a\n')).toHaveLength(1)
  })

  it('skips a byte order mark, and says what UTF-16 is', async () => {
    for (const size of [1, 2, 100]) {
      expect(await linesOf('\ufeffa 1\nb 2', size)).toEqual([
        ['a 1', { line: 1, offset: 3 }],
        ['b 2', { line: 2, offset: 7 }],
      ])
    }
    await expect(linesOf(Buffer.from('\ufeffa 1\n', 'utf16le'))).rejects.toThrow(/UTF-16/)
  })

  it('finds the same lines in pieces of any size', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', '\r\n', ' ') })
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (value, size) => {
        const expected = value.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
        // What follows the last line end is no line when it is empty.
        if (value === '' || value.endsWith('\n')) expected.pop()
        const found = await linesOf(value, size)
        expect(found.map(([line]) => line)).toEqual(expected)
        const bytes = Buffer.from(value)
        for (const [line, { offset }] of found) expect(decodeText(bytes.subarray(offset)).startsWith(line)).toBe(true)
      }),
    )
  })

  it('finds the same lines where it is told how much of a line is clear of line ends', async () => {
    const line = fc.array(fc.constantFrom('a', 'é', '\r', 'long '.repeat(20))).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.nat(100), async (texts, percent) => {
        const found: string[] = []
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
        for await (const lines of lineBlocks(memorySource('a.txt', bytes), new Allocator())) {
          const clear = (): number => Math.floor((Buffer.byteLength(texts[found.length] ?? '') * percent) / 100)
          while (lines.next(clear())) found.push(decodeText(lines.bytes, lines.start, lines.end))
        }
        expect(found).toEqual(texts.map((text) => text.replace(/\r$/, '')))
      }),
    )
  })

  it('refuses a line beyond the limit, in one piece and in many', async () => {
    const allocator = () => new Allocator({ ...DEFAULT_LIMITS, text: 10 })
    for (const size of [1, 4, 1000]) {
      await expect(linesOf(`a\n${'x'.repeat(11)}\n`, size, allocator())).rejects.toThrow(/the limit is 10/)
      expect(await linesOf(`a\n${'x'.repeat(10)}\n`, size, allocator())).toHaveLength(2)
    }
  })
})
