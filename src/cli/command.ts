import type { Chunks } from '../io/blocks.js'

/*
 * How to add a command: one file `src/cli/commands/<name>.ts` that exports `defineCommand({ … })`, and one line in
 * `src/cli/commands/index.ts`. All command files are loaded at every start, so a file imports only this one,
 * `../options.js` and errors at its top; everything else is imported inside `run`, and is then a chunk of its own:
 *
 *     export const info = defineCommand({
 *       name: 'info',
 *       describe: 'Show what a profile file holds',
 *       operands: [{ name: 'FILE', many: true }],
 *       options: { ...INPUT_OPTIONS, ...REPORT_OPTIONS, limit: { kind: 'number', value: 'N', describe: '…' } },
 *       examples: [['callcost info run.prof', 'Say which tool wrote run.prof']],
 *       async run(args, context) {
 *         const [{ readInputs }, { infoTable }] = await Promise.all([import('../inputs.js'), import('../../report/info.js')])
 *         const inputs = await readInputs(args.operands, args, context)
 *         await context.write(infoTable(inputs), args.output, args.operands)
 *       },
 *     })
 *
 * `args` is typed by `options`: a flag is a boolean, a number or text `undefined` when it is not given, a list an array.
 * Values are checked (whole numbers, choices) before `run` is called. `run` throws CallcostError for what the user can
 * mend; returning a number sets the exit code (1 for a failed gate).
 */

/** Where the completion of a value comes from when it has no choices. */
export type Completion = 'file' | 'format-read' | 'format-written'

interface OptionBase {
  /** Verb first, no full stop; names the default and the unit: `Show N rows, 0 for all (default 20 in text)`. */
  readonly describe: string
  /** One letter. */
  readonly short?: string
}

/** On or off. Its name may begin with `no-`; nothing is negated by machine. */
export interface FlagOption extends OptionBase {
  readonly kind: 'flag'
}

/** A whole number, 0 or more. */
export interface NumberOption extends OptionBase {
  readonly kind: 'number'
  /** The value's name in texts for people, as in `--limit N`. */
  readonly value: string
}

export interface TextOption extends OptionBase {
  /** A `list` may be given several times; a `text` twice is an error. */
  readonly kind: 'text' | 'list'
  readonly value: string
  readonly choices?: readonly string[]
  readonly complete?: Completion
  /** Of a list: it takes all words up to the next option, as in `--before a.prof b.prof`. */
  readonly many?: boolean
}

export type Option = FlagOption | NumberOption | TextOption

/** Long name without dashes → option. */
export type OptionTable = Readonly<Record<string, Option>>

/** What is given without dashes: files, mostly. */
export interface Operand {
  /** `FILE`, as help shows it. */
  readonly name: string
  /** One or more; only the last operand can be. */
  readonly many?: boolean
  readonly optional?: boolean
  readonly choices?: readonly string[]
}

type TextOf<O extends TextOption> = O['choices'] extends readonly (infer C)[] ? C : string

type ValueOf<O extends Option> = O extends FlagOption
  ? boolean
  : O extends NumberOption
    ? number | undefined
    : O extends TextOption & { readonly kind: 'list' }
      ? readonly TextOf<O>[]
      : O extends TextOption
        ? TextOf<O> | undefined
        : never

/** What `run` is given: the values of a table's options by their long names, and the operands in order. */
export type Args<T extends OptionTable> = { readonly [name in keyof T]: ValueOf<T[name]> } & {
  readonly operands: readonly string[]
}

/** What a command may use of the world outside. */
export interface Context {
  /** `0.1.0` */
  readonly version: string
  /** Width of the terminal on stdout; null when stdout is none, and then nothing is cut. */
  readonly columns: number | null
  /** Whether text on stdout may be coloured. */
  readonly color: boolean
  /** Whether a person looks at stderr who may be shown progress. */
  readonly showsProgress: boolean
  /** Says on stderr what is good to know; `--quiet` silences it. Control characters are escaped. */
  note(message: string): void
  /** Says on stderr what changes how far numbers can be trusted. */
  warn(message: string): void
  /** Writes to stdout, or to the file of `--output`; never over one of the inputs. */
  write(chunks: Chunks | string, output?: string, inputs?: readonly string[]): Promise<void>
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string
  /** Verb first, no full stop. */
  readonly describe: string
  readonly operands: readonly Operand[]
  readonly options: T
  /** Command line and what it does; at least two. */
  readonly examples: readonly (readonly [string, string])[]
  /** Returns the exit code; nothing means 0. */
  run(args: Args<T>, context: Context): Promise<number | undefined> | Promise<void>
}

/** Types `args` of `run` by the table of options. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command<T> {
  return command
}
