/** What a device has that a release of new functions may ask for, also what has ended. */
import { call } from '../../../api/call.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { usePages } from '../../../live/pages.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { More } from '../../../pieces/tables/more.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { zoneOf } from '../device-standing.ts'
import { Card } from './card.tsx'

const AGAIN_SECONDS = 30
const PAGE_COUNT = 50

export function EntitlementsCard({ device }: { readonly device: Device }) {
  const { product, id } = device
  const pages = usePages(
    (after, signal) =>
      call('GET /products/{product}/devices/{device}/entitlements', {
        ...{ path: { product, device: id }, signal },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after }) },
      }),
    [product, id],
    { everySeconds: AGAIN_SECONDS },
  )
  return (
    <Card title={say('device.entitlements')}>
      <Loaded asked={pages}>
        {(held) =>
          held.length === 0 ? (
            <p class="quiet">{say('device.noEntitlements')}</p>
          ) : (
            <ul class="stack plain-list">
              {held.map(({ name, until }) => (
                <li key={name}>
                  <code>{name}</code> <End until={until} zone={zoneOf(device)} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <More of={pages} />
    </Card>
  )
}

function End({ until, zone }: { until: number | undefined; zone: string | undefined }) {
  if (until === undefined) return <span class="quiet">{say('device.entitledForGood')}</span>
  const isOver = until <= Date.now() / 1000
  return (
    <>
      {isOver && <Tag tone="quiet">{say('device.entitlementOver')}</Tag>}{' '}
      {say('device.entitledUntil')} <Time at={until} isExact deviceZone={zone} />
    </>
  )
}
