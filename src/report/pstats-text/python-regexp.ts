import { CallcostError } from '../../errors.js'

/** Sets of characters, as the inside of a JavaScript class under the v flag. */
const SETS = {
  text: {
    d: '\\p{Nd}',
    // str.isspace()
    s: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
    // str.isalnum() and the underscore
    w: '\\p{L}\\p{N}_',
  },
  bytes: { d: '0-9', s: '\\t-\\r\\x20', w: 'a-zA-Z0-9_' },
} as const

const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

// Without the m flag these are the ends of the text. Lookarounds that say the same fail: V8 tries them between the two
// halves of a character past U+FFFF, where nothing is before and nothing behind.
const START = '^'
const END = '$'
const INFINITE = Number.POSITIVE_INFINITY

/** How many characters an item can match; lookbehinds need to know. */
interface Width {
  readonly min: number
  readonly max: number
}

/** What stands before a quantifier. */
type Last = 'nothing' | 'position' | 'item' | 'quantified'

interface Group {
  readonly kind: 'capture' | 'plain' | 'look' | 'lookbehind'
  /** Number of a capturing group. */
  readonly number: number
  min: number
  max: number
  /** Of the alternatives that ended; null before the first `|`. */
  alternatives: Width | null
  last: Last
  lastWidth: Width
}

/** Thrown inside for a pattern that Python's re.compile() refuses. */
class InvalidPattern extends Error {}

/**
 * The RegExp that finds what Python 3's `re.search(pattern, …)` finds; null when Python calls the pattern invalid. With
 * `bytes` as Python 2.7 in byte strings: classes know ASCII only. Throws a usage error for the few things that
 * JavaScript cannot say.
 */
export function pythonRegExp(pattern: string, bytes = false): RegExp | null {
  try {
    return new Translator(pattern, bytes).translate()
  } catch (error) {
    if (error instanceof InvalidPattern || error instanceof SyntaxError) return null
    throw error
  }
}

/** Goes through the pattern once, from left to right, and writes the same in JavaScript. */
class Translator {
  readonly #input: readonly string[]
  #at = 0
  #out = ''
  #sets: Readonly<Record<'d' | 's' | 'w', string>>
  #ignoreCase = false
  #multiline = false
  #dotAll = false
  #verbose = false
  #stack: Group[] = []
  #group: Group = openGroup('plain', 0)
  #captures = 0
  /** Number of a closed group → its width. */
  readonly #closed = new Map<number, Width>()
  readonly #names = new Map<string, number>()

  constructor(pattern: string, bytes: boolean) {
    this.#input = [...pattern]
    this.#sets = bytes ? SETS.bytes : SETS.text
  }

