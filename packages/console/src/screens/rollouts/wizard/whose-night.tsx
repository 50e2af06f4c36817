/** When devices begin by themselves: in their owners' windows, and in the operator's on their own clock. */
import type { RolloutDraftPreview } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { isOpen, OwnWindowWords } from '../plan/own-window.tsx'

type Preview = Pick<RolloutDraftPreview, 'ownersHours' | 'deviceClocks'>

export function WhoseNight({ of: { ownersHours, deviceClocks } }: { readonly of: Preview }) {
  const { windows, further, anyHour, untold } = ownersHours
  if (windows.length === 0 && anyHour === 0 && untold === 0) return null
  return (
    <section class="card">
      <h2>{say('newRollout.whoseNight')}</h2>
      <p class="quiet">{say('newRollout.whoseNightText')}</p>
      <ul class="stack plain-list">
        {windows.map(({ devices: count, ...window }) => (
          <li key={JSON.stringify(window)}>
            {sayWith('newRollout.ownHours', { count, window: <OwnWindowWords of={window} /> })}
          </li>
        ))}
        {further > 0 && <li>{say('newRollout.ownHoursFurther', { count: further })}</li>}
        {anyHour > 0 && <li>{say('newRollout.anyHour', { count: anyHour })}</li>}
        {untold > 0 && <li>{say('newRollout.hoursUntold', { count: untold })}</li>}
      </ul>
      {deviceClocks !== undefined && <DeviceClocks of={deviceClocks} />}
    </section>
  )
}

function DeviceClocks({ of }: { readonly of: NonNullable<Preview['deviceClocks']> }) {
  const { clocks, further, untold } = of
  return (
    <>
      <h3>{say('newRollout.deviceClocks')}</h3>
      <ul class="stack plain-list">
        {clocks.map(({ timeZone: zone, devices: count, opens, closes }) => {
          const time = <Time at={isOpen(opens) ? closes : opens} isExact deviceZone={zone} />
          const window = isOpen(opens)
            ? sayWith('newRollout.clockOpen', { time })
            : sayWith('newRollout.clockOpensNext', { time })
          return <li key={zone}>{sayWith('newRollout.clock', { count, zone, window })}</li>
        })}
        {further > 0 && <li>{say('newRollout.clocksFurther', { count: further })}</li>}
        {untold > 0 && <li>{say('newRollout.clocksUntold', { count: untold })}</li>}
      </ul>
    </>
  )
}
