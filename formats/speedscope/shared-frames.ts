import { Int32Builder } from '../../src/bytes/columns.js'
import { CallcostError } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import type { Profile } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { type FrameTable, type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { SpeedscopeFrame } from './file-format.js'

/** The one list of frames that all profiles of a speedscope file share: a frame is a function of ours. */
export class SharedFrames {
  readonly #tables: { readonly profile: Profile; readonly indexOf: Int32Array }[] = []
  /** Frame → the table, and the function in it, that it was first seen as. */
  readonly #table: Int32Builder
  readonly #func: Int32Builder

  constructor(profiles: readonly Profile[]) {
    const allocator = new Allocator()
    const keys = new StringInterner(allocator)
    this.#table = new Int32Builder(allocator)
    this.#func = new Int32Builder(allocator)
    for (const profile of profiles) {
      // Threads of one file share their tables.
      if (this.#tableOf(profile) !== undefined) continue
      const { length } = profile.functions
      const indexOf = allocator.int32(length)
      const table = this.#tables.push({ profile, indexOf }) - 1
      for (let func = 0; func < length; func++) {
        const known = keys.length
        indexOf[func] = keys.internText(JSON.stringify(frameOf(profile, func)))
        if (indexOf[func] === known) {
          this.#table.push(table)
          this.#func.push(func)
        }
      }
    }
  }

  /** The frames in the order of their indices. */
  *frames(): Iterable<SpeedscopeFrame> {
    for (let index = 0; index < this.#func.length; index++) {
      yield frameOf(this.#tables[this.#table.values[index]!]!.profile, this.#func.values[index]!)
    }
  }

  /** How many there are. */
  get length(): number {
    return this.#func.length
  }

  /** frame of one of the profiles → index. */
  indicesOf(profile: Profile, frames: FrameTable, allocator: Allocator): Int32Array {
    const table = this.#tableOf(profile)
    if (table === undefined) throw new CallcostError('internal', 'a profile without frames')
    const indices = allocator.int32(frames.length)
    for (let frame = 0; frame < frames.length; frame++) indices[frame] = table.indexOf[frames.function[frame]!]!
    return indices
  }

  #tableOf(profile: Profile): { readonly indexOf: Int32Array } | undefined {
    return this.#tables.find((table) => table.profile.functions === profile.functions)
  }
}

function frameOf({ functions, strings }: Profile, func: FunctionIndex): SpeedscopeFrame {
  const file = functions.file[func]!
  const line = functions.line[func]!
  const column = functions.column[func]!
  return {
    name: strings.text(functions.name[func]!),
    ...(file === NONE ? {} : { file: strings.text(file) }),
    ...(line === NO_POSITION ? {} : { line }),
    ...(column === NO_POSITION ? {} : { col: column }),
  }
}
