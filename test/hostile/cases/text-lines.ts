import { type CaseList, concat, NAMES } from './case.js'

/** What can be wrong with any file of lines, done to this one. */
export function brokenLines(text: string, name: string): CaseList {
  const named = (part: string | Uint8Array): Uint8Array => {
    const start = text.indexOf(name)
    return concat(text.slice(0, start), part, text.slice(start + name.length))
  }
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
  return [
    ['empty', ''],
    ['blanks', ' \n\t\r\n'],
    ['NULs', new Uint8Array(100)],
    ['byte order mark', concat([0xef, 0xbb, 0xbf], text)],
    ['UTF-16, little end first', new Uint8Array(utf16)],
    ['UTF-16, big end first', new Uint8Array(Buffer.from(utf16).swap16())],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['CR', text.replaceAll('\n', '\r')],
    ['no newline at the end', text.trimEnd()],
    ['cut in the middle', text.slice(0, text.length >> 1)],
    ['followed by NULs', concat(text, new Uint8Array(8))],
    ['followed by itself', text + text],
    ['prose', 'This is no profile.\nIt has lines.\n'],
    ['JSON', '{"a":1}\n'],
    ['random bytes', Uint8Array.from({ length: 997 }, (_, at) => (at * at * 31 + at * 7 + 13) & 0xff)],
    ['a line of 900,000 blanks', concat('a', ' '.repeat(900_000), 'b\n', text)],
    ['a line of 400,000 digits and blanks', concat('1 '.repeat(400_000), '\n', text)],
    ['a line of 1.1 MB', concat('x'.repeat(1_100_000), '\n', text)],
    ['a name in Latin-1', named(Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65))],
    ['a name of overlong UTF-8', named(Uint8Array.of(0xc0, 0xaf, 0xe0, 0x80, 0xaf, 0xf4, 0x90, 0x80, 0x80))],
    ['a name with half a pair, as bytes', named(Uint8Array.of(0x68, 0xed, 0xa0, 0xbd))],
    ...NAMES.filter((nasty) => !nasty.includes('\n')).map((nasty): [string, Uint8Array] => [
      `the name ${JSON.stringify(nasty)}`,
      named(nasty),
    ]),
  ]
}
