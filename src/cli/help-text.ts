import yargs, { type Argv, type Options } from 'yargs'
import type { Command, Operand, Option } from './command.js'
import {
  COMMON_OPTIONS,
  INPUT_OPTIONS,
  OUTPUT_OPTIONS,
  REPORT_OPTIONS,
  RULE_OPTIONS,
  STACK_OPTIONS,
} from './options.js'

/** Wider help is hard to read. */
const MOST_COLUMNS = 100

/** The help of a command, or of the whole program; `columns` is the terminal's width, null when there is none. */
export async function helpText(
  command: Command | null,
  commands: readonly Command[],
  columns: number | null,
): Promise<string> {
  const parser = makeParser(commands, Math.min(columns ?? MOST_COLUMNS, MOST_COLUMNS))
  let text = ''
  // With a callback yargs hands over what it would print.
  await parser.parse(command === null ? ['--help'] : [command.name, '--help'], {}, (_error, _argv, output) => {
    text = output
  })
  return `${text}\n`
}

function makeParser(commands: readonly Command[], width: number | null): Argv {
  const parser = yargs([])
    .scriptName('callcost')
    // The same words on every machine, whatever LANG says.
    .locale('en')
    .parserConfiguration({ 'boolean-negation': false })
    .usage('$0 FILE              short for: callcost analyze FILE\n$0 COMMAND [options]')
    .exitProcess(false)
    .version(false)
    .help('help', COMMON_OPTIONS.help.describe)
    .alias('help', 'h')
    .option('version', { boolean: true, describe: COMMON_OPTIONS.version.describe })
    .epilogue('callcost COMMAND --help shows the options of a command')
    .wrap(width)
  for (const command of commands) {
    parser.command({
      command: [command.name, ...command.operands.map(operandPattern)].join(' '),
      describe: command.describe,
      builder: (inner: Argv) => declare(inner, command),
      // Commands are run by main, outside of yargs.
      handler: () => {},
    })
  }
  return parser
}

function declare(parser: Argv, command: Command): Argv {
  parser.usage(`$0 ${usageOf(command)}\n\n${command.describe}`).epilogue('')
  for (const { name, choices } of command.operands) if (choices !== undefined) parser.positional(name, { choices })
  for (const [name, option] of Object.entries({ ...command.options, ...COMMON_OPTIONS })) {
    if (name !== 'help' && name !== 'version') parser.option(name, declaration(name, option))
  }
  for (const [line, meaning] of command.examples) parser.example(line, meaning)
  return parser.group('help', 'Output:').hide('version')
}

/** `<FILE..>`, as yargs wants it. */
function operandPattern({ name, many, optional }: Operand): string {
  const text = `${name}${many ? '..' : ''}`
  return optional ? `[${text}]` : `<${text}>`
}

/** `analyze FILE... [options]` */
function usageOf(command: Command): string {
  const operands = command.operands.map(({ name, many, optional }) => {
    const shown = `${name}${many ? '...' : ''}`
    return optional ? `[${shown}]` : shown
  })
  return [command.name, ...operands, '[options]'].join(' ')
}

function declaration(name: string, option: Option): Options {
  const shared: Options = { describe: option.describe, group: groupOf(name) }
  if (option.short !== undefined) shared.alias = option.short
  if (option.kind === 'flag') return { ...shared, boolean: true }
  // Not declared as texts, which would only say [string] behind each; without numbers all values are texts anyway.
  return { ...shared, nargs: 1, ...(option.kind !== 'number' && option.choices && { choices: option.choices }) }
}

function groupOf(name: string): string {
  if (name in INPUT_OPTIONS || name in RULE_OPTIONS) return 'Input:'
  if (name in STACK_OPTIONS) return 'Stacks:'
  return name in REPORT_OPTIONS || name in OUTPUT_OPTIONS || name in COMMON_OPTIONS ? 'Output:' : 'Options:'
}
