import type { Bottleneck, Headline } from '../../analysis/bottleneck.js'
import type { Measure } from '../../analysis/costs.js'
import type { Scope } from '../../model/modules/description.js'
import { NONE } from '../../model/tables.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import { dimension } from '../../units.js'
import { sentenceName, sentenceText } from './shown-function.js'

/** From here on a part is "nearly all of it". */
const NEARLY_ALL = 0.95

/** Parts below this are not worth a word. */
const WORTH_A_WORD = 0.05

/** Waiting and the like is told from here on. */
const WORTH_A_LINE = 0.001

const INSTEAD: Readonly<Record<Scope, string>> = {
  project: '',
  packages: 'there is no code of the project in this profile; of the packages, ',
  runtime: 'there is no code of the project in this profile; of the runtime, ',
}

/**
 * What a profile says first, in one sentence, and in a second line what is no code at all:
 *
 *     fetch_category_name spends 98.3 % of the time (27.69 s): 4,821 calls at 5.74 ms each, …
 */
export function headlineLines({ measure, bottleneck, setAside, stacklessShare }: Headline): string[] {
  const lines: string[] = []
  if (bottleneck === null) lines.push(`nothing in this profile costs any ${sentenceText(measure.type.name)}`)
  else lines.push(bottleneckText(measure, bottleneck))
  const shares = setAside
    .filter(({ share }) => share !== null && share >= WORTH_A_LINE)
    .slice(0, 3)
    .map((row) => `${sentenceName(measure.profile, row.function)} ${percentText(row.share!)}`)
  if (stacklessShare !== null && stacklessShare >= WORTH_A_LINE) {
    shares.push(`samples without a stack ${percentText(stacklessShare)}`)
  }
  if (shares.length > 0) lines.push(`not the work of any function: ${shares.join(', ')}`)
  return lines
}

function bottleneckText(measure: Measure, found: Bottleneck): string {
  const { functions } = measure.profile
  const name = sentenceName(measure.profile, found.function)
  // Without any file, as in collapsed stacks, whose code it is cannot be told.
  const instead = functions.file.subarray(0, functions.length).every((file) => file === NONE)
    ? ''
    : INSTEAD[found.scope]
  return `${instead}${name} ${costText(measure, found)}${workText(measure, found)}${callersText(measure, found)}`
}

function costText({ type }: Measure, { value, share }: Bottleneck): string {
  const kind = dimension(type.unit)
  const amount = valueText(value, type.unit)
  if (share === null) return `costs ${amount}`
  if (kind === 'time') return `spends ${percentText(share)} of the ${timeName(type.name)} (${amount})`
  return `accounts for ${percentText(share)} of ${sentenceText(type.name)} (${amount})`
}

/** "time", unless the profile knows of several. */
function timeName(name: string): string {
  return name === 'cpu' ? 'CPU time' : name === 'wall' ? 'wall time' : 'time'
}

/** How often, and which built-in does the work. */
function workText({ type, profile }: Measure, { calls, perCall, builtin }: Bottleneck): string {
  let text = ''
  if (calls !== null && perCall !== null) {
    text = calls === 1 ? ': 1 call' : `: ${countText(calls)} calls at ${valueText(perCall, type.unit)} each`
  }
  if (builtin === null || builtin.share < WORTH_A_WORD) return text
  const part = builtin.share >= NEARLY_ALL ? 'nearly all' : percentText(builtin.share)
  return `${text}, ${part} of it in ${sentenceName(profile, builtin.function)}`
}

function callersText({ profile }: Measure, { calls, callers: { count, main, outside } }: Bottleneck): string {
  if (main === null) return ''
  const name = sentenceName(profile, main.function)
  if (calls === null || main.calls === null) {
    if (count === 1 && outside === null) return `; it is called only by ${name}`
    return main.totalShare === null ? '' : `; ${percentText(Math.min(1, main.totalShare))} of it is called from ${name}`
  }
  if (calls === 1) return `; the call comes from ${name}`
  if (main.callsShare === 1) return `; all calls come from ${name}`
  if (count === 1 && outside === null) return `; all calls but its own come from ${name}`
  const others = count - 1 + (outside === null ? 0 : 1)
  if (main.callsShare === null || others === 0) return ''
  return `; ${percentText(main.callsShare)} of the calls come from ${name}, the rest from ${others} ${others === 1 ? 'other' : 'others'}`
}
