import type { Line, Part } from '../../analysis/diagnose/line.js'
import { shownName } from '../../analysis/function-text.js'
import type { Profile } from '../../model/profile.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import type { Unit } from '../../units.js'
import { placeCell, sentenceName, sentenceText } from '../analyze/shown-function.js'

/** What lines are about. */
export interface LineContext {
  readonly profile: Profile
  readonly unit: Unit
  /** The file as the user gave it. */
  readonly file: string
}

/** A line as people read it, on one line and without anything that a terminal would obey. */
export function lineText(line: Line, context: LineContext): string {
  return line.map((part) => partText(part, context)).join('')
}

function partText(part: Part, context: LineContext): string {
  const { profile, unit, file } = context
  if (typeof part === 'string') return plainText(part)
  if ('fn' in part) return sentenceName(profile, part.fn)
  if ('place' in part) {
    const place = placeCell(profile, part.place).replace(/^.*[/\\]/, '')
    const name = sentenceName(profile, part.place)
    return place === '' ? name : `${name} (${sentenceText(place)})`
  }
  if ('count' in part) return countText(part.count)
  if ('share' in part) return percentText(part.share)
  if ('value' in part) return valueText(part.value, unit)
  // What came from stdin is gone.
  if ('file' in part) return file === '-' ? 'FILE' : shellWord(file)
  return shellWord(
    part.argument.map((word) => (typeof word === 'string' ? word : shownName(profile, word.fn))).join(''),
  )
}

/** Our own sentences need no care; those of rule files do. */
function plainText(text: string): string {
  return /^[\x20-\x7e→×±…µ]*$/.test(text) ? text : sentenceText(text)
}

/** A word that a POSIX shell takes as it is; control characters are left to the reader to see. */
function shellWord(word: string): string {
  const shown = plainText(word)
  return /^[\w./:=@%+,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`
}
