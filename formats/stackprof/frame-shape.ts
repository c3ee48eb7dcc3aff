import {
  integer,
  nothing,
  nullable,
  number,
  object,
  oneOf,
  record,
  type Shape,
  text,
} from '../../src/bytes/json-shape.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { type FrameEntries, lineOf } from './frame-entries.js'

/** The shape of `frames`: ids, which are keys, and what is known of each. */
export function framesShape(entries: FrameEntries, place: () => Place): Shape {
  const { strings } = entries.functions
  let id = 0
  let callee = 0
  let name = NONE
  let file = NONE
  let line = NO_POSITION
  let self = 0
  let total = 0
  const idOf = (bytes: Uint8Array, start: number, end: number): number => {
    const digits = decodeText(bytes, start, end)
    const value = /^-?\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN
    if (!Number.isSafeInteger(value)) throw new FormatError(`expected the id of a frame, got ${quote(digits)}`, place())
    return entries.indexOf(value)
  }
  const frame = object<string>(
    {
      name: nullable(
        text((bytes, start, end) => {
          name = strings.intern(bytes, start, end)
        }),
      ),
      file: oneOf(
        text((bytes, start, end) => {
          file = isNoFile(bytes, start, end) ? NONE : strings.intern(bytes, start, end)
        }),
        nothing(),
      ),
      line: nullable(
        integer((value) => {
          line = lineOf(value)
        }),
      ),
      samples: number((value) => {
        self = value
      }),
      total_samples: number((value) => {
        total = value
      }),
      edges: record(
        (bytes, start, end) => {
          callee = idOf(bytes, start, end)
        },
        number((value) => {
          entries.edgeCaller.push(id)
          entries.edgeCallee.push(callee)
          entries.edgeWeight.push(value)
        }),
      ),
    },
    {
      begin: () => {
        name = file = NONE
        line = NO_POSITION
        self = total = 0
      },
      end: () => {
        entries.entryId.push(id)
        entries.self.push(self)
        entries.total.push(total)
        entries.define(id, name === NONE ? strings.internText('') : name, file, line)
      },
    },
  )
  return record((bytes, start, end) => {
    id = idOf(bytes, start, end)
  }, frame)
}

/** Methods written in C have `<cfunc>` for a file, the collector's phases have nothing. */
function isNoFile(bytes: Uint8Array, start: number, end: number): boolean {
  return start === end || (end - start === 7 && decodeText(bytes, start, end) === '<cfunc>')
}
