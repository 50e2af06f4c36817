/** The devices behind a number, and for each why it stands there. */
import { useState } from 'preact/hooks'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { RolloutDevice } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { type Column, DataTable } from '../../../pieces/tables/data-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { zoneOf } from '../../fleet/device-standing.ts'
import { OwnWindowWords } from '../plan/own-window.tsx'
import { deviceWhy } from '../rollout-words.ts'
import { type ColumnName, TONES } from './rollout-columns.ts'

const EVERY_SECONDS = 10
const PAGE_COUNT = 100

/** Said when it is shown: the language may change. */
const ownWindowColumn = (): Column<RolloutDevice> => ({
  ...{ id: 'window', name: say('rollouts.ownWindow'), text: ({ ownWindow }) => ownWindow?.opens },
  show: ({ ownWindow }) =>
    ownWindow === undefined ? say('rollouts.ownWindowUntold') : <OwnWindowWords of={ownWindow} />,
})

export interface ColumnDevicesProps {
  readonly product: string
  readonly id: string
  readonly column: ColumnName
  readonly group: string | undefined
}

export function ColumnDevices({ product, id, column, group }: ColumnDevicesProps) {
  const devices = usePages(
    (after, signal) =>
      call('GET /products/{product}/rollouts/{id}/devices', {
        path: { product, id },
        query: { column, group, after, limit: PAGE_COUNT },
        signal,
      }),
    [product, id, column, group],
    { events: ['rollout.*'], everySeconds: EVERY_SECONDS },
  )
  const words = sayIfKnown('rolloutColumns', column) ?? column
  const caption =
    group === undefined
      ? say('rollouts.devicesAre', { column: words })
      : say('rollouts.devicesOfGroupAre', { column: words, group })
  const columns: readonly Column<RolloutDevice>[] = [
    {
      ...{ id: 'device', name: say('screens.device'), text: ({ device }) => device },
      show: ({ device }) => <a href={to.device(product, device)}>{device}</a>,
    },
    {
      ...{ id: 'column', name: say('rollouts.state'), text: (it) => it.column },
      show: (it) => (
        <Tag tone={TONES[it.column]}>{sayIfKnown('rolloutColumns', it.column) ?? it.column}</Tag>
      ),
    },
    {
      ...{ id: 'why', name: say('rollouts.why'), text: ({ code }) => code },
      show: ({ device }) => <Why key={device} {...{ product, id, device }} />,
    },
    ...(column === 'waitingForWindow' ? [ownWindowColumn()] : []),
    {
      ...{ id: 'group', name: say('rollouts.group'), text: (it) => it.group },
      show: (it) => (it.late ? `${it.group} · ${say('rollouts.late')}` : it.group),
    },
    {
      ...{ id: 'offered', name: say('rollouts.offeredAt'), text: ({ offeredAt }) => offeredAt },
      show: ({ offeredAt }) => <Time at={offeredAt} />,
    },
    {
      ...{ id: 'ended', name: say('rollouts.endedAt'), text: ({ endedAt }) => endedAt },
      show: ({ endedAt }) => (endedAt === undefined ? '–' : <Time at={endedAt} />),
    },
    {
      ...{ id: 'code', name: say('rollouts.code'), text: ({ code }) => code },
      show: ({ code }) => (code === undefined ? '–' : <code>{code}</code>),
    },
  ]
  return (
    <Loaded asked={devices}>
      {(rows) => (
        <DataTable
          id="rollout-devices"
          {...{ caption, columns, rows }}
          keyOf={({ device }) => device}
          more={devices.more}
          isLoading={devices.isLoading}
          empty={
            <section class="card">
              <h2>{caption}</h2>
              <p>{say('rollouts.nobodyNow')}</p>
            </section>
          }
          tools={<h2>{caption}</h2>}
        />
      )}
    </Loaded>
  )
}

/** Asked for one device when somebody wants to know. */
function Why({ product, id, device }: { product: string; id: string; device: string }) {
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <Because {...{ product, id, device }} />
  return (
    <button
      type="button"
      aria-label={say('rollouts.whyOfDevice', { device })}
      onClick={() => setOpen(true)}
    >
      {say('rollouts.whyButton')}
    </button>
  )
}

function Because({ product, id, device }: { product: string; id: string; device: string }) {
  const asked = useAsked(
    async (signal) => {
      const [why, zone] = await Promise.all([
        call('GET /products/{product}/rollouts/{id}/devices/{device}/explain', {
          ...{ path: { product, id, device }, signal },
        }),
        zoneAsked({ product, device }, signal),
      ])
      return { why: why.value, zone }
    },
    [product, id, device],
    { events: ['rollout.*'], everySeconds: EVERY_SECONDS },
  )
  return (
    <Loaded {...{ asked }}>
      {({ why, zone }) => (
        <span class="rollout-why" role="status">
          {deviceWhy(why, zone)}
        </span>
      )}
    </Loaded>
  )
}

/** Of a device that is gone, or that somebody may not look at, no zone is known. */
async function zoneAsked(
  path: { readonly product: string; readonly device: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!may('device.read', path.product)) return undefined
  try {
    return zoneOf((await call('GET /products/{product}/devices/{device}', { path, signal })).value)
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined
    throw error
  }
}
