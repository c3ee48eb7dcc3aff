import { countAt, perCall } from '../../analysis/costs.js'
import type { Diagnosis } from '../../analysis/diagnose/diagnose.js'
import { ownWork, shareIn } from '../../analysis/diagnose/view.js'
import { JsonWriter } from '../../encode/json.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { FunctionIndex } from '../../model/tables.js'
import { writeFunction } from '../analyze/shown-function.js'
import { type LineContext, lineText } from './line-text.js'

/** The diagnosis as `callcost/diagnose/1`: numbers raw and in `unit`, shares of the busy time from 0 to 1. */
export function* diagnosisJson(diagnosis: Diagnosis, context: LineContext): Generator<Uint8Array> {
  const { view, chain, worker, callers, findings, headline, isHealthy, invisible } = diagnosis
  const { profile, measure, model } = view
  const json = new JsonWriter({ linesToDepth: 2 })
  const functionOrNull = (fn: FunctionIndex | null): void => {
    if (fn === null) json.nothing()
    else writeFunction(json, profile, fn)
  }
  json.beginObject().key('schema').text('callcost/diagnose/1')
  json.key('valueType').text(measure.type.name).key('unit').text(measure.type.unit)
  json.key('method').text(profile.source.method)
  json.key('total').beginObject().key('measured').number(measure.total).key('withoutProfiler').number(view.whole)
  json.key('busy').number(view.busy).key('idle').number(view.idle).endObject()
  json.key('compensation')
  if (model.compensation === null) json.nothing()
  else json.text(model.compensation.overhead.quality)
  json.key('healthy').boolean(isHealthy)
  json.key('chain').beginArray()
  for (const { fn, calls, total } of chain.links) {
    json.beginObject().key('function')
    writeFunction(json, profile, fn)
    json.key('calls').numberOrNull(calls).key('total').number(total).endObject()
  }
  json.endArray().key('worker')
  if (worker === null) json.nothing()
  else {
    const work = ownWork(view, worker)
    const calls = countAt(measure.graph.calls, worker)
    json.beginObject().key('function')
    writeFunction(json, profile, worker)
    json.key('value').number(work).key('share').number(shareIn(view, work))
    json.key('calls').numberOrNull(calls).key('perCall').numberOrNull(perCall(work, calls)).endObject()
  }
  json.key('callers')
  if (callers === null) json.nothing()
  else {
    json.beginObject().key('functions').number(callers.count).key('main')
    if (callers.main === null) json.nothing()
    else {
      json.beginObject().key('function')
      writeFunction(json, profile, callers.main.fn)
      json.key('calls').numberOrNull(view.isCounted ? callers.main.calls : null)
      json.key('share').number(callers.main.share).endObject()
    }
    json.key('modules').beginArray()
    for (const { label, calls, share } of callers.modules) {
      json.beginObject().key('module').text(label)
      json
        .key('calls')
        .numberOrNull(view.isCounted ? calls : null)
        .key('share')
        .number(share)
        .endObject()
      if (json.isFull) yield json.take()
    }
    json.endArray().endObject()
  }
  json.key('setAside').beginArray()
  for (const row of headline.setAside) {
    json.beginObject().key('category').text(describeFunction(profile, row.function).category)
    json.key('value').number(row.value).key('share').numberOrNull(row.share).endObject()
  }
  json.endArray().key('findings').beginArray()
  for (const finding of findings) {
    json.beginObject().key('rule').text(finding.rule).key('entry').textOrNull(finding.entry)
    json.key('severity').text(finding.severity).key('confidence').text(finding.confidence)
    json.key('score').number(finding.score).key('share').number(finding.share)
    json.key('title').text(lineText(finding.title, context)).key('target')
    functionOrNull(finding.target)
    json.key('loopOwner')
    functionOrNull(finding.loopOwner)
    json.key('saving')
    if (finding.saving === null) json.nothing()
    else json.beginObject().key('low').number(finding.saving.low).key('high').number(finding.saving.high).endObject()
    json.key('bound')
    if (finding.bound === null) json.nothing()
    else {
      json.beginObject().key('saving').number(finding.bound.saving)
      json.key('speedup').numberOrNull(finding.bound.speedup).endObject()
    }
    json.key('evidence').beginArray()
    for (const line of finding.evidence) json.text(lineText(line, context))
    json.endArray().key('advice').text(lineText(finding.advice, context))
    json
      .key('verify')
      .textOrNull(finding.verify === null ? null : lineText(finding.verify, context))
      .endObject()
    if (json.isFull) yield json.take()
  }
  json.endArray().key('notVisible').beginArray()
  for (const line of invisible) json.text(line)
  json.endArray().endObject()
  yield json.take()
}
