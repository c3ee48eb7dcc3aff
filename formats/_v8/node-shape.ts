import {
  array,
  integer,
  lazy,
  nothing,
  number,
  object,
  oneOf,
  type Shape,
  skip,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import type { NodeColumns } from './node-columns.js'
import { scriptNumber } from './script-number.js'

/** What the shape of a node needs besides its columns. */
export interface NodeShapeContext {
  place(): Place
  /** The columns of the profile that is being read; asked for anew each time, since a file can hold several. */
  readonly columns: NodeColumns
}

/** "no reason" is how old versions say that there is none. */
const NO_REASON = 'no reason'

/** A node of today's form: `{ id, callFrame: { … }, hitCount, children: [ids], positionTicks }`. */
export function nodeShape(context: NodeShapeContext): Shape {
  return object<string>(
    {
      ...ownFields(context),
      callFrame: callFrameShape(context, () => 0),
      parent: integer((id) => {
        const { columns } = context
        columns.parentIds.set(columns.current, checkedId(id, context), columns.length)
      }),
      children: oneOf(array(integer((id) => context.columns.child(checkedId(id, context)))), nothing()),
    },
    { required: ['id', 'callFrame'], begin: () => context.columns.begin(), end: () => context.columns.end() },
  )
}

/** A node of a nested tree: old CPU profiles (fields of the call frame in the node itself) and heap profiles. */
export function nestedNodeShape(context: NodeShapeContext): Shape {
  /** What lines are counted from: the root's line is -1 where that is 0, and 0 where it is 1. */
  let base = 0
  const baseFor = (line: number): number => {
    if (context.columns.length === 1) base = line < 0 ? 0 : 1
    return base
  }
  const node: Shape = object<string>(
    {
      ...ownFields(context),
      ...frameFields(context, baseFor),
      callFrame: callFrameShape(context, () => 0),
      selfSize: number((bytes) => {
        const { columns } = context
        columns.sizes.set(columns.current, bytes, columns.length)
      }),
      lineTicks: ticksShape(context, 'hitCount'),
      children: oneOf(array(lazy(() => node)), nothing()),
    },
    { begin: () => context.columns.begin(), end: () => context.columns.end() },
  )
  return node
}

function ownFields(context: NodeShapeContext): Record<string, Shape> {
  const reason = text((bytes, start, end) => {
    if (end === start || decodeText(bytes, start, end) === NO_REASON) return
    const { columns } = context
    columns.deoptReasons.set(columns.current, columns.functions.strings.intern(bytes, start, end), columns.length)
  })
  return {
    id: integer((id) => {
      context.columns.id.values[context.columns.current] = checkedId(id, context)
    }),
    hitCount: oneOf(
      number((hits) => {
        const { columns } = context
        columns.hits.set(columns.current, hits, columns.length)
      }),
      nothing(),
    ),
    deoptReason: oneOf(reason, nothing()),
    bailoutReason: oneOf(reason, nothing()),
    positionTicks: ticksShape(context, 'ticks'),
  }
}

function ticksShape(context: NodeShapeContext, countKey: 'ticks' | 'hitCount'): Shape {
  let line = 0
  let ticks = 0
  const tick = object<string>(
    {
      line: integer((value) => {
        line = value
      }),
      [countKey]: integer((value) => {
        ticks = value
      }),
    },
    { end: () => context.columns.tick(line, ticks) },
  )
  return oneOf(array(tick), nothing())
}

function callFrameShape(context: NodeShapeContext, baseFor: (line: number) => number): Shape {
  return object<string>(frameFields(context, baseFor))
}

/** The fields of a call frame; `baseFor` says what its lines and columns are counted from. */
function frameFields(context: NodeShapeContext, baseFor: (line: number) => number): Record<string, Shape> {
  const scriptId = oneOf(
    integer((id) => {
      context.columns.scriptId = id
    }),
    text((bytes, start, end) => {
      context.columns.scriptId = scriptNumber(bytes, start, end)
    }),
    nothing(),
  )
  const optional = (shape: Shape): Shape => oneOf(shape, nothing())
  return {
    functionName: optional(
      text((bytes, start, end) => {
        context.columns.name = context.columns.functions.strings.intern(bytes, start, end)
      }),
    ),
    scriptId,
    url: optional(
      text((bytes, start, end) => {
        context.columns.url = context.columns.functions.strings.intern(bytes, start, end)
      }),
    ),
    lineNumber: optional(
      number((line) => {
        context.columns.line = line - baseFor(line)
      }),
    ),
    columnNumber: optional(
      number((column) => {
        context.columns.column = column - baseFor(column)
      }),
    ),
    codeType: skip(),
  }
}

function checkedId(id: number, context: NodeShapeContext): number {
  if (id >= 0 && id <= 0x7fff_fffe) return id
  throw new FormatError(`expected a node id from 0 to 2147483646, got ${id}`, context.place())
}
