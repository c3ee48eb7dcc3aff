import type { Allocator } from '../../src/limits.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { NO_NAME } from './event.js'
import type { SpanEvents } from './span-events.js'

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
  /** label of the events → texts of the function's name and file, and its line; of labels that spans have. */
  readonly name: Int32Array
  readonly file: Int32Array
  readonly line: Int32Array

  constructor(events: SpanEvents, strings: StringInterner, allocator: Allocator) {
    const { isSpan, labels, categories } = events
    const names = events.names.values
    this.name = allocator.int32(labels)
    this.file = allocator.int32(labels)
    this.line = allocator.int32(labels)
    /** text → labels of that name. */
    const labelsOf = allocator.int32(strings.length)
    for (let each = 0; each < labels; each++) {
      if (isSpan[each] === 1 && names[each] !== NO_NAME) labelsOf[names[each]!]!++
    }
    for (let each = 0; each < labels; each++) {
      if (isSpan[each] === 1) this.#describe(each, strings, names[each]!, categories[each]!, labelsOf)
    }
    allocator.release(labelsOf)
  }

  #describe(
    label: number,
    strings: StringInterner,
    name: StringIndex,
    category: StringIndex,
    labelsOf: Int32Array,
  ): void {
    const text = name === NO_NAME ? '' : strings.text(name)
    const placed = text.length > LONGEST ? null : PLACED_NAME.exec(text)
    const isShared = name !== NO_NAME && labelsOf[name]! > 1 && category !== NONE
    const suffix = isShared ? ` [${strings.text(category)}]` : ''
    if (placed !== null) {
      this.name[label] = strings.internText(`${placed[1]}${suffix}`)
      this.file[label] = strings.internText(placed[2]!)
      this.line[label] = Number(placed[3])
      return
    }
    // A name that needs nothing keeps its bytes, whatever they are.
    const isPlain = text !== '' && suffix === ''
    this.name[label] = isPlain ? name : strings.internText(`${text === '' ? UNNAMED : text}${suffix}`)
    this.file[label] = NONE
    this.line[label] = NO_POSITION
  }
}
