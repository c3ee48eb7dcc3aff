import type { Command } from '../command.js'
import { analyze } from './analyze.js'
import { check } from './check.js'
import { completion } from './completion.js'
import { convert } from './convert.js'
import { diagnose } from './diagnose.js'
import { diff } from './diff.js'
import { formats } from './formats.js'
import { info } from './info.js'
import { merge } from './merge.js'
import { pstats } from './pstats.js'
import { whatif } from './whatif.js'

/** The commands, in the order of `callcost --help`. One line adds one. */
export const COMMANDS: readonly Command[] = [
  analyze,
  info,
  diff,
  check,
  diagnose,
  whatif,
  convert,
  merge,
  pstats,
  formats,
  completion,
]
