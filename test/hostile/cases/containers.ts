import { gzipSync } from 'node:zlib'
import { type CaseList, concat, latin1 } from './case.js'

const FOLDED = Buffer.from('main;work 2\nmain 1\n')
/** No file name, no time: the same bytes on every run. */
const gzip = (content: Uint8Array): Uint8Array => new Uint8Array(gzipSync(content))
const packed = gzip(FOLDED)
const changed = (at: number, bits = 0xff): Uint8Array =>
  packed.map((byte, index) => (index === (at + packed.length) % packed.length ? byte ^ bits : byte))
/** Zeros, 1,000 times smaller; what is refused at its first bytes is not decompressed further. */
const bomb = (): Uint8Array => gzip(new Uint8Array(8 * 1024 * 1024))

const zstd = [0x28, 0xb5, 0x2f, 0xfd]

/** Files as they come, without a word of what they are. */
export const CONTAINERS: CaseList = [
  ['nothing', ''],
  ['one byte', 'x'],
  ['only zeros', new Uint8Array(1000)],
  ['gzip', packed],
  ['gzip in two members', concat(gzip(FOLDED.subarray(0, 9)), gzip(FOLDED.subarray(9)))],
  ['gzip in 1,000 members', concat(...Array.from({ length: 1000 }, () => packed))],
  ['gzip followed by zeros', concat(packed, new Uint8Array(100))],
  ['gzip followed by text', concat(packed, 'rest')],
  ['gzip followed by zeros and text', concat(packed, new Uint8Array(10), 'rest')],
  ['gzip in gzip', gzip(packed)],
  ['gzip in gzip in gzip', gzip(gzip(packed))],
  ['gzip of nothing', gzip(new Uint8Array(0))],
  ['gzip of a bomb in a bomb', gzip(bomb())],
  ['a gzip bomb', bomb()],
  ['only the magic of gzip', concat([0x1f, 0x8b])],
  ['only the head of gzip', packed.slice(0, 10)],
  ['gzip cut in the middle', packed.slice(0, packed.length >> 1)],
  ['gzip cut before the last byte', packed.slice(0, -1)],
  ['gzip with a wrong checksum', changed(-8)],
  ['gzip with a wrong length', changed(-4)],
  ['gzip of another method', changed(2)],
  ['gzip with reserved flags', changed(3, 0xe0)],
  ['gzip with a name that has no end', concat([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3], 'x'.repeat(100))],
  ['gzip with bits of data changed', changed(14)],
  ['only the magic of zstd', concat(zstd)],
  ['zstd of nonsense', concat(zstd, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ['zstd with a window of 2^41', concat(zstd, [0x00, 0xf8, 0x01, 0x00, 0x00])],
  [
    'zstd that says it holds 2^64 - 1 bytes',
    concat(zstd, [0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00, 0x00]),
  ],
  ['callgrind behind a byte order mark', '\ufeff# callgrind format\nevents: Ir\nfn=main\n1 5\n'],
  ['PNG', concat([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 13], 'IHDR')],
  ['ELF', concat([0x7f], 'ELF', [2, 1, 1, 0])],
  ['zip', concat('PK', [3, 4, 20, 0])],
  ['SQLite', 'SQLite format 3\0'],
  ['PDF', '%PDF-1.7\n'],
  ['HTML behind 500 comments', `${'<!---->'.repeat(500)}<html>`],
  ['comments without HTML', '<!---->'.repeat(9000)],
  ['digits without an end', '7'.repeat(65_536)],
  ['HTML', '<!doctype html><title>404 Not Found</title>'],
  ['JFR', concat('FLR', [0, 0, 2, 0, 0])],
  ['perf.data', concat('PERFILE2', new Uint8Array(16))],
  ['a pickle', concat([0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x94, 0x2e])],
  ['UTF-16', latin1('\xff\xfem\0a\0i\0n\0')],
  ['JSON of something else', '{"users":[{"name":"a"}]}'],
  ['JSON of nothing', '{}'],
  ['a JSON number', '42'],
  [
    'JSON that two formats claim',
    '{"$schema":"https://www.speedscope.app/file-format-schema.json","traceEvents":[],"shared":{"frames":[]},"profiles":[],"nodes":[{"id":1,"callFrame":{"functionName":"f"}}]}',
  ],
  ['JSON that is open for 64 KiB', `{"x":[${'{"a":'.repeat(20_000)}`],
  ['a table of numbers', '1 2 3\n4 5 6\n'],
  ['a CSV', 'function,calls\nmain,1\n'],
]
