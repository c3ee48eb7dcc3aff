import { CallcostError, EXIT_CODES } from '../errors.js'
import { openSource } from '../io/file-source.js'
import { writeStdout } from '../io/stdout.js'
import { type CommandLine, parseArgv } from './argv.js'
import type { Command } from './command.js'
import { COMMANDS } from './commands/index.js'
import { makeContext } from './context.js'
import { reportError } from './messages.js'
import { nearest } from './nearest.js'

/** Runs a command line (without `node` and the script). Never throws: what went wrong is told, and is in the exit code. */
export async function main(words: readonly string[], version: string): Promise<void> {
  // When nothing is left to wait for, Node ends, even in the middle of a promise: that is a bug, and no success.
  process.exitCode = EXIT_CODES.internal
  process.on('uncaughtException', (error) => {
    process.exitCode = reportError(error)
  })
  // Nobody is left to tell.
  process.stderr.on('error', () => {})
  try {
    process.exitCode = await run(words, version)
  } catch (error) {
    process.exitCode = reportError(error)
  }
}

async function run(words: readonly string[], version: string): Promise<number> {
  const line = parseArgv(words, COMMANDS)
  const { command, args } = line
  if (line.asksHelp) {
    const { helpText } = await import('./help-text.js')
    return print(await helpText(command, COMMANDS, process.stdout.columns ?? null))
  }
  if (line.asksVersion) return print(`${version}\n`)
  if (command === null) {
    throw new CallcostError('usage', 'expected a profile file or a command', {
      hint: 'callcost FILE analyzes a file; callcost --help lists the commands',
    })
  }
  await refuseMistypedCommand(line, COMMANDS)
  const context = makeContext(version, { quiet: args.quiet === true, noColor: args['no-color'] === true })
  return (await command.run(args, context)) ?? 0
}

async function print(text: string): Promise<number> {
  await writeStdout([new TextEncoder().encode(text)])
  return 0
}

/** `callcost anaylze x`: a first operand that is no file and nearly a command. */
async function refuseMistypedCommand({ assumedFor }: CommandLine, commands: readonly Command[]): Promise<void> {
  if (assumedFor === null || !/^[a-z]+$/i.test(assumedFor)) return
  const meant = nearest(
    assumedFor.toLowerCase(),
    commands.map(({ name }) => name),
  )
  if (meant === null) return
  try {
    await openSource(assumedFor)
  } catch {
    throw new CallcostError('usage', `there is no command ${assumedFor}, and no such file`, {
      hint: `did you mean callcost ${meant}?`,
    })
  }
}
