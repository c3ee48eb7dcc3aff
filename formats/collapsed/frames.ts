import type { Allocator } from '../../src/limits.js'
import { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { StringInterner, StringTable } from '../../src/model/strings.js'
import { type FrameTable, type FunctionTable, NO_POSITION, NONE } from '../../src/model/tables.js'
import { type FrameStyle, frameParts, frameStyle } from './frame-style.js'

export interface Frames {
  readonly style: FrameStyle
  readonly strings: StringTable
  readonly functions: FunctionTable
  /** One frame a text. */
  readonly frames: FrameTable
}

/** The functions and frames that the texts of a file's frames name. `isOurs`: callcost wrote them. */
export function framesOf(texts: StringInterner, isOurs: boolean, allocator: Allocator): Frames {
  const { length } = texts
  const style = frameStyle(decoded(texts, length), isOurs)
  const builder = new FunctionTableBuilder(allocator, texts)
  const functionOf = allocator.int32(length)
  const line = allocator.int32(length).fill(NO_POSITION)
  const column = allocator.int32(length).fill(NO_POSITION)
  const inlined = style.hasMarks ? allocator.bytes(length) : null
  for (let frame = 0; frame < length; frame++) {
    const text = texts.text(frame)
    const parts = frameParts(text, style)
    // A name that is the whole text keeps its bytes, whatever they are.
    const name = parts.name === text ? frame : texts.internText(parts.name)
    functionOf[frame] = builder.intern(name, parts.file === null ? NONE : texts.internText(parts.file))
    line[frame] = parts.line
    if (inlined !== null && parts.inlined) inlined[frame] = 1
  }
  allocator.check('frames', length)
  return {
    style,
    strings: texts,
    functions: builder.finish(),
    frames: { length, function: functionOf, line, column, inlined, address: null, mapping: null },
  }
}

function* decoded(texts: StringTable, length: number): Generator<string> {
  for (let index = 0; index < length; index++) yield texts.text(index)
}
