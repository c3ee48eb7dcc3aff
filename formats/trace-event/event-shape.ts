import {
  array,
  boolean,
  integer,
  integers,
  nothing,
  number,
  numbers,
  object,
  oneOf,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { nodeShape } from '../_v8/node-shape.js'
import { clearEvent, type TraceEvent } from './event.js'
import type { ProfileChunks } from './profile-chunks.js'

/** The shape of an event, which is read into `event`; `finish` gets each when it is over. Unknown types of known keys are let pass: they are not ours. */
export function eventShape(
  strings: StringInterner,
  chunks: ProfileChunks,
  place: () => Place,
  event: TraceEvent,
  finish: (event: TraceEvent) => void,
): Shape {
  let lastNumber = Number.NaN
  let lastText: StringIndex = NONE
  /** Ids are the same number most of the time. */
  const numberText = (value: number): StringIndex => {
    if (value !== lastNumber) {
      lastNumber = value
      lastText = strings.internText(String(value))
    }
    return lastText
  }
  const word = (sink: (text: StringIndex) => void): Shape =>
    loose(text((bytes, start, end) => sink(strings.intern(bytes, start, end))))
  const identifier = (sink: (text: StringIndex) => void): Shape =>
    loose(
      integer((value) => sink(numberText(value)), {
        fractions: true,
        exact: (value) => sink(strings.internText(String(value))),
      }),
      text((bytes, start, end) => sink(strings.intern(bytes, start, end))),
    )
  /** A number, which some tools write as a text. */
  const quantity = (sink: (value: number) => void): Shape =>
    loose(
      number(sink),
      text((bytes, start, end) => {
        if (end > start) sink(Number(decodeText(bytes, start, end)))
      }),
    )
  const startTime = quantity((value) => {
    event.startTime = value
  })
  const endTime = quantity((value) => {
    event.endTime = value
  })
  const timeDeltas = loose(
    numbers((values, count) => {
      for (let i = 0; i < count; i++) chunks.deltas.push(values[i]!)
    }),
  )
  const cpuProfile = object<string>({
    nodes: loose(array(nodeShape({ place, columns: chunks.nodes }))),
    samples: loose(
      integers((values, count) => {
        for (let i = 0; i < count; i++) chunks.samples.push(nodeId(values[i]!, place))
      }),
    ),
    timeDeltas,
    startTime,
    endTime,
  })
  const data = object<string>({
    cpuProfile: loose(cpuProfile),
    timeDeltas,
    lines: loose(
      numbers((values, count) => {
        for (let i = 0; i < count; i++) chunks.lines.push(values[i]!)
      }),
    ),
    startTime,
    endTime,
  })
  const args = object<string>({
    name: word((name) => {
      event.argsName = name
    }),
    'avg ms': loose(
      number(() => {
        event.isSum = true
      }),
    ),
    data: loose(data),
  })
  return object<string>(
    {
      ph: loose(
        text((bytes, start, end) => {
          event.phase = end - start === 1 ? bytes[start]! : 0
        }),
      ),
      name: word((name) => {
        event.name = name
      }),
      cat: word((category) => {
        event.category = category
      }),
      pid: identifier((pid) => {
        event.pid = pid
      }),
      tid: identifier((tid) => {
        event.tid = tid
      }),
      id: identifier((id) => {
        event.id = id
      }),
      ts: quantity((time) => {
        event.time = time
      }),
      dur: quantity((duration) => {
        event.duration = duration
      }),
      tdur: quantity((duration) => {
        event.threadDuration = duration
      }),
      args: loose(args),
    },
    {
      begin: () => {
        clearEvent(event)
        chunks.begin()
      },
      end: () => finish(event),
    },
  )
}

/** The shapes, or anything of another JSON type, which is skipped. */
function loose(...shapes: readonly Shape[]): Shape {
  const others: Shape[] = []
  const lacks = (key: keyof Shape): boolean => shapes.every((shape) => shape[key] === undefined)
  if (lacks('number')) others.push(number(() => {}))
  if (lacks('text')) others.push(text(() => {}))
  if (lacks('boolean')) others.push(boolean(() => {}))
  if (lacks('nothing')) others.push(nothing())
  if (lacks('object')) others.push(object<string>({}))
  if (lacks('array')) others.push(array(skip()))
  return oneOf(...shapes, ...others)
}

function nodeId(id: number, place: () => Place): number {
  if (id >= 0 && id <= 0x7fff_fffe) return id
  throw new FormatError(`expected the id of a node, got ${id}`, place())
}
