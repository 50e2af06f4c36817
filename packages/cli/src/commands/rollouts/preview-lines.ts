/** What a rollout would do, in lines: how many devices, which, and what their owners said. */
import type { FactoryWindow, OpenTime } from '@fleetward/shared'
import { moment } from '../moment.ts'

export interface OwnWindow extends FactoryWindow, OpenTime {}

interface OwnersHours {
  readonly windows: readonly (OwnWindow & { readonly devices: number })[]
  readonly further: number
  readonly anyHour: number
  readonly untold: number
}

interface DeviceClocks {
  readonly clocks: readonly (OpenTime & { readonly timeZone: string; readonly devices: number })[]
  readonly further: number
  readonly untold: number
}

export interface Preview {
  readonly members: number
  readonly overtakenBy?: string
  readonly trouble?: { readonly says: string }
  readonly ownersHours?: OwnersHours
  readonly deviceClocks?: DeviceClocks
  readonly deadline?: { readonly sentence?: string; readonly unknown?: readonly string[] }
  readonly groups: readonly {
    readonly name: string
    readonly members: number
    readonly prospects: Readonly<Record<string, number>>
    readonly postponedUntil?: { readonly earliest: number; readonly latest: number }
    readonly sample: readonly string[]
    readonly notes: readonly string[]
  }[]
}

/** What each device would do with the offer. */
const PROSPECTS: Readonly<Record<string, string>> = {
  takesIt: 'install it by themselves',
  asksOwner: 'ask their owner',
  postponed: 'were told by their owner to wait with this release',
  optedOut: 'are opted out by their owner',
  saidNothing: 'have not said what their owner chose',
  runsIt: 'run it already',
  runsNewer: 'run something newer',
  unsuitable: 'are too old for it',
  blocked: 'are blocked',
  away: 'have not been seen for a week',
}

const NOTES: Readonly<Record<string, string>> = {
  nobody: 'nobody is in it',
  nobodyCan: 'nobody in it can take the release, so it passes untried',
  cannotStopItself: 'fewer devices than the error threshold needs: it cannot stop the rollout',
}

export function previewLines(preview: Preview): string[] {
  const { members, groups, overtakenBy, deadline, trouble, ownersHours, deviceClocks } = preview
  return [
    `${members} devices in ${groups.length} groups`,
    ...(trouble === undefined ? [] : [trouble.says]),
    ...(overtakenBy === undefined
      ? []
      : [`It waits for rollout ${overtakenBy}, which goes first.`]),
    ...(deadline?.sentence === undefined ? [] : [deadline.sentence]),
    ...(deadline?.unknown === undefined || deadline.unknown.length === 0
      ? []
      : [`Nothing here says how bad these are: ${deadline.unknown.join(', ')}`]),
    ...groups.flatMap(({ name, members: count, prospects, postponedUntil, sample, notes }) => [
      `${name}: ${count} devices`,
      ...Object.entries(prospects)
        .filter(([, devices]) => devices > 0)
        .map(([prospect, devices]) => `    ${devices} ${PROSPECTS[prospect] ?? prospect}`),
      ...(postponedUntil === undefined ? [] : [`    ${untilLine(postponedUntil)}`]),
      ...(sample.length > 0 ? [`    for example ${sample.join(', ')}`] : []),
      ...notes.map((note) => `    note: ${NOTES[note] ?? note}`),
    ]),
    ...(ownersHours === undefined ? [] : ownersLines(ownersHours)),
    ...(deviceClocks === undefined ? [] : clockLines(deviceClocks)),
  ]
}

function untilLine({ earliest, latest }: { readonly earliest: number; readonly latest: number }) {
  if (earliest === latest) return `postponed until ${moment(latest)}`
  return `postponed until ${moment(earliest)} at the earliest, ${moment(latest)} at the latest`
}

/** Of devices that install by themselves. */
function ownersLines({ windows, further, anyHour, untold }: OwnersHours): string[] {
  const lines = [
    ...windows.map(({ devices, ...window }) => `    ${devices} ${ownWindowLine(window)}`),
    ...(further === 0 ? [] : [`    ${further} in further windows`]),
    ...(anyHour === 0 ? [] : [`    ${anyHour} at any hour`]),
    ...(untold === 0 ? [] : [`    ${untold} have not told whether there is a window`]),
  ]
  return lines.length === 0
    ? []
    : ['when owners let those begin that install by themselves:', ...lines]
}

function clockLines({ clocks, further, untold }: DeviceClocks): string[] {
  return [
    'when the window opens on their own clock:',
    ...clocks.map(
      ({ devices, timeZone, ...open }) => `    ${devices} in ${timeZone}, ${openLine(open)}`,
    ),
    ...(further === 0 ? [] : [`    ${further} in further time zones`]),
    ...(untold === 0 ? [] : [`    ${untold} have not told their time zone`]),
  ]
}

export function ownWindowLine({ weekdays, from, to, timeZone, ...open }: OwnWindow): string {
  const days = weekdays.length === 7 ? '' : ` on ${weekdays.map((day) => DAYS[day - 1]).join(', ')}`
  return `${from}-${to} ${timeZone}${days}, ${openLine(open)}`
}

function openLine({ opens, closes }: OpenTime): string {
  if (opens * 1000 <= Date.now()) return `open until ${moment(closes)}`
  return `opens next ${moment(opens)}`
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
