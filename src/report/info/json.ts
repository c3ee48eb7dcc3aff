import { JsonWriter } from '../../encode/json.js'
import { type DescribedFile, type DescribedProfile, isoText, recordedAtText } from './described-file.js'

/** What files hold as JSON, in pieces. */
export function* infoJson(files: readonly DescribedFile[]): Generator<Uint8Array> {
  const json = new JsonWriter({ linesToDepth: 5 })
  json.beginObject().key('schema').text('callcost/info/1').key('files').beginArray()
  for (const file of files) {
    json.beginObject().key('file').text(file.name)
    json
      .key('format')
      .textOrNull(file.profiles[0]?.profile.source.format ?? null)
      .key('title')
      .text(file.formatTitle)
    json.key('modified').textOrNull(file.modifiedMs === null ? null : isoText(file.modifiedMs))
    json.key('active').number(file.active + 1)
    json.key('problems').beginArray()
    for (const { outcome, message, count } of file.problems) {
      json
        .beginObject()
        .key('outcome')
        .text(outcome)
        .key('message')
        .text(message)
        .key('count')
        .number(count)
        .endObject()
    }
    json.endArray().key('profiles').beginArray()
    for (const [index, described] of file.profiles.entries()) {
      writeProfile(json, index + 1, described)
      if (json.isFull) yield json.take()
    }
    json.endArray().endObject()
  }
  json.endArray().endObject()
  yield json.take()
}

function writeProfile(json: JsonWriter, number: number, { profile, summary }: DescribedProfile): void {
  const { source } = profile
  json.beginObject().key('number').number(number).key('name').text(profile.name)
  json.key('process').textOrNull(profile.process).key('thread').textOrNull(profile.thread)
  json.key('producer').textOrNull(source.producer).key('command').textOrNull(source.command)
  json.key('language').textOrNull(source.language).key('method').text(source.method)
  json.key('intervalNs').numberOrNull(source.intervalNs).key('recordedAt').textOrNull(recordedAtText(profile))
  json.key('stacks').text(source.stacks)
  json.key('values').beginArray()
  for (const { name, unit, total, isDefault } of summary.values) {
    json.beginObject().key('name').text(name).key('unit').text(unit).key('total').numberOrNull(total)
    json.key('default').boolean(isDefault).endObject()
  }
  json.endArray().key('counts').beginObject()
  json.key('functions').number(summary.functions).key('calls').numberOrNull(summary.calls)
  json.key('primitiveCalls').numberOrNull(summary.primitiveCalls).key('edges').numberOrNull(summary.edges)
  json.key('stacks').numberOrNull(summary.stacks).key('samples').numberOrNull(summary.samples).endObject()
  json.key('duration')
  if (summary.duration === null) json.nothing()
  else {
    const { value, unit } = summary.duration
    json.beginObject().key('value').number(value).key('unit').text(unit).endObject()
  }
  json.key('details').beginObject()
  for (const [key, value] of source.details) json.key(key).plain(value)
  json.endObject().key('notes').beginArray()
  for (const { code, message, count } of source.notes) {
    json.beginObject().key('code').text(code).key('message').text(message).key('count').number(count).endObject()
  }
  json.endArray().endObject()
}