  translate(): RegExp {
    this.#globalFlags()
    while (this.#at < this.#input.length) this.#step(this.#input[this.#at++]!)
    if (this.#stack.length > 0) throw new InvalidPattern('missing )')
    return new RegExp(this.#out, this.#ignoreCase ? 'vi' : 'v')
  }

  #step(character: string): undefined {
    if (this.#verbose && this.#skipped(character)) return
    switch (character) {
      case '\\':
        return this.#escape()
      case '[':
        return this.#item(this.#class(), ONE)
      case '(':
        return this.#open()
      case ')':
        return this.#close()
      case '|':
        return this.#alternative()
      case '.':
        return this.#item(this.#dotAll ? '[\\s\\S]' : '[^\\n]', ONE)
      case '^':
        return this.#position(this.#multiline ? '(?:^|(?<=\\n))' : START)
      case '$':
        return this.#position(this.#multiline ? '(?:$|(?=\\n))' : '(?:$|(?=\\n$))')
      case '*':
        return this.#quantify('*', 0, INFINITE)
      case '+':
        return this.#quantify('+', 1, INFINITE)
      case '?':
        return this.#quantify('?', 0, 1)
      case '{':
        return this.#braces()
      default:
        return this.#item(literal(character), ONE)
    }
  }

  /** `(?im)` at the very start. */
  #globalFlags(): undefined {
    while (this.#input[this.#at] === '(' && this.#input[this.#at + 1] === '?') {
      const end = this.#input.indexOf(')', this.#at)
      const flags = this.#input.slice(this.#at + 2, end)
      if (end < 0 || flags.length === 0 || !flags.every((flag) => 'aimsuxL'.includes(flag))) return
      if (flags.includes('L') || (flags.includes('a') && flags.includes('u'))) throw new InvalidPattern('flags')
      this.#ignoreCase ||= flags.includes('i')
      this.#multiline ||= flags.includes('m')
      this.#dotAll ||= flags.includes('s')
      this.#verbose ||= flags.includes('x')
      if (flags.includes('a')) this.#sets = SETS.bytes
      this.#at = end + 1
    }
  }

  #skipped(character: string): boolean {
    if (character === '#') {
      const end = this.#input.indexOf('\n', this.#at)
      this.#at = end < 0 ? this.#input.length : end + 1
      return true
    }
    return /[ \t\n\r\v\f]/.test(character)
  }

  #item(source: string, width: Width): undefined {
    this.#out += source
    const group = this.#group
    group.min += width.min
    group.max += width.max
    group.last = 'item'
    group.lastWidth = width
  }

