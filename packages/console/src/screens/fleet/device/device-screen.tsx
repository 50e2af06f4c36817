/** One device: what it runs, what its owner chose, why it is not updated, what it told, and what can be done. */
import { useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import { Refused } from '../../../api/refused.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Screen } from '../../../pieces/screen/screen.tsx'
import { say } from '../../../words/say.tsx'
import { AttributesCard } from './attributes-card.tsx'
import { CommandsCard } from './commands-card.tsx'
import { DeviceActs } from './device-acts.tsx'
import { EditDevice } from './edit-device.tsx'
import { EntitlementsCard } from './entitlements-card.tsx'
import { ExposureCard } from './exposure-card.tsx'
import '../fleet.css'
import { StandingTags } from '../standing-tags.tsx'
import { IdentityCard } from './identity-card.tsx'
import { OwnerCard } from './owner-card.tsx'
import { RunsCard } from './runs-card.tsx'
import { Timeline } from './timeline.tsx'
import { Troubles } from './troubles.tsx'
import { WhyCard } from './why-card.tsx'

/** No event tells that a device reported. */
const AGAIN_SECONDS = 10

export function DeviceScreen() {
  const { params } = useRoute()
  const product = params.product ?? ''
  const id = params.device ?? ''
  const [isEditing, setEditing] = useState(false)
  const asked = useAsked(
    (signal) =>
      call('GET /products/{product}/devices/{device}', {
        ...{ path: { product, device: id }, signal },
      }),
    [product, id],
    { events: ['device.*'], everySeconds: AGAIN_SECONDS },
  )
  const device = asked.value?.value
  const isGone = asked.error instanceof Refused && asked.error.status === 404
  return (
    <Screen
      title={id}
      about={<a href={to.fleet(product)}>{say('device.ofFleet', { product })}</a>}
      actions={
        device !== undefined &&
        !isGone && (
          <>
            {may('device.manage', product) && (
              <button type="button" onClick={() => setEditing(true)}>
                {say('device.edit')}
              </button>
            )}
            <DeviceActs device={device} again={asked.again} />
          </>
        )
      }
    >
      {isGone ? (
        <Empty
          title={say('device.unknown')}
          command={`fleetward devices search 'id ~ "lumen"' --product ${product}`}
        >
          <p>{say('device.unknownNext')}</p>
        </Empty>
      ) : (
        <Loaded asked={asked}>
          {({ value, etag }) => (
            <>
              <StandingTags device={value} />
              <Troubles device={value} again={asked.again} />
              <div class="cards">
                <RunsCard device={value} />
                <OwnerCard device={value} />
                <WhyCard device={value} />
                <ExposureCard device={value} />
                <IdentityCard device={value} />
                <CommandsCard device={value} />
                <AttributesCard device={value} />
                <EntitlementsCard device={value} />
              </div>
              <Timeline device={value} />
              {isEditing && (
                <EditDevice
                  device={value}
                  etag={etag}
                  again={asked.again}
                  onClose={() => setEditing(false)}
                />
              )}
            </>
          )}
        </Loaded>
      )}
    </Screen>
  )
}
