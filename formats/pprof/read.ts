import { readAll } from '../../src/bytes/read-all.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError } from '../../src/errors.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, Profile, ProfileSet } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { tablesOf } from '../../src/model/whole-stacks.js'
import type { ReadContext } from '../codec.js'
import { functionRows, hasAddresses, locationFrames, mappingTable } from './frames.js'
import { MessageTables } from './message-tables.js'
import { languageOf, sourceOf, valueTypesOf } from './origin.js'
import { readSamples } from './samples.js'
import { Texts } from './texts.js'
import { WireReader } from './wire.js'

/** Reads a pprof file: one message, whose texts and tables may stand behind the samples that use them. */
export async function readPprof(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const bytes = await readAll(source, context.allocator)
  const profile = readMessage(bytes, context)
  context.allocator.release(bytes)
  return { profiles: [profile], active: 0 }
}

function readMessage(bytes: Uint8Array, context: ReadContext): Profile {
  if (bytes.length === 0) throw new FormatError('the file is empty', { offset: 0 })
  const wire = new WireReader(bytes)
  const tables = new MessageTables(wire, context)
  tables.read()
  if (tables.valueTypes.length === 0) {
    throw new FormatError('expected a profile that says what its values are, got no sample_type', { offset: 0 })
  }

  const functions = new FunctionTableBuilder(context.allocator)
  const texts = new Texts(wire, tables, functions.strings, context)
  texts.check()
  const details = new Map<string, string | number>()
  const notes: DataNote[] = []
  const { valueTypes, defaultValue } = valueTypesOf(tables, texts, wire, details, notes)
  const builder = new StackBuilder(
    context.allocator,
    { valueTypes, labels: true, addresses: hasAddresses(tables.records), inlining: true },
    functions,
  )
  const mappings = mappingTable(tables.records, texts, wire)
  const functionOf = functionRows(tables.records, texts, wire, builder)
  const locations = locationFrames(tables.records, functionOf, mappings, builder, wire, context)
  const { labels, stacks: whole } = readSamples(tables, texts, locations, builder, wire, context)
  const source = sourceOf(tables, texts, wire, details, notes)
  const finished = builder.finish()
  const { frames, samples } = finished
  return makeProfile({
    source: { ...source, language: languageOf(finished.functions, functions.strings) },
    valueTypes,
    defaultValue,
    strings: functions.strings,
    functions: finished.functions,
    frames: { ...frames, inlined: frames.inlined?.includes(1) ? frames.inlined : null },
    ...tablesOf(context.allocator, whole, {
      ...samples,
      timeUnit: 'nanoseconds',
      duration: tables.durationNanos === 0 ? null : Number(tables.durationNanos),
      labels: labels === null ? null : samples.labels,
    }),
    mappings,
    labels,
  })
}
