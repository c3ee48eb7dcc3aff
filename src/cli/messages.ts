import { escapeForTerminal } from '../encode/terminal.js'
import { CallcostError, EXIT_CODES, FormatError, placeText } from '../errors.js'

/** `callcost: run.prof: expected …, got … (byte 20)` and a line with the hint, each ended by a newline. */
export function errorText(error: CallcostError): string {
  const where = error instanceof FormatError ? placeText(error.place) : ''
  const parts = [error.source, `${error.message}${where === '' ? '' : ` (${where})`}`]
  return messageText(parts.filter((part) => part !== undefined).join(': '), error.hint)
}

/** One line on stderr, and one for the hint; nothing of a file can break out of them. */
export function messageText(message: string, hint?: string): string {
  const line = `callcost: ${escapeForTerminal(message)}\n`
  return hint === undefined ? line : `${line}  hint: ${escapeForTerminal(hint)}\n`
}

/** Shows what ended the run, and tells the exit code for it. Whatever is not meant for users is a bug of ours. */
export function reportError(error: unknown): number {
  if (error instanceof CallcostError && error.kind !== 'internal') {
    say(errorText(error))
    if (process.env.CALLCOST_DEBUG === '1') say(`${stackOf(error)}\n`)
    return EXIT_CODES[error.kind]
  }
  const message = error instanceof Error ? error.message : String(error)
  const hint = 'please report it with the command; CALLCOST_DEBUG=1 shows where it happened'
  say(messageText(`this is a bug in callcost: ${message}`, hint))
  if (process.env.CALLCOST_DEBUG === '1') say(`${stackOf(error)}\n`)
  return EXIT_CODES.internal
}

/** Writes to stderr. */
export function say(text: string): void {
  process.stderr.write(text)
}

/** Newlines stay, as a stack has many; everything else that a terminal obeys is escaped. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return stack.split('\n').map(escapeForTerminal).join('\n')
}
