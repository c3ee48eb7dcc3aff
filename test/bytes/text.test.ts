import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLatin1, decodeText, encodeText, isUtf8 } from '../../src/bytes/text.js'

describe('decodeText', () => {
  test('reads what Buffer encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(decodeText(Buffer.from(text))).toBe(text)
      }),
    )
  })

  test('agrees with the tolerant TextDecoder about what is no UTF-8', () => {
    // The standard replaces a cut sequence by one mark, we replace each of its bytes: so only whether there is damage,
    // and the text around it, can be compared.
    const damaged = fc.uint8Array({ maxLength: 40 })
    fc.assert(
      fc.property(damaged, (bytes) => {
        fc.pre(!hasSurrogateBytes(bytes))
        const ours = decodeText(bytes).replace(/\ufffd+/g, '\ufffd')
        const theirs = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\ufffd+/g, '\ufffd')
        expect(ours).toBe(theirs)
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps a byte order mark', () => {
    expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  test('takes a part of an array, short or long', () => {
    const long = Buffer.from(`<<${'ä'.repeat(40)}>>`)
    expect(decodeText(long, 2, long.length - 2)).toBe('ä'.repeat(40))
    expect(decodeText(Buffer.from('<<ab>>'), 2, 4)).toBe('ab')
  })
})

describe('lone surrogates', () => {
  test.each([
    ['\ud800', [0xed, 0xa0, 0x80]],
    ['\udfff', [0xed, 0xbf, 0xbf]],
    ['a\udc80b', [0x61, 0xed, 0xb2, 0x80, 0x62]],
  ])('%j is three bytes', (text, bytes) => {
    expect([...encodeText(text)]).toEqual(bytes)
    expect(decodeText(Uint8Array.from(bytes))).toBe(text)
    expect(isUtf8(Uint8Array.from(bytes))).toBe(false)
  })

  test('come back from any text', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const text = units.join('')
        expect(decodeText(encodeText(text))).toBe(text)
      }),
    )
  })
})

test('decodeLatin1 maps each byte to the character of its number', () => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => at & 0xff)
  expect(decodeLatin1(bytes)).toBe(Buffer.from(bytes).toString('latin1'))
})

function hasSurrogateBytes(bytes: Uint8Array): boolean {
  return bytes.some((byte, at) => byte === 0xed && (bytes[at + 1] ?? 0) >= 0xa0)
}
