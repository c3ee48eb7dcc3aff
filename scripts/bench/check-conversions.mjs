// Whether conversions of a cpuprofile say what it says: self time by name of function, summed from what was written by
// other programs' means (JSON.parse, protobuf messages by their schema, lines split at blanks), and from the original.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import { writeProfile } from './make-cpuprofile.mjs'
import { agreeAll, launcher } from './measure.mjs'
import { sumObjects } from './sum-cpuprofile.mjs'

/** What is needed of https://github.com/google/pprof/blob/main/proto/profile.proto. */
const SCHEMA = `syntax = "proto3";
message Profile { repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Location location = 4;
  repeated Function function = 5; repeated string string_table = 6; }
message ValueType { int64 type = 1; int64 unit = 2; }
message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; }
message Location { uint64 id = 1; repeated Line line = 4; }
message Line { uint64 function_id = 1; }
message Function { uint64 id = 1; int64 name = 2; }`

/** Written profile → name of function → microseconds of self time. */
const READERS = {
  collapsed: (bytes, add) => {
    for (const line of bytes.toString().split('\n')) {
      if (line === '' || line.startsWith('#')) continue
      const space = line.lastIndexOf(' ')
      const leaf = line.slice(line.lastIndexOf(';', space) + 1, space)
      add(leaf.replace(/ \([^()]*:\d+\)$/, ''), Number(line.slice(space + 1)))
    }
  },
  speedscope: (bytes, add) => {
    const { profiles, shared } = JSON.parse(bytes.toString())
    for (const { type, unit, events, samples, weights } of profiles) {
      // Beside the times there is a profile of the numbers of samples.
      if (unit !== 'microseconds') continue
      if (type === 'sampled') {
        for (const [at, stack] of samples.entries()) add(shared.frames[stack.at(-1)].name, weights[at])
        continue
      }
      const open = []
      let before = 0
      for (const { type: kind, frame, at } of events) {
        if (open.length > 0) add(shared.frames[open.at(-1)].name, at - before)
        before = at
        if (kind === 'O') open.push(frame)
        else if (open.pop() !== frame) throw new Error('speedscope: a frame is closed that is not open')
      }
    }
  },
  pprof: (bytes, add) => {
    const { Profile } = protobuf.parse(SCHEMA).root
    const profile = Profile.toObject(Profile.decode(bytes), { longs: Number, arrays: true, defaults: true })
    const text = (index) => profile.stringTable[index]
    const value = profile.sampleType.findIndex(({ unit }) => text(unit) === 'microseconds')
    const functions = new Map(profile.function.map(({ id, name }) => [id, text(name)]))
    const leafs = new Map(profile.location.map(({ id, line }) => [id, functions.get(line[0].functionId)]))
    for (const sample of profile.sample) add(leafs.get(sample.locationId[0]), sample.value[value])
  },
}

/** Makes a profile of a few MB, which is the same in a large one, and compares what it is converted to. */
export function checkConversions(folder) {
  const path = join(folder, 'converted.cpuprofile')
  writeProfile(path, 5, 20_000, 90_000)
  const wanted = new Map()
  for (const [key, { self }] of sumObjects(path)) {
    const [name] = key.split('|')
    wanted.set(name, (wanted.get(name) ?? 0) + self)
  }
  for (const [to, read] of Object.entries(READERS)) {
    const args = [launcher, 'convert', path, '--to', to, '-o', '-', '--quiet', '--gc', 'root']
    const { stdout, status } = spawnSync(process.execPath, args, { maxBuffer: 1 << 29 })
    if (status !== 0) throw new Error(`callcost convert --to ${to} failed`)
    const found = new Map()
    read(stdout, (name, time) => found.set(name, (found.get(name) ?? 0) + time))
    const listed = (sums) => [...sums].flatMap(([name, time]) => (time > 0 ? [`${name} ${time}`] : []))
    agreeAll(`self times of ${to}`, listed(found), listed(wanted))
  }
  rmSync(path)
}
