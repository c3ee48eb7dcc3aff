const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Longest text whose bytes are looked at one by one before a TextDecoder is worth its call. */
const SHORT = 24

const LONE_SURROGATE = /\p{Surrogate}/u

/** What stands where a byte is not UTF-8. */
const REPLACEMENT = '\ufffd'

/**
 * The text of UTF-8 bytes. A lone surrogate written as three bytes (WTF-8: Python's "surrogatepass", JSON's "\ud800")
 * comes back as that lone surrogate, so nothing is lost between reading and writing; any other byte that is not UTF-8
 * becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start <= SHORT) {
    let ascii = ''
    let at = start
    for (; at < end; at++) {
      const byte = bytes[at]!
      if (byte >= 0x80) break
      ascii += String.fromCharCode(byte)
    }
    if (at === end) return ascii
  }
  const view = bytes.subarray(start, end)
  try {
    return strictDecoder.decode(view)
  } catch {
    return decodeDamaged(view)
  }
}

/** Whether the bytes are UTF-8, lone surrogates excluded. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictDecoder.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Each byte as the character of the same number. */
export function decodeLatin1(bytes: Uint8Array): string {
  // TextDecoder's "latin1" is windows-1252, which differs for 0x80-0x9f.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** The bytes of a text; a lone surrogate becomes its three WTF-8 bytes instead of U+FFFD. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  if (!LONE_SURROGATE.test(text)) return encoder.encode(text)
  const parts: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (code >= 0xd800 && code <= 0xdfff) parts.push(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    else for (const byte of encoder.encode(character)) parts.push(byte)
  }
  return Uint8Array.from(parts)
}

function decodeDamaged(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      text += REPLACEMENT
      at++
    } else if (length === 3 && bytes[at] === 0xed && bytes[at + 1]! >= 0xa0) {
      text += String.fromCharCode(0xd000 | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f))
      at += 3
    } else {
      text += strictDecoder.decode(bytes.subarray(at, at + length))
      at += length
    }
  }
  return text
}

/** Length of the UTF-8 (or WTF-8) sequence at `at`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  if (first < 0x80) return 1
  const length =
    first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0
  if (length === 0 || at + length > bytes.length) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1]!
  // Overlong forms, and code points past U+10FFFF.
  if ((first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f))
    return 0
  return length
}
