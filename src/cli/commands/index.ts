import type { Command } from '../command.js'
import { completion } from './completion.js'
import { formats } from './formats.js'

/** The commands, in the order of `callcost --help`. One line adds one. */
export const COMMANDS: readonly Command[] = [formats, completion]
