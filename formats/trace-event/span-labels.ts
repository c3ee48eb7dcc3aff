import { Int32Builder } from '../../src/bytes/columns.js'
import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import { END, NO_NAME, type SpanEvents } from './span-events.js'

/** `work (/srv/app/a.py:12)`, as VizTracer names Python's functions. */
const PLACED_NAME = /^(.+) \(([^()]*[^()\d:][^()]*):(\d{1,9})\)$/s

/** Longer names, in characters, are taken as they are: backtracking over them could take long. */
const LONGEST = 4096

/** What spans without a name are called. */
const UNNAMED = '(anonymous)'

/**
 * What spans are as functions: their name. The category stands behind it, in brackets, only for names that spans of
 * several categories have. Arguments are no part of it: `a {"i": 1}` and `a {"i": 2}` are two calls of one function.
 */
export class SpanLabels {
  /** (text of the name, text of the category) → label. */
  readonly #pairs: PairIndex
  /** label → texts of the function's name and file, and its line. */
  readonly name: Int32Builder
  readonly file: Int32Builder
  readonly line: Int32Builder

  constructor(events: SpanEvents, strings: StringInterner, allocator: Allocator) {
    this.#pairs = new PairIndex(allocator)
    this.name = new Int32Builder(allocator)
    this.file = new Int32Builder(allocator)
    this.line = new Int32Builder(allocator)
    const { phase, name, category } = events
    for (let event = 0; event < events.length; event++) {
      if (phase.values[event] !== END) this.#pairs.intern(name.values[event]!, category.values[event]!)
    }
    /** text → labels of that name. */
    const labelsOf = allocator.int32(strings.length)
    const { first: names, second: categories } = this.#pairs
    for (let label = 0; label < this.#pairs.length; label++) {
      if (names.values[label] !== NO_NAME) labelsOf[names.values[label]!]!++
    }
    for (let label = 0; label < this.#pairs.length; label++) {
      this.#describe(strings, names.values[label]!, categories.values[label]!, labelsOf)
    }
    allocator.release(labelsOf)
  }

  labelOf(name: StringIndex, category: StringIndex): number {
    return this.#pairs.find(name, category)
  }

  #describe(strings: StringInterner, name: StringIndex, category: StringIndex, labelsOf: Int32Array): void {
    const text = name === NO_NAME ? '' : strings.text(name)
    const placed = text.length > LONGEST ? null : PLACED_NAME.exec(text)
    const isShared = name !== NO_NAME && labelsOf[name]! > 1 && category !== NONE
    const suffix = isShared ? ` [${strings.text(category)}]` : ''
    if (placed !== null) {
      this.name.push(strings.internText(`${placed[1]}${suffix}`))
      this.file.push(strings.internText(placed[2]!))
      this.line.push(Number(placed[3]))
      return
    }
    // A name that needs nothing keeps its bytes, whatever they are.
    const isPlain = text !== '' && suffix === ''
    this.name.push(isPlain ? name : strings.internText(`${text === '' ? UNNAMED : text}${suffix}`))
    this.file.push(NONE)
    this.line.push(NO_POSITION)
  }
}
