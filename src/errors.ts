/**
 * What went wrong, in the words of sysexits.h where it has one. The command line turns a kind into an exit code;
 * library users switch on it.
 */
export type ErrorKind =
  /** The command line or the arguments of a call make no sense. */
  | 'usage'
  /** The input cannot be read as what it claims to be, inputs cannot be compared, a conversion is refused. */
  | 'data'
  /** No such input, a directory, no permission. */
  | 'no-input'
  /** A fault of callcost itself. */
  | 'internal'
  /** The output cannot be created: it is an input, a directory, its folder is missing. */
  | 'cannot-create'
  /** Writing the output failed. */
  | 'write-failed'

/** The exit code of each kind; never 2, because make turns every failure into 2. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 64,
  data: 65,
  'no-input': 66,
  internal: 70,
  'cannot-create': 73,
  'write-failed': 74,
}

export interface ErrorDetails {
  /** What to do about it, one sentence without a full stop. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/**
 * Every error that callcost means to show. The message is one lower-case sentence without a full stop: what was
 * expected, what was found. Text that comes from a file is quoted with {@link quote}.
 */
export class CallcostError extends Error {
  readonly kind: ErrorKind
  readonly hint: string | undefined
  /** The name of the input that the error is about; the pipeline fills it in, so that readers need not carry it around. */
  source: string | undefined

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CallcostError'
    this.kind = kind
    this.hint = details.hint
  }
}

/** Where in an input a fault is: the byte offset (0-based), or a line (1-based), or a path as in `nodes[3].id`. */
export interface Place {
  readonly offset?: number | undefined
  readonly line?: number | undefined
  readonly path?: string | undefined
}

/** The input is not what it claims to be. */
export class FormatError extends CallcostError {
  readonly place: Place

  constructor(message: string, place: Place = {}, details: ErrorDetails = {}) {
    super('data', message, details)
    this.name = 'FormatError'
    this.place = place
  }
}

/** A place in words: `nodes[3].id, byte 120`; empty when nothing is known. */
export function placeText(place: Place): string {
  const parts: string[] = []
  if (place.path !== undefined) parts.push(place.path)
  if (place.line !== undefined) parts.push(`line ${place.line}`)
  if (place.offset !== undefined) parts.push(`byte ${place.offset}`)
  return parts.join(', ')
}

/** "1 node is" or "5 nodes are": the words that follow a count. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Text of a file, safe inside a sentence: at most 60 characters, quoted, control characters escaped. */
export function quote(text: string): string {
  const characters = [...text.slice(0, 122)]
  const cut = characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : text
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
