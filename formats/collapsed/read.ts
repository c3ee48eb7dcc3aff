import { type Lines, lineBlocks } from '../../src/bytes/lines.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, quote } from '../../src/errors.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import type { ReadContext } from '../codec.js'
import { FileHead } from './file-head.js'
import { FoldedStacks } from './folded-stacks.js'
import { framesOf } from './frames.js'
import { endsInInteger, splitLine } from './split-line.js'

const HASH = 35
const BLANKS_AND_HASH = [9, 32, HASH]

/**
 * Reads folded stacks: a line is the frames of a stack, outermost first, with `;` between them, then blanks and what the
 * stack weighs. What a frame's text means is decided at the end, when all of them have been seen.
 */
export async function readCollapsed(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const stacks = new FoldedStacks(context.allocator, context.need === 'sums' || context.need === 'weights')
  const head = new FileHead()
  /** Whether all lines so far end in two integers. */
  let isDifferential = true
  for await (const lines of lineBlocks(source, context.allocator)) {
    stacks.forgetLine()
    // Where this line and the one before are the same, no line ends.
    while (lines.next(stacks.shared(lines))) {
      const { bytes, start, end } = lines
      if (isComment(bytes, start, end)) {
        if (end > start) head.add(decodeText(bytes, start + 1, end))
        continue
      }
      const split = splitLine(bytes, start, end)
      if (split === null) {
        if (isBlank(bytes, start, end)) continue
        context.fault(`expected a stack and what it weighs, got ${quotedLine(lines)}`, lines.place())
        continue
      }
      if (split.weight < 0) {
        context.fault(`expected a weight of 0 or more, got ${split.weight}`, lines.place())
        continue
      }
      if (isDifferential) isDifferential = endsInInteger(bytes, start, split.stackEnd)
      stacks.add(lines, split.stackEnd, split.weight)
    }
  }
  if (stacks.sampleCount === 0) {
    throw new FormatError('expected lines such as "main;work 12", got none', { offset: 0 })
  }
  if (isDifferential) {
    throw new FormatError(
      'every line ends in two numbers: these are the differences between two profiles',
      { line: 1 },
      {
        hint:
          'callcost diff BEFORE AFTER reads the two files that this was made from; ' +
          "sed -E 's/[[:space:]]+[0-9]+$//' FILE leaves the first number alone",
      },
    )
  }
  return { profiles: [profileOf(stacks, head, context)], active: 0 }
}

function profileOf(stacks: FoldedStacks, head: FileHead, context: ReadContext): Profile {
  const { functions, strings, frames, style } = framesOf(stacks.texts, head.isOurs, context.allocator)
  return makeProfile({
    source: {
      format: 'collapsed',
      producer: head.producer,
      method: 'sampled',
      language: style.form === 'colons' ? 'python' : null,
      intervalNs: head.intervalNs,
      stacks: head.isInferred ? 'inferred' : 'recorded',
    },
    valueTypes: [head.valueType],
    strings,
    functions,
    frames,
    ...stacks.finish(),
  })
}

/** `# interval: 100`, but not `#private;work 12`. */
function isComment(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== HASH || end === start) return end === start
  return end === start + 1 || BLANKS_AND_HASH.includes(bytes[start + 1]!)
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 32 && bytes[at] !== 9) return false
  return true
}

function quotedLine({ bytes, start, end }: Lines): string {
  return quote(decodeText(bytes, start, Math.min(end, start + 300)))
}
