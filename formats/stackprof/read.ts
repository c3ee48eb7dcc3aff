import { Float64Builder } from '../../src/bytes/columns.js'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { integers, nothing, nullable, number, numbers, object, oneOf, text } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { ProfileSet } from '../../src/model/profile.js'
import type { ReadContext } from '../codec.js'
import { graphProfile, stackProfile } from './assemble.js'
import { FrameEntries } from './frame-entries.js'
import { framesShape } from './frame-shape.js'
import { RawSamples } from './raw-samples.js'
import type { Recording } from './recording.js'

/** Reads what `StackProf.run` returns, as JSON: stacks where it was told `raw: true`, else the call graph of its frames. */
export async function readStackprof(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const { allocator } = context
  const place = (): Place => scanner.place()
  const recording: Recording = {
    entries: new FrameEntries(allocator),
    raw: new RawSamples(allocator, place),
    rawLines: new RawSamples(allocator, place),
    deltas: new Float64Builder(allocator),
    timestamps: new Float64Builder(allocator),
    mode: '',
    interval: Number.NaN,
    samples: 0,
    details: new Map(),
  }
  const scanner = new JsonScanner(documentShape(recording, place), allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()
  if (recording.entries.entryId.length === 0 && recording.samples > 0) {
    throw new FormatError('expected frames, got none', { path: 'frames' })
  }
  const profile = recording.raw.isGiven ? stackProfile(recording, context) : graphProfile(recording, context)
  return { profiles: [profile], active: 0 }
}

function documentShape(recording: Recording, place: () => Place) {
  const { entries, raw, rawLines, deltas, timestamps, details } = recording
  const detail = (key: string) => nullable(number((value) => details.set(`stackprof.${key}`, value)))
  return object<string>(
    {
      version: detail('version'),
      gc_samples: detail('gc_samples'),
      missed_samples: detail('missed_samples'),
      mode: text((bytes, start, end) => {
        recording.mode = decodeText(bytes, start, end)
      }),
      interval: oneOf(
        number((value) => {
          recording.interval = value
        }),
        nothing(),
      ),
      samples: number((value) => {
        recording.samples = value
      }),
      frames: framesShape(entries, place),
      raw: nullable(runs(raw, (id) => entries.indexOf(id))),
      raw_lines: nullable(runs(rawLines, (line) => line | 0)),
      raw_timestamp_deltas: nullable(column(deltas)),
      raw_sample_timestamps: nullable(column(timestamps)),
    },
    { required: ['mode', 'samples', 'frames'] },
  )
}

function runs(samples: RawSamples, indexOf: (value: number) => number) {
  return integers((values, count) => samples.take(values, count, indexOf), {
    begin: () => {
      samples.isGiven = true
    },
    end: () => samples.end(),
  })
}

function column(builder: Float64Builder) {
  return numbers((values, count) => {
    for (let at = 0; at < count; at++) builder.push(values[at]!)
  })
}
