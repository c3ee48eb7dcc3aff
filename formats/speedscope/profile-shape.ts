import {
  array,
  integer,
  integers,
  nothing,
  number,
  object,
  oneOf,
  type Shape,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import type { ReadContext } from '../codec.js'
import { EventItems } from './event-items.js'
import { SPEEDSCOPE_UNITS } from './file-format.js'
import { ProfileColumns } from './profile-columns.js'
import { SampleItems } from './sample-items.js'
import { WeightItems } from './weight-items.js'

/** The shape of one profile, of either type; `finish` gets its columns. */
export function profileShape(
  context: ReadContext,
  place: () => Place,
  finish: (columns: ProfileColumns) => void,
): Shape {
  let columns = new ProfileColumns(context, place)
  let isOpen = true
  let frame = 0
  let at = 0
  const event = object<string>(
    {
      type: text((bytes, start, end) => {
        const type = decodeText(bytes, start, end)
        if (type !== 'O' && type !== 'C') throw new FormatError(`expected "O" or "C", got ${quote(type)}`, place())
        isOpen = type === 'O'
      }),
      frame: integer((value) => {
        frame = value
      }),
      at: number((value) => {
        at = value
      }),
    },
    {
      required: ['type', 'frame', 'at'],
      end: () => (isOpen ? columns.events.open(frame, at) : columns.events.close(frame, at)),
    },
  )
  const sample = integers(
    (values, count) => {
      const { samples } = columns
      for (let i = 0; i < count; i++) samples.frame(values[i]!)
    },
    { begin: () => columns.samples.begin(), end: () => columns.samples.end() },
  )
  return object<string>(
    {
      type: text((bytes, start, end) => {
        const type = decodeText(bytes, start, end)
        if (type !== 'evented' && type !== 'sampled') {
          throw new FormatError(`expected "evented" or "sampled", got ${quote(type)}`, place())
        }
        columns.type = type
      }),
      name: oneOf(
        text((bytes, start, end) => {
          columns.name = decodeText(bytes, start, end)
        }),
        nothing(),
      ),
      unit: text((bytes, start, end) => {
        const unit = decodeText(bytes, start, end)
        const known = SPEEDSCOPE_UNITS.find((candidate) => candidate === unit)
        if (known !== undefined) columns.unit = known
        else context.repair('a unit that speedscope does not know counts as none', place())
      }),
      startValue: orNothing((value) => {
        columns.startValue = value
      }),
      endValue: orNothing((value) => {
        columns.endValue = value
      }),
      events: array(event, { fast: new EventItems(() => columns.events) }),
      samples: array(sample, { fast: new SampleItems(() => columns.samples, context.allocator) }),
      weights: array(
        oneOf(
          number((value) => columns.samples.weight(value)),
          nothing(() => columns.samples.weight(0)),
        ),
        { fast: new WeightItems(() => columns.samples) },
      ),
    },
    {
      required: ['type', 'unit'],
      begin: () => {
        columns = new ProfileColumns(context, place)
      },
      end: () => {
        columns.complete()
        finish(columns)
      },
    },
  )
}

function orNothing(sink: (value: number) => void): Shape {
  return oneOf(number(sink), nothing())
}
