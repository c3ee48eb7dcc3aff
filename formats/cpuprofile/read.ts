import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import {
  array,
  type ItemReader,
  integers,
  lazy,
  number,
  numbers,
  object,
  oneOf,
  type Shape,
  text,
} from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { profileOf } from '../_v8/assemble.js'
import { NodeItems } from '../_v8/node-items.js'
import { nestedNodeShape, nodeShape } from '../_v8/node-shape.js'
import { Recording } from '../_v8/recording.js'
import { escapeV8Strings } from '../_v8/unescaped-strings.js'
import type { ReadContext } from '../codec.js'

/** V8 writes some 200 bytes for a node. A column that turns out too short grows. */
const NODE_BYTES = 160

/** Bytes of a sample's id and of its delta, with their commas. */
const SAMPLE_BYTES = 6

/**
 * Reads a V8 CPU profile: `{ nodes: [...], startTime, endTime, samples: [ids], timeDeltas: [µs] }`, also in the old nested
 * form, in the replies of the DevTools protocol, and several in an array. README.md beside this file has the surprises.
 */
export async function readCpuprofile(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const profiles: Profile[] = []
  /** How many things of `bytes` bytes the rest of the file has. Only the first asked about may have it all. */
  const expected = (bytes: number): (() => number) => {
    let isFirst = true
    return () => {
      const rest = isFirst && source.size !== null ? source.size - (scanner.place().offset ?? 0) : 0
      isFirst = false
      return Math.max(0, Math.ceil(rest / bytes))
    }
  }
  const root = documentShape({
    context,
    expectedNodes: expected(NODE_BYTES),
    expectedSamples: expected(SAMPLE_BYTES),
    place: () => scanner.place(),
    finish: (recording) => {
      profiles.push(toProfile(recording, context, profiles.length))
    },
  })
  const scanner = new JsonScanner(root, context.allocator)
  const escapes = { added: 0 }
  try {
    for await (const chunk of escapeV8Strings(source.chunks(), context, escapes)) scanner.write(chunk)
    scanner.end()
  } catch (error) {
    throw escapes.added > 0 && error instanceof FormatError ? inFile(error, escapes.added) : error
  }
  if (profiles.length === 0) {
    throw new FormatError(
      'expected a CPU profile with "nodes", got JSON without',
      {},
      {
        hint: 'V8 writes { "nodes": [...], "samples": [...], "timeDeltas": [...] }',
      },
    )
  }
  return { profiles, active: 0 }
}

function toProfile(recording: Recording, context: ReadContext, index: number): Profile {
  return profileOf(recording, context, {
    format: 'cpuprofile',
    name: recording.title ?? (index === 0 ? '' : `profile ${index + 1}`),
    // The exact doubles, which Bun writes with a fraction, and which nanoseconds as an integer would round.
    details: ({ startTime, endTime }) => ({ 'cpuprofile.startTime': startTime, 'cpuprofile.endTime': endTime }),
  })
}

/** The error with its place in the file as it is, before strings were escaped. */
function inFile(error: FormatError, added: number): FormatError {
  const { offset } = error.place
  const place = offset === undefined ? error.place : { ...error.place, offset: Math.max(0, offset - added) }
  return new FormatError(error.message, place, { hint: error.hint })
}

/** What the shapes of a document need. */
interface DocumentContext {
  readonly context: ReadContext
  /** How many there will be, about; 0 when that is not known. */
  expectedNodes(): number
  expectedSamples(): number
  place(): Place
  finish(recording: Recording): void
}

/** A profile, an array of profiles, or one of the wrappers that tools leave around it. */
function documentShape(document: DocumentContext): Shape {
  const profile = profileShape(document)
  const wrapped: Shape = object<string>({ profile, result: lazy(() => wrapped), profiles: array(profile) })
  // Keys of a profile and of a wrapper side by side: which it is shows when the object ends.
  const either = profileShape(document, {
    profile,
    result: wrapped,
    profiles: array(profile),
  })
  return oneOf(either, array(either))
}

/** One profile; objects without nodes (wrappers) finish nothing. */
function profileShape(document: DocumentContext, wrappers: Readonly<Record<string, Shape>> = {}): Shape {
  const { context, place, finish } = document
  const { allocator } = context
  const newRecording = (): Recording => new Recording(allocator, new StringInterner(allocator))
  let recording = newRecording()
  let fast: NodeItems | null = null
  // The shapes below are made once and used for each profile, so they reach the columns through this.
  const nodeContext = {
    place,
    get columns() {
      return recording.nodes
    },
  }
  const nodeItems: ItemReader = {
    get count() {
      return fast!.count
    },
    read: (bytes, at, end) => fast!.read(bytes, at, end),
  }
  return object<string>(
    {
      ...wrappers,
      nodes: array(nodeShape(nodeContext), {
        fast: nodeItems,
        begin: () => {
          recording.hasNodes = true
          recording.nodes.reserve(document.expectedNodes())
          fast = new NodeItems(recording.nodes, allocator)
        },
        end: () => fast!.release(),
      }),
      head: nestedNodeShape(nodeContext),
      samples: integers(
        (values, count) => {
          for (let i = 0; i < count; i++) checkSampleId(values[i]!, place)
          recording.samples!.append(values, count)
        },
        {
          begin: () => {
            // Which samples the times belong to is no longer to be known, whether or not they were folded with them.
            if (recording.samples !== null && (recording.fold !== null || recording.deltas !== null)) {
              throw new FormatError('expected one array of samples, got a second behind their times', place())
            }
            recording.samples = new Int32Builder(allocator, document.expectedSamples())
          },
        },
      ),
      timeDeltas: numbers((values, count) => recording.addDeltas(values, count), {
        begin: () => recording.beginDeltas(context),
      }),
      timestamps: numbers((values, count) => recording.timestamps!.append(values, count), {
        begin: () => {
          recording.timestamps = new Float64Builder(allocator)
        },
      }),
      startTime: number((value) => {
        recording.startTime = value
      }),
      endTime: number((value) => {
        recording.endTime = value
      }),
      title: text((bytes, start, end) => {
        recording.title = decodeText(bytes, start, end)
      }),
    },
    {
      begin: () => {
        recording = newRecording()
        recording.nodes.keepsTicks = !Recording.isFolded(context)
      },
      end: () => {
        recording.isNested = !recording.hasNodes && recording.nodes.length > 0
        if (recording.hasNodes || recording.isNested) finish(recording)
      },
    },
  )
}

function checkSampleId(id: number, place: () => Place): void {
  if (id >= 0 && id <= 0x7fff_fffe) return
  throw new FormatError(`expected the id of a node, got ${id}`, place())
}
