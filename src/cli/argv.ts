import { CallcostError, quote } from '../errors.js'
import type { Args, Command, Option, OptionTable } from './command.js'
import { nearest } from './nearest.js'
import { COMMON_OPTIONS, oneOf, parseValue } from './options.js'

/** What a command line without a command means. */
const DEFAULT_COMMAND = 'analyze'

/** A command line, read and checked. */
export interface CommandLine {
  /** Null when neither a command nor an operand was given. */
  readonly command: Command | null
  /** The first operand, when it made the command the default one: it may be a command with a typing error. */
  readonly assumedFor: string | null
  /** What `command.run` is given. Operands are only complete when neither help nor the version is asked for. */
  readonly args: Args<OptionTable>
  readonly asksHelp: boolean
  readonly asksVersion: boolean
}

/**
 * Reads a command line: `--name value`, `--name=value`, `-o value`, `-ovalue`, `--` before operands that begin with a
 * dash, `-` as an operand, options before or after the command, `analyze` when the first operand is no command. Throws
 * a usage error for what is unknown (with what was probably meant), lacks its value, is given twice or has a bad value.
 *
 * yargs would drop a bare `-`, take `-x` for an option even after `--` and after `--filter`, read `007` as a number, cut
 * `a.b` at the dot and take the last of two values; what closes all that is a parser already.
 */
export function parseArgv(words: readonly string[], commands: readonly Command[]): CommandLine {
  const named = findCommand(words, commands)
  const command = named?.command ?? commands.find(({ name }) => name === DEFAULT_COMMAND) ?? null
  const options: OptionTable = { ...COMMON_OPTIONS, ...(named === null ? {} : command?.options) }
  const { operands, values } = parse(words, options, named?.isNamed ? named.at : -1)
  const known = named === null ? null : command
  const asksHelp = values.has('help')
  const asksVersion = values.has('version')
  if (known !== null && !asksHelp && !asksVersion) checkOperands(known, operands)
  return {
    command: known,
    assumedFor: named === null || named.isNamed ? null : words[named.at]!,
    args: argumentsOf(options, operands, values),
    asksHelp,
    asksVersion,
  }
}

interface Found {
  readonly command: Command | undefined
  /** Where in the words the first operand is. */
  readonly at: number
  readonly isNamed: boolean
}

/** The first operand, which may name a command. Before it, options of all commands are known, to step over values. */
function findCommand(words: readonly string[], commands: readonly Command[]): Found | null {
  const all: OptionTable = Object.assign({}, ...commands.map(({ options }) => options), COMMON_OPTIONS)
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '--') return at + 1 < words.length ? { command: undefined, at: at + 1, isNamed: false } : null
    if (word.startsWith('-') && word !== '-') {
      const { option, value } = splitOption(word, all)
      if (option !== undefined && option.kind !== 'flag' && value === null) at += valuesAt(words, at + 1, option)
      continue
    }
    const command = commands.find(({ name }) => name === word)
    return { command, at, isNamed: command !== undefined }
  }
  return null
}

/** A flag is true, a list has its values in their order. */
type Value = string | number | true | string[]

interface Parsed {
  readonly operands: string[]
  /** What was given, by long names. */
  readonly values: ReadonlyMap<string, Value>
}

function parse(words: readonly string[], table: OptionTable, skip: number): Parsed {
  const operands: string[] = []
  const values = new Map<string, Value>()
  let onlyOperands = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (at === skip) continue
    if (word === '--' && !onlyOperands) {
      onlyOperands = true
      continue
    }
    if (onlyOperands || word === '-' || !word.startsWith('-')) {
      operands.push(word)
      continue
    }
    const { name, option, value } = splitOption(word, table)
    if (option === undefined) throw unknownOption(word, name, table)
    const before = values.get(name)
    if (option.kind === 'flag') {
      if (value !== null) throw new CallcostError('usage', `--${name} takes no value, got ${quote(value)}`)
      values.set(name, true)
      continue
    }
    if (before !== undefined && option.kind !== 'list') throw new CallcostError('usage', `--${name} is given twice`)
    const text = value ?? words[++at]
    if (text === undefined || (value === null && isOptionOf(text, table))) throw valueMissing(name, option, text)
    const parsed = parseValue(name, option, text)
    if (option.kind !== 'list') {
      values.set(name, parsed)
      continue
    }
    const list = Array.isArray(before) ? before : []
    list.push(text)
    if (value === null) {
      const more = valuesAt(words, at, option) - 1
      for (let count = 0; count < more; count++) list.push(words[++at]!)
    }
    values.set(name, list)
  }
  return { operands, values }
}

