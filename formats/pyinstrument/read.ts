import { Int32Builder } from '../../src/bytes/columns.js'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, nullable, number, object, oneOf, type Shape, text } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError, type Place } from '../../src/errors.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, ProfileSet } from '../../src/model/profile.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { Frames, VALUE_TYPES } from './frames.js'
import { Tree, textOrNothing } from './tree.js'

const PRUNED: DataNote = {
  code: 'rendered-tree',
  count: 1,
  message: 'this is a rendered tree: pyinstrument left out, merged or hid frames before it wrote it',
}

/** What a file says beside its frames. */
interface Session {
  startTime: number
  duration: number
  minInterval: number
  program: string | null
  hasRecords: boolean
  readonly details: Map<string, number>
}

/** Reads a session, the records of which are stacks and seconds, or the tree that pyinstrument's JSON renderer makes of one. */
export async function readPyinstrument(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const { allocator } = context
  const frames = new Frames(allocator)
  const tree = new Tree(allocator)
  const session: Session = {
    startTime: Number.NaN,
    duration: Number.NaN,
    minInterval: Number.NaN,
    program: null,
    hasRecords: false,
    details: new Map(),
  }
  const place = (): Place => scanner.place()
  const records = array(recordShape(frames, context, place), {
    begin: () => {
      session.hasRecords = true
    },
  })
  const detail = (key: string): Shape => nullable(number((value) => session.details.set(`pyinstrument.${key}`, value)))
  const root = object<string>({
    frame_records: records,
    root_frame: nullable(tree.shape),
    start_time: number((value) => {
      session.startTime = value
    }),
    duration: number((value) => {
      session.duration = value
    }),
    min_interval: nullable(
      number((value) => {
        session.minInterval = value
      }),
    ),
    program: textOrNothing((value) => {
      session.program = value
    }),
    sample_count: detail('sample_count'),
    cpu_time: detail('cpu_time'),
  })
  const scanner = new JsonScanner(root, allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()

  if (!session.hasRecords && tree.length === 0) {
    throw new FormatError(
      'expected "frame_records" or a "root_frame", got neither',
      {},
      { hint: 'pyinstrument -o run.pyisession -r session writes the one, -r json the other' },
    )
  }
  if (!session.hasRecords) tree.addTo(frames, allocator)
  return { profiles: [profileOf(session, frames)], active: 0 }
}

function profileOf(session: Session, frames: Frames) {
  const { startTime, duration, minInterval, program, hasRecords, details } = session
  const isKnown = Number.isFinite(startTime) && Math.abs(startTime) < 1e10
  return makeProfile({
    ...frames.builder.finish(Number.isNaN(duration) ? null : duration),
    source: {
      format: 'pyinstrument',
      producer: 'pyinstrument',
      command: program,
      language: 'python',
      // As precise as the file is: a double of seconds since 1970 holds some hundred nanoseconds.
      recordedAt: isKnown ? BigInt(Math.round(startTime * 1e6)) * 1000n : null,
      clock: isKnown ? 'epoch' : null,
      method: 'sampled',
      intervalNs: minInterval > 0 && Number.isFinite(minInterval * 1e9) ? minInterval * 1e9 : null,
      details,
      notes: hasRecords ? [] : [PRUNED],
    },
    valueTypes: VALUE_TYPES,
    strings: frames.builder.functions.strings,
  })
}

/** `[["main\0/srv/a.py\01", …], 0.001]`: a stack, outermost first, and the seconds that it was seen for. */
function recordShape(frames: Frames, context: ReadContext, place: () => Place): Shape {
  const { builder } = frames
  const stack = new Int32Builder(context.allocator)
  let seconds = Number.NaN
  let hasStack = false
  let moment = 0
  const identifiers = array(
    text((bytes, start, end) => {
      const frame = frames.ofText(bytes, start, end)
      if (frame !== NONE) stack.push(frame)
    }),
    {
      begin: () => {
        hasStack = true
      },
    },
  )
  return array(
    oneOf(
      identifiers,
      number((value) => {
        seconds = value
      }),
    ),
    {
      begin: () => {
        stack.length = 0
        seconds = Number.NaN
        hasStack = false
      },
      end: () => {
        if (Number.isNaN(seconds) || !hasStack) {
          const got = hasStack ? 'no number' : 'no stack'
          context.fault(`expected a stack and its seconds, got ${got}`, place())
          return
        }
        let last = NONE
        for (let at = 0; at < stack.length; at++) last = builder.stack(last, stack.values[at]!)
        builder.sample(last, [seconds], { time: moment })
        moment += seconds
      },
    },
  )
}
