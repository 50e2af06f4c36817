/** What a fleet's table can show of a device: more than anybody wants at once, and the attributes that there are. */
import { to } from '../../addresses.ts'
import type { Device } from '../../api/operator-api.gen.ts'
import type { Column } from '../../pieces/tables/data-table.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { codeWords } from '../../words/code-words.ts'
import type { Key } from '../../words/language.ts'
import { numberWords, say } from '../../words/say.tsx'
import { shownText } from './shown-text.ts'
import { StandingTags, standingWords } from './standing-tags.tsx'

export function fleetColumns(
  product: string,
  devices: readonly Device[],
): readonly Column<Device>[] {
  const flag = (id: string, name: Key, isSo: (device: Device) => boolean): Column<Device> => ({
    ...{ id, name: say(name), isExtra: true, text: isSo },
    show: (device) => say(isSo(device) ? 'fleet.yes' : 'fleet.no'),
  })
  const text = (
    id: string,
    name: Key,
    of: (device: Device) => string | undefined,
    isExtra = true,
  ): Column<Device> => ({
    ...{ id, name: say(name), isExtra, text: of, show: (device) => of(device) ?? '–' },
  })
  const time = (
    id: string,
    name: Key,
    of: (device: Device) => number | undefined,
    isExtra = true,
  ) => ({
    ...{ id, name: say(name), isExtra },
    show: (device: Device) => <Time at={of(device)} />,
    text: (device: Device) => isoOf(of(device)),
  })
  return [
    {
      ...{ id: 'id', name: say('fleet.device'), text: ({ id }) => id },
      show: ({ id, test }) => (
        <>
          <a class="device-id" href={to.device(product, id)}>
            {id}
          </a>{' '}
          {test && <Tag tone="quiet">{say('fleet.testDevice')}</Tag>}
        </>
      ),
    },
    {
      ...{ id: 'state', name: say('fleet.state'), text: standingWords },
      show: (device) => <StandingTags device={device} />,
    },
    text('version', 'fleet.version', ({ version }) => version, false),
    text('cohort', 'fleet.cohort', ({ cohort }) => cohort, false),
    time('lastSeen', 'fleet.lastSeen', ({ lastSeenAt }) => lastSeenAt, false),
    {
      ...{ id: 'online', name: say('fleet.line'), text: ({ online }) => online },
      show: ({ online }) => (
        <>
          <span class={online ? 'dot live' : 'dot'} aria-hidden="true" />
          {say(online ? 'fleet.online' : 'fleet.offline')}
        </>
      ),
    },
    {
      ...{ id: 'securityCounter', name: say('fleet.securityCounter'), isExtra: true },
      ...{ isNumber: true, text: ({ securityCounter }) => securityCounter },
      show: ({ securityCounter: count }) => (count === undefined ? '–' : numberWords(count)),
    },
    text('rollout', 'fleet.rollout', ({ rollout }) => rollout),
    {
      ...{ id: 'code', name: say('fleet.failureCode'), isExtra: true, text: ({ code }) => code },
      show: ({ code }) => (code === undefined ? '–' : codeWords(code)),
    },
    time('enrolledAt', 'fleet.enrolledAt', ({ enrolledAt }) => enrolledAt),
    flag('test', 'fleet.testDevice', ({ test }) => test),
    flag('pinned', 'fleet.pinned', ({ pinned }) => pinned),
    ...attributeColumns('attr', devices, ({ attributes }) => attributes),
    ...attributeColumns('device', devices, ({ inventory = {} }) => inventory),
  ]
}

type Values = Readonly<Record<string, string | number | boolean>>

/** More would fill the list of columns with what hardly a device has. */
const ATTRIBUTES_MAX_COUNT = 60

function attributeColumns(
  source: 'attr' | 'device',
  devices: readonly Device[],
  of: (device: Device) => Values,
): readonly Column<Device>[] {
  const names = [...new Set(devices.flatMap((device) => Object.keys(of(device))))].toSorted()
  const value = (device: Device, name: string) =>
    Object.hasOwn(of(device), name) ? of(device)[name] : undefined
  return names.slice(0, ATTRIBUTES_MAX_COUNT).map((name) => ({
    ...{ id: `${source}.${name}`, name: shownText(`${source}.${name}`), isExtra: true },
    show: (device) => <span class="any-text">{shownText(value(device, name) ?? '–')}</span>,
    text: (device) => value(device, name),
  }))
}

function isoOf(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString()
}
