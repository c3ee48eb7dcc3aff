import type { Codec } from '../../formats/codec.js'
import { JsonWriter } from '../encode/json.js'
import type { FeatureSet } from '../model/features.js'
import { csvTable } from '../render/csv.js'
import { lineChunks } from '../render/line-chunks.js'
import { markdownLines } from '../render/markdown.js'
import type { Records, Table } from '../render/table.js'
import { type TextOptions, textLines } from '../render/text.js'

/** What each format is, and whether calls and stacks survive in it. */
export function formatsReport(
  codecs: readonly Codec[],
  format: 'text' | 'json' | 'csv' | 'markdown',
  options: TextOptions,
): Iterable<Uint8Array> {
  switch (format) {
    case 'json':
      return [formatsJson(codecs)]
    case 'csv':
      return csvTable(formatsRecords(codecs))
    case 'markdown':
      return lineChunks(markdownLines(formatsTable(codecs)))
    case 'text':
      return lineChunks(textLines(formatsTable(codecs), options))
  }
}

function formatsTable(codecs: readonly Codec[]): Table {
  const titles = ['format', 'what it is', 'read', 'write', 'calls', 'stacks', 'file names']
  return {
    columns: titles.map((title) => ({ title, kind: 'text' })),
    length: codecs.length,
    row: (index) => {
      const { id, title, reads, writes, extensions } = codecs[index]!
      const yes = (known: boolean) => (known ? 'yes' : '-')
      const carries = (...features: FeatureSet) =>
        features.some((feature) => (reads ?? writes)?.includes(feature) ?? false)
      return [
        id,
        title,
        yes(reads !== undefined),
        yes(writes !== undefined),
        yes(carries('calls', 'edge-calls')),
        yes(carries('stacks')),
        extensions.join(' '),
      ]
    },
  }
}

function formatsRecords(codecs: readonly Codec[]): Records {
  return {
    keys: ['id', 'title', 'extensions', 'reads', 'writes', 'advice'],
    length: codecs.length,
    row: (index) => {
      const { id, title, extensions, reads, writes, advice } = codecs[index]!
      return [id, title, extensions.join(' '), reads?.join(' ') ?? null, writes?.join(' ') ?? null, advice ?? null]
    },
  }
}

function formatsJson(codecs: readonly Codec[]): Uint8Array {
  const json = new JsonWriter({ linesToDepth: 2 })
  json.beginObject().key('schema').text('callcost/formats/1').key('formats').beginArray()
  for (const { id, title, extensions, reads, writes, advice } of codecs) {
    const lists = { extensions, reads: reads ?? null, writes: writes ?? null }
    json.plain({ id, title, ...lists, advice: advice ?? null })
  }
  return json.endArray().endObject().take()
}
