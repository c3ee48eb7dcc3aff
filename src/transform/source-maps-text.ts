import { Int32Builder } from '../bytes/columns.js'
import { Allocator } from '../limits.js'

/** 0-based. */
interface TextPosition {
  readonly line: number
  readonly column: number
}

/** Characters looked at before a definition: its name, and what can stand between. */
const WINDOW = 300

/** Characters in which the class of a constructor is looked for. */
const CLASS_WINDOW = 64 * 1024

const IDENTIFIER = String.raw`[\w$#\u0080-\uffff]`

/** The identifier that a name ends with: `get #size`, `Basket.total`; none in `(anonymous)`. */
export const LAST_IDENTIFIER = new RegExp(`${IDENTIFIER}+$`)

/** What V8 calls a function that is assigned to a property of something: `e.add`. */
export const OWNED = new RegExp(String.raw`^(${IDENTIFIER}+)\.(${IDENTIFIER}+)$`)

/** The identifier that names a function whose parameters begin where this text ends. */
const NAMING = new RegExp(
  String.raw`(?<!${IDENTIFIER})(${IDENTIFIER}+)\s*(?:[=:]\s*)?(?:async\b\s*)?(?:function\b\s*)?(?:\*\s*)?$`,
)

/** A path of names that a function is assigned to: `e.prototype.add=function`. */
const ASSIGNED_PATH = new RegExp(
  String.raw`(?<![.]|${IDENTIFIER})(${IDENTIFIER}+)(?:\.${IDENTIFIER}+)+\s*=\s*(?:async\b\s*)?(?:function\b\s*)?(?:\*\s*)?$`,
)

/** What names a class in front of its constructor. */
const CONSTRUCTOR = /^constructor\s*$/

const DECLARED_CLASS = new RegExp(String.raw`^class\s+(${IDENTIFIER}+)`)

const ONE_IDENTIFIER = new RegExp(`^${IDENTIFIER}$`)

/** Ends of lines as V8 counts them. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g

/** The text of a generated script, to find the identifiers that engines took the names of functions from. */
export class GeneratedText {
  readonly #text: string
  /** Line → where it begins. */
  readonly #starts: Int32Array

  constructor(text: string) {
    this.#text = text
    const starts = new Int32Builder(new Allocator())
    starts.push(0)
    for (const end of text.matchAll(LINE_END)) starts.push(end.index + end[0].length)
    this.#starts = starts.finish()
  }

  /**
   * Where the identifier `name` stands that names the function defined here; null when it does not. V8 places a function
   * at its parameters, a class without a constructor at the word `class`.
   */
  identifierOf(name: string, line: number, column: number): TextPosition | null {
    const start = this.#starts[line]
    if (start === undefined) return null
    const at = start + column
    const declared = DECLARED_CLASS.exec(this.#text.slice(at, at + WINDOW))
    if (declared?.[1] === name) return this.#positionOf(at + declared[0].length - name.length)
    const from = Math.max(start, at - WINDOW)
    const naming = NAMING.exec(this.#text.slice(from, at))
    if (naming?.[1] === name) return this.#positionOf(from + naming.index)
    return naming !== null && CONSTRUCTOR.test(naming[0]) ? this.#classOf(name, from + naming.index) : null
  }

  /** Where the identifier `owner` stands that the function defined here is assigned to a property of; null when it does not. */
  ownerOf(owner: string, line: number, column: number): TextPosition | null {
    const start = this.#starts[line]
    if (start === undefined) return null
    const from = Math.max(start, start + column - WINDOW)
    const path = ASSIGNED_PATH.exec(this.#text.slice(from, start + column))
    return path?.[1] === owner ? this.#positionOf(from + path.index) : null
  }

  /** The name of the class that begins last before `end`: `class e{` or `e=class{`. */
  #classOf(name: string, end: number): TextPosition | null {
    const from = Math.max(0, end - CLASS_WINDOW)
    const before = this.#text.slice(from, end)
    const declared = lastOf(before, `class ${name}`) + 'class '.length
    const assigned = lastOf(before, `${name}=class`)
    const at = Math.max(declared < 'class '.length ? -1 : declared, assigned)
    return at < 0 ? null : this.#positionOf(from + at)
  }

  #positionOf(at: number): TextPosition {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#starts[middle]! <= at) low = middle
      else high = middle
    }
    return { line: low, column: at - this.#starts[low]! }
  }
}

/** Where `words` stand last in a text as words of their own; -1 where they do not. */
function lastOf(text: string, words: string): number {
  for (let at = text.lastIndexOf(words); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(words, at - 1)) {
    if (!isIdentifier(text[at - 1]) && !isIdentifier(text[at + words.length])) return at
  }
  return -1
}

function isIdentifier(character: string | undefined): boolean {
  return character !== undefined && ONE_IDENTIFIER.test(character)
}
