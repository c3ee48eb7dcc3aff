import type { Command } from '../command.js'
import { completion } from './completion.js'
import { formats } from './formats.js'
import { pstats } from './pstats.js'

/** The commands, in the order of `callcost --help`. One line adds one. */
export const COMMANDS: readonly Command[] = [pstats, formats, completion]
