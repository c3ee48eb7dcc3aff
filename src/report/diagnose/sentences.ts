import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import type { Finding, Saving } from '../../analysis/diagnose/finding.js'
import { ownWork, shareIn, type View } from '../../analysis/diagnose/view.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import { dimension } from '../../units.js'
import { headlineLines } from '../analyze/headline-text.js'
import { sentenceName, sentenceText } from '../analyze/shown-function.js'
import { timesText } from '../what-if/sentences.js'

/** `process_inventory → enrich_record ×4,821 → fetch_category_name ×4,821 98.3 %: the work is here` */
export function chainText({ view, chain }: Diagnosis): string {
  if (chain.links.length === 0) return 'nothing in this profile costs anything'
  const links = chain.links.map(({ fn, calls, total }) => {
    const name = sentenceName(view.profile, fn)
    const times = calls === null || calls <= 1 ? '' : ` ×${countText(calls)}`
    return `${name}${times}${view.busy > 0 ? ` ${percentText(total / view.busy)}` : ''}`
  })
  const end = { work: ', which does the work', splits: ', where it splits', leaf: '' }[chain.end]
  return `${links.join(' → ')}${end}`
}

/** Who does the work, in the words of `analyze` where it is the same function. */
export function workText({ view, worker, headline }: Diagnosis): string {
  if (worker === null || worker === headline.bottleneck?.function) return headlineLines(headline)[0]!
  const work = ownWork(view, worker)
  const name = sentenceName(view.profile, worker)
  return `${name} itself, with its built-ins, ${percentText(shareIn(view, work))} of the time (${valueText(work, view.measure.type.unit)})`
}

/** Who calls the worker, and what that says of where to mend it. */
export function callersText({ view, worker, callers, isHealthy }: Diagnosis): string | null {
  if (worker === null || callers === null || callers.main === null) return null
  const { main, modules, count } = callers
  const caller = sentenceName(view.profile, main.fn)
  const calls = view.isCounted ? ` (${countText(main.calls)} ${main.calls === 1 ? 'call' : 'calls'})` : ''
  // Where nothing is wrong there is nothing to fix.
  const where = isHealthy ? '' : ': fix it there'
  if (count === 1) return `one caller, ${caller}${calls}${where}`
  if (modules.length === 1) {
    return `${count} callers, all in ${sentenceText(modules[0]!.label)}${where}; ${percentText(main.share)} from ${caller}`
  }
  const parts = modules.slice(0, 3).map(({ label, share }) => `${sentenceText(label)} ${percentText(share)}`)
  const more = modules.length > 3 ? `, ${modules.length - 3} more` : ''
  return `called from ${modules.length} modules (${parts.join(', ')}${more})${isHealthy ? '' : ': one shared cache'}`
}

/** What no function is to blame for. */
export function asideText({ view, headline }: Diagnosis): string | null {
  const { profile } = view
  const parts = headline.setAside
    .filter(({ share }) => share !== null && share >= 0.01)
    .slice(0, 3)
    .map((row) => `${sentenceName(profile, row.function)} ${percentText(row.share!)}`)
  let native = 0
  if (view.busy > 0) {
    for (let fn = 0; fn < view.measure.graph.length; fn++) {
      const { category } = describeFunction(profile, fn)
      if (category === 'native' || category === 'wasm') native += view.self[fn]!
    }
    if (native >= 0.01 * view.busy) parts.push(`native code ${percentText(native / view.busy)}`)
  }
  return parts.length === 0 ? null : parts.join(', ')
}

/** `saves 27.61 s…27.62 s (98.1 %); even free ×59.2`; null when nothing can be said of it. */
export function savingText({ view }: Diagnosis, { saving, bound }: Finding): string | null {
  const { unit } = view.measure.type
  const parts: string[] = []
  if (saving !== null && saving.high > 0) {
    if (view.profile.source.method === 'sampled' && view.whole > 0) {
      const [least, most] = [percentText(saving.low / view.whole), percentText(saving.high / view.whole)]
      const time = dimension(unit) === 'time' ? `, ${valueText(saving.high, unit)}` : ''
      parts.push(`saves ${saving.low <= 0 ? 'up to' : `${least} to`} ${most} of the samples${time}`)
    } else parts.push(measuredText(view, saving))
  }
  if (bound !== null) parts.push(bound.speedup === null ? 'it is all there is' : `even if free ${timesText(bound)}`)
  return parts.length === 0 ? null : parts.join('; ')
}

function measuredText({ whole, measure }: View, { low, high }: Saving): string {
  const { unit } = measure.type
  const [least, most] = [valueText(low, unit), valueText(high, unit)]
  const range = low <= 0 ? `up to ${most}` : least === most ? most : `${least} to ${most}`
  return `saves ${range}${whole > 0 ? `, ${percentText(high / whole)}` : ''}`
}

/** The line that a program without faults gets; null for one with. */
export function healthyText({ isHealthy, findings }: Diagnosis): string | null {
  if (!isHealthy) return null
  const maybe = findings.filter(({ rule }) => rule !== 'overhead' && rule !== 'data-quality').length
  const rest =
    maybe === 0
      ? ''
      : `; ${maybe === 1 ? 'what may be worth a look' : `${maybe} things that may be worth a look`} below`
  return `healthy: no known problem stands out${rest}`
}
