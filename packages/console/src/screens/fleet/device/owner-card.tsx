/** What the owner of a device chose. It is theirs to choose: shown as it is, changed by nobody here, and no failure. */
import type { Device } from '../../../api/operator-api.gen.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import type { Key } from '../../../words/language.ts'
import { say, sayWith } from '../../../words/say.tsx'
import { OwnWindowWords } from '../../rollouts/plan/own-window.tsx'
import { zoneOf } from '../device-standing.ts'
import { Card } from './card.tsx'

export function OwnerCard({ device }: { readonly device: Device }) {
  const { owner, waitingFor } = device
  if (owner === undefined) {
    return (
      <Card title={say('device.owner')}>
        <p class="quiet">{say('device.ownerUnknown')}</p>
      </Card>
    )
  }
  const { postponedUntil, optedOut, automaticSecurity, automaticFunctionality, window } = owner
  const isPostponed = postponedUntil !== undefined && postponedUntil > Date.now() / 1000
  const chose = (isOn: boolean, on: Key, off: Key) => say(isOn ? on : off)
  return (
    <Card title={say('device.owner')}>
      <ul class="stack plain-list">
        {optedOut && (
          <li>
            <Tag tone="waits">{say('standing.optedOut')}</Tag> {say('device.optedOutText')}
          </li>
        )}
        {isPostponed && (
          <li>
            <Tag tone="waits">{say('standing.waitsPostponement')}</Tag>{' '}
            {say('device.postponedUntil')}{' '}
            <Time at={postponedUntil} isExact deviceZone={zoneOf(device)} />
          </li>
        )}
        {waitingFor === 'approval' && (
          <li>
            <Tag tone="waits">{say('standing.waitsApproval')}</Tag> {say('device.approvalText')}
          </li>
        )}
        {/* Of somebody who opted out both are asleep, and would say the opposite of what happens. */}
        {!optedOut && (
          <>
            <li>{chose(automaticSecurity, 'device.securityByItself', 'device.securityAsks')}</li>
            <li>
              {chose(
                automaticFunctionality,
                'device.functionalityByItself',
                'device.functionalityAsks',
              )}
            </li>
            {window === 'none' && <li>{say('device.noOwnWindow')}</li>}
            {window !== undefined && window !== 'none' && (
              <li>{sayWith('device.ownWindow', { window: <OwnWindowWords of={window} /> })}</li>
            )}
          </>
        )}
      </ul>
      <p class="quiet">{say('device.ownerText')}</p>
    </Card>
  )
}
