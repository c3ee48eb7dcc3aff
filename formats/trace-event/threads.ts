import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'

/** What a thread is called in a report. */
export interface ThreadNames {
  /** `renderer: main`; the process only where the file has several. */
  readonly name: string
  readonly process: string | null
  readonly thread: string | null
}

/**
 * The threads of a file, by process id and thread id, and the names that metadata events give them. Ids are texts:
 * most are numbers, some tools write words, and both may stand in one file.
 */
export class Threads {
  readonly #strings: StringInterner
  /** thread → (text of its process id, text of its own id). */
  readonly #ids: PairIndex
  /** thread → text of its name. */
  readonly #names: Int32Builder
  /** (text of a process id, NONE) → row in `#processNames`. */
  readonly #processes: PairIndex
  readonly #processNames: Int32Builder

  constructor(strings: StringInterner, allocator: Allocator) {
    this.#strings = strings
    this.#ids = new PairIndex(allocator)
    this.#names = new Int32Builder(allocator)
    this.#processes = new PairIndex(allocator)
    this.#processNames = new Int32Builder(allocator)
  }

  #hasProcesses = false
  /** Neighbours in the file are mostly of one thread. */
  #last = 0

  get length(): number {
    return this.#ids.length
  }

  intern(pid: StringIndex, tid: StringIndex): number {
    const { first, second } = this.#ids
    const last = this.#last
    if (last < first.length && first.values[last] === pid && second.values[last] === tid) return last
    const thread = this.#ids.intern(pid, tid)
    this.#last = thread
    if (thread === this.#names.length) {
      this.#names.push(NONE)
      if (pid !== this.#ids.first.values[0]) this.#hasProcesses = true
    }
    return thread
  }

  nameThread(pid: StringIndex, tid: StringIndex, name: StringIndex): void {
    const thread = this.intern(pid, tid)
    this.#names.values[thread] = name
  }

  nameProcess(pid: StringIndex, name: StringIndex): void {
    const process = this.#processes.intern(pid, NONE)
    if (process === this.#processNames.length) this.#processNames.push(name)
    else this.#processNames.values[process] = name
  }

  namesOf(thread: number): ThreadNames {
    const pid = this.#ids.first.values[thread]!
    const tid = this.#ids.second.values[thread]!
    const processRow = this.#processes.find(pid, NONE)
    const process = this.#text(processRow === NONE ? NONE : this.#processNames.values[processRow]!)
    const name = this.#text(this.#names.values[thread]!)
    const shown = name ?? (tid === NONE ? '' : `thread ${this.#text(tid)}`)
    const before = this.#hasProcesses && pid !== NONE ? `${process ?? `process ${this.#text(pid)}`}: ` : ''
    return { name: `${before}${shown}`, process: process ?? this.#text(pid), thread: name ?? this.#text(tid) }
  }

  #text(text: StringIndex): string | null {
    return text === NONE ? null : this.#strings.text(text)
  }
}
