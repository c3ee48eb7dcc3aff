import { CallcostError, placeText, quote } from '../errors.js'
import { openSource, stdinSource } from '../io/file-source.js'
import { saveTarget } from '../io/save-target.js'
import type { Limits } from '../limits.js'
import { ProfileSum } from '../model/merge.js'
import type { Profile, ProfileSet } from '../model/profile.js'
import type { InputProblem } from '../pipeline/fault-log.js'
import { type ReadOptions, type ReadResult, readProfileSet } from '../pipeline/read.js'
import { selectProfile } from '../pipeline/select.js'
import type { Context } from './command.js'
import { type InputArgs, type ProfileArgs, parseLimits, rulesOf } from './options.js'
import { Progress } from './progress.js'
import { filtered } from './stack-filters.js'

type ReadArgs = Pick<InputArgs, 'from' | 'strict' | 'lenient' | 'max' | 'source-maps'> & {
  readonly output?: string | undefined
}

interface EachOptions extends Pick<ReadOptions, 'need' | 'rules' | 'options'> {
  /** Samples of inputs up to so many bytes are kept in their order, whatever `need` says. */
  readonly orderUpTo?: number
}

/**
 * Reads files, `-` being stdin, one after the other, and tells on stderr what had to be mended or left out. An output
 * that cannot be written is refused before anything is read.
 */
export async function readInputs(
  files: readonly string[],
  args: ReadArgs,
  context: Context,
  options: EachOptions = {},
): Promise<ReadResult[]> {
  const results: ReadResult[] = []
  for await (const result of eachInput(files, args, context, options)) results.push(result)
  return results
}

/** What {@link readInputs} reads, each file when the one before is done with and can go. */
async function* eachInput(
  files: readonly string[],
  args: ReadArgs,
  context: Context,
  options: EachOptions,
): AsyncGenerator<ReadResult> {
  if (args.strict && args.lenient) throw new CallcostError('usage', '--strict and --lenient exclude each other')
  if (files.filter((file) => file === '-').length > 1) {
    throw new CallcostError('usage', '- is given twice, and stdin can be read once')
  }
  const limits = parseLimits(args.max)
  if (args.output !== undefined && args.output !== '-') await saveTarget(args.output, files)
  const maps = args['source-maps']
  const results: ReadResult[] = []
  for (const file of files) {
    const result = await readInput(file, args, context, options, limits)
    if (maps === undefined) yield result
    else results.push(result)
  }
  if (maps === undefined) return
  // A folder of source maps is gone through once, for the scripts of all files.
  const { withSourceMaps } = await import('./source-maps.js')
  yield* await withSourceMaps(results, maps, context)
}

async function readInput(
  file: string,
  args: ReadArgs,
  context: Context,
  { orderUpTo = -1, ...options }: EachOptions,
  limits: Partial<Limits>,
): Promise<ReadResult> {
  const source = file === '-' ? stdinSource() : await openSource(file)
  const isOrdered = source.size !== null && source.size <= orderUpTo
  const reading: ReadOptions = isOrdered ? { ...options, need: 'timeline' } : options
  const progress = context.showsProgress ? new Progress(source.name, process.stderr) : null
  const { from, strict, lenient } = args
  const onProgress = progress === null ? {} : { onProgress: progress.update.bind(progress) }
  let result: ReadResult
  try {
    result = await readProfileSet(source, { ...reading, limits, from, strict, lenient, ...onProgress })
  } finally {
    progress?.clear()
  }
  for (const problem of result.problems) context.warn(`${source.name}: ${problemText(problem)}`)
  return result
}

/**
 * Reads files as one profile: of each the one that `--profile` takes or the sum of its profiles, then summed, then what
 * --focus and its like leave of it. `orderUpTo`: bytes of a file whose samples are kept in order, for what looks at it.
 */
export async function readOneProfile(
  files: readonly string[],
  args: ReadArgs & Omit<ProfileArgs, 'operands' | 'value'>,
  context: Context,
  options: Pick<EachOptions, 'orderUpTo'> = {},
): Promise<{ readonly profile: Profile }> {
  const profile = await sumInputs(files, args, context, { ...options, need: 'weights', rules: rulesOf(args) })
  if (files.length > 1) context.note(`${files.length} files summed`)
  return { profile: filtered(profile, args) }
}

/**
 * The sum of files: of each the profile that `--profile` takes or the sum of its profiles. One file is let go before the
 * next is read, and samples of the same stack and labels are added up, so that memory is that of the sum.
 */
export async function sumInputs(
  files: readonly string[],
  args: ReadArgs & Pick<InputArgs, 'profile'>,
  context: Context,
  options: EachOptions,
): Promise<Profile> {
  const sum = new ProfileSum({ fold: true })
  for await (const result of eachInput(files, args, context, options)) {
    const profile = chooseProfile(result, args, context, options)
    try {
      sum.add(profile)
    } catch (error) {
      if (error instanceof CallcostError) error.source ??= result.name
      throw error
    }
  }
  return sum.finish()
}

/** The profile of one input that `--profile` takes; without it all that measure the same, summed, which is told. */
export function chooseProfile(
  result: ReadResult,
  args: Pick<InputArgs, 'profile'>,
  context: Context,
  options: Pick<ReadOptions, 'rules'> = {},
): Profile {
  try {
    const { profile, note } = selectProfile(result.set, args.profile, options.rules)
    if (note !== null) context.note(`${result.name}: ${note}`)
    return profile
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= result.name
    throw error
  }
}

/** The profiles of an input; one without a name of its own is called after its file, so that it is told apart. */
export function namedProfiles({ name, set }: ReadResult): ProfileSet {
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  return {
    ...set,
    profiles: set.profiles.map((profile) => (profile.name === '' ? { ...profile, name: file } : profile)),
  }
}

/** Which value `--value` takes, by name, else by number: an index into the profile's value types. */
export function chooseValue({ valueTypes, defaultValue }: Profile, { value }: Pick<InputArgs, 'value'>): number {
  if (value === undefined) return defaultValue
  const named = valueTypes.findIndex(({ name }) => name === value)
  const index = named < 0 && /^\d+$/.test(value) ? Number(value) - 1 : named
  if (index in valueTypes) return index
  const names = valueTypes.map(({ name }, at) => `${at + 1} ${quote(name)}`)
  throw new CallcostError('data', `the profile has no value ${quote(value)}`, { hint: `it has ${names.join(', ')}` })
}

function problemText({ outcome, message, count, first }: InputProblem): string {
  const place = placeText(first)
  const where = place === '' ? '' : ` (${count > 1 ? 'first at ' : ''}${place})`
  return `${count} ${count === 1 ? 'record' : 'records'} ${outcome === 'repaired' ? 'repaired' : 'left out'}: ${message}${where}`
}
