import { describe, expect, it } from 'vitest'
import { CODECS, RECOGNISED } from '../../../formats/index.js'
import { FOREIGN } from '../../../formats/recognised/foreign.js'
import { jsonKeys } from '../../../src/bytes/json-keys.js'
import { memorySource } from '../../../src/bytes/source.js'
import { readProfileSet } from '../../../src/pipeline/read.js'
import { readableFixtures } from '../../support/fixtures.js'

/** Id → how such files begin, a byte a character, as their writers' sources or files themselves show. */
const HEADS: readonly (readonly [string, string])[] = [
  ['jfr', 'FLR\0\0\x02\0\x01\0\0\0\0\0\x0c'],
  ['perf-data', 'PERFILE2h\0\0\0\0\0\0\0'],
  ['simpleperf', 'SIMPLEPERF\0\x01\0\0\0'],
  ['simpleperf', '*version\n3\ndata-file-overflow=false\n'],
  ['simpleperf-text', 'sample:\n  event_type: cpu-clock:u\n  time: 1\n'],
  ['nettrace', 'Nettrace\x14\0\0\0!FastSerialization.1'],
  ['xctrace', '<?xml version="1.0"?>\n<trace-query-result>\n<node xpath="//trace-toc[1]">'],
  ['plist', 'bplist00\xd1\x01\x02'],
  ['plist', '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN">'],
  ['heapsnapshot', '{"snapshot":{"meta":{"node_fields":["type","name"]},"node_count":1},"nodes":[9,1'],
  ['otlp-json', '{"resourceProfiles":[{"resource":{},"scopeProfiles":[]}],"dictionary":{}}'],
  ['v8-log', 'v8-version,11,3,244,8,-node.27,0\nshared-library,"/usr/bin/node"'],
  ['v8-preprocessed', '{"code":[{"name":"a","type":"JS"}],"functions":[],"ticks":[]}'],
  ['v8-processed', 'Statistical profiling result from isolate0x1-v8.log, (5 ticks, 0 unaccounted, 0 excluded).\n'],
  [
    'pstats-text',
    '         197 function calls (192 primitive calls) in 0.002 seconds\n\n   Ordered by: cumulative time\n',
  ],
  ['pstats-text', 'Tue Nov 24 20:12:57 2026    run.prof\n\n         20 function calls in 1.250 CPU seconds\n'],
  ['pickle', '\x80\x04\x95\x0c\0\0\0\0\0\0\0}\x94\x8c\x01a\x94K\x01s.'],
  ['pickle', '\x80\x02}q\0U\x01aq\x01K\x01s.'],
  ['python-bytecode', '\xcb\r\r\n\0\0\0\0\x10\x20\x30\x40\x05\0\0\0\xe3'],
  ['ruby-marshal', '\x04\x08{\x0b:\x0cversionf\x081.2'],
  ['php-serialized', 'a:2:{s:14:"main()==>load()";a:2:{s:2:"ct";i:1;s:2:"wt";i:9;}}'],
  ['hprof', 'JAVA PROFILE 1.0.2\0\0\0\0\x08'],
  ['elf', '\x7fELF\x02\x01\x01\0'],
  ['zip', 'PK\x03\x04\x14\0\0\0'],
  ['compressed', '\xfd7zXZ\0\0\x04'],
  ['compressed', 'BZh91AY&SY\x01\x02'],
  ['compressed', '\x04\x22\x4d\x18\x64\x40'],
  ['sqlite', 'SQLite format 3\0\x10\0'],
  ['image', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
  ['image', '\xff\xd8\xff\xe0\0\x10JFIF'],
  [
    'svg',
    '<?xml version="1.0" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg version="1.1">',
  ],
  ['html', '\n<!-- saved -->\n<!DOCTYPE html>\n<html><head><title>404 Not Found</title>'],
  ['utf-16', '\xff\xfem\0a\0i\0n\0'],
]

describe.each(HEADS)('%s: %j', (id, text) => {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  const { title, advice } = FOREIGN.find((foreign) => foreign.id === id)!

  it('is refused in words that say what to do', async () => {
    await expect(readProfileSet(memorySource('x', bytes))).rejects.toMatchObject({
      name: 'FormatError',
      message: `this is ${title}`,
      hint: advice,
    })
  })
})

describe('the table', () => {
  it('has an example of each entry but those of systems that we have no files of', () => {
    const tried = new Set(HEADS.map(([id]) => id))
    expect(FOREIGN.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual(['etl'])
  })

  it('has ids of its own, and sentences without a full stop', () => {
    const ids = [...CODECS, ...RECOGNISED].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { title, advice } of FOREIGN) expect([title, advice].filter((text) => text.endsWith('.'))).toEqual([])
  })

  it('has all codecs that only give advice: the list of formats has what is read or written', () => {
    const isUsed = ({ reads, writes }: (typeof CODECS)[number]) => reads !== undefined || writes !== undefined
    expect(CODECS.filter((codec) => !isUsed(codec)).map(({ id }) => id)).toEqual([])
    expect(RECOGNISED.filter(isUsed).map(({ id }) => id)).toEqual([])
  })

  it('takes no fixture of a format that is read for something else', () => {
    for (const { path, bytes } of readableFixtures()) {
      const head = bytes.subarray(0, 65_536)
      const taken = RECOGNISED.filter((codec) => codec.sniff(head, jsonKeys(head)) !== 'no').map(({ id }) => id)
      expect([path, taken]).toEqual([path, []])
    }
  })

  it.each(['', 'main;work 12\n', '{"a":1}', '\0\0\0\0', 'digraph g {\n', '# Trace file\n'])(
    'leaves %j alone',
    (text) => {
      const head = new TextEncoder().encode(text)
      expect(RECOGNISED.filter((codec) => codec.sniff(head, jsonKeys(head)) !== 'no')).toEqual([])
    },
  )
})
