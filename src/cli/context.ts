import { writeStdout } from '../io/stdout.js'
import type { Context } from './command.js'
import { messageText, say } from './messages.js'
import { onSignal } from './signals.js'

/** The world of one run. Colours follow stdout, NO_COLOR, FORCE_COLOR and TERM, as Node reads them. */
export function makeContext(version: string, flags: { readonly quiet: boolean; readonly noColor: boolean }): Context {
  const { stdout, stderr, env } = process
  const isInCi = (env.CI ?? '') !== '' && env.CI !== 'false'
  return {
    version,
    columns: stdout.isTTY ? stdout.columns : null,
    color: !flags.noColor && stdout.isTTY === true && stdout.hasColors?.() && (env.NO_COLOR ?? '') === '',
    showsProgress: !flags.quiet && !isInCi && stderr.isTTY === true,
    note: (message) => {
      if (!flags.quiet) say(messageText(message))
    },
    warn: (message) => say(messageText(message)),
    write,
  }
}

const write: Context['write'] = async (chunks, output, inputs = []) => {
  const bytes = typeof chunks === 'string' ? [new TextEncoder().encode(chunks)] : chunks
  if (output === undefined || output === '-') {
    await writeStdout(bytes)
    return
  }
  const { removeTemporaries, saveFile } = await import('../io/save.js')
  const stop = onSignal(removeTemporaries)
  await saveFile(output, bytes, { inputs }).finally(stop)
}
