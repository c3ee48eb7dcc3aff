import { ByteBuilder, Float64Builder } from '../../src/bytes/columns.js'
import { encodeText } from '../../src/bytes/text.js'
import { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { type FrameTable, NO_POSITION, NONE } from '../../src/model/tables.js'

const LF = 10
const CR = 13
const TAB = 9
const SPACE = 32
const HASH = 35
const COLON = 58
const SEMICOLON = 59
const UNDERSCORE = 95

/** The texts of a profile's frames as lines can hold them: `parse (src/parse.js:12)`, inlined ones with `_[i]`. */
export class FrameTexts {
  /** Frames with characters that had to be replaced. */
  changed = 0
  readonly #bytes: ByteBuilder
  /** Frame → where its text begins; one more entry than frames. */
  readonly #starts: Float64Builder

  constructor({ functions, strings }: Profile, frames: FrameTable, namesOnly: boolean) {
    const allocator = new Allocator()
    this.#bytes = new ByteBuilder(allocator)
    this.#starts = new Float64Builder(allocator, frames.length + 1)
    this.#starts.push(0)
    for (let frame = 0; frame < frames.length; frame++) {
      const func = frames.function[frame]!
      const file = functions.file[func]!
      this.#bytes.append(strings.bytes(functions.name[func]!))
      if (file !== NONE && !namesOnly) {
        const executing = frames.line[frame]!
        const line = executing === NO_POSITION ? functions.line[func]! : executing
        this.#bytes.append(encodeText(' ('))
        this.#bytes.append(strings.bytes(file))
        this.#bytes.append(encodeText(line > 0 ? `:${line})` : ')'))
      }
      if (frames.inlined?.[frame] === 1) this.#bytes.append(encodeText('_[i]'))
      this.#clean(this.#starts.values[frame]!)
      this.#starts.push(this.#bytes.length)
    }
  }

  append(out: ByteBuilder, frame: number): void {
    out.append(this.#bytes.values, this.#starts.values[frame]!, this.#starts.values[frame + 1]!)
  }

  /** Replaces what would end the frame or the line, or make the line a comment, in the text from `start` on. */
  #clean(start: number): void {
    const { values } = this.#bytes
    let isChanged = false
    const replace = (at: number, byte: number): void => {
      values[at] = byte
      isChanged = true
    }
    for (let at = start; at < this.#bytes.length; at++) {
      const byte = values[at]!
      if (byte === SEMICOLON) replace(at, COLON)
      else if (byte === LF || byte === CR) replace(at, SPACE)
    }
    while (this.#bytes.length > start && isBlank(values[this.#bytes.length - 1]!)) {
      this.#bytes.length--
      isChanged = true
    }
    const second = this.#bytes.length > start + 1 ? values[start + 1]! : SPACE
    if (this.#bytes.length > start && values[start] === HASH && (isBlank(second) || second === HASH)) {
      replace(start, UNDERSCORE)
    }
    if (isChanged) this.changed++
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}