/** How many of the words from `at` are values of an option: one, or for some lists all up to the next option. */
function valuesAt(words: readonly string[], at: number, option: Option): number {
  let count = 1
  if (option.kind !== 'list' || !option.many) return count
  while (at + count < words.length && (words[at + count] === '-' || !words[at + count]!.startsWith('-'))) count++
  return count
}

function argumentsOf(
  table: OptionTable,
  operands: readonly string[],
  values: ReadonlyMap<string, Value>,
): Args<OptionTable> {
  const args: Record<string, unknown> = { operands }
  for (const [name, { kind }] of Object.entries(table)) {
    args[name] = values.get(name) ?? (kind === 'flag' ? false : kind === 'list' ? [] : undefined)
  }
  return args as Args<OptionTable>
}

function checkOperands(command: Command, words: readonly string[]): void {
  for (const [at, { name, many, optional, choices }] of command.operands.entries()) {
    const word = words[at]
    if (word === undefined && !optional) {
      const hint = `callcost ${command.name} --help shows examples`
      throw new CallcostError('usage', `${command.name} needs ${many ? 'at least one ' : ''}${name}`, { hint })
    }
    if (word !== undefined && choices?.includes(word) === false) {
      throw new CallcostError('usage', `expected ${oneOf(choices)} for ${name}, got ${quote(word)}`)
    }
  }
  if (command.operands.at(-1)?.many) return
  const extra = words.slice(command.operands.length)
  if (extra.length > 0) {
    throw new CallcostError('usage', `unexpected argument${extra.length > 1 ? 's' : ''} ${extra.join(', ')}`)
  }
}

interface Split {
  /** Long name. */
  readonly name: string
  readonly option: Option | undefined
  /** What is written in the same word; null when nothing is. */
  readonly value: string | null
}

function splitOption(word: string, table: OptionTable): Split {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    const name = word.slice(2, equals < 0 ? undefined : equals)
    return { name, option: optionOf(name, table), value: equals < 0 ? null : word.slice(equals + 1) }
  }
  const letter = word[1]!
  const name = Object.keys(table).find((long) => table[long]!.short === letter)
  const rest = word.slice(2).replace(/^=/, '')
  // A flag with letters behind it would be several flags in one word, and there are too few for that.
  if (name === undefined || (table[name]!.kind === 'flag' && word.length > 2)) {
    return { name: word.slice(1), option: undefined, value: null }
  }
  return { name, option: table[name], value: word.length === 2 ? null : rest }
}

/** Own properties only: `--constructor` is no option. */
function optionOf(name: string, table: OptionTable): Option | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function isOptionOf(word: string, table: OptionTable): boolean {
  return word.startsWith('--') && splitOption(word, table).option !== undefined
}

function valueMissing(
  name: string,
  option: Exclude<Option, { kind: 'flag' }>,
  next: string | undefined,
): CallcostError {
  const hint = next === undefined ? undefined : `if ${next} is the value, write --${name}=${next}`
  return new CallcostError('usage', `--${name} needs a value, ${option.value}`, { hint })
}

function unknownOption(word: string, name: string, table: OptionTable): CallcostError {
  const shown = word.startsWith('--') ? `--${name}` : word
  const meant = word.startsWith('--') ? nearest(name, Object.keys(table)) : null
  const hint =
    meant !== null
      ? `did you mean --${meant}?`
      : 'callcost --help lists options; a file whose name begins with a dash goes after --'
  return new CallcostError('usage', `there is no option ${quote(shown)}`, { hint })
}