  #position(source: string): undefined {
    this.#out += source
    this.#group.last = 'position'
  }

  #quantify(source: string, min: number, max: number): undefined {
    const group = this.#group
    if (group.last !== 'item') throw new InvalidPattern('nothing to repeat, or repeated already')
    this.#out += source
    const next = this.#input[this.#at]
    if (next === '+') throw unsupported('possessive quantifiers')
    if (next === '?') {
      this.#out += '?'
      this.#at++
    }
    const width = group.lastWidth
    group.min += width.min * (min - 1)
    group.max = max === INFINITE && width.max > 0 ? INFINITE : group.max + (width.max === 0 ? 0 : width.max * (max - 1))
    group.last = 'quantified'
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}`; anything else is a brace. */
  #braces(): undefined {
    const end = this.#input.indexOf('}', this.#at)
    const inside = end < 0 ? '' : this.#input.slice(this.#at, end).join('')
    const match = /^(\d*)(,?)(\d*)$/.exec(inside)
    if (match === null || inside === '') return this.#item(literal('{'), ONE)
    const min = match[1] === '' ? 0 : Number(match[1])
    const most = match[2] === '' ? match[1] : match[3]
    const max = most === '' ? INFINITE : Number(most)
    if (min > max || min >= 2 ** 32 || (max !== INFINITE && max >= 2 ** 32)) throw new InvalidPattern('repeat')
    this.#at = end + 1
    this.#quantify(`{${min},${max === INFINITE ? '' : max}}`, min, max)
  }

  #alternative(): undefined {
    this.#out += '|'
    const group = this.#group
    group.alternatives = widest(group)
    group.min = 0
    group.max = 0
    group.last = 'nothing'
  }

  #open(): undefined {
    if (this.#input[this.#at] !== '?') return this.#push('(', 'capture')
    this.#at++
    const sign = this.#input[this.#at++]
    if (sign === ':') return this.#push('(?:', 'plain')
    // A lookaround can be repeated in Python, in JavaScript only when it is inside a group.
    if (sign === '=' || sign === '!') return this.#push(`(?:(?${sign}`, 'look')
    if (sign === '#') return this.#comment()
    if (sign === 'P') return this.#python()
    if (sign === '<') {
      const direction = this.#input[this.#at++]
      if (direction === '=' || direction === '!') return this.#push(`(?:(?<${direction}`, 'lookbehind')
      throw new InvalidPattern('unknown extension')
    }
    if (sign === '>') throw unsupported('atomic groups')
    if (sign === '(') throw unsupported('conditional patterns')
    const rest = this.#input.slice(this.#at - 1).join('')
    if (/^[aimsuxL]*(-[imsx]+)?:/.test(rest)) throw unsupported('flags for a part of the pattern')
    throw new InvalidPattern('unknown extension')
  }

  #comment(): undefined {
    for (;;) {
      const character = this.#input[this.#at++]
      if (character === undefined) throw new InvalidPattern('missing )')
      if (character === ')') return
      if (character === '\\') this.#at++
    }
  }

  /** `(?P<name>…)` and `(?P=name)`. */
  #python(): undefined {
    const sign = this.#input[this.#at++]
    const end = this.#input.indexOf(sign === '<' ? '>' : ')', this.#at)
    if ((sign !== '<' && sign !== '=') || end < 0) throw new InvalidPattern('unknown extension')
    const name = this.#input.slice(this.#at, end).join('')
    this.#at = end + 1
    if (!/^[\p{L}\p{Nl}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*$/u.test(name)) throw new InvalidPattern('name')
    if (sign === '=') return this.#reference(this.#names.get(name) ?? 0)
    if (this.#names.has(name)) throw new InvalidPattern('name')
    this.#names.set(name, this.#captures + 1)
    this.#push('(', 'capture')
  }

  #push(source: string, kind: Group['kind']): undefined {
    this.#out += source
    this.#stack.push(this.#group)
    this.#group = openGroup(kind, kind === 'capture' ? ++this.#captures : 0)
  }

  #close(): undefined {
    const outer = this.#stack.pop()
    if (outer === undefined) throw new InvalidPattern('unbalanced )')
    const { kind, number } = this.#group
    const width = widest(this.#group)
    if (kind === 'lookbehind' && width.min !== width.max) throw new InvalidPattern('lookbehind of varying width')
    if (kind === 'capture') this.#closed.set(number, width)
    this.#group = outer
    if (kind === 'look' || kind === 'lookbehind') this.#item('))', NOTHING)
    else this.#item(')', width)
  }

  #reference(number: number): undefined {
    const width = this.#closed.get(number)
    if (width === undefined) throw new InvalidPattern('invalid group reference')
    this.#item(`(?:\\${number})`, width)
  }

  #escape(): undefined {
    const character = this.#input[this.#at++]
    if (character === undefined) throw new InvalidPattern('bad escape')
    if (character === 'A') return this.#position(START)
    if (character === 'Z') return this.#position(END)
    if (character === 'b' || character === 'B') return this.#position(this.#boundary(character === 'b'))
    const set = this.#set(character)
    if (set !== null) return this.#item(`[${set}]`, ONE)
    if (character >= '1' && character <= '9') {
      const octal = this.#take(/^[0-3][0-7]{2}/, -1)
      if (octal !== null) return this.#item(literalCode(Number.parseInt(octal, 8)), ONE)
      if (/^[4-7][0-7]{2}/.test(this.#rest(-1))) throw new InvalidPattern('octal escape')
      return this.#reference(Number(this.#take(/^\d{1,2}/, -1)))
    }
    this.#item(literalCode(this.#codeEscape(character)), ONE)
  }

  #boundary(inside: boolean): string {
    const word = `[${this.#sets.w}]`
    if (inside) return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
    // Python before 3.14 finds no \B in the empty text.
    return `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word})(?:(?<=[\\s\\S])|(?=[\\s\\S])))`
  }

  /** A set of characters that a letter stands for, to be put into a class; null for other letters. */
  #set(letter: string): string | null {
    const lower = letter.toLowerCase()
    if (lower !== 'd' && lower !== 's' && lower !== 'w') return null
    return letter === lower ? this.#sets[lower] : `[^${this.#sets[lower]}]`
  }

  /** The code point of an escape that means one character; the letter after the backslash is read already. */
  #codeEscape(letter: string): number {
    const control = CONTROL_ESCAPES[letter]
    if (control !== undefined) return control
    if (letter === '0') return Number.parseInt(this.#take(/^[0-7]{0,2}/) || '0', 8)
    if (letter === 'x' || letter === 'u' || letter === 'U') {
      const digits = this.#take(letter === 'x' ? /^[\da-f]{2}/i : letter === 'u' ? /^[\da-f]{4}/i : /^[\da-f]{8}/i)
      const code = digits === null ? INFINITE : Number.parseInt(digits, 16)
      if (code > 0x10ffff) throw new InvalidPattern('incomplete escape')
      return code
    }
    if (letter === 'N') throw unsupported('characters by name')
    if (/[a-z]/i.test(letter)) throw new InvalidPattern('bad escape')
    return letter.codePointAt(0)!
  }

  /** The class after `[`, with its brackets. */
  #class(): string {
    let source = '['
    if (this.#input[this.#at] === '^') {
      source += '^'
      this.#at++
    }
    for (let first = true; ; first = false) {
      const character = this.#input[this.#at++]
      if (character === undefined) throw new InvalidPattern('unterminated character set')
      if (character === ']' && !first) return `${source}]`
      const low = this.#classMember(character)
      if (this.#input[this.#at] !== '-' || this.#input[this.#at + 1] === ']') {
        source += typeof low === 'string' ? low : literalCode(low)
        continue
      }
      this.#at++
      const end = this.#input[this.#at++]
      if (end === undefined) throw new InvalidPattern('unterminated character set')
      const high = this.#classMember(end)
      if (typeof low === 'string' || typeof high === 'string' || low > high) throw new InvalidPattern('bad range')
      source += `${literalCode(low)}-${literalCode(high)}`
    }
  }

  /** A code point, or the source of a set. */
  #classMember(character: string): number | string {
    if (character !== '\\') return character.codePointAt(0)!
    const letter = this.#input[this.#at++]
    if (letter === undefined) throw new InvalidPattern('unterminated character set')
    if (letter === 'b') return 8
    const set = this.#set(letter)
    if (set !== null) return set
    if (letter >= '1' && letter <= '9') {
      const octal = this.#take(/^[0-3][0-7]{2}|^[0-7]{2}(?![0-7])|^[0-7](?![0-7])/, -1)
      if (octal === null) throw new InvalidPattern('octal escape')
      return Number.parseInt(octal, 8)
    }
    return this.#codeEscape(letter)
  }

  #rest(offset = 0): string {
    return this.#input.slice(this.#at + offset, this.#at + 12).join('')
  }

  /** Reads what matches; null when nothing does. `offset` -1 begins one character back. */
  #take(pattern: RegExp, offset = 0): string | null {
    const match = pattern.exec(this.#rest(offset))
    if (match === null) return null
    this.#at += match[0].length + offset
    return match[0]
  }
}

const ONE: Width = { min: 1, max: 1 }
const NOTHING: Width = { min: 0, max: 0 }

function openGroup(kind: Group['kind'], number: number): Group {
  return { kind, number, min: 0, max: 0, alternatives: null, last: 'nothing', lastWidth: NOTHING }
}

/** The width of a group: of the alternatives before, and the one that ends here. */
function widest({ min, max, alternatives }: Group): Width {
  if (alternatives === null) return { min, max }
  return { min: Math.min(min, alternatives.min), max: Math.max(max, alternatives.max) }
}

function literal(character: string): string {
  return literalCode(character.codePointAt(0)!)
}

/** A character that means itself, in and out of classes. */
function literalCode(code: number): string {
  const character = String.fromCodePoint(code)
  return /\w/.test(character) ? character : `\\u{${code.toString(16)}}`
}

function unsupported(what: string): CallcostError {
  return new CallcostError('usage', `cannot search with ${what} of Python's regular expressions`, {
    hint: 'write the pattern without them',
  })
}
