import { Int32Builder } from '../../src/bytes/columns.js'
import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, integer, nothing, number, object, oneOf, type Shape, text } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place } from '../../src/errors.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { type FrameTable, type FunctionTable, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { ProfileColumns } from './profile-columns.js'
import { profileShape } from './profile-shape.js'

/**
 * Reads speedscope's format: `shared.frames` and a list of profiles, each sampled or evented. The frames may stand
 * behind the profiles that use them, so stacks are built on their indices and the functions put under them at the end.
 */
export async function readSpeedscope(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const { allocator } = context
  const profiles: ProfileColumns[] = []
  const functions = new FunctionTableBuilder(allocator)
  /** frame → function: a file may list a frame twice. */
  const functionOf = new Int32Builder(allocator)
  let groupName: string | null = null
  let active = 0
  let exporter: string | null = null
  const place = (): Place => scanner.place()
  const root = object<string>(
    {
      shared: object<string>(
        {
          frames: array(frameShape(functions, functionOf), {
            begin: () => {
              // Indices of the second list would find the frames of the first.
              if (functionOf.length > 0) throw new FormatError('expected one list of frames, got a second', place())
            },
          }),
        },
        { required: ['frames'] },
      ),
      profiles: array(profileShape(context, place, (profile) => profiles.push(profile))),
      name: textOrNothing((value) => {
        groupName = value
      }),
      exporter: textOrNothing((value) => {
        exporter = value
      }),
      activeProfileIndex: oneOf(
        integer((value) => {
          active = value
        }),
        nothing(),
      ),
    },
    { required: ['shared', 'profiles'] },
  )
  const scanner = new JsonScanner(root, allocator)
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()

  if (profiles.length === 0) throw new FormatError('expected at least one profile', { path: 'profiles' })
  const table = functions.finish()
  const frames = frameTable(functionOf.finish())
  return {
    profiles: profiles.map((columns, index) =>
      toProfile(columns, index, { functions: table, frames, strings: functions.strings, exporter, groupName }),
    ),
    active: active >= 0 && active < profiles.length ? active : 0,
  }
}

interface Shared extends Pick<Profile, 'strings'> {
  readonly functions: FunctionTable
  readonly frames: FrameTable
  readonly exporter: string | null
  readonly groupName: string | null
}

function toProfile(columns: ProfileColumns, index: number, shared: Shared): Profile {
  columns.checkFrames(shared.frames.length, index)
  const { stacks, samples } = columns.finish()
  const details = new Map<string, string | number>()
  if (shared.groupName !== null) details.set('speedscope.name', shared.groupName)
  if (columns.startValue !== null && columns.startValue !== 0) details.set('speedscope.startValue', columns.startValue)
  const isSpans = columns.type === 'evented'
  return makeProfile({
    name: columns.name,
    source: {
      format: 'speedscope',
      producer: shared.exporter,
      method: isSpans ? 'deterministic' : 'sampled',
      details,
    },
    valueTypes: [columns.valueType],
    strings: shared.strings,
    functions: shared.functions,
    frames: shared.frames,
    stacks,
    samples,
  })
}

/** A frame of the file is a function; where in it code was executing is not known. */
function frameTable(functionOf: Int32Array): FrameTable {
  const none = new Int32Array(functionOf.length).fill(NO_POSITION)
  return {
    length: functionOf.length,
    function: functionOf,
    line: none,
    column: none,
    inlined: null,
    address: null,
    mapping: null,
  }
}

function frameShape(functions: FunctionTableBuilder, functionOf: Int32Builder): Shape {
  const { strings } = functions
  let name = NONE
  let file = NONE
  let line = NO_POSITION
  let column = NO_POSITION
  return object<string>(
    {
      name: text((bytes, start, end) => {
        name = strings.intern(bytes, start, end)
      }),
      file: oneOf(
        text((bytes, start, end) => {
          file = strings.intern(bytes, start, end)
        }),
        nothing(),
      ),
      line: oneOf(
        number((value) => {
          line = position(value)
        }),
        nothing(),
      ),
      col: oneOf(
        number((value) => {
          column = position(value)
        }),
        nothing(),
      ),
    },
    {
      required: ['name'],
      begin: () => {
        file = NONE
        line = column = NO_POSITION
      },
      end: () => functionOf.push(functions.intern(name, file, line, column)),
    },
  )
}

/** A line or column as we have it; a number that no file can have one at is unknown. */
function position(value: number): number {
  return value >= 1 && value <= 0x7fff_ffff ? Math.floor(value) : NO_POSITION
}

function textOrNothing(sink: (value: string) => void): Shape {
  return oneOf(
    text((bytes, start, end) => sink(decodeText(bytes, start, end))),
    nothing(),
  )
}
