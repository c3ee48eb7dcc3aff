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
import { NONE } from '../../src/model/tables.js'
import type { NodeColumns } from './node-columns.js'

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
        context.columns.parentId = checkedId(id, context)
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
        context.columns.size.values[context.columns.current] = bytes
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
    context.columns.deoptReason.values[context.columns.current] = context.columns.functions.strings.intern(
      bytes,
      start,
      end,
    )
  })
  return {
    id: integer((id) => {
      context.columns.id.values[context.columns.current] = checkedId(id, context)
    }),
    hitCount: oneOf(
      number((hits) => {
        context.columns.hits.values[context.columns.current] = hits
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

/** `"105"` and, from odd tools, `":105"`; 0 for what is no number. */
function scriptNumber(bytes: Uint8Array, start: number, end: number): number {
  let id = 0
  for (let at = bytes[start] === 0x3a ? start + 1 : start; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return 0
    id = id * 10 + digit
  }
  return id
}

function checkedId(id: number, context: NodeShapeContext): number {
  if (id >= 0 && id <= 0x7fff_fffe) return id
  throw new FormatError(`expected a node id from 0 to 2147483646, got ${id}`, context.place())
}

/** Whether any node has ticks of its own. */
export function hasHits(columns: NodeColumns): boolean {
  for (let node = 0; node < columns.length; node++) if (!Number.isNaN(columns.hits.values[node]!)) return true
  return false
}

/** Whether any node has a reason not to be optimised. */
export function hasDeoptReasons(columns: NodeColumns): boolean {
  for (let node = 0; node < columns.length; node++) if (columns.deoptReason.values[node] !== NONE) return true
  return false
}
