import { CallcostError, quote } from '../../errors.js'
import { UNIT_WORD_LIST, type UnitWord, unitWord } from './quantity.js'

/** Longer expressions are refused: what works on an expression may then be recursive. */
const LONGEST = 2000

const WORD = /[A-Za-z_\u00b5\u03bc][A-Za-z0-9_\u00b5\u03bc]*/y
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const SYMBOL = /<=|>=|==|!=|->|[<>()+\-*/.,%]/y
const SPACE = /\s*/y

/** Words that stand between terms, so they are no unit of the number before them. */
const CONNECTIVES = new Set(['and', 'or', 'not'])

/** A name, pattern or set as it is written inside of parentheses. */
export interface WrittenSelector {
  readonly text: string
  readonly isQuoted: boolean
  readonly start: number
}

/** Walks along an expression. What comes next decides what a character means, because names may be anything. */
export class Scanner {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
    if (text.length > LONGEST) {
      throw new CallcostError('usage', `the expression ${quote(text)} is longer than ${LONGEST} characters`)
    }
    this.#match(SPACE)
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length
  }

  /** Where the last thing that was taken ended. */
  end = 0

  /** Takes the next word, if one is next. */
  word(): string | null {
    return this.#take(WORD)
  }

  /** Takes the next symbol when it is one of these. */
  symbol(...wanted: readonly string[]): string | null {
    const { at, end } = this
    const found = this.#take(SYMBOL)
    if (found !== null && wanted.includes(found)) return found
    this.at = at
    this.end = end
    return null
  }

  /** Whether this comes next; nothing is taken. */
  isNext(symbol: string): boolean {
    return this.text.startsWith(symbol, this.at)
  }

  /** Takes the next word when it is this one. */
  isWord(wanted: string): boolean {
    const { at, end } = this
    if (this.word() === wanted) return true
    this.at = at
    this.end = end
    return false
  }

  /** Takes a number with the unit behind it. */
  number(): { readonly value: number; readonly unit: UnitWord | null } | null {
    const start = this.at
    const digits = this.#take(NUMBER)
    if (digits === null) return null
    if (!Number.isFinite(Number(digits))) this.fail(`the number ${digits} is too large`, start)
    const unit = this.symbol('%') ?? this.#unit()
    const known = unit === null ? null : unitWord(unit)
    if (unit !== null && known === null) {
      this.fail(`there is no unit ${quote(unit)}`, this.end - unit.length, `units are ${UNIT_WORD_LIST}`)
    }
    return { value: Number(digits), unit: known }
  }

  /**
   * Takes a selector: `"a name"` in quotes, a regular expression between slashes, or whatever stands before the next
   * `->`, closing parenthesis or comma (`stopsAtComma`) that is not inside of parentheses.
   */
  selector(stopsAtComma: boolean): WrittenSelector {
    const start = this.at
    const quoted = this.#quoted()
    if (quoted !== null) return { text: quoted, isQuoted: true, start }
    let end = this.#regularExpressionEnd() ?? start
    let depth = 0
    for (; end < this.text.length; end++) {
      const character = this.text[end]!
      if (character === '(') depth++
      else if (character === ')' && depth-- === 0) break
      else if (depth === 0 && (this.text.startsWith('->', end) || (stopsAtComma && character === ','))) break
    }
    const text = this.text.slice(start, end).trim()
    if (text === '') this.fail('expected the name of a function', start, 'as in calls(load_rows), total(db.py:fetch_*)')
    this.at = end
    this.end = start + text.length
    return { text, isQuoted: false, start }
  }

  /** Throws a usage error about the place `at`. */
  fail(message: string, at: number, hint?: string): never {
    throw new CallcostError('usage', `${message} at column ${at + 1} of ${quote(this.text)}`, { hint })
  }

  /** Throws a usage error that says what is next instead. */
  expected(what: string, hint?: string): never {
    const rest = this.text.slice(this.at)
    const next = /^(?:[A-Za-z0-9_]+|[^\sA-Za-z0-9_]{1,2})/.exec(rest)?.[0] ?? rest.slice(0, 1)
    this.fail(`expected ${what}, got ${this.isAtEnd ? 'the end' : quote(next)}`, this.at, hint)
  }

  #unit(): string | null {
    const { at, end } = this
    const word = this.word()
    if (word === null || !CONNECTIVES.has(word)) return word
    this.at = at
    this.end = end
    return null
  }

  #quoted(): string | null {
    const mark = this.text[this.at]
    if (mark !== '"' && mark !== "'") return null
    const start = this.at
    let content = ''
    for (let at = start + 1; at < this.text.length; at++) {
      const character = this.text[at]!
      if (character === mark) {
        this.at = at + 1
        this.end = this.at
        this.#match(SPACE)
        return content
      }
      // Only a quote and a backslash can be escaped: other backslashes are those of a path.
      const isEscape = character === '\\' && (this.text[at + 1] === mark || this.text[at + 1] === '\\')
      content += isEscape ? this.text[++at]! : character
    }
    this.fail(`a quote is not closed`, start)
  }

  /** Where a regular expression ends: at the first slash with the end of the selector behind it. */
  #regularExpressionEnd(): number | null {
    if (this.text[this.at] !== '/') return null
    for (let at = this.at + 1; at < this.text.length; at++) {
      if (this.text[at] === '\\') at++
      else if (this.text[at] === '/' && /^\/\s*(?:[),]|->)/.test(this.text.slice(at, at + 50))) return at + 1
    }
    return null
  }

  #take(pattern: RegExp): string | null {
    const found = this.#match(pattern)
    if (found === null) return null
    this.end = this.at
    this.#match(SPACE)
    return found
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? null
    if (found !== null) this.at += found.length
    return found
  }
}
